"""Chance drives confirms, calls, kills, webhooks and look-ups in any order; the invariants of an order always hold."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum, auto
from pathlib import Path
from typing import Any, TypeVar

import hypothesis.strategies as st
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.ordering.confirming import AlreadyConfirmed, Confirmed
from bot.ordering.journal import Journal
from bot.suppliers.protocol import (
    Accepted,
    Deferred,
    FetchOutcome,
    Found,
    Missing,
    PlaceOutcome,
    PlaceRequest,
    Rejected,
    Report,
    ReportedStatus,
    SupplierUnavailable,
    Unknown,
)
from storage.crypto import Vault
from storage.records.orders import Draft, Order, OrderState, RejectReason, Step
from storage.store import Store
from tests.factories import PLACE, keys, make_draft
from tests.ordering.shop import ScriptedSupplier, Shop, as_body, owed_keys

T = TypeVar("T")

MASKED = ("********", "********")


class Killed(Exception):
    """The process ends in the middle of a call."""


class Fate(Enum):
    """What the network and the supplier make of the next call."""

    FINE = auto()
    NOT_SENT = auto()
    LOST_BEFORE = auto()
    LOST_AFTER = auto()
    REFUSED = auto()
    KILLED_BEFORE = auto()
    KILLED_AFTER = auto()
    KILLED_WITH_REPLY = auto()


@dataclass(slots=True)
class Sold:
    """An order in the supplier's own books."""

    id: str
    order_id: str
    status: ReportedStatus = ReportedStatus.PENDING
    codes: tuple[str, ...] = ()
    calls: int = 1

    def told(self) -> Report:
        """What the supplier says of it."""
        refunded = Decimal(19) - Decimal("9.50") * len(self.codes) if self.status is not ReportedStatus.PENDING else 0
        return Report(
            supplier_order_id=self.id,
            status=self.status,
            order_id=self.order_id,
            raw_status=self.status.value,
            delivered=len(self.codes),
            charged=Decimal(19),
            refunded=Decimal(refunded),
            codes=keys(*self.codes),
        )


@dataclass(slots=True)
class Memory:
    """What outlives a restart of the bot: the supplier's books and the webhooks it sent."""

    books: dict[str, Sold] = field(default_factory=dict[str, Sold])
    webhooks: list[Report] = field(default_factory=list[Report])


class HonestSupplier(ScriptedSupplier):
    """Keeps books, refuses a reference it has, and loses answers as it is told. Otherwise as the scripted one."""

    def __init__(self, journal: Journal, memory: Memory) -> None:
        super().__init__(journal)
        self.memory = memory
        self.fate = Fate.FINE
        self.masked = False

    async def place(self, request: PlaceRequest) -> PlaceOutcome:
        match self.fate:
            case Fate.NOT_SENT:
                return Deferred("connection refused")
            case Fate.LOST_BEFORE:
                return Unknown("connection reset")
            case Fate.KILLED_BEFORE:
                raise Killed
            case _:
                return await self._sell(request.order_id)

    async def fetch(self, supplier_order_id: str, order_id: str) -> FetchOutcome:
        if self.fate is Fate.KILLED_BEFORE:
            raise Killed
        if self.fate not in {Fate.FINE, Fate.KILLED_WITH_REPLY}:
            raise SupplierUnavailable("timed out")
        sold = next((one for one in self.memory.books.values() if one.id == supplier_order_id), None)
        if sold is None:
            return Missing()
        told = replace(sold.told(), codes=keys(*MASKED[: len(sold.codes)])) if self.masked else sold.told()
        return Found(told, await self._kept(order_id, told))

    async def _sell(self, order_id: str) -> PlaceOutcome:
        if order_id in self.memory.books:
            self.memory.books[order_id].calls += 1
            return Rejected(RejectReason.REFUSED, "validation error", duplicate=True)
        if self.fate is Fate.REFUSED:
            return Rejected(RejectReason.REFUSED, "Item is not available", duplicate=True)
        sold = self.memory.books[order_id] = Sold(f"S-{len(self.memory.books)}", order_id)
        if self.fate is Fate.LOST_AFTER:
            return Unknown("timed out")
        if self.fate is Fate.KILLED_AFTER:
            raise Killed
        return Accepted(sold.told(), await self._kept(order_id, sold.told()))

    async def _kept(self, order_id: str, told: Report) -> int:
        journal_id = await self._record(order_id, told)
        if self.fate is Fate.KILLED_WITH_REPLY:
            raise Killed
        return journal_id


class OrdersUnderChance(RuleBasedStateMachine):
    """One shop, one supplier, any order of things."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.directory = tempfile.TemporaryDirectory()
        self.vault = Vault([Fernet.generate_key().decode()])
        self.memory = Memory()
        self.drafts: list[Draft] = []
        self.seen: dict[str, OrderState] = {}
        self.updates = 1000

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    @initialize()
    def open(self) -> None:
        self.run(self._open())

    async def _open(self) -> None:
        self.store = await self._open_store()
        self.shop = Shop(self.store)
        self._start_over()

    async def _open_store(self) -> Store:
        return await Store.open(f"sqlite:///{Path(self.directory.name) / 'orders.db'}", self.vault)

    def _start_over(self) -> None:
        self.supplier = HonestSupplier(Journal(self.store, self.shop.clock), self.memory)
        self.shop.restart(voodoo=self.supplier)

    def teardown(self) -> None:
        try:
            self.run(self._close())
        finally:
            self.runner.close()
            self.directory.cleanup()

    async def _close(self) -> None:
        if not hasattr(self, "store"):
            return
        try:
            await self._everything_comes_to_its_end()
        finally:
            await self.store.close()

    @precondition(lambda self: len(self.drafts) < 4)
    @rule()
    def confirm(self) -> None:
        self.run(self._confirm())

    async def _confirm(self) -> None:
        draft = make_draft(step=Step.CONFIRM, quantity=Decimal(2), update_id=1)
        await self.store.write(lambda tables: tables.drafts.save(draft))
        assert isinstance(await self._tap(draft), Confirmed)
        self.drafts.append(draft)

    async def _tap(self, draft: Draft) -> object:
        self.updates += 1
        return await self.shop.ordering.confirm(draft.id, PLACE, self.updates, shown=draft.update_id)

    @precondition(lambda self: self.drafts)
    @rule(data=st.data())
    def confirm_again(self, data: st.DataObject) -> None:
        draft = data.draw(st.sampled_from(self.drafts))
        assert isinstance(self.run(self._tap(draft)), AlreadyConfirmed)

    @rule(fate=st.sampled_from(Fate), seconds=st.sampled_from([0, 2, 20, 130, 700]), masked=st.booleans())
    def work(self, fate: Fate, seconds: int, masked: bool) -> None:
        self.supplier.fate, self.supplier.masked = fate, masked
        self.shop.clock.pass_(seconds=seconds)
        with suppress(Killed):
            self.run(self.shop.work())
            return
        self.restart()

    @rule()
    def restart(self) -> None:
        self.run(self._restart())

    async def _restart(self) -> None:
        # The store too: what the dead process had claimed must not wait for its leases.
        await self.store.close()
        self.store = self.shop.store = await self._open_store()
        self._start_over()
        await self.shop.workers.recover()

    @precondition(lambda self: any(sold.status is ReportedStatus.PENDING for sold in self.memory.books.values()))
    @rule(data=st.data(), codes=st.integers(0, 2))
    def fulfil(self, data: st.DataObject, codes: int) -> None:
        waiting = [sold for sold in self.memory.books.values() if sold.status is ReportedStatus.PENDING]
        self._end(data.draw(st.sampled_from(waiting)), codes)

    def _end(self, sold: Sold, codes: int) -> None:
        self.memory.webhooks.append(sold.told())
        sold.codes = tuple(f"{sold.id}-{number}" for number in range(codes))
        sold.status = (ReportedStatus.FAILED, ReportedStatus.PARTIAL, ReportedStatus.COMPLETED)[codes]
        self.memory.webhooks.append(sold.told())

    @precondition(lambda self: self.memory.webhooks)
    @rule(data=st.data(), padding=st.integers(0, 2))
    def webhook(self, data: st.DataObject, padding: int) -> None:
        body = as_body(data.draw(st.sampled_from(self.memory.webhooks))) + b" " * padding
        self.run(self.shop.push_bytes(body))

    @invariant()
    def every_order_is_right(self) -> None:
        if hasattr(self, "shop"):
            self.run(self._check())

    async def _check(self) -> None:
        orders = await self.shop.all_orders()
        assert len(orders) == len(self.drafts)
        assert set(self.memory.books) <= {order.id for order in orders}
        keys = Counter(await self.store.read(owed_keys))
        for order in orders:
            await self._check_one(order, keys)

    async def _check_one(self, order: Order, keys: Counter[str]) -> None:
        sold = self.memory.books.get(order.id)
        codes = await self.shop.codes(order)
        before = self.seen.get(order.id)
        assert before is None or not before.terminal or before is order.state, "a terminal state changed"
        self.seen[order.id] = order.state
        assert order.state.terminal or order.next_check_at or order.attention, "an order was forgotten"
        assert keys[f"result:{order.id}"] == order.state.terminal, "not exactly one result"
        if order.state is OrderState.REJECTED:
            assert sold is None, "called uncharged, but the supplier has it"
        if order.supplier_order_id is not None:
            assert sold is not None
            assert order.supplier_order_id == sold.id
        assert not Counter(codes) - Counter(sold.codes if sold else ())
        if sold is not None and order.state.terminal:
            assert (order.state, codes) == (OrderState(sold.status.value), sold.codes)
            assert (order.charged or 0) - order.refunded == Decimal("9.50") * len(codes)

    async def _everything_comes_to_its_end(self) -> None:
        """With a fair network, and webhooks for those whose id got lost, every order the supplier has ends right."""
        self.supplier.masked = False
        await self._restart()
        for sold in self.memory.books.values():
            if sold.status is ReportedStatus.PENDING:
                self._end(sold, 2)
        for _ in range(30):
            instants = [order.next_check_at for order in await self.shop.all_orders() if order.next_check_at]
            if not instants:
                break
            self.shop.clock.now = max(self.shop.clock.now, min(instants))
            await self.shop.work()
            for sold in self.memory.books.values():
                if sold.status is ReportedStatus.PENDING:
                    self._end(sold, 2)
        for number, told in enumerate(self.memory.webhooks):
            await self.shop.push_bytes(as_body(told) + b" " * (10 + number))
        await self._check()
        for order in await self.shop.all_orders():
            assert order.state.terminal or (order.id not in self.memory.books and order.attention)
        assert await self.shop.journal_left() == 0


OrdersUnderChance.TestCase.settings = settings(
    max_examples=30, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestOrdersUnderChance = OrdersUnderChance.TestCase
