"""``/admin``: one card of buttons to everything that an operator can do."""

from collections.abc import Awaitable, Callable, Mapping

from bot.conversations.requests import MOST_WAITING
from bot.conversations.talk import Talk
from bot.presentation.desk import desk_card, to_desk
from bot.presentation.desk_buttons import DeskPage, OpenDesk
from storage.store import Store

OWN_WAY_BACK = frozenset({DeskPage.RESELLERS, DeskPage.AUDIT})

Said = Callable[[Talk], Awaitable[None]]


class FrontDesk:
    """Leads to the pages there are."""

    def __init__(self, store: Store, pages: Mapping[DeskPage, Said]) -> None:
        self._store = store
        self._pages = pages

    async def home(self, talk: Talk) -> None:
        """``/admin``."""
        waiting = await self._store.read(lambda tables: tables.requests.waiting(MOST_WAITING))
        await talk.show(desk_card(self._pages.keys(), talk.speech, waiting=len(waiting)))

    async def page(self, talk: Talk, button: OpenDesk) -> None:
        """One of the pages, with the way back here; one that there is not leads here."""
        page = self._pages.get(button.page)
        if page is None:
            await self.home(talk)
            return
        if button.page not in OWN_WAY_BACK:
            talk.below = tuple(to_desk(talk.speech))
        await page(talk)
