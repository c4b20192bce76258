"""Placing: one attempt at a time, written down before it is made."""

import structlog

from bot.ordering.attempts import Attempt, conclude, prepare
from bot.ordering.balances import BalanceWatch
from bot.ordering.books import Books
from bot.ordering.directory import Suppliers
from bot.ordering.journal import JournalRecovery
from bot.ordering.looking import Lookups
from bot.ordering.policy import OrderingPolicy
from bot.ordering.seeking import concluded, missed
from bot.suppliers.outcomes import Accepted, Deferred, Missing, PlaceOutcome, PlaceRequest, Rejected, Unknown
from storage.clock import Clock
from storage.records.orders import Attention, Order, RejectReason
from storage.store import Store, Tables

log = structlog.get_logger()


class Placer:
    """Brings confirmed orders to their supplier, at most once each."""

    def __init__(
        self,
        store: Store,
        suppliers: Suppliers,
        books: Books,
        recovery: JournalRecovery,
        lookups: Lookups,
        balances: BalanceWatch,
        policy: OrderingPolicy,
        clock: Clock,
    ) -> None:
        self._store = store
        self._suppliers = suppliers
        self._books = books
        self._recovery = recovery
        self._lookups = lookups
        self._balances = balances
        self._policy = policy
        self._clock = clock

    async def work(self, order: Order) -> None:
        """Do what is due: look an order in doubt up, or make an attempt, and write down what came of it."""
        if order.in_doubt and await self._recovery.recover(order.id):
            return
        attempt = await self._next(order)
        if attempt is None or not attempt.send:
            return
        outcome = await self._call(attempt.order)
        log.info(
            "order attempt answered",
            reference=order.reference,
            supplier=order.item.key.supplier,
            attempt=attempt.order.tries,
            outcome=type(outcome).__name__.lower(),
            reason=_reason(outcome),
        )
        await self._store.write(lambda tables: self._finish(tables, attempt, outcome))
        if isinstance(outcome, Accepted):
            self._balances.soon()

    async def _next(self, order: Order) -> Attempt | None:
        """The attempt to make, written down; for an order in doubt its supplier, if it can, is asked first."""
        supplier = self._suppliers.get(order.item.key.supplier)
        if order.in_doubt and (supplier is None or supplier.finds):
            if order.attention is Attention.OTHER_GOODS:
                return await self._store.write(lambda tables: self._begin(tables, order.id))
            answer = await self._lookups.ask(order, lambda known: known.find(order.id))
            if not isinstance(answer, Missing):
                return None
            return await self._store.write(lambda tables: self._begin(tables, order.id, sought=True))
        return await self._store.write(lambda tables: self._begin(tables, order.id))

    async def _begin(self, tables: Tables, order_id: str, *, sought: bool = False) -> Attempt:
        order = await tables.orders.by_id(order_id)
        assert order is not None  # noqa: S101 - it was claimed, and orders are never deleted
        decide = missed if sought else prepare
        attempt = decide(order, self._books.schedule, self._policy, self._clock())
        await self._books.record(tables, order, attempt.order)
        return attempt

    async def _call(self, order: Order) -> PlaceOutcome:
        supplier = self._suppliers.get(order.item.key.supplier)
        if supplier is None:
            return Rejected(RejectReason.MISCONFIGURED, "the supplier is switched off")
        request = PlaceRequest(order.id, order.item, order.quantity, order.values, order.denomination, order.expected)
        return await supplier.place(request)

    async def _finish(self, tables: Tables, attempt: Attempt, outcome: PlaceOutcome) -> None:
        if isinstance(outcome, Accepted):
            await self._books.settle(tables, attempt.order.id, outcome.report, journal_id=outcome.journal_id)
            return
        order = await tables.orders.by_id(attempt.order.id)
        assert order is not None  # noqa: S101 - as above
        now = self._clock()
        judge = concluded if self._finds(order) else conclude
        after = judge(attempt, order, outcome, self._books.schedule, self._policy, now)
        if after != order:
            await self._books.record(tables, order, after)
        if isinstance(outcome, Rejected) and outcome.reason is RejectReason.MISCONFIGURED:
            name = order.item.key.supplier
            log.error("supplier refuses our account; the operators are told how it puts it", supplier=name)
            await self._books.desk.configuration(tables, name, self._suppliers.title(name), outcome.detail, now)

    def _finds(self, order: Order) -> bool:
        supplier = self._suppliers.get(order.item.key.supplier)
        return supplier is not None and supplier.finds


def _reason(outcome: PlaceOutcome) -> str:
    match outcome:
        case Accepted():
            return ""
        case Rejected():
            return outcome.reason.value
        case Deferred() | Unknown():
            return outcome.reason
