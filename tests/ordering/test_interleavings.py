"""Chance drives confirms, calls, kills, webhooks and look-ups in any order; the invariants of an order always hold."""

from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

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
from storage.records.orders import Order, OrderState, RejectReason
from tests.factories import keys
from tests.ordering.chance import SETTINGS, ChanceSupplier, Fate, Killed, ShopUnderChance
from tests.ordering.shop import as_body, owed_keys

MASKED = ("********", "********")


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


class HonestSupplier(ChanceSupplier):
    """Keeps books, refuses a reference it has, and loses answers as it is told. Otherwise as the scripted one."""

    def __init__(self, journal: Journal, memory: Memory) -> None:
        super().__init__(journal)
        self.memory = memory

    async def place(self, request: PlaceRequest) -> PlaceOutcome:
        match self.fate:
            case Fate.NOT_SENT:
                return Deferred("connection refused")
            case Fate.LOST_BEFORE | Fate.LATE:
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


class OrdersUnderChance(ShopUnderChance):
    """A supplier that cannot be asked by our id and tells everything in its webhooks."""

    def __init__(self) -> None:
        super().__init__()
        self.memory = Memory()
        self.seen: dict[str, OrderState] = {}

    def new_supplier(self, journal: Journal) -> ChanceSupplier:
        return HonestSupplier(journal, self.memory)

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

    async def check(self) -> None:
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

    async def come_to_an_end(self) -> None:
        """With webhooks for those whose id got lost, every order that the supplier has ends right."""
        self._end_all()
        for _ in range(30):
            if not await self.jump():
                break
            self._end_all()
        for number, told in enumerate(self.memory.webhooks):
            await self.shop.push_bytes(as_body(told) + b" " * (10 + number))
        await self.check()
        for order in await self.shop.all_orders():
            assert order.state.terminal or (order.id not in self.memory.books and order.attention)
        assert await self.shop.journal_left() == 0

    def _end_all(self) -> None:
        for sold in self.memory.books.values():
            if sold.status is ReportedStatus.PENDING:
                self._end(sold, 2)


OrdersUnderChance.TestCase.settings = SETTINGS
TestOrdersUnderChance = OrdersUnderChance.TestCase
