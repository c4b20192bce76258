"""Confirming: a draft becomes an order, exactly once, at the price that the person has seen."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol

import structlog

from bot.ordering.books import new_order_delivery
from bot.ordering.drafts import draft_total, renewed
from bot.ordering.references import Random, new_reference
from bot.ordering.rules import ONE
from storage.clock import Clock
from storage.records.catalog import Availability, Item, ItemKey
from storage.records.orders import Draft, Order, OrderState, Place, Step
from storage.store import Store, Tables

log = structlog.get_logger()


class Items(Protocol):
    """Where an item is read as the catalog has it now."""

    async def get(self, key: ItemKey) -> Item | None:
        """The item; None when it is not sold any more."""
        ...


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The order was made by this confirmation."""

    order: Order


@dataclass(frozen=True, slots=True)
class AlreadyConfirmed:
    """The draft had become this order before."""

    order: Order


@dataclass(frozen=True, slots=True)
class PriceChanged:
    """The item costs something else than the card said; the draft has the new price and waits for Confirm again."""

    draft: Draft
    old_total: Decimal


@dataclass(frozen=True, slots=True)
class AskAgain:
    """The draft is not ready, or an answer no longer fits the item: its present question must be shown."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class ItemGone:
    """The item left the catalog or is out of stock; the draft stays, in case it comes back."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class DraftGone:
    """There is no such draft for this person here: cancelled, replaced, or somebody else's."""


ConfirmOutcome = Confirmed | AlreadyConfirmed | PriceChanged | AskAgain | ItemGone | DraftGone


class Confirmations:
    """Turns drafts into orders."""

    def __init__(self, store: Store, items: Items, clock: Clock, ids: Callable[[], str], random: Random) -> None:
        self._store = store
        self._items = items
        self._clock = clock
        self._ids = ids
        self._random = random

    async def confirm(self, draft_id: str, place: Place, update_id: int, *, shown: int) -> ConfirmOutcome:
        """Make the order, once; what changed since the draft of update ``shown`` was on the card is asked again."""
        draft = await self._store.read(lambda tables: tables.drafts.by_id(draft_id))
        item = None if draft is None else await self._items.get(draft.item.key)
        outcome = await self._store.write(lambda tables: self._decide(tables, draft_id, place, item, update_id, shown))
        if isinstance(outcome, Confirmed):
            order = outcome.order
            log.info("order confirmed", reference=order.reference, item=str(order.item.key), chat=place.chat_id)
        return outcome

    async def _decide(
        self, tables: Tables, draft_id: str, place: Place, item: Item | None, update_id: int, shown: int
    ) -> ConfirmOutcome:
        draft = await tables.drafts.by_id(draft_id)
        if draft is None:
            order = await tables.orders.by_draft(draft_id)
            return AlreadyConfirmed(order) if order is not None and _same_person(order.place, place) else DraftGone()
        if not _same_person(draft.place, place):
            return DraftGone()
        # The first tap of a quick double tap, or this very update before a kill, may have brought a price that the
        # person has not seen yet.
        if draft.step is not Step.CONFIRM or draft.update_id != shown:
            return AskAgain(draft)
        if item is None or item.key != draft.item.key or item.availability is Availability.OUT_OF_STOCK:
            return ItemGone(draft)
        return await self._with_item(tables, draft, item, update_id)

    async def _with_item(self, tables: Tables, draft: Draft, item: Item, update_id: int) -> ConfirmOutcome:
        now = self._clock()
        current = renewed(draft, item)
        old_total = draft_total(draft)
        complete = current.step is Step.CONFIRM
        same_price = complete and draft_total(current) == old_total
        if same_price and same_offer(draft.item, item):
            return await self._order(tables, current)
        current = replace(current, update_id=update_id, updated_at=now)
        await tables.drafts.save(current)
        return PriceChanged(current, old_total) if complete and not same_price else AskAgain(current)

    async def _order(self, tables: Tables, draft: Draft) -> Confirmed:
        now = self._clock()
        reference = await self._free_reference(tables)
        order = await tables.orders.add(
            Order(
                number=0,
                # The supplier's dashboard shows this id: whoever searches there must recognise the order.
                id=f"{reference}-{self._ids()}",
                reference=reference,
                draft_id=draft.id,
                place=draft.place,
                item=draft.item,
                quantity=draft.quantity or ONE,
                values=draft.values,
                expected=draft_total(draft),
                currency=draft.item.currency,
                state=OrderState.PLACING,
                created_at=now,
                message_id=draft.message_id,
                next_check_at=now,
            )
        )
        await tables.drafts.delete(draft.place.chat_id, draft.place.user_id)
        await tables.outbox.add(new_order_delivery(order), now)
        return Confirmed(order)

    async def _free_reference(self, tables: Tables) -> str:
        while True:
            reference = new_reference(self._random)
            if await tables.orders.by_reference(reference) is None:
                return reference


def same_offer(shown: Item, current: Item) -> bool:
    """Whether the item is still what the card named: its name, region, kind and currency."""
    return _offer(shown) == _offer(current)


def _offer(item: Item) -> tuple[str, str, str, str]:
    return item.name, item.region, item.product_type, item.currency


def _same_person(mine: Place, theirs: Place) -> bool:
    return (mine.chat_id, mine.user_id) == (theirs.chat_id, theirs.user_id)
