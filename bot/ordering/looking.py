"""Looking: one question to a supplier about one order, and everything that its answer or its silence changes."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog

from bot.ordering.books import Books
from bot.ordering.directory import Suppliers
from bot.ordering.policy import OrderingPolicy
from bot.ordering.seeking import OPEN_QUESTION, sought_later
from bot.ordering.transitions import Settlement, Verdict, flagged
from bot.suppliers.errors import MalformedReport, SupplierMisconfigured, SupplierUnavailable
from bot.suppliers.outcomes import FetchOutcome, Found, Missing, NotOffered
from bot.suppliers.protocol import Supplier
from storage.clock import Clock
from storage.crypto import Unreadable
from storage.errors import StoreError
from storage.records.orders import Attention, Order, OrderState
from storage.store import Store, Tables

log = structlog.get_logger()

MOST_UNREADABLE = 5
"""Different replies that nobody could read which are kept of one order; any of them may hold its codes."""

Question = Callable[[Supplier], Awaitable[FetchOutcome | NotOffered]]


class Lookups:
    """Asks suppliers about orders, accepted or in doubt. The caller holds the order's turn."""

    def __init__(self, store: Store, suppliers: Suppliers, books: Books, policy: OrderingPolicy, clock: Clock) -> None:
        self._store = store
        self._suppliers = suppliers
        self._books = books
        self._policy = policy
        self._clock = clock

    async def ask(self, order: Order, question: Question) -> FetchOutcome | None:
        """Ask once, and write down what came of it; that the supplier has no such order is for the caller to judge.

        None means that there was no answer: it is asked again later.
        """
        supplier = self._suppliers.get(order.item.key.supplier)
        if supplier is None:
            await self._refused(order, "the supplier is switched off")
            return None
        try:
            answer = await question(supplier)
        except SupplierUnavailable as error:
            log.info("order look-up put off", reference=order.reference, reason=str(error))
            await self.later(order, retry_after=error.retry_after)
            return None
        except SupplierMisconfigured as error:
            await self._refused(order, str(error))
            return None
        except MalformedReport as error:
            await self._unreadable(order, error)
            return None
        return await self._answered(order, answer)

    async def later(
        self, order: Order, attention: Attention | None = None, *, retry_after: float | None = None
    ) -> None:
        """Ask again later, perhaps with a flag for a human."""
        await self._store.write(
            lambda tables: self._postpone(tables, order, attention=attention, retry_after=retry_after)
        )

    async def _answered(self, order: Order, answer: FetchOutcome | NotOffered) -> FetchOutcome | None:
        match answer:
            case Found():
                await self._found(order, answer)
            case Missing():
                return answer
            case NotOffered():
                await self.later(order)
                return None
        return answer

    async def _found(self, order: Order, found: Found) -> None:
        try:
            settlement = await self._store.write(lambda tables: self._settle(tables, order, found))
        except StoreError:
            raise
        except Exception as error:  # the worker's edge: asked again at once it would fill the journal for ever
            log.exception("look-up cannot be settled, its reply is kept", reference=order.reference)
            await self._unreadable(order, MalformedReport(f"not settled: {type(error).__name__}", found.journal_id))
            return
        if settlement.verdict in {Verdict.MISMATCH, Verdict.OTHER_GOODS}:
            log.warning("look-up answered with another order", reference=order.reference)

    async def _settle(self, tables: Tables, order: Order, found: Found) -> Settlement:
        return await self._books.settle(tables, order.id, found.report, journal_id=found.journal_id, polled=True)

    async def _unreadable(self, order: Order, error: MalformedReport) -> None:
        log.error("order look-up unreadable", reference=order.reference, reason=str(error))
        repeated = order.attention is Attention.UNREADABLE_REPLY

        async def unit(tables: Tables) -> None:
            # One unreadable reply is evidence; the same again every few minutes only fills the journal.
            if repeated and error.journal_id is not None and await _kept_before(tables, order.id, error.journal_id):
                await tables.journal.forget(error.journal_id)
            await self._postpone(tables, order, attention=Attention.UNREADABLE_REPLY, detail=str(error))

        await self._store.write(unit)

    async def _refused(self, order: Order, reason: str) -> None:
        log.error(
            "supplier refuses our account; the operators are told how it puts it", supplier=order.item.key.supplier
        )
        name = order.item.key.supplier

        async def unit(tables: Tables) -> None:
            await self._postpone(tables, order, retry_after=self._policy.misconfigured_pause.total_seconds())
            title = self._suppliers.title(name)
            await self._books.desk.configuration(tables, name, title, reason, self._clock())

        await self._store.write(unit)

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
        after = self._put_off(present, retry_after)
        if after is None:
            return
        if attention is not None:
            after = flagged(after, attention, detail)
        await self._books.record(tables, present, after)

    def _put_off(self, order: Order, retry_after: float | None) -> Order | None:
        now = self._clock()
        if order.state is OrderState.ACCEPTED:
            looked = replace(order, checks=order.checks + 1)
            return replace(looked, next_check_at=self._books.schedule.next_look(looked, now, retry_after))
        if order.state in OPEN_QUESTION and order.in_doubt:
            return sought_later(order, self._books.schedule, now, retry_after)
        return None


async def _kept_before(tables: Tables, order_id: str, journal_id: int) -> bool:
    """Whether the same reply, or as many others as are worth keeping, were kept of the order before."""
    others = [other for other in await tables.journal.left_of(order_id) if other != journal_id]
    if len(others) >= MOST_UNREADABLE:
        return True
    body = await _body(tables, journal_id)
    return body is not None and body in [await _body(tables, other) for other in others]


async def _body(tables: Tables, journal_id: int) -> bytes | None:
    try:
        entry = await tables.journal.get(journal_id)
    except Unreadable:
        return None
    return None if entry is None else entry.body
