"""The workers that carry orders through their life, and the one thing that starts and stops them all."""

import asyncio
from collections import Counter
from collections.abc import Coroutine

import structlog

from bot.ordering.balances import BalanceWatch
from bot.ordering.copies import CopyKeeper
from bot.ordering.crew import Crew
from bot.ordering.directory import Suppliers
from bot.ordering.events import EventReader
from bot.ordering.following import Follower
from bot.ordering.journal import JournalRecovery
from bot.ordering.outages import OutageWatch
from bot.ordering.placing import Placer
from bot.ordering.policy import OrderingPolicy
from bot.ordering.turns import Turns
from storage.clock import Clock
from storage.records.orders import Order, OrderState
from storage.signals import Topic
from storage.store import Store

log = structlog.get_logger()


class OrderWorker:
    """Claims orders that are due and gives each to the placer or the follower, a few at a time.

    Each supplier has hands of its own, so that one that hangs keeps nobody else's orders waiting.
    """

    def __init__(
        self,
        store: Store,
        suppliers: Suppliers,
        placer: Placer,
        follower: Follower,
        turns: Turns,
        policy: OrderingPolicy,
        clock: Clock,
    ) -> None:
        self._store = store
        self._suppliers = suppliers
        self._placer = placer
        self._follower = follower
        self._turns = turns
        self._policy = policy
        self._clock = clock
        self._in_hand: dict[str, str] = {}

    async def run(self) -> None:
        """Work on due orders until cancelled; calls in flight are given a moment to end."""
        crew = Crew(self._policy.in_flight * max(1, len(list(self._suppliers))), self._policy.drain_seconds)
        await crew.keep_busy(
            self._claim, self._job, lambda: self._store.signals.wait(Topic.ORDERS, self._policy.idle_seconds)
        )

    def _job(self, order: Order) -> tuple[str, Coroutine[None, None, None]]:
        self._in_hand[order.id] = order.item.key.supplier
        return order.id, self._handled(order)

    async def _handled(self, order: Order) -> None:
        try:
            await self.work(order)
        finally:
            busy = order.item.key.supplier in self._busy()
            del self._in_hand[order.id]
            if busy:
                self._store.signals.notify(Topic.ORDERS)  # its supplier's next one has been waiting for this hand

    def _busy(self) -> set[str]:
        """The suppliers that have as many orders in hand as they may."""
        return {name for name, many in Counter(self._in_hand.values()).items() if many >= self._policy.in_flight}

    async def work(self, order: Order) -> None:
        """Do the one thing that is due for an order, unless it was done while its turn was awaited."""
        async with self._turns.of(order.id):
            present = await self._store.read(lambda tables: tables.orders.by_id(order.id))
            if present is None or present.next_check_at is None or present.next_check_at > self._clock():
                return
            if present.state is OrderState.ACCEPTED:
                await self._follower.work(present)
            else:
                await self._placer.work(present)

    async def resume(self) -> int:
        """Make orders that a stopped process left in the middle of placing due at once; says how many.

        Where several processes share a store this may cut short another's attempt; the supplier knows the id.
        """

        return await self._store.write(lambda tables: tables.orders.make_due(OrderState.PLACING, self._clock()))

    async def _claim(self, limit: int) -> list[Order]:
        busy = self._busy()
        taken = (many for name, many in Counter(self._in_hand.values()).items() if name not in busy)
        room = min(limit, self._policy.in_flight - max(taken, default=0))
        return await self._store.write(
            lambda tables: tables.orders.claim_due(self._clock(), self._policy.lease, room, busy)
        )


class Workers:
    """Everything of ordering that runs in the background."""

    def __init__(
        self,
        copies: CopyKeeper,
        recovery: JournalRecovery,
        orders: OrderWorker,
        events: EventReader,
        balances: BalanceWatch,
        outages: OutageWatch,
    ) -> None:
        self._copies = copies
        self._recovery = recovery
        self._orders = orders
        self._events = events
        self._balances = balances
        self._outages = outages

    async def recover(self) -> None:
        """Pick up what the last process left, before anything new happens."""
        await self._copies.take_up()
        replies = await self._recovery.run()
        orders = await self._orders.resume()
        if replies or orders:
            log.info("picked up what the last run left", replies=replies, orders=orders)

    async def run(self) -> None:
        """Run every worker until cancelled, then wait until each has put its tools down."""
        work: tuple[Coroutine[None, None, None], ...] = (
            self._orders.run(),
            self._events.run(),
            self._balances.run(),
            self._outages.run(),
        )
        async with asyncio.TaskGroup() as group:
            for worker in work:
                group.create_task(worker)
