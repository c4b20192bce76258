"""Confirming: a draft becomes an order, exactly once, at the price that the person has seen."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol

import structlog

from bot.ordering.books import new_order_delivery
from bot.ordering.draft_prices import draft_currency, draft_price, draft_total, has_price, on_terms, quoted
from bot.ordering.notices import NewOrders
from bot.ordering.quoting import Answer, Quoting, Unanswered, answered
from bot.ordering.references import Naming
from bot.ordering.steps import renewed
from bot.resellers.buyers import Buyer, Buyers
from bot.resellers.limits import Barred, Barrier, Barriers
from bot.resellers.numbers import ONE
from bot.suppliers.outcomes import QuoteProblem, QuoteRefused
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
    """The order costs something else than the card said; the draft has the new price and waits for Confirm again.

    ``old_total`` is what was to be paid before; ``draft_price`` says what is now.
    """

    draft: Draft
    old_total: Decimal
    old_currency: str


@dataclass(frozen=True, slots=True)
class AskAgain:
    """The draft is not ready, or an answer no longer fits the item: its present question must be shown.

    ``problem`` says which answer is not taken any more, where that is known; ``detail`` is the supplier's own sentence.
    """

    draft: Draft
    problem: QuoteProblem | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class QuoteLost:
    """What the order costs now could not be had, or was refused (``problem``); nothing was ordered or changed."""

    draft: Draft
    problem: QuoteProblem | None
    detail: str


@dataclass(frozen=True, slots=True)
class ItemGone:
    """The item left the catalog or is out of stock; the draft stays, in case it comes back."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class DraftGone:
    """There is no such draft for this person here: cancelled, replaced, or somebody else's."""


ConfirmOutcome = Confirmed | AlreadyConfirmed | PriceChanged | AskAgain | QuoteLost | ItemGone | DraftGone | Barred


@dataclass(frozen=True, slots=True)
class Tap:
    """A tap on Confirm: whose, where, and on the card of which update's draft."""

    draft_id: str
    place: Place
    update_id: int
    shown: int


class Confirmations:
    """Turns drafts into orders. Who confirms, and on whose account, is read in the unit that makes the order."""

    def __init__(
        self,
        store: Store,
        items: Items,
        quoting: Quoting,
        buyers: Buyers,
        barriers: Barriers,
        news: NewOrders,
        naming: Naming,
        clock: Clock,
    ) -> None:
        self._store = store
        self._items = items
        self._quoting = quoting
        self._buyers = buyers
        self._barriers = barriers
        self._news = news
        self._naming = naming
        self._clock = clock

    async def confirm(self, draft_id: str, place: Place, update_id: int, *, shown: int) -> ConfirmOutcome:
        """Make the order, once; what changed since the draft of update ``shown`` was on the card is asked again."""
        tap = Tap(draft_id, place, update_id, shown)
        draft = await self._store.read(lambda tables: self._draft_of(tables, tap))
        item = None if draft is None else await self._items.get(draft.item.key)
        answer = None if draft is None or item is None else await self._quote(draft, item, tap)
        outcome = await self._store.write(lambda tables: self._decide(tables, tap, item, answer))
        if isinstance(outcome, Confirmed):
            order = outcome.order
            log.info("order confirmed", reference=order.reference, item=str(order.item.key), chat=place.chat_id)
        return outcome

    async def barred(self, draft: Draft, place: Place) -> Barred | None:
        """What would stop a person's draft at Confirm now, at the price that it shows."""
        priced = draft.step is Step.CONFIRM and has_price(draft)
        price, currency = (draft_price(draft), draft_currency(draft)) if priced else (None, None)

        async def look(tables: Tables) -> Barred | None:
            buyer = await self._buyers.here(tables, place)
            return await self._barriers.met(tables, buyer, draft, price, currency)

        return await self._store.read(look)

    async def _draft_of(self, tables: Tables, tap: Tap) -> Draft | None:
        """The tapped draft, if its person may order at all: for nobody else a supplier is asked anything."""
        buyer = await self._buyers.here(tables, tap.place)
        return await tables.drafts.by_id(tap.draft_id) if buyer.may_order else None

    async def _quote(self, draft: Draft, item: Item, tap: Tap) -> Answer | None:
        """Ask anew what the order costs, where its quote is out of date and nothing else speaks against it."""
        if not item.quoted or item.availability is Availability.OUT_OF_STOCK or not confirmable(draft, tap):
            return None
        return await self._quoting.again(renewed(draft, item))

    async def _decide(self, tables: Tables, tap: Tap, item: Item | None, answer: Answer | None) -> ConfirmOutcome:
        buyer = await self._buyers.here(tables, tap.place)
        draft = await tables.drafts.by_id(tap.draft_id)
        if draft is None:
            return await self._confirmed_before(tables, tap, buyer)
        if not _same_person(draft.place, tap.place):
            return DraftGone()
        if not buyer.may_order:
            return Barred(draft, Barrier.NO_ACCESS, self._barriers.currency)
        if not confirmable(draft, tap):
            return AskAgain(draft)
        if item is None or item.key != draft.item.key or item.availability is Availability.OUT_OF_STOCK:
            return ItemGone(draft)
        return await self._with_item(tables, draft, item, answer, tap.update_id, buyer)

    async def _confirmed_before(self, tables: Tables, tap: Tap, buyer: Buyer) -> AlreadyConfirmed | DraftGone:
        order = await tables.orders.by_draft(tap.draft_id)
        if order is None or not _same_person(order.place, tap.place) or not buyer.sees(order):
            return DraftGone()
        return AlreadyConfirmed(order)

    async def _with_item(
        self, tables: Tables, draft: Draft, item: Item, answer: Answer | None, update_id: int, buyer: Buyer
    ) -> ConfirmOutcome:
        if isinstance(answer, Unanswered):
            return QuoteLost(draft, None, answer.reason)
        current, problem = on_terms(renewed(draft, item), buyer.terms(item)), None
        if answer is not None:
            current, problem = answered(current, answer)
        detail = answer.detail if isinstance(answer, QuoteRefused) else ""
        if problem is QuoteProblem.ITEM_GONE:
            return ItemGone(draft)
        if problem is QuoteProblem.REFUSED:
            return QuoteLost(draft, problem, detail)
        complete = current.step is Step.CONFIRM and has_price(current)
        same_payer = draft.reseller_id == current.reseller_id
        if complete and same_payer and no_dearer(draft, current) and same_offer(draft.item, item):
            barred = await self._hold(tables, draft, current, buyer)
            return await self._order(tables, current, buyer) if barred is None else barred
        current = replace(current, update_id=update_id, updated_at=self._clock())
        await tables.drafts.save(current)
        if complete and not no_dearer(draft, current):
            return PriceChanged(current, draft_price(draft), draft_currency(draft))
        return AskAgain(current, QuoteProblem.DENOMINATION if current.step is Step.DENOMINATION else problem, detail)

    async def _hold(self, tables: Tables, shown: Draft, current: Draft, buyer: Buyer) -> Barred | None:
        if buyer.account is None:
            return None
        price, currency = draft_price(current), draft_currency(current)
        return await self._barriers.hold(tables, buyer.account, shown, price, currency)

    async def _order(self, tables: Tables, draft: Draft, buyer: Buyer) -> Confirmed:
        now = self._clock()
        order_id, reference = await self._naming.order(tables)
        order = await tables.orders.add(
            Order(
                number=0,
                id=order_id,
                reference=reference,
                draft_id=draft.id,
                place=draft.place,
                item=draft.item,
                quantity=draft.quantity or ONE,
                values=draft.values,
                expected=draft_total(draft),
                currency=draft_currency(draft),
                state=OrderState.PLACING,
                created_at=now,
                message_id=draft.message_id,
                next_check_at=now,
                denomination=draft.denomination,
                quote=quoted(draft) if draft.item.quoted else None,
                reseller_id=draft.reseller_id,
                price=None if draft.reseller_id is None else draft_price(draft),
                markup=draft.markup,
            )
        )
        await tables.drafts.delete(draft.place.chat_id, draft.place.user_id)
        await tables.outbox.add(new_order_delivery(order), now)
        await self._news.placed(tables, order, buyer.account, now)
        return Confirmed(order)


def confirmable(draft: Draft, tap: Tap) -> bool:
    """Whether the tapped card showed everything, the price too, as the draft has it now."""
    # The first tap of a quick double tap, or this very update before a kill, may have brought a price that the person
    # has not seen yet.
    shown = draft.step is Step.CONFIRM and draft.update_id == tap.shown and _same_person(draft.place, tap.place)
    return shown and has_price(draft)


def no_dearer(shown: Draft, current: Draft) -> bool:
    """Whether the price is the one that was shown, from the same account; a quoted one may be lower, too.

    The account is the supplier's, which is no reseller's business.
    """
    old, new = _price(shown), _price(current)
    if shown.item.quoted and current.item.quoted:
        return old[1:] == new[1:] and new[0] <= old[0]
    return old == new


def _price(draft: Draft) -> tuple[Decimal, str, str]:
    ours = draft.reseller_id is None and draft.item.quoted
    account = draft.quote.account if ours and draft.quote else ""
    return draft_price(draft), draft_currency(draft), account


def same_offer(shown: Item, current: Item) -> bool:
    """Whether the item is still what the card named: its name, region, kind and currency."""
    return _offer(shown) == _offer(current)


def _offer(item: Item) -> tuple[str, str, str, str]:
    return item.name, item.region, item.product_type, item.currency


def _same_person(mine: Place, theirs: Place) -> bool:
    return (mine.chat_id, mine.user_id) == (theirs.chat_id, theirs.user_id)
