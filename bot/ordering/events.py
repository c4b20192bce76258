"""Events: what suppliers pushed is read, bound to its order and settled."""

from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

import structlog

from bot.ordering.books import Books
from bot.ordering.crew import Crew
from bot.ordering.directory import Suppliers
from bot.ordering.policy import OrderingPolicy
from bot.ordering.schedule import grown
from bot.ordering.transitions import Verdict
from bot.suppliers.protocol import Irrelevant, MalformedReport, Pointer, Report
from storage.clock import Clock
from storage.records.orders import Order, OrderState
from storage.records.queues import StoredEvent
from storage.signals import Topic
from storage.store import Store, Tables

log = structlog.get_logger()

RETRY_FIRST = timedelta(seconds=5)
RETRY_AT_MOST = timedelta(minutes=10)


class Unread(StrEnum):
    """Why an event settled nothing; recorded on the event."""

    SUPPLIER_OFF = "supplier switched off"
    MALFORMED = "malformed"
    IRRELEVANT = "not about an order"
    UNKNOWN_ORDER = "unknown order"
    UNBOUND = "no order id of ours, looked up instead"


class EventReader:
    """Reads stored webhooks until cancelled. Each is settled once, in the unit that marks it done."""

    def __init__(self, store: Store, suppliers: Suppliers, books: Books, policy: OrderingPolicy, clock: Clock) -> None:
        self._store = store
        self._suppliers = suppliers
        self._books = books
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
                return await self._unbound(tables, event.supplier, told)
            case Irrelevant():
                return Unread.IRRELEVANT

    async def _reported(self, tables: Tables, event: StoredEvent, report: Report) -> str:
        if not report.order_id:
            return await self._unbound(tables, event.supplier, report)
        order = await tables.orders.by_id(report.order_id)
        if order is None or order.item.key.supplier != event.supplier:
            return Unread.UNKNOWN_ORDER
        return await self._bound(tables, event, order, report)

    async def _bound(self, tables: Tables, event: StoredEvent, order: Order, report: Report) -> str:
        settlement = await self._books.settle(tables, order.id, report)
        if settlement.verdict is Verdict.MISMATCH:
            # It may carry codes of a second order that was paid for: keep its words until a human has looked.
            await tables.journal.add(order.id, event.supplier, event.body, self._clock())
            log.error("event names another supplier order", reference=order.reference, supplier=event.supplier)
        return settlement.verdict.value

    async def _unbound(self, tables: Tables, supplier: str, report: Report | Pointer) -> str:
        """An event without our id settles nothing, but the order that it seems to mean is asked about at once."""
        order = await tables.orders.by_supplier_order(supplier, report.supplier_order_id)
        if order is None:
            return Unread.UNKNOWN_ORDER
        if order.state is OrderState.ACCEPTED:
            await tables.orders.save(replace(order, next_check_at=self._clock()))
        return Unread.UNBOUND
