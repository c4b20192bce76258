"""Following: an accepted order is looked up, less and less often, until its supplier says how it ended."""

from dataclasses import replace

import structlog

from bot.ordering.books import Books
from bot.ordering.directory import Suppliers
from bot.ordering.policy import OrderingPolicy
from bot.ordering.transitions import Settlement, Verdict, flagged
from bot.suppliers.protocol import (
    FetchOutcome,
    Found,
    MalformedReport,
    Missing,
    Supplier,
    SupplierMisconfigured,
    SupplierUnavailable,
)
from storage.clock import Clock
from storage.errors import StoreError
from storage.records.orders import Attention, Order, OrderState
from storage.store import Store, Tables

log = structlog.get_logger()


class Follower:
    """Looks accepted orders up; webhooks are faster, but some never come."""

    def __init__(self, store: Store, suppliers: Suppliers, books: Books, policy: OrderingPolicy, clock: Clock) -> None:
        self._store = store
        self._suppliers = suppliers
        self._books = books
        self._policy = policy
        self._clock = clock
        self._misses: dict[str, int] = {}

    async def work(self, order: Order) -> None:
        """Look the order up once and write down what came of it."""
        supplier = self._suppliers.get(order.item.key.supplier)
        if supplier is None:
            await self._refused(order, "the supplier is switched off")
            return
        try:
            outcome = await _fetch(supplier, order)
        except SupplierUnavailable as error:
            log.info("order look-up put off", reference=order.reference, reason=str(error))
            await self._later(order, retry_after=error.retry_after)
        except SupplierMisconfigured as error:
            await self._refused(order, str(error))
        except MalformedReport as error:
            await self._unreadable(order, error)
        else:
            await self._answered(order, outcome)

    async def _answered(self, order: Order, outcome: FetchOutcome) -> None:
        match outcome:
            case Found():
                self._misses.pop(order.id, None)
                await self._found(order, outcome)
            case Missing():
                await self._missing(order)

    async def _found(self, order: Order, found: Found) -> None:
        try:
            settlement = await self._store.write(lambda tables: self._settle(tables, order, found))
        except StoreError:
            raise
        except Exception as error:  # the worker's edge: asked again at once it would fill the journal for ever
            log.exception("look-up cannot be settled, its reply is kept", reference=order.reference)
            await self._unreadable(order, MalformedReport(f"not settled: {type(error).__name__}", found.journal_id))
            return
        if settlement.verdict is Verdict.MISMATCH:
            log.warning("look-up answered with another order", reference=order.reference)

    async def _settle(self, tables: Tables, order: Order, found: Found) -> Settlement:
        return await self._books.settle(tables, order.id, found.report, journal_id=found.journal_id, polled=True)

    async def _missing(self, order: Order) -> None:
        misses = self._misses[order.id] = self._misses.get(order.id, 0) + 1
        if misses < self._policy.misses_before_alert:
            await self._later(order)
            return
        del self._misses[order.id]
        log.error("supplier lost an order", reference=order.reference, supplier=order.item.key.supplier)
        await self._later(order, Attention.NOT_FOUND)

    async def _unreadable(self, order: Order, error: MalformedReport) -> None:
        log.error("order look-up unreadable", reference=order.reference, reason=str(error))
        repeated = order.attention is Attention.UNREADABLE_REPLY

        async def unit(tables: Tables) -> None:
            # One unreadable reply is evidence; the same again every few minutes only fills the journal.
            if repeated and error.journal_id is not None:
                await tables.journal.forget(error.journal_id)
            await self._postpone(tables, order, attention=Attention.UNREADABLE_REPLY, detail=str(error))

        await self._store.write(unit)

    async def _refused(self, order: Order, reason: str) -> None:
        log.error("supplier refuses our account", supplier=order.item.key.supplier, reason=reason)
        name = order.item.key.supplier

        async def unit(tables: Tables) -> None:
            await self._postpone(tables, order, retry_after=self._policy.misconfigured_pause.total_seconds())
            title = self._suppliers.title(name)
            await self._books.desk.configuration(tables, name, title, reason, self._clock())

        await self._store.write(unit)

    async def _later(
        self, order: Order, attention: Attention | None = None, *, retry_after: float | None = None
    ) -> None:
        await self._store.write(
            lambda tables: self._postpone(tables, order, attention=attention, retry_after=retry_after)
        )

    async def _postpone(
        self,
        tables: Tables,
        order: Order,
        *,
        attention: Attention | None = None,
        detail: str = "",
        retry_after: float | None = None,
    ) -> None:
        present = await tables.orders.by_id(order.id)
        assert present is not None  # noqa: S101 - it was claimed, and orders are never deleted
        if present.state is not OrderState.ACCEPTED:
            return
        now = self._clock()
        looked = replace(present, checks=present.checks + 1)
        after = replace(looked, next_check_at=self._books.schedule.next_look(looked, now, retry_after))
        if attention is not None:
            after = flagged(after, attention, detail)
        await self._books.record(tables, present, after)


async def _fetch(supplier: Supplier, order: Order) -> FetchOutcome:
    assert order.supplier_order_id is not None  # noqa: S101 - accepted means that its id is known
    return await supplier.fetch(order.supplier_order_id, order.id)
