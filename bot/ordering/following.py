"""Following: an accepted order is looked up, less and less often, until its supplier says how it ended."""

import structlog

from bot.ordering.journal import JournalRecovery
from bot.ordering.looking import Lookups
from bot.ordering.policy import OrderingPolicy
from bot.suppliers.outcomes import FetchOutcome, Found, Missing
from bot.suppliers.protocol import Supplier
from storage.records.orders import Attention, Order

log = structlog.get_logger()


class Follower:
    """Looks accepted orders up; webhooks are faster, but some never come."""

    def __init__(self, lookups: Lookups, recovery: JournalRecovery, policy: OrderingPolicy) -> None:
        self._lookups = lookups
        self._recovery = recovery
        self._policy = policy
        self._misses: dict[str, int] = {}

    async def work(self, order: Order) -> None:
        """Look the order up once and write down what came of it."""
        # A reply that was kept but could not be stored may hold the only clear view of the codes.
        if await self._recovery.recover(order.id):
            return
        match await self._lookups.ask(order, lambda supplier: _fetch(supplier, order)):
            case Found():
                self._misses.pop(order.id, None)
            case Missing():
                await self._missing(order)
            case None:
                return

    async def _missing(self, order: Order) -> None:
        misses = self._misses[order.id] = self._misses.get(order.id, 0) + 1
        if misses < self._policy.misses_before_alert:
            await self._lookups.later(order)
            return
        del self._misses[order.id]
        log.error("supplier lost an order", reference=order.reference, supplier=order.item.key.supplier)
        await self._lookups.later(order, Attention.NOT_FOUND)


async def _fetch(supplier: Supplier, order: Order) -> FetchOutcome:
    assert order.supplier_order_id is not None  # noqa: S101 - accepted means that its id is known
    return await supplier.fetch(order.supplier_order_id, order.id)
