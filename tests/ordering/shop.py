"""A shop for tests of ordering: the real store, a clock by hand and a scripted supplier."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any

from bot.ordering.assembly import build_ordering
from bot.ordering.confirming import Confirmed
from bot.ordering.journal import Journal
from bot.ordering.notices import DeskChat, OperatorDesk
from bot.ordering.policy import OrderingPolicy
from bot.ordering.resolving import ResolveOutcome
from bot.resellers.buyers import Buyers
from bot.resellers.limits import ShopLimits
from bot.suppliers.outcomes import (
    Pointer,
    Report,
    Unknown,
)
from bot.suppliers.protocol import Supplier
from storage.records.catalog import Item, ItemKey
from storage.records.orders import Order, OrderFilter, Step
from storage.records.queues import Delivery, DeliveryKind, NoticeKind, StoredEvent
from storage.store import Store, Tables
from tests.factories import NOW, PLACE, make_draft, make_item
from tests.ordering.scripted import ScriptedSupplier, as_body, report

DESK_CHAT = 9001
ADMIN = 1
OPERATORS = (PLACE.user_id, 7)
"""Who buys at cost, as the operator does."""


class Clock:
    """Time that stands still until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **interval: float) -> None:
        """Move on."""
        self.now += timedelta(**interval)


class ItemShelf:
    """The catalog: what is on it is sold."""

    def __init__(self, *items: Item) -> None:
        self.items = {item.key: item for item in items}

    async def get(self, key: ItemKey) -> Item | None:
        return self.items.get(key)


class Shop:
    """Ordering as production builds it, over a scripted supplier."""

    def __init__(
        self,
        store: Store,
        *,
        pushes: bool = True,
        items: tuple[Item, ...] = (),
        limits: ShopLimits | None = None,
        **policy: Any,
    ) -> None:
        self.store = store
        self.clock = Clock()
        self.policy = OrderingPolicy(jitter=0, **policy)
        self.supplier = ScriptedSupplier(Journal(store, self.clock), pushes=pushes)
        self.shelf = ItemShelf(*(items or (make_item(),)))
        self.limits = limits or ShopLimits()
        self.buyers = Buyers(OPERATORS)
        self._serial = count(1)
        self.restart()

    def restart(self, **suppliers: Supplier) -> None:
        """Build everything anew over the same store, as a new process does."""
        known: dict[str, Supplier] = suppliers or {"voodoo": self.supplier}
        parts = build_ordering(
            self.store,
            known,
            self.shelf,
            OperatorDesk([DeskChat(DESK_CHAT)]),
            self.policy,
            clock=self.clock,
            ids=lambda: f"id-{next(self._serial)}",
            random=Random(7),  # noqa: S311 - chance that repeats
            buyers=self.buyers,
            currency="USD",
            limits=self.limits,
        )
        self.drafts, self.ordering, self.balances = parts.drafts, parts.ordering, parts.balances
        self.orders, self.events, self.recovery = parts.orders, parts.events, parts.recovery
        self.desk, self.workers = parts.desk, parts.workers
        self.outages = parts.outages

    def without_supplier(self) -> None:
        """A new process in which the supplier is switched off."""
        self.restart(other=self.supplier)

    async def confirmed(self, **draft: Any) -> Order:
        """A freshly confirmed order of two keys."""
        made = make_draft(**({"step": Step.CONFIRM, "quantity": Decimal(2), "update_id": 1} | draft))
        await self.store.write(lambda tables: tables.drafts.save(made))
        outcome = await self.ordering.confirm(made.id, made.place, 900, shown=made.update_id)
        assert isinstance(outcome, Confirmed)
        return outcome.order

    async def accepted(self, **changes: Any) -> Order:
        """An order that the supplier has under S-1."""
        order = await self.confirmed()
        self.supplier.places.append(report(order, **changes))
        await self.work()
        return await self.order(order)

    async def unconfirmed(self) -> Order:
        """An order whose first attempt was not answered."""
        order = await self.confirmed()
        self.supplier.places.append(Unknown("timed out"))
        await self.work()
        return await self.order(order)

    async def resolve(self, order: Order, supplier_order_id: str = "S-1", update_id: int = 50) -> ResolveOutcome:
        """Let a human bind an order to one of the supplier's."""
        return await self.ordering.resolve(order.reference, supplier_order_id, ADMIN, update_id)

    async def write_off(self, order: Order, update_id: int = 50) -> ResolveOutcome:
        """Let a human close an order."""
        return await self.ordering.write_off(order.reference, ADMIN, update_id)

    async def work(self) -> int:
        """Do everything that is due now; says how many orders were worked on."""
        due = await self.store.write(lambda tables: tables.orders.claim_due(self.clock(), self.policy.lease, 100))
        for order in due:
            await self.orders.work(order)
        return len(due)

    async def work_until_quiet(self, limit: int = 50) -> None:
        """Let time jump from one due moment to the next until no order is due any more, or the script ran out."""
        for _ in range(limit):
            instants = [order.next_check_at for order in await self.all_orders() if order.next_check_at]
            if not instants or not (self.supplier.places or self.supplier.looks or self.supplier.finds_next):
                return
            self.clock.now = max(self.clock.now, min(instants))
            await self.work()

    async def push(self, said: Report | Pointer) -> str:
        """Deliver a webhook and read it; returns the outcome that was recorded of it."""
        return await self.push_bytes(as_body(said))

    async def push_bytes(self, body: bytes) -> str:
        """The same with raw bytes."""
        await self.store.write(lambda tables: tables.events.add("voodoo", body, self.clock()))
        outcomes: list[str] = []
        for event in await self.claim_events():
            await self.events.read(event)
            outcomes.append(await self.event_outcome(event.id))
        return outcomes[-1] if outcomes else "the same bytes again"

    async def claim_events(self) -> list[StoredEvent]:
        """Take every event that is due."""
        return await self.store.write(lambda tables: tables.events.claim(self.clock(), self.policy.event_lease, 100))

    async def event_outcome(self, event_id: int) -> str:
        """What was recorded of an event."""
        return await self.store.read(lambda tables: event_outcome(tables, event_id))

    async def order(self, order: Order) -> Order:
        """The order as it is stored now."""
        found = await self.store.read(lambda tables: tables.orders.by_id(order.id))
        assert found is not None
        return found

    async def all_orders(self) -> list[Order]:
        """Every order."""
        lines = await self.store.read(
            lambda tables: tables.orders.lines(OrderFilter.ALL, chat_id=None, user_id=None, before=None, limit=100)
        )
        found = [await self.by_reference(line.reference) for line in lines]
        return [order for order in found if order is not None]

    async def by_reference(self, reference: str) -> Order | None:
        """An order by its reference."""
        return await self.store.read(lambda tables: tables.orders.by_reference(reference))

    async def codes(self, order: Order) -> tuple[str, ...]:
        """The values of the order's codes."""
        kept = await self.store.read(lambda tables: tables.orders.codes(order.id))
        return tuple(code.value for code in kept)

    async def journal_left(self) -> int:
        """How many raw replies nobody finished reading."""
        return len(await self.store.read(lambda tables: tables.journal.left(1000)))

    async def owed(self) -> list[Delivery]:
        """Every message owed, oldest first; claimed and marked sent, so each is seen once."""
        found: list[Delivery] = []
        while True:
            some = await self.store.write(lambda tables: tables.outbox.claim(self.clock(), timedelta(minutes=1), 100))
            if not some:
                return sorted(found, key=lambda delivery: delivery.id)
            for delivery in some:
                await self.store.write(lambda tables, one=delivery: tables.outbox.sent(one.id, 1, self.clock()))
            found += some

    async def notices(self) -> list[NoticeKind]:
        """The kinds of notices owed since the last look."""
        return [owed.notice for owed in await self.owed() if owed.notice is not None]


async def event_outcome(tables: Tables, event_id: int) -> str:
    """Read what an event came to; repositories have no use for it, operators read it in the database."""
    connection = tables.events._db  # pyright: ignore[reportPrivateUsage] - see above
    query = "SELECT coalesce(outcome, reason) FROM events WHERE id = ?"
    return str((await connection.exec_driver_sql(query, (event_id,))).scalar_one())


async def owed_keys(tables: Tables) -> list[str]:
    """The key of every message that was ever owed."""
    connection = tables.outbox._db  # pyright: ignore[reportPrivateUsage] - as above
    return [str(row[0]) for row in (await connection.exec_driver_sql("SELECT key FROM outbox")).all()]


def kinds(deliveries: list[Delivery], chat_id: int = PLACE.chat_id) -> list[DeliveryKind]:
    """What a chat was sent."""
    return [delivery.kind for delivery in deliveries if delivery.chat_id == chat_id]
