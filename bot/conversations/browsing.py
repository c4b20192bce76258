"""Looking through the catalog: categories, items, search. Stateless: the buttons carry everything."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.catalog.builder import category_id
from bot.catalog.service import Catalog
from bot.catalog.snapshot import Snapshot
from bot.conversations.at_price import item_for
from bot.conversations.talk import Talk
from bot.presentation import browse
from bot.presentation.browse import CATEGORIES_A_PAGE, ITEMS_A_PAGE, QUERY_LENGTH, Origin
from bot.presentation.buttons import OpenCategories, OpenCategory, OpenItem, OpenResults, ShowItem
from bot.presentation.cards import Card, Paging, clip
from bot.presentation.greetings import members_only_card, search_how_card
from storage.clock import Clock
from storage.records.catalog import Item, ItemKey


class Browsing:
    """Shows the catalog's present snapshot, at the prices of whoever looks. ``currency`` is the shop's."""

    def __init__(self, catalog: Catalog, clock: Clock, currency: str) -> None:
        self._catalog = catalog
        self._clock = clock
        self._currency = currency

    async def open(self, talk: Talk) -> None:
        """``/order``: the first page of categories."""
        await self.categories(talk, OpenCategories(0))

    async def categories(self, talk: Talk, button: OpenCategories) -> None:
        """A page of categories."""
        snapshot = await self._shelves(talk)
        if snapshot is None:
            return
        everything = await snapshot.categories()
        paging = _within(button.offset, CATEGORIES_A_PAGE, len(everything))
        shown = everything[paging.offset : paging.offset + paging.limit]
        await talk.show(browse.categories_card(shown, paging, talk.speech))

    async def category(self, talk: Talk, button: OpenCategory) -> None:
        """A page of a category's items."""
        snapshot = await self._shelves(talk)
        if snapshot is None:
            return
        category = await snapshot.category(button.category)
        if category is None:
            await talk.show(browse.gone_card(talk.speech))
            return
        paging = _within(button.offset, ITEMS_A_PAGE, category.items)
        found = await snapshot.page(category.id, paging.offset, paging.limit)
        items = [item_for(item, talk.buyer) for item in found]
        await talk.show(browse.category_card(category, items, paging, self._as_of(), talk.speech))

    async def item(self, talk: Talk, button: OpenItem) -> None:
        """An item's card in place of the list it was chosen from."""
        await talk.show(await self.item_card(talk, button.key, await self._origin(talk, button)))

    async def item_anew(self, talk: Talk, button: ShowItem) -> None:
        """An item's card as a message of its own, below one that must stay."""
        await talk.send(await self.item_card(talk, button.key, Origin()))

    async def item_card(self, talk: Talk, key: ItemKey, origin: Origin) -> Card:
        """An item's card, or the words that it is gone."""
        if not talk.buyer.may_order:
            return members_only_card(talk.speech)
        item = await self.get(key)
        if item is None:
            return browse.gone_card(talk.speech)
        shown = item_for(item, talk.buyer)
        payable = talk.buyer.at_cost or item.quoted or item.currency == self._currency
        paid_in = None if payable else self._currency
        return browse.item_card(shown, origin, self._as_of(), talk.speech, paid_in=paid_in)

    async def item_card_again(self, talk: Talk, item: Item) -> Card:
        """The card of an item whose order was given up; Back leads to its category."""
        name = browse.named(item.category, talk.speech)
        return await self.item_card(talk, item.key, Origin(category_id(item.category), name))

    async def get(self, key: ItemKey) -> Item | None:
        """An item as the catalog has it now."""
        snapshot = self._catalog.snapshot
        return await snapshot.get(key) if snapshot else None

    async def find(self, talk: Talk) -> None:
        """``/find WORDS``."""
        if not talk.words.strip():
            await talk.show(search_how_card(talk.speech))
            return
        await self.search(talk, talk.words)

    async def search(self, talk: Talk, text: str) -> None:
        """The first page of what matches."""
        await self._results(talk, clip(text, QUERY_LENGTH), 0)

    async def results(self, talk: Talk, button: OpenResults) -> None:
        """Another page of the search whose text the tapped message bears."""
        query = talk.bold_words()
        if not query:
            await talk.show(browse.gone_card(talk.speech))
            return
        await self._results(talk, query, button.offset)

    async def _results(self, talk: Talk, query: str, offset: int) -> None:
        snapshot = await self._shelves(talk)
        if snapshot is None:
            return
        found = await _page_and_one(snapshot, query, offset)
        more = len(found) > ITEMS_A_PAGE
        shown = [item_for(item, talk.buyer) for item in found[:ITEMS_A_PAGE]]
        await talk.show(browse.results_card(query, shown, offset, more=more, speech=talk.speech))

    async def _shelves(self, talk: Talk) -> Snapshot | None:
        """The catalog to show; without one, or to somebody who may not order here, that is said."""
        if not talk.buyer.may_order:
            await talk.show(members_only_card(talk.speech))
            return None
        if self._catalog.snapshot is None:
            await talk.show(browse.no_catalog_card(talk.speech))
        return self._catalog.snapshot

    def _as_of(self) -> datetime:
        """When the supplier last confirmed what the snapshot says."""
        return self._clock() - (self._catalog.age or timedelta(0))

    async def _origin(self, talk: Talk, button: OpenItem) -> Origin:
        if not button.category:
            return Origin(query=talk.bold_words(), offset=button.offset)
        snapshot = self._catalog.snapshot
        category = await snapshot.category(button.category) if snapshot else None
        name = browse.category_name(category, talk.speech) if category else ""
        return Origin(button.category, name, offset=button.offset)


async def _page_and_one(snapshot: Snapshot, query: str, offset: int) -> Sequence[Item]:
    return await snapshot.search(query, offset, ITEMS_A_PAGE + 1)


def _within(offset: int, limit: int, total: int) -> Paging:
    """The page that ``offset`` lies on, or the last one when the list has become shorter."""
    last = max(0, (total - 1) // limit * limit)
    return Paging(min(max(0, offset) // limit * limit, last), limit, total)
