"""Chance drives confirms, calls, kills, webhooks and look-ups in any order; the invariants of an order always hold."""

from collections import Counter

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from bot.ordering.journal import Journal
from storage.records.orders import Order, OrderState
from tests.ordering.bookkeeper import COST, HonestSupplier, Memory, Sold
from tests.ordering.chance import SETTINGS, ShopUnderChance
from tests.ordering.fates import FatefulSupplier
from tests.ordering.scripted import as_body
from tests.ordering.shop import owed_keys


class OrdersUnderChance(ShopUnderChance):
    """A supplier that cannot be asked by our id and tells everything in its webhooks."""

    def __init__(self) -> None:
        super().__init__()
        self.memory = Memory()
        self.seen: dict[str, OrderState] = {}

    def new_supplier(self, journal: Journal) -> FatefulSupplier:
        return HonestSupplier(journal, self.memory)

    @precondition(lambda self: self.memory.waiting())
    @rule(data=st.data(), codes=st.integers(0, 2))
    def fulfil(self, data: st.DataObject, codes: int) -> None:
        self._end(data.draw(st.sampled_from(self.memory.waiting())), codes)

    def _end(self, sold: Sold, codes: int) -> None:
        self.memory.webhooks.append(sold.told())
        sold.end(codes)
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
            assert (order.charged or 0) - order.refunded == COST * len(codes)

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
        for sold in self.memory.waiting():
            self._end(sold, 2)


OrdersUnderChance.TestCase.settings = SETTINGS
TestOrdersUnderChance = OrdersUnderChance.TestCase
