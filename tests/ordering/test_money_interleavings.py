"""Chance mixes orders, ends, kills, credits, debits and limits; no money is ever lost, made or spent twice."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import precondition, rule

from bot.ordering.confirming import Confirmed
from bot.ordering.journal import Journal
from bot.ordering.notices import DeskChat, OperatorDesk
from bot.resellers.accounts import Accounts
from bot.resellers.limits import Barred, Barrier
from bot.resellers.outcomes import AlreadyDone, Changed, OwesMore, Posted, Unchanged, WouldPassLimit
from bot.resellers.telling import MoneyNews
from storage.records.orders import Attention, Draft, Order, OrderState, Place, Step
from storage.records.resellers import Entry, EntryKind, MemberRole, Reseller
from tests.factories import PLACE, make_draft
from tests.ordering.bookkeeper import COST, HonestSupplier, Memory, Sold
from tests.ordering.chance import SETTINGS, ShopUnderChance
from tests.ordering.fates import Fate, FatefulSupplier
from tests.ordering.scripted import as_body
from tests.ordering.shop import DESK_CHAT
from tests.resellers.people import BUYER, OWNER, add_reseller

ADMIN = PLACE.user_id
RIVAL = Place(3001, 3001)
PEOPLE = (BUYER, OWNER, RIVAL)
CENT = Decimal("0.01")
LONG_AGO, LONG_AFTER = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)

cents = st.integers(1, 12_000).map(lambda amount: CENT * amount)
markups = st.integers(0, 5_000).map(lambda amount: CENT * amount)


@dataclass(slots=True)
class Expected:
    """What the model knows of a reseller: the sum of its credits and debits, and every ledger line seen so far."""

    paid: Decimal
    lines: list[Entry] = field(default_factory=list[Entry])


class MoneyUnderChance(ShopUnderChance):
    """Two resellers and the operator, one supplier."""

    def __init__(self) -> None:
        super().__init__()
        self.memory = Memory()
        self.expected: dict[int, Expected] = {}
        self.captured: dict[str, Decimal] = {}
        self.late: set[str] = set()
        self.done: list[Callable[[], Awaitable[Any]]] = []

    def new_supplier(self, journal: Journal) -> FatefulSupplier:
        return HonestSupplier(journal, self.memory)

    async def _open(self) -> None:
        await super()._open()
        nova = await add_reseller(self.store, money="60", credit_limit=Decimal(15))
        rival = await add_reseller(self.store, "Rival", money="30", people={RIVAL.user_id: MemberRole.OWNER}, groups=())
        self.accounts_of = {BUYER: nova.id, OWNER: nova.id, RIVAL: rival.id}
        self.expected = {nova.id: Expected(Decimal(60)), rival.id: Expected(Decimal(30))}
        self._new_accounts()
        # Each walk begins in the middle of the day: with an order of everybody's under way.
        for place in PEOPLE:
            assert isinstance(await self._confirm_at(await self._draft(place, 2)), Confirmed)
        await self.shop.work()

    async def begin_again(self) -> None:
        await super().begin_again()
        self._new_accounts()

    def _new_accounts(self) -> None:
        news = MoneyNews(OperatorDesk([DeskChat(DESK_CHAT)]), "USD", Decimal(10))
        self.accounts = Accounts(self.store, self.shop.clock, "USD", news)

    async def _account(self, reseller_id: int) -> Reseller:
        account = await self.store.read(lambda tables: tables.resellers.get(reseller_id))
        assert account is not None
        return account

    async def _draft(self, place: Place, quantity: int) -> Draft:
        account = await self._account(self.accounts_of[place])
        facts: dict[str, Any] = {"reseller_id": account.id, "markup": account.markup}
        draft = make_draft(place=place, step=Step.CONFIRM, quantity=Decimal(quantity), update_id=1, **facts)
        await self.store.write(lambda tables: tables.drafts.save(draft))
        return draft

    async def _confirm_at(self, draft: Draft) -> Confirmed | Barred:
        outcome = await self._tap(draft)
        assert isinstance(outcome, Confirmed | Barred)
        if isinstance(outcome, Confirmed):
            self.drafts.append(draft)
        return outcome

    @precondition(lambda self: len(self.drafts) < 12)
    @rule(place=st.sampled_from(PEOPLE), quantity=st.integers(1, 4))
    def buy(self, place: Place, quantity: int) -> None:
        self.run(self._buy([(place, quantity)]))

    @precondition(lambda self: len(self.drafts) < 12)
    @rule(quantity=st.integers(1, 6))
    def buy_both_at_once(self, quantity: int) -> None:
        # For the same price: whoever is faster, chance goes on from the same state, or it could not repeat a walk.
        self.run(self._buy([(BUYER, quantity), (OWNER, quantity)]))

    async def _buy(self, wanted: list[tuple[Place, int]]) -> None:
        drafts = [await self._draft(place, quantity) for place, quantity in wanted]
        account = await self._account(self.accounts_of[wanted[0][0]])
        outcomes = await asyncio.gather(*(self._confirm_at(draft) for draft in drafts))
        left = account.available
        for outcome, (_, quantity) in zip(outcomes, wanted, strict=True):
            if isinstance(outcome, Confirmed):
                assert outcome.order.price == price(quantity, account.markup)
                left -= price(quantity, account.markup)
        assert left >= 0, "more was held than there was"
        for outcome, (_, quantity) in zip(outcomes, wanted, strict=True):
            if isinstance(outcome, Barred):
                assert outcome.barrier is Barrier.NOT_ENOUGH
                assert outcome.price == price(quantity, account.markup) > left, "it would have fitted"

    @rule(place=st.sampled_from(PEOPLE), amount=cents, credit=st.booleans())
    def post(self, place: Place, amount: Decimal, credit: bool) -> None:
        account = self.run(self._account(self.accounts_of[place]))
        outcome = self.run(self._do(lambda who, update: self._posted(credit, who, amount, update), place))
        if not credit and amount > account.available:
            assert outcome == WouldPassLimit(account, amount - account.available)
        else:
            assert isinstance(outcome, Posted)
            self.expected[account.id].paid += amount if credit else -amount

    def _posted(self, credit: bool, who: int, amount: Decimal, update: int) -> Awaitable[Any]:
        act = self.accounts.credit if credit else self.accounts.debit
        return act(who, amount, "", ADMIN, update)

    @rule(place=st.sampled_from(PEOPLE), limit=cents)
    def limit(self, place: Place, limit: Decimal) -> None:
        account = self.run(self._account(self.accounts_of[place]))
        outcome = self.run(self._do(lambda who, update: self.accounts.set_limit(who, limit, ADMIN, update), place))
        fits = account.balance + limit - account.held >= 0
        assert isinstance(outcome, Changed | Unchanged if fits else OwesMore)

    @rule(place=st.sampled_from(PEOPLE), percent=markups)
    def markup(self, place: Place, percent: Decimal) -> None:
        self.run(self._do(lambda who, update: self.accounts.set_markup(who, percent, ADMIN, update), place))

    async def _do(self, act: Callable[[int, int], Awaitable[Any]], place: Place) -> Any:
        self.updates += 1
        update, reseller_id = self.updates, self.accounts_of[place]
        outcome = await act(reseller_id, update)
        if isinstance(outcome, Posted | Changed):
            self.done.append(lambda: act(reseller_id, update))
        return outcome

    @precondition(lambda self: self.done)
    @rule(data=st.data())
    def the_same_update_again(self, data: st.DataObject) -> None:
        async def again(act: Callable[[], Awaitable[Any]]) -> Any:
            return await act()

        assert isinstance(self.run(again(data.draw(st.sampled_from(self.done)))), AlreadyDone)

    @rule()
    def work_on(self) -> None:
        """Everything that is due goes well."""
        self.supplier.fate, self.supplier.masked = Fate.FINE, False
        self.shop.clock.pass_(seconds=2)
        self.run(self.shop.work())

    @precondition(lambda self: self.memory.books)
    @rule(data=st.data(), share=st.integers(0, 4), at_once=st.booleans())
    def end(self, data: st.DataObject, share: int, at_once: bool) -> None:
        """The supplier ends an order, or changes its mind about one; its webhook comes at once, or is late."""
        sold = data.draw(st.sampled_from(list(self.memory.books.values())))
        self._end(sold, sold.quantity * share // 4)
        if at_once:
            self.run(self.shop.push(sold.told()))

    def _end(self, sold: Sold, codes: int) -> None:
        sold.end(codes)
        self.memory.webhooks.append(sold.told())

    @precondition(lambda self: self.memory.webhooks)
    @rule(data=st.data(), padding=st.integers(0, 2))
    def webhook(self, data: st.DataObject, padding: int) -> None:
        body = as_body(data.draw(st.sampled_from(self.memory.webhooks))) + b" " * padding
        self.run(self.shop.push_bytes(body))

    @precondition(lambda self: self.drafts)
    @rule(data=st.data())
    def write_off(self, data: st.DataObject) -> None:
        orders = self.run(self.shop.all_orders())
        self.updates += 1
        reference = data.draw(st.sampled_from(orders)).reference
        self.run(self.shop.ordering.write_off(reference, ADMIN, self.updates))

    async def check(self) -> None:
        orders = await self.shop.all_orders()
        assert len(orders) == len(self.drafts)
        for reseller_id, expected in self.expected.items():
            own = [order for order in orders if order.reseller_id == reseller_id]
            await self._check_account(reseller_id, expected, own)
        for order in orders:
            await self._check_order(order)

    async def _check_figures(self, orders: list[Order]) -> None:
        """What reports say is what the ledger and the supplier's books say."""
        found = await self.store.read(lambda tables: tables.figures.by_reseller(LONG_AGO, LONG_AFTER))
        assert {one.reseller_id for one in found} == {order.reseller_id for order in orders}
        for tally in found:
            own = [order for order in orders if order.reseller_id == tally.reseller_id]
            lines = [line for order in own for line in await self._lines_of(order)]
            assert tally.tally.orders == len(own)
            assert tally.tally.under_way == sum(not order.state.terminal for order in own)
            assert tally.tally.turnover == -sum((line.amount for line in lines), Decimal(0))
            if not self.late.intersection(order.id for order in own):
                codes = [len(await self.shop.codes(order)) for order in own if order.state.terminal]
                assert tally.tally.spent == COST * sum(codes)

    async def _lines_of(self, order: Order) -> list[Entry]:
        return await self.store.read(lambda tables: tables.ledger.of_order(order.id))

    async def _check_account(self, reseller_id: int, expected: Expected, own: list[Order]) -> None:
        account = await self._account(reseller_id)
        lines = (await self.store.read(lambda tables: tables.ledger.last(reseller_id, 1000)))[::-1]
        assert lines[: len(expected.lines)] == expected.lines, "a line of the ledger changed"
        expected.lines = lines
        sums = [sum((line.amount for line in lines[: end + 1]), Decimal(0)) for end in range(len(lines))]
        assert [line.balance for line in lines] == sums
        assert account.balance == sums[-1]
        charged = sum((order.captured or Decimal(0) for order in own), Decimal(0))
        assert account.balance == expected.paid - charged
        assert account.held == sum((order.price or Decimal(0) for order in own if not order.state.terminal), Decimal(0))
        assert account.available >= 0, "past the limit"

    async def _check_order(self, order: Order) -> None:
        if order.attention is Attention.LATE_CHANGE:
            # What the supplier says after the end moves no money; an operator may take the flag off again.
            self.late.add(order.id)
        lines = await self._lines_of(order)
        if order.reseller_id is None or not order.state.terminal:
            assert order.captured is None
            assert lines == []
            return
        assert order.captured is not None
        assert [(line.kind, -line.amount) for line in lines] == (
            [(EntryKind.CHARGE, order.captured)] if order.captured else []
        )
        assert order.captured == self.captured.setdefault(order.id, order.captured), "it was charged anew"
        if order.id not in self.late:
            assert order.captured == due(order, len(await self.shop.codes(order)))

    async def come_to_an_end(self) -> None:
        """With webhooks for those whose id got lost, every order that the supplier has ends, and nothing is held."""
        self.supplier.fate = Fate.FINE
        for _ in range(30):
            for sold in self.memory.waiting():
                self._end(sold, sold.quantity)
            if not await self.jump():
                break
        for number, told in enumerate(self.memory.webhooks):
            await self.shop.push_bytes(as_body(told) + b" " * (10 + number))
        await self.check()
        orders = await self.shop.all_orders()
        await self._check_figures(orders)
        for order in orders:
            assert order.state.terminal or (order.id not in self.memory.books and order.attention)


def price(quantity: int, markup: Decimal) -> Decimal:
    """What so many keys cost a reseller."""
    return (COST * quantity * (100 + markup) / 100).quantize(CENT, ROUND_HALF_UP)


def due(order: Order, codes: int) -> Decimal:
    """The price of what was delivered: of so many codes."""
    assert order.price is not None
    if order.state in {OrderState.FAILED, OrderState.REJECTED}:
        assert codes == 0
        return Decimal(0)
    return (order.price * codes / order.quantity).quantize(CENT, ROUND_HALF_UP)


MoneyUnderChance.TestCase.settings = settings(SETTINGS, max_examples=20, stateful_step_count=50)
TestMoneyUnderChance = MoneyUnderChance.TestCase
