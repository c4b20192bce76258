"""Events: what suppliers pushed is read, bound to its order and settled."""

from datetime import datetime, timedelta
from enum import StrEnum

import structlog

from bot.ordering.books import Books
from bot.ordering.crew import Crew
from bot.ordering.directory import Suppliers
from bot.ordering.policy import OrderingPolicy
from bot.ordering.schedule import grown
from bot.ordering.seeking import pointed_at
from bot.ordering.transitions import Verdict, flagged
from bot.ordering.turns import Turns
from bot.suppliers.errors import MalformedReport
from bot.suppliers.outcomes import Irrelevant, Pointer, Report
from storage.clock import Clock
from storage.errors import Outage
from storage.records.orders import Attention, Order, OrderState
from storage.records.queues import StoredEvent
from storage.signals import Topic
from storage.store import Store, Tables

log = structlog.get_logger()

RETRY_FIRST = timedelta(seconds=5)
RETRY_AT_MOST = timedelta(minutes=10)

A_MOMENT = timedelta(seconds=2)
"""How long an event waits for the look at its order that is under way, which may have come too early for it."""


class Unread(StrEnum):
    """Why an event settled nothing; recorded on the event."""

    SUPPLIER_OFF = "supplier switched off"
    MALFORMED = "malformed"
    IRRELEVANT = "not about an order"
    UNKNOWN_ORDER = "unknown order"
    UNBOUND = "no order id of ours, looked up instead"
    LOOKED_UP = "looked up"
    ENDED = "the order had ended"
    STOPPED = "a human must look first"
    ANOTHER = "another order id"


class Busy(Exception):
    """The order that an event points at is being read at this moment; undoes the unit."""


class EventReader:
    """Reads stored webhooks until cancelled. Each is settled once, in the unit that marks it done."""

    def __init__(
        self,
        store: Store,
        suppliers: Suppliers,
        books: Books,
        turns: Turns,
        policy: OrderingPolicy,
        clock: Clock,
    ) -> None:
        self._store = store
        self._suppliers = suppliers
        self._books = books
        self._turns = turns
        self._policy = policy
        self._clock = clock

    async def run(self) -> None:
        """Read events as they come until cancelled."""
        crew = Crew(self._policy.in_flight, self._policy.drain_seconds)
        await crew.keep_busy(
            self._claim,
            lambda event: (str(event.id), self.read(event)),
            lambda: self._store.signals.wait(Topic.EVENTS, self._policy.idle_seconds),
        )

    async def read(self, event: StoredEvent) -> None:
        """Read one event; whatever goes wrong on our side is tried again later, never in a tight loop."""
        try:
            outcome = await self._store.write(lambda tables: self._settle(tables, event))
        except Busy:
            until = self._clock() + A_MOMENT
            await self._store.write(lambda tables: tables.events.postpone(event.id, until, "order busy"))
            return
        except Outage:
            raise  # it is claimed again when its lease has run out
        except Exception:  # the worker's edge: one event must not stop the others
            log.exception("event not settled, tried again later", supplier=event.supplier, event_id=event.id)
            until = self._clock() + grown(RETRY_FIRST, 2, event.tries, RETRY_AT_MOST)
            await self._store.write(lambda tables: tables.events.postpone(event.id, until, "failed"))
            return
        log.info("event read", supplier=event.supplier, event_id=event.id, outcome=outcome)

    async def _claim(self, limit: int) -> list[StoredEvent]:
        return await self._store.write(
            lambda tables: tables.events.claim(self._clock(), self._policy.event_lease, limit)
        )

    async def _settle(self, tables: Tables, event: StoredEvent) -> str:
        outcome = await self._outcome(tables, event)
        await tables.events.done(event.id, outcome, self._clock())
        return outcome

    async def _outcome(self, tables: Tables, event: StoredEvent) -> str:
        supplier = self._suppliers.get(event.supplier)
        if supplier is None:
            return Unread.SUPPLIER_OFF
        try:
            told = supplier.parse(event.body)
        except MalformedReport as error:
            log.warning("event unreadable", supplier=event.supplier, event_id=event.id, reason=str(error))
            return Unread.MALFORMED
        match told:
            case Report():
                return await self._reported(tables, event, told)
            case Pointer():
                return await self._pointed(tables, event, told)
            case Irrelevant():
                return Unread.IRRELEVANT

    async def _reported(self, tables: Tables, event: StoredEvent, report: Report) -> str:
        if not report.order_id:
            return await self._unbound(tables, event, report)
        order = await tables.orders.by_id(report.order_id)
        if order is None or order.item.key.supplier != event.supplier:
            return _unknown(event, report.supplier_order_id, report.order_id)
        return await self._bound(tables, event, order, report)

    async def _bound(self, tables: Tables, event: StoredEvent, order: Order, report: Report) -> str:
        settlement = await self._books.settle(tables, order.id, report)
        if settlement.evidence:
            # It may carry codes that were paid for and not stored: keep its words until a human has looked.
            await tables.journal.add(order.id, event.supplier, event.body, self._clock())
        if settlement.verdict in {Verdict.MISMATCH, Verdict.OTHER_GOODS}:
            log.error("event names another supplier order", reference=order.reference, supplier=event.supplier)
        return settlement.verdict.value

    async def _unbound(self, tables: Tables, event: StoredEvent, report: Report) -> str:
        """An event without our id settles nothing, but the order that it seems to mean is asked about at once."""
        order = await tables.orders.by_supplier_order(event.supplier, report.supplier_order_id)
        if order is None:
            return _unknown(event, report.supplier_order_id, None)
        if order.state is OrderState.ACCEPTED:
            await self._hurry(tables, order)
        return Unread.UNBOUND

    async def _pointed(self, tables: Tables, event: StoredEvent, pointer: Pointer) -> str:
        """An event that only names its order has it asked about at once, once its two ids are seen to agree."""
        holder = await tables.orders.by_supplier_order(event.supplier, pointer.supplier_order_id)
        named = None if pointer.order_id is None else await tables.orders.by_id(pointer.order_id)
        if named is not None and named.item.key.supplier != event.supplier:
            named = None
        order = named or holder
        if order is None:
            return _unknown(event, pointer.supplier_order_id, pointer.order_id)
        if (holder or order).id != order.id or order.supplier_order_id not in {None, pointer.supplier_order_id}:
            await self._flag(tables, order, Attention.ID_MISMATCH, pointer.supplier_order_id)
            log.error("event names another supplier order", reference=order.reference, supplier=event.supplier)
            return Unread.ANOTHER
        return await self._agreed(tables, event, order, pointer)

    async def _agreed(self, tables: Tables, event: StoredEvent, order: Order, pointer: Pointer) -> str:
        if order.state.terminal:
            # The rest of a part that we called final, or an order that we called refused: a human's /resolve reads it.
            since = order.state is OrderState.PARTIAL and _since(order, event, self._clock())
            if order.state is OrderState.REJECTED or since:
                await self._flag(tables, order, Attention.LATE_CHANGE, pointer.supplier_order_id)
            return Unread.ENDED
        if order.attention is Attention.OTHER_GOODS:
            return Unread.STOPPED
        supplier = self._suppliers.get(event.supplier)
        if order.state is not OrderState.ACCEPTED and not (supplier and supplier.finds):
            return Unread.UNBOUND
        await self._hurry(tables, order)
        doubted = pointed_at(order, self._clock())
        if doubted != order:
            await self._books.record(tables, order, doubted)
        return Unread.LOOKED_UP

    async def _hurry(self, tables: Tables, order: Order) -> None:
        """Have the order worked on now. A look that is under way may have come too early: it is waited for."""
        if self._turns.taken(order.id) or not await tables.orders.hurry(order.id, self._clock()):
            raise Busy

    async def _flag(self, tables: Tables, order: Order, attention: Attention, detail: str) -> None:
        after = flagged(order, attention, detail)
        if after != order:
            await self._books.record(tables, order, after)


def _unknown(event: StoredEvent, supplier_order_id: str, order_id: str | None) -> Unread:
    """Somebody else's order at the same account, or one of ours that a restored backup does not know."""
    log.warning(
        "an event is about an order that is not in this database",
        supplier=event.supplier,
        supplier_order=supplier_order_id[:64],
        order=(order_id or "")[:64],
    )
    return Unread.UNKNOWN_ORDER


def _since(order: Order, event: StoredEvent, now: datetime) -> bool:
    """Whether an event came after its order's end; an end in the future was written by a clock that ran ahead."""
    return order.settled_at is not None and not event.received_at <= order.settled_at <= now
