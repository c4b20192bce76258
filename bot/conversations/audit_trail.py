"""``/audit``: who with power did what, newest first."""

from bot.conversations.talk import Talk
from bot.presentation.desk import TRAIL_A_PAGE, trail_card
from bot.presentation.desk_buttons import OpenTrail
from storage.records.resellers import AuditEntry
from storage.store import Store, Tables


class AuditTrail:
    """Shows what was recorded; nothing here changes it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def open(self, talk: Talk) -> None:
        """``/audit``."""
        await self.page(talk, OpenTrail(0))

    async def page(self, talk: Talk, button: OpenTrail) -> None:
        """A page of the trail, older than the button's line."""
        found, names = await self._store.read(lambda tables: _trail(tables, button.before))
        await talk.show(trail_card(found, names, talk.speech, before=button.before))


async def _trail(tables: Tables, before: int) -> tuple[list[AuditEntry], dict[int, str]]:
    """A page and one line more, and what the people in it are called."""
    most = TRAIL_A_PAGE + 1
    found = await tables.audit.last(most, before) if before else await tables.audit.last(most)
    # A private chat has its person's id and name.
    known = [await tables.chats.get(actor) for actor in {entry.actor_id for entry in found}]
    return found, {chat.id: chat.title for chat in known if chat}
