"""Resolving: a human tells which supplier order is ours, and the supplier is asked to confirm it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

import structlog

from bot.ordering.attempts import rejected
from bot.ordering.books import Books
from bot.ordering.directory import Suppliers
from bot.ordering.goods import Goods, other_goods
from bot.ordering.journal import JournalRecovery
from bot.ordering.references import normalise_reference
from bot.ordering.transitions import SHORT_OF_CODES, advance
from bot.ordering.turns import Turns
from bot.suppliers.errors import MalformedReport, SupplierError
from bot.suppliers.outcomes import FetchOutcome, Found, NotOffered, Report
from bot.suppliers.protocol import Supplier
from storage.clock import Clock
from storage.records.catalog import ProductType
from storage.records.orders import Attention, Order, OrderState, RejectReason
from storage.store import Store, Tables

log = structlog.get_logger()

REBINDABLE: Final = frozenset({Attention.NOT_FOUND, Attention.ID_MISMATCH})
"""Flags of an accepted order that may mean that its supplier id is wrong."""

CLOSABLE: Final = SHORT_OF_CODES | {Attention.NOT_FOUND}
"""Flags of an accepted order that can stand for ever: a human may end it with what came of it."""

CLOSED: Final = "closed_by_operator"
"""The error of an order that a human ended with what was captured of it."""


class RefusedBecause(StrEnum):
    """Why an order was not resolved."""

    NO_SUCH_ORDER = "no_such_order"
    NOTHING_TO_RESOLVE = "nothing_to_resolve"
    SUPPLIER_OFF = "supplier_off"
    SUPPLIER_UNAVAILABLE = "supplier_unavailable"
    SUPPLIER_KNOWS_NONE = "supplier_knows_none"
    OTHER_REFERENCE = "other_reference"
    OTHER_ITEM = "other_item"
    OTHER_QUANTITY = "other_quantity"
    BELONGS_TO_ANOTHER = "belongs_to_another"
    NOT_ASKED_YET = "not_asked_yet"
    """The order is not flagged: the bot may still find out by itself."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The order as it is now."""

    order: Order


@dataclass(frozen=True, slots=True)
class ResolveRefused:
    """Nothing was changed. ``detail`` names what stands in the way, such as the other order's reference."""

    reason: RefusedBecause
    detail: str = ""


ResolveOutcome = Resolved | ResolveRefused


class _Refused(Exception):
    """Undoes the unit, with its audit entry."""

    def __init__(self, reason: RefusedBecause, detail: str = "") -> None:
        super().__init__(reason)
        self.refusal = ResolveRefused(reason, detail)


class Resolutions:
    """What admins do about orders that cannot find their own end. Every change is audited with its update."""

    def __init__(
        self, store: Store, suppliers: Suppliers, books: Books, recovery: JournalRecovery, turns: Turns, clock: Clock
    ) -> None:
        self._store = store
        self._suppliers = suppliers
        self._books = books
        self._recovery = recovery
        self._turns = turns
        self._clock = clock

    async def resolve(self, reference: str, supplier_order_id: str, actor_id: int, update_id: int) -> ResolveOutcome:
        """Bind an order to the supplier's order that the admin names, if the supplier confirms that it is ours.

        On an order that ended, its own supplier id acknowledges the flag: further codes are kept, nothing else changes.
        """
        try:
            order = await self._order(reference)
            async with self._turns.of(order.id):
                return await self._resolve(order.id, supplier_order_id, actor_id, update_id)
        except _Refused as refused:
            log.info("resolve refused", reference=reference, actor=actor_id, reason=refused.refusal.reason.value)
            return refused.refusal

    async def write_off(self, reference: str, actor_id: int, update_id: int) -> ResolveOutcome:
        """End an order that can find no end of its own, as the admin has seen at the supplier.

        One that the supplier does not have is rejected, nothing charged; one whose codes it does not hand over, or that
        it accepted and lost, ends with what was captured. Neither is ever bought again. One that ended already only
        loses its flag.
        """
        try:
            order = await self._order(reference)
            async with self._turns.of(order.id):
                if order.state.terminal:
                    return await self._store.write(
                        lambda tables: self._acknowledge(tables, order.id, actor_id, update_id)
                    )
                # What the supplier has already said may hold its end, or codes that closing it would leave out.
                await self._recovery.recover(order.id)
                return await self._store.write(lambda tables: self._give_up(tables, order.id, actor_id, update_id))
        except _Refused as refused:
            log.info("write-off refused", reference=reference, actor=actor_id, reason=refused.refusal.reason.value)
            return refused.refusal

    async def _resolve(self, order_id: str, supplier_order_id: str, actor_id: int, update_id: int) -> Resolved:
        order = await self._store.read(lambda tables: self._free(tables, order_id, supplier_order_id))
        found = await self._look_up(order, supplier_order_id)
        try:
            return await self._store.write(
                lambda tables: self._adopt(tables, order.id, found, supplier_order_id, actor_id, update_id)
            )
        except _Refused:
            # The unit was undone. The reply is about this order all the same: what it says is settled as any other.
            await self._store.write(
                lambda tables: self._books.settle(tables, order.id, found.report, journal_id=found.journal_id)
            )
            raise

    async def _free(self, tables: Tables, order_id: str, supplier_order_id: str) -> Order:
        """The order as it is now, if the supplier's may be read for it: another's only clear view may be at stake."""
        order = await self._present(tables, order_id)
        if not may_resolve(order, supplier_order_id):
            raise _Refused(RefusedBecause.NOTHING_TO_RESOLVE)
        holder = await tables.orders.by_supplier_order(order.item.key.supplier, supplier_order_id)
        if holder is not None and holder.id != order.id:
            raise _Refused(RefusedBecause.BELONGS_TO_ANOTHER, holder.reference)
        return order

    async def _order(self, reference: str) -> Order:
        normal = normalise_reference(reference)
        order = None
        if normal is not None:
            order = await self._store.read(lambda tables: tables.orders.by_reference(normal))
        if order is None:
            raise _Refused(RefusedBecause.NO_SUCH_ORDER)
        return order

    async def _look_up(self, order: Order, supplier_order_id: str) -> Found:
        supplier = self._suppliers.get(order.item.key.supplier)
        if supplier is None:
            raise _Refused(RefusedBecause.SUPPLIER_OFF)
        try:
            outcome = await _asked(supplier, order, supplier_order_id)
        except MalformedReport as error:
            if not _asks_for_ours(supplier, order, supplier_order_id):
                await self._forget(error.journal_id)
            raise _Refused(RefusedBecause.SUPPLIER_UNAVAILABLE, str(error)) from error
        except SupplierError as error:
            raise _Refused(RefusedBecause.SUPPLIER_UNAVAILABLE, str(error)) from error
        if not isinstance(outcome, Found):
            raise _Refused(RefusedBecause.SUPPLIER_KNOWS_NONE)
        strange = not_ours(order, outcome.report, supplier_order_id)
        if strange is not None:
            await self._put_aside(order, outcome, sought=supplier.finds)
            raise _Refused(strange)
        return outcome

    async def _put_aside(self, order: Order, found: Found, *, sought: bool) -> None:
        """Forget a reply about somebody else's order: left in the journal it would be settled at a restart.

        One that was found by our own id stays there for the order's worker: it may hold the only clear codes.
        """
        if sought and found.report.order_id in {None, "", order.id}:
            await self._store.write(lambda tables: tables.orders.hurry(order.id, self._clock()))
        else:
            await self._forget(found.journal_id)

    async def _forget(self, journal_id: int | None) -> None:
        if journal_id is not None:
            await self._store.write(lambda tables: tables.journal.forget(journal_id))

    async def _adopt(
        self, tables: Tables, order_id: str, found: Found, supplier_order_id: str, actor_id: int, update_id: int
    ) -> Resolved:
        order = await self._present(tables, order_id)
        now = self._clock()
        if not await tables.audit.add(actor_id, "resolve", order.reference, supplier_order_id, update_id, now):
            await self._books.settle(tables, order.id, found.report, journal_id=found.journal_id)
            return Resolved(await self._present(tables, order_id))
        if not may_resolve(order, supplier_order_id) or (order.state.terminal and order.attention is None):
            raise _Refused(RefusedBecause.NOTHING_TO_RESOLVE)
        holder = await tables.orders.by_supplier_order(order.item.key.supplier, supplier_order_id)
        if holder is not None and holder.id != order.id:
            raise _Refused(RefusedBecause.BELONGS_TO_ANOTHER, holder.reference)
        return Resolved(await self._books.bind(tables, order, found.report, found.journal_id))

    async def _give_up(self, tables: Tables, order_id: str, actor_id: int, update_id: int) -> Resolved:
        order = await self._present(tables, order_id)
        now = self._clock()
        if not await tables.audit.add(actor_id, "write-off", order.reference, "", update_id, now):
            return Resolved(order)
        after = given_up(order, len(await tables.orders.codes(order.id)), now)
        return Resolved(await self._books.record(tables, order, after))

    async def _acknowledge(self, tables: Tables, order_id: str, actor_id: int, update_id: int) -> Resolved:
        """Take the flag off an order that ended: a human has seen to what it was about, nothing else changes."""
        order = await self._present(tables, order_id)
        if await tables.audit.done("write-off", update_id):
            return Resolved(order)
        if not await tables.audit.add(actor_id, "acknowledge", order.reference, "", update_id, self._clock()):
            return Resolved(order)
        if order.attention is None:
            raise _Refused(RefusedBecause.NOTHING_TO_RESOLVE)
        calm = replace(order, attention=None, attention_detail="")
        await tables.orders.save(calm)
        return Resolved(calm)

    async def _present(self, tables: Tables, order_id: str) -> Order:
        order = await tables.orders.by_id(order_id)
        assert order is not None  # noqa: S101 - it was read before, and orders are never deleted
        return order


def may_resolve(order: Order, supplier_order_id: str) -> bool:
    """Whether a human may name the supplier's order: its outcome is unknown, its id is doubted, or it is flagged."""
    match order.state:
        case OrderState.UNCONFIRMED:
            return True
        case OrderState.PLACING:
            return order.in_doubt
        case OrderState.ACCEPTED:
            known = order.supplier_order_id == supplier_order_id
            return order.attention in REBINDABLE or (known and order.attention in SHORT_OF_CODES)
        case _:
            return order.supplier_order_id in {None, supplier_order_id}


def given_up(order: Order, held: int, now: datetime) -> Order:
    """What a human's giving up makes of an order that holds so many codes; raises a refusal where it may not be."""
    calm = replace(order, attention=None, attention_detail="")
    if order.state is OrderState.ACCEPTED and order.attention in CLOSABLE:
        came = held if order.item.product_type is ProductType.KEY else order.delivered
        ended = advance(calm, OrderState.PARTIAL if came else OrderState.FAILED)
        return replace(ended, delivered=came, error=CLOSED, settled_at=now, next_check_at=None)
    if order.state is not OrderState.UNCONFIRMED:
        raise _Refused(RefusedBecause.NOTHING_TO_RESOLVE)
    if order.attention is None:
        raise _Refused(RefusedBecause.NOT_ASKED_YET)
    return rejected(calm, RejectReason.NOT_THERE, "", now)


async def _asked(supplier: Supplier, order: Order, supplier_order_id: str) -> FetchOutcome | NotOffered:
    """Read the supplier's order; by our own id where that can be done, so that nobody else's codes are ever shown."""
    if supplier.finds and supplier_order_id != order.supplier_order_id:
        return await supplier.find(order.id)
    return await supplier.fetch(supplier_order_id, order.id)


def _asks_for_ours(supplier: Supplier, order: Order, supplier_order_id: str) -> bool:
    """Whether only our order can have been read: what nobody can make out of its reply may be its only clear codes."""
    return supplier.finds or supplier_order_id == order.supplier_order_id


def not_ours(order: Order, report: Report, supplier_order_id: str) -> RefusedBecause | None:
    """What shows that the supplier's order is another one; what it does not say shows nothing."""
    if report.supplier_order_id != supplier_order_id or (report.order_id and report.order_id != order.id):
        return RefusedBecause.OTHER_REFERENCE
    match other_goods(order, report):
        case Goods.ITEM | Goods.DENOMINATION:
            return RefusedBecause.OTHER_ITEM
        case Goods.QUANTITY:
            return RefusedBecause.OTHER_QUANTITY
        case None:
            return None
