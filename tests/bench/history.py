"""Row: what chat actions read and write, with a million past orders and with a thousand."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from random import Random, SystemRandom
from typing import Any
from uuid import uuid4

from cryptography.fernet import Fernet

from bot.ordering.assembly import OrderingParts, build_ordering
from bot.ordering.confirming import Confirmed
from bot.ordering.journal import Journal
from bot.ordering.notices import DeskChat, OperatorDesk
from bot.ordering.policy import OrderingPolicy
from bot.resellers.buyers import Buyer, Buyers
from bot.resellers.limits import ShopLimits
from bot.suppliers.registry import build_suppliers
from bot.suppliers.voodoo.config import VoodooConfig
from storage.clock import utc_now
from storage.crypto import Vault
from storage.records.catalog import Item, ItemKey
from storage.records.orders import Order, OrderFilter, OrderState, Place, Step
from storage.records.queues import StoredEvent, StoredUpdate
from storage.store import Store, Tables
from tests.bench.events import completed, wire
from tests.bench.past import CHATS, FIRST_CHAT, RESELLER, fill
from tests.bench.payers import ENOUGH, MARKUP, OWNER, admit, member
from tests.bench.report import Finding, median, milliseconds
from tests.factories import make_draft, make_item

TITLE = "A million past orders, against a thousand"
FEW, MANY = 1_000, 1_000_000
WARM_UP = 20
TURNS = 250
LINES = 9
LEASE = timedelta(seconds=30)
OPERATOR = 1
OPERATORS = -1_001_000_000_001
BUYERS = Buyers([OPERATOR])


class Shelf:
    """A catalog of the one item that everybody buys."""

    def __init__(self, item: Item) -> None:
        self._item = item

    async def get(self, key: ItemKey) -> Item | None:
        """The item."""
        return self._item if key == self._item.key else None


@dataclass
class Side:
    """One store with its past, and ordering as production builds it over that."""

    store: Store
    parts: OrderingParts
    references: Sequence[str]
    orders: int
    chance: Random = field(default_factory=lambda: Random(7))  # noqa: S311 - the same choices on both sides
    serial: Iterator[int] = field(default_factory=lambda: count(10_000_000))

    def group(self) -> Place:
        """The operator in a group of the shop's own."""
        return Place(FIRST_CHAT + self.chance.randrange(0, CHATS, 2), OPERATOR)

    async def viewer(self, place: Place) -> Buyer:
        """Who somebody is in a chat."""
        return await self.store.read(lambda tables: BUYERS.here(tables, place))

    async def confirmed(self, payer: Place | None = None) -> tuple[Order, float]:
        """A new order of the operator, or of a reseller's member, and the seconds that Confirm took."""
        terms: dict[str, Any] = {"reseller_id": RESELLER, "markup": MARKUP} if payer else {}
        place = payer or self.group()
        draft = make_draft(id=str(uuid4()), place=place, step=Step.CONFIRM, quantity=Decimal(2), **terms)
        await self.store.write(lambda tables: tables.drafts.save(draft))
        outcome, seconds = await timed(
            self.parts.ordering.confirm(draft.id, draft.place, next(self.serial), shown=draft.update_id)
        )
        assert isinstance(outcome, Confirmed)
        return outcome.order, seconds

    async def accepted(self) -> Order:
        """A new order that the supplier has."""
        order, _ = await self.confirmed()
        later = utc_now() + timedelta(hours=1)
        held = replace(order, state=OrderState.ACCEPTED, supplier_order_id=str(uuid4()), next_check_at=later)
        await self.store.write(lambda tables: tables.orders.save(held))
        return held


Action = Callable[[Side], Awaitable[float]]
"""Prepares, acts, and returns the seconds of the act alone."""


async def timed(work: Awaitable[Any]) -> tuple[Any, float]:
    """A result and the seconds it took."""
    began = time.perf_counter()
    result = await work
    return result, time.perf_counter() - began


def _listed(who: Callable[[Side], Place], shown: OrderFilter = OrderFilter.ALL, *, old: bool = False) -> Action:
    async def act(side: Side) -> float:
        viewer, before = await side.viewer(who(side)), side.orders // 2 if old else None
        return (await timed(side.parts.ordering.lines(viewer, shown, before, LINES)))[1]

    return act


def _everybodys(_side: Side) -> Place:
    return Place(OPERATOR, OPERATOR)


def _resellers(_side: Side) -> Place:
    return Place(OWNER, OWNER)


def _members(side: Side) -> Place:
    return member(side.chance)


async def _card(side: Side) -> float:
    operator = Buyer(Place(OPERATOR, OPERATOR), admin=True)
    view, seconds = await timed(side.parts.ordering.order_for(side.chance.choice(side.references), operator))
    assert view is not None
    return seconds


async def _status(side: Side) -> float:
    async def work(tables: Tables) -> None:
        await tables.orders.counts()
        await tables.orders.lines(OrderFilter.ATTENTION, chat_id=None, user_id=None, before=None, limit=5)
        for queue in (tables.updates, tables.events, tables.outbox):
            await queue.waiting()
        await tables.outbox.parked()
        await tables.events.last_received("voodoo")

    return (await timed(side.store.read(work)))[1]


async def _confirm(side: Side) -> float:
    return (await side.confirmed())[1]


async def _confirm_at_a_price(side: Side) -> float:
    return (await side.confirmed(member(side.chance)))[1]


async def _settle(side: Side) -> float:
    order = await side.accepted()
    assert order.supplier_order_id is not None
    body = wire(completed(order.id, order.supplier_order_id, (f"{order.reference}-A", f"{order.reference}-B")))

    async def act() -> None:
        await side.store.write(lambda tables: tables.events.add("voodoo", body, utc_now()))
        events: list[StoredEvent] = await side.store.write(lambda tables: tables.events.claim(utc_now(), LEASE, 10))
        for event in events:
            await side.parts.events.read(event)

    seconds = (await timed(act()))[1]
    settled = await side.store.read(lambda tables: tables.orders.by_id(order.id))
    assert settled is not None
    assert settled.state is OrderState.COMPLETED
    return seconds


async def _take_due(side: Side) -> float:
    await side.confirmed()
    due, seconds = await timed(side.store.write(lambda tables: tables.orders.claim_due(utc_now(), LEASE, 8)))
    assert due
    return seconds


async def _deliver(side: Side) -> float:
    await side.confirmed()

    async def act() -> int:
        claimed = await side.store.write(lambda tables: tables.outbox.claim(utc_now(), LEASE, 16))
        for delivery in claimed:
            await side.store.write(lambda tables, id_=delivery.id: tables.outbox.sent(id_, 1, utc_now()))
        return len(claimed)

    delivered, seconds = await timed(act())
    return seconds / delivered


async def _take_in(side: Side) -> float:
    update = StoredUpdate(next(side.serial), FIRST_CHAT, FIRST_CHAT, b'{"update_id": 1}')

    async def act() -> None:
        await side.store.write(lambda tables: tables.updates.add(update, utc_now()))
        await side.store.write(lambda tables: tables.updates.done(update.update_id, utc_now()))

    return (await timed(act()))[1]


ACTIONS: Mapping[str, Action] = {
    "/orders, the newest of a chat": _listed(Side.group),
    "/orders, a page from years ago": _listed(Side.group, old=True),
    "/orders failed, of a chat": _listed(Side.group, OrderFilter.FAILED),
    "/orders open, of a chat": _listed(Side.group, OrderFilter.OPEN),
    "/orders, everybody's": _listed(_everybodys),
    "/orders failed, everybody's": _listed(_everybodys, OrderFilter.FAILED),
    "/orders attention, everybody's": _listed(_everybodys, OrderFilter.ATTENTION),
    "/orders, a reseller's": _listed(_resellers),
    "/orders failed, a reseller's": _listed(_resellers, OrderFilter.FAILED),
    "/orders, a member's own": _listed(_members),
    "an order's card with its codes": _card,
    "/status": _status,
    "an update stored and marked handled": _take_in,
    "Confirm": _confirm,
    "Confirm on a reseller's account, with every limit": _confirm_at_a_price,
    "an order taken up to be placed": _take_due,
    "a webhook stored, read and settled": _settle,
    "a message taken from the outbox and marked sent": _deliver,
}


async def measure(folder: Path) -> list[Finding]:
    """Do everything by turns on both sides, so that whatever slows the machine slows both."""
    async with AsyncExitStack() as stack:
        few, _ = await stack.enter_async_context(_side(folder / "few.db", FEW))
        many, seconds = await stack.enter_async_context(_side(folder / "many.db", MANY))
        findings = [Finding(f"filling {MANY:,} orders and what belongs to them", f"{seconds:.0f} s")]
        for what, act in ACTIONS.items():
            findings.append(await _compared(what, act, few, many))
        return findings


async def _compared(what: str, act: Action, few: Side, many: Side) -> Finding:
    for _ in range(WARM_UP):
        await act(few)
        await act(many)
    took = [(await act(few), await act(many)) for _ in range(TURNS)]
    with_few, with_many = median([pair[0] for pair in took]), median([pair[1] for pair in took])
    share = with_many / with_few
    return Finding.held(
        what, f"{share:.2f}x  ({milliseconds(with_few)}, {milliseconds(with_many)})", "within 1.5x", met=share <= 1.5
    )


@asynccontextmanager
async def _side(database: Path, orders: int) -> AsyncGenerator[tuple[Side, float]]:
    """Open a store with so many past orders; yields it with the seconds that filling it took."""
    vault = Vault([Fernet.generate_key().decode()])
    url = f"sqlite:///{database}"
    await (await Store.open(url, vault)).close()
    seconds = await asyncio.to_thread(fill, database, orders, vault)
    store = await Store.open(url, vault)
    suppliers = build_suppliers([VoodooConfig(api_key="ak_bench")], Journal(store, utc_now).record)
    parts = build_ordering(
        store,
        suppliers,
        Shelf(make_item()),
        OperatorDesk([DeskChat(OPERATORS)]),
        OrderingPolicy(),
        clock=utc_now,
        ids=lambda: str(uuid4()),
        random=SystemRandom(),
        buyers=BUYERS,
        currency="USD",
        limits=ShopLimits(ENOUGH, spend_per_day=Decimal(1_000_000), largest_order=Decimal(1000)),
    )
    await admit(store)
    try:
        yield Side(store, parts, await _references(store, orders), orders), seconds
    finally:
        for supplier in suppliers.values():
            await supplier.close()
        await store.close()


async def _references(store: Store, orders: int) -> list[str]:
    """References of orders from all over the past."""
    found: list[str] = []
    for page in range(1, 21):
        before = orders * page // 20 + 1
        lines = await store.read(
            lambda tables, before=before: tables.orders.lines(
                OrderFilter.ALL, chat_id=None, user_id=None, before=before, limit=10
            )
        )
        found += [line.reference for line in lines]
    return found
