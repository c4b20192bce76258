"""Chance again, with a supplier that finds orders by our id, shows each code in clear once and delivers bit by bit."""

from collections import Counter
from datetime import timedelta

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from bot.ordering.journal import Journal
from bot.suppliers.outcomes import Pointer, ReportedStatus
from storage.records.orders import Attention, Order, OrderState
from tests.ordering.chance import SETTINGS, ShopUnderChance
from tests.ordering.fates import Fate, FatefulSupplier
from tests.ordering.scripted import as_body
from tests.ordering.secretive import SLOWEST_TO_SHOW, UNITS, Memory, SecretiveSupplier, Sold
from tests.ordering.shop import owed_keys


class HiddenCodesUnderChance(ShopUnderChance):
    """Its webhooks only point; everything must be asked for, and asking uses the clear view up."""

    supplier: SecretiveSupplier  # pyright: ignore[reportIncompatibleVariableOverride] - what new_supplier makes

    def __init__(self) -> None:
        super().__init__()
        self.memory = Memory()
        self.seen: dict[str, OrderState] = {}

    def new_supplier(self, journal: Journal) -> FatefulSupplier:
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
