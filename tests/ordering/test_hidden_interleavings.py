"""Chance again, with a supplier that finds orders by our id, shows each code in clear once and delivers bit by bit."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from bot.ordering.journal import Journal
from bot.suppliers.errors import SupplierUnavailable
from bot.suppliers.outcomes import (
    Accepted,
    Deferred,
    FetchOutcome,
    Found,
    Missing,
    PlaceOutcome,
    PlaceRequest,
    Pointer,
    Rejected,
    Report,
    ReportedStatus,
    Unknown,
)
from storage.records.orders import Attention, Code, Order, OrderState, RejectReason
from tests.ordering.chance import SETTINGS, ChanceSupplier, Fate, Killed, ShopUnderChance
from tests.ordering.shop import Clock, as_body, owed_keys

UNITS = 2
SLOWEST_TO_SHOW = timedelta(seconds=60)
SLOWEST_TO_ARRIVE = timedelta(seconds=30)
"""Together no more than the patience of ordering, ``find_for``."""


@dataclass(slots=True)
class Sold:
    """An order in the supplier's own books. ``shown`` counts the codes whose one clear view is over."""

    id: str
    order_id: str
    shows_at: datetime
    status: ReportedStatus = ReportedStatus.PENDING
    codes: list[str] = field(default_factory=list[str])
    shown: int = 0

    def told(self, mask: str, *, created: bool = False) -> Report:
        """What the supplier says of it, which is the clear view of what was not shown before."""
        clear = [Code(code) for code in self.codes[self.shown :]]
        hidden = [Code(mask + code[-1]) for code in self.codes[: self.shown]]
        self.shown = len(self.codes)
        return Report(
            supplier_order_id=self.id,
            status=self.status,
            order_id=self.order_id,
            item_id="4711",
            raw_status=self.status.value,
            quantity=Decimal(UNITS),
            delivered=len(self.codes),
            charged=Decimal(19),
            refunded=Decimal(19 if self.status is ReportedStatus.FAILED else 0),
            codes=(*hidden, *clear),
            created=created,
        )


@dataclass(slots=True)
class Memory:
    """What outlives a restart of the bot; ``reached`` are the clear codes that came as far as our journal."""

    books: dict[str, Sold] = field(default_factory=dict[str, Sold])
    late: dict[str, datetime] = field(default_factory=dict[str, datetime])
    reached: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    pointers: list[Pointer] = field(default_factory=list[Pointer])


class SecretiveSupplier(ChanceSupplier):
    """Keeps books by our reference, shows a new order only after a while, and a code only once."""

    def __init__(self, journal: Journal, memory: Memory, clock: Clock) -> None:
        super().__init__(journal)
        self.memory = memory
        self.clock = clock
        self.finds = True
        self.at_once = 0
        self.shows_after = timedelta(0)

    async def place(self, request: PlaceRequest) -> PlaceOutcome:
        match self.fate:
            case Fate.NOT_SENT:
                return Deferred("connection refused")
            case Fate.LOST_BEFORE:
                return Unknown("connection reset")
            case Fate.KILLED_BEFORE:
                raise Killed
            case Fate.LATE:
                self.memory.late.setdefault(request.order_id, self.clock() + SLOWEST_TO_ARRIVE)
                return Unknown("timed out")
            case _:
                return await self._sell(request.order_id)

    async def find(self, order_id: str) -> FetchOutcome:
        self.sought.append(order_id)
        sold = self.memory.books.get(order_id)
        return await self._show(sold if sold and sold.shows_at <= self.clock() else None, order_id)

    async def fetch(self, supplier_order_id: str, order_id: str) -> FetchOutcome:
        sold = next((one for one in self.memory.books.values() if one.id == supplier_order_id), None)
        return await self._show(sold, order_id)

    def sell(self, order_id: str) -> Sold:
        """Enter an order into the books."""
        serial = len(self.memory.books)
        sold = Sold(f"S-{serial}", order_id, self.clock() + self.shows_after)
        self.memory.books[order_id] = sold
        return sold

    def deliver(self, sold: Sold, units: int) -> None:
        """Deliver up to so many units in all."""
        sold.codes += [f"KEY-{sold.id}-{number}" for number in range(len(sold.codes), units)]
        statuses = (ReportedStatus.PENDING, ReportedStatus.DELIVERING, ReportedStatus.COMPLETED)
        sold.status = statuses[len(sold.codes)]

    async def _sell(self, order_id: str) -> PlaceOutcome:
        if order_id in self.memory.books:
            return Rejected(RejectReason.REFUSED, "Duplicate client_reference", duplicate=True, taken=self.masked)
        if self.fate is Fate.REFUSED:
            return Rejected(RejectReason.REFUSED, "Product is out of stock", duplicate=self.masked)
        sold = self.sell(order_id)
        self.deliver(sold, self.at_once)
        told = sold.told("", created=True)
        # What was lost with the answer was shown all the same.
        if self.fate is Fate.LOST_AFTER:
            return Unknown("timed out")
        if self.fate is Fate.KILLED_AFTER:
            raise Killed
        return Accepted(told, await self._kept(order_id, told))

    async def _show(self, sold: Sold | None, order_id: str) -> FetchOutcome:
        if self.fate is Fate.KILLED_BEFORE:
            raise Killed
        if self.fate in {Fate.NOT_SENT, Fate.LOST_BEFORE, Fate.LATE, Fate.REFUSED}:
            raise SupplierUnavailable("timed out")
        if sold is None:
            return Missing()
        told = sold.told("XXXX-XXXX-" if self.masked else "****-****-")
        if self.fate is Fate.LOST_AFTER:
            raise SupplierUnavailable("timed out")
        if self.fate is Fate.KILLED_AFTER:
            raise Killed
        return Found(told, await self._kept(order_id, told))

    async def _kept(self, order_id: str, told: Report) -> int:
        journal_id = await self._record(order_id, told)
        clear = {code.value for code in told.codes if code.value.startswith("KEY")}
        self.memory.reached.setdefault(order_id, set()).update(clear)
        if self.fate is Fate.KILLED_WITH_REPLY:
            raise Killed
        return journal_id


class HiddenCodesUnderChance(ShopUnderChance):
    """Its webhooks only point; everything must be asked for, and asking uses the clear view up."""

    supplier: SecretiveSupplier  # pyright: ignore[reportIncompatibleVariableOverride] - what new_supplier makes

    def __init__(self) -> None:
        super().__init__()
        self.memory = Memory()
        self.seen: dict[str, OrderState] = {}

    def new_supplier(self, journal: Journal) -> ChanceSupplier:
        return SecretiveSupplier(journal, self.memory, self.shop.clock)

    @rule(units=st.integers(0, UNITS), seconds=st.integers(0, int(SLOWEST_TO_SHOW.total_seconds())))
    def mood(self, units: int, seconds: int) -> None:
        self.supplier.at_once, self.supplier.shows_after = units, timedelta(seconds=seconds)

    @precondition(lambda self: self.memory.late)
    @rule(data=st.data())
    def a_late_create_arrives(self, data: st.DataObject) -> None:
        order_id = data.draw(st.sampled_from(sorted(self.memory.late)))
        if self.shop.clock() <= self.memory.late.pop(order_id) and order_id not in self.memory.books:
            self.supplier.sell(order_id)

    @precondition(lambda self: any(len(sold.codes) < UNITS for sold in self.memory.books.values()))
    @rule(data=st.data(), units=st.integers(1, UNITS))
    def deliver(self, data: st.DataObject, units: int) -> None:
        waiting = [sold for sold in self.memory.books.values() if sold.status is not ReportedStatus.FAILED]
        if waiting:
            self._deliver(data.draw(st.sampled_from(waiting)), units)

    @precondition(lambda self: any(sold.status is ReportedStatus.PENDING for sold in self.memory.books.values()))
    @rule(data=st.data())
    def fail(self, data: st.DataObject) -> None:
        waiting = [sold for sold in self.memory.books.values() if sold.status is ReportedStatus.PENDING]
        sold = data.draw(st.sampled_from(waiting))
        sold.status = ReportedStatus.FAILED
        self.memory.pointers.append(Pointer(sold.id, sold.order_id))

    def _deliver(self, sold: Sold, units: int) -> None:
        self.supplier.deliver(sold, max(units, len(sold.codes)))
        self.memory.pointers += [Pointer(sold.id, sold.order_id), Pointer(sold.id)]

    @precondition(lambda self: self.memory.pointers)
    @rule(data=st.data(), padding=st.integers(0, 2))
    def webhook(self, data: st.DataObject, padding: int) -> None:
        body = as_body(data.draw(st.sampled_from(self.memory.pointers))) + b" " * padding
        self.run(self.shop.push_bytes(body))

    @precondition(lambda self: self.drafts)
    @rule(data=st.data(), serial=st.integers(0, 3))
    def resolve(self, data: st.DataObject, serial: int) -> None:
        self.run(self._resolve(data.draw(st.sampled_from(self.drafts)).id, f"S-{serial}"))

    async def _resolve(self, draft_id: str, supplier_order_id: str) -> None:
        self.updates += 1
        self.supplier.fate = Fate.FINE
        order = await self.store.read(lambda tables: tables.orders.by_draft(draft_id))
        assert order is not None
        await self.shop.ordering.resolve(order.reference, supplier_order_id, 1, self.updates)

    async def check(self) -> None:
        orders = await self.shop.all_orders()
        assert len(orders) == len(self.drafts)
        assert set(self.memory.books) <= {order.id for order in orders}
        owed = Counter(await self.store.read(owed_keys))
        for order in orders:
            await self._check_one(order, owed)

    async def _check_one(self, order: Order, owed: Counter[str]) -> None:
        sold = self.memory.books.get(order.id)
        codes = set(await self.shop.codes(order))
        before = self.seen.get(order.id)
        assert before is None or not before.terminal or before is order.state, "a terminal state changed"
        self.seen[order.id] = order.state
        assert order.state.terminal or order.next_check_at, "an order was forgotten"
        assert owed[f"result:{order.id}"] == order.state.terminal, "not exactly one result"
        assert len(codes) == len(await self.shop.codes(order)), "a code was taken for two"
        assert codes <= set(sold.codes if sold else ())
        assert order.attention not in {Attention.ID_MISMATCH, Attention.OTHER_GOODS}
        if order.state is OrderState.REJECTED:
            assert sold is None, "called uncharged, but the supplier has it"
        if order.supplier_order_id is not None:
            assert sold is not None
            assert order.supplier_order_id == sold.id
        if not order.state.terminal and codes:
            assert owed[f"codes:{order.id}:{len(codes)}"], "a part was not handed on"
        lost = self.memory.reached.get(order.id, set[str]()) - codes
        assert not lost or await self.store.read(lambda tables: tables.journal.left_of(order.id)), "a code was lost"

    async def come_to_an_end(self) -> None:
        """With a fair network every order ends: with its codes, or flagged because some were never shown to us."""
        for order_id, expires in self.memory.late.items():
            if self.shop.clock() <= expires and order_id not in self.memory.books:
                self.supplier.sell(order_id)
        for _ in range(120):
            for sold in self.memory.books.values():
                if sold.status is not ReportedStatus.FAILED:
                    self._deliver(sold, UNITS)
            if all(_ended(order) for order in await self.shop.all_orders()):
                break
            await self.jump()
        await self.begin_again()
        await self.check()
        for order in await self.shop.all_orders():
            await self._check_the_end(order)

    async def _check_the_end(self, order: Order) -> None:
        sold, codes = self.memory.books.get(order.id), set(await self.shop.codes(order))
        reached = self.memory.reached.get(order.id, set[str]())
        assert codes == reached
        # What may be a code and may be a mask is kept until a human has looked.
        kept = await self.store.read(lambda tables: tables.journal.left_of(order.id))
        assert not kept or order.attention is Attention.CODES_HIDDEN
        if sold is None:
            assert order.state is OrderState.REJECTED
        elif sold.status is ReportedStatus.FAILED:
            assert order.state is OrderState.FAILED
        elif reached == set(sold.codes):
            assert order.state is OrderState.COMPLETED
        else:
            assert (order.state, order.attention) == (OrderState.ACCEPTED, Attention.CODES_HIDDEN)


def _ended(order: Order) -> bool:
    """Whether an order is over, or as over as it can be without a human."""
    return order.state.terminal or order.attention is Attention.CODES_HIDDEN


HiddenCodesUnderChance.TestCase.settings = SETTINGS
TestHiddenCodesUnderChance = HiddenCodesUnderChance.TestCase
