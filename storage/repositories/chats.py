"""The chats we have seen, and the move of a group to its supergroup."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import bindparam, delete, select, union_all, update

from storage.database import insert_new, insert_or_replace
from storage.records.queues import Chat
from storage.records.resellers import Choices, MemberRole
from storage.repositories.base import Repository
from storage.schema import HELD, PARKED, WAITING, chats, choices, drafts, members, orders, outbox, reseller_groups

ONE = select(chats).where(chats.c.id == bindparam("chat"))
KEEP = insert_new(chats)
CHOSEN = select(choices.c.choices).where(choices.c.chat_id == bindparam("chat"))
CHOSEN_BY = select(choices).where(choices.c.chat_id.in_(bindparam("these", expanding=True)))
CHOSEN_IN = union_all(
    select(choices)
    .join(members, members.c.user_id == choices.c.chat_id)
    .where(members.c.reseller_id == bindparam("reseller"), members.c.role == MemberRole.OWNER),
    select(choices)
    .join(reseller_groups, reseller_groups.c.chat_id == choices.c.chat_id)
    .where(reseller_groups.c.reseller_id == bindparam("reseller")),
)
CHOOSE = insert_or_replace(choices, ("chat_id",))
CHANGE = update(chats).where(chats.c.id == bindparam("chat"))


class Chats(Repository):
    """Who we talk with."""

    __slots__ = ()

    async def get(self, chat_id: int) -> Chat | None:
        """The chat, if it was ever seen."""
        row = (await self._db.execute(ONE, {"chat": chat_id})).mappings().one_or_none()
        return None if row is None else Chat(**row)

    async def seen(self, chat: Chat) -> None:
        """Remember kind, title and hint; keeps the chosen language, writes nothing when nothing changed."""
        known = await self.get(chat.id)
        facts = _facts(chat)
        if known is None:
            await self._db.execute(KEEP, {"id": chat.id, "language": chat.language, **facts})
        elif facts != _facts(known):
            await self._db.execute(CHANGE, {"chat": chat.id, **facts})

    async def set_language(self, chat_id: int, language: str | None) -> None:
        """Keep the language its people chose; None returns to Telegram's hint."""
        await self._db.execute(CHANGE, {"chat": chat_id, "language": language})

    async def mark_unreachable(self, chat_id: int, reason: str) -> bool:
        """Note that nothing can be delivered there; True when this is news."""
        news = update(chats).where(chats.c.id == chat_id, chats.c.unreachable.is_(None)).values(unreachable=reason)
        return (await self._db.execute(news)).rowcount > 0

    async def mark_reachable(self, chat_id: int) -> bool:
        """Note that the chat can be written to again; True when this is news."""
        news = update(chats).where(chats.c.id == chat_id, chats.c.unreachable.is_not(None)).values(unreachable=None)
        return (await self._db.execute(news)).rowcount > 0

    async def choices(self, chat_id: int) -> Choices:
        """What the chat chose to hear; the defaults where it never chose."""
        return await self._db.scalar(CHOSEN, {"chat": chat_id}) or Choices()

    async def choices_of(self, chat_ids: Collection[int]) -> dict[int, Choices]:
        """What these chats chose, of those that ever did."""
        rows = await self._db.execute(CHOSEN_BY, {"these": list(chat_ids)})
        return {row.chat_id: row.choices for row in rows}

    async def choices_in(self, reseller_id: int) -> dict[int, Choices]:
        """What a reseller's groups and its owners' private chats chose, of those that ever did."""
        return {row.chat_id: row.choices for row in await self._db.execute(CHOSEN_IN, {"reseller": reseller_id})}

    async def choose(self, chat_id: int, chosen: Choices) -> None:
        """Keep what the chat chooses to hear."""
        await self._db.execute(CHOOSE, {"chat_id": chat_id, "choices": chosen})

    async def migrate(self, old_id: int, new_id: int) -> None:
        """Give everything of a group to the supergroup it became; repeating it changes nothing.

        But for the messages: those of the supergroup are numbered anew, and an old number may be that of any other.
        """
        await self._move_chat(old_id, new_id)
        moved = {"chat_id": new_id, "message_id": None}
        taken = select(drafts.c.user_id).where(drafts.c.chat_id == new_id)
        await self._db.execute(delete(drafts).where(drafts.c.chat_id == old_id, drafts.c.user_id.in_(taken)))
        await self._db.execute(update(drafts).where(drafts.c.chat_id == old_id).values(moved))
        await self._db.execute(update(orders).where(orders.c.chat_id == old_id).values(moved))
        for named in (reseller_groups, choices):
            known = select(named.c.chat_id).where(named.c.chat_id == new_id)
            await self._db.execute(delete(named).where(named.c.chat_id == old_id, known.exists()))
            await self._db.execute(update(named).where(named.c.chat_id == old_id).values(chat_id=new_id))
        for unsent in (WAITING, HELD, PARKED):
            await self._db.execute(update(outbox).where(unsent, outbox.c.chat_id == old_id).values(chat_id=new_id))

    async def _move_chat(self, old_id: int, new_id: int) -> None:
        if await self.get(new_id) is None:
            await self._db.execute(update(chats).where(chats.c.id == old_id).values(id=new_id))
        else:
            await self._db.execute(delete(chats).where(chats.c.id == old_id))


def _facts(chat: Chat) -> dict[str, Any]:
    return {"kind": chat.kind, "title": chat.title, "language_hint": chat.language_hint}
