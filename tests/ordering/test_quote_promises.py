"""Chance drives prices, time, taps and replays in any order; nobody ever pays more than the tapped card said."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import hypothesis.strategies as st
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.ordering.confirming import AskAgain, Confirmed, ItemGone, PriceChanged
from bot.ordering.denominations import denomination_holds
from bot.ordering.draft_prices import draft_currency, draft_total, offered, quoted
from bot.ordering.journal import Journal
from bot.ordering.quantities import quantity_holds
from bot.ordering.quoting import Priced
from bot.suppliers.errors import SupplierUnavailable
from bot.suppliers.outcomes import QuoteOutcome, QuoteProblem, QuoteRefused, QuoteRequest
from storage.crypto import Vault
from storage.records.orders import Draft, Order, Step
from storage.store import Store
from tests.factories import PLACE
from tests.ordering.scripted import ScriptedSupplier
from tests.ordering.shop import Clock, Shop
from tests.ordering.vouchers import make_quote, make_voucher

T = TypeVar("T")
Handle = Callable[[int], Awaitable[None]]

VOUCHER = make_voucher("10", "25")
AGES = st.sampled_from([0, 299, 300, 3600])
REFUSALS = [SupplierUnavailable("timed out"), *map(QuoteRefused, QuoteProblem)]


@dataclass(frozen=True, slots=True)
class Card:
    """A confirm card: what its button carries, and the price that people read on it."""

    draft_id: str
    shown: int
    total: Decimal
    currency: str
    account: str


class MovingPrices(ScriptedSupplier):
    """Quotes its prices of the moment. Otherwise as the scripted one."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        super().__init__(journal)
        self.clock = clock
        self.percent = 96
        self.currency, self.account = "USD", "7"
        self.most = 100
        self.refusal: QuoteRefused | SupplierUnavailable | None = None

    async def quote(self, request: QuoteRequest) -> QuoteOutcome:
        if isinstance(self.refusal, Exception):
            raise self.refusal
        return self.refusal or make_quote(
            str(request.denomination),
            int(request.quantity),
            total=request.denomination * request.quantity * self.percent / 100,
            currency=self.currency,
            account=self.account,
            max_quantity=Decimal(self.most),
            quoted_at=self.clock(),
        )


class QuotesUnderChance(RuleBasedStateMachine):
    """One person in one chat, who may tap any card they ever saw; every update may be handled twice."""

    @initialize()
    def open(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        url = f"sqlite:///{Path(self.folder.name) / 'orderline.db'}"
        self.store = self.run(Store.open(url, Vault([Fernet.generate_key().decode()])))
        self.shop = Shop(self.store, items=(VOUCHER,))
        self.supplier = MovingPrices(Journal(self.store, self.shop.clock), self.shop.clock)
        self.shop.restart(voodoo=self.supplier)
        self.cards: list[Card] = []
        self.orders: list[Order] = []
        self.updates = 0
        self.last: Handle = self.buying
        self.buy(20)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.run(self.store.close())
            self.folder.cleanup()
            self.loop.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def handle(self, how: Handle) -> None:
        """Handle a new update."""
        self.last = how
        self.updates += 1
        self.run(self.once(how))

    async def once(self, how: Handle) -> None:
        await how(self.updates)

    @rule(seconds=AGES)
    def handle_the_last_update_again(self, seconds: int) -> None:
        self.shop.clock.pass_(seconds=seconds)
        self.run(self.once(self.last))

    @rule(
        percent=st.sampled_from([90, 96, 97, 120]),
        account=st.sampled_from([("USD", "7"), ("USD", "8"), ("EUR", "9")]),
        most=st.sampled_from([100, 20, 2]),
    )
    def prices_move(self, percent: int, account: tuple[str, str], most: int) -> None:
        self.supplier.percent, self.supplier.most = percent, most
        self.supplier.currency, self.supplier.account = account

    @rule(refusal=st.sampled_from(REFUSALS))
    def the_supplier_changes_its_mind(self, refusal: QuoteRefused | SupplierUnavailable) -> None:
        self.supplier.refusal = refusal if self.supplier.refusal is None else None

    @rule(amounts=st.sampled_from([("10", "25"), ("25",), ("10", "25", "50")]))
    def the_catalog_changes(self, amounts: tuple[str, ...]) -> None:
        self.shop.shelf.items[VOUCHER.key] = make_voucher(*amounts)

    @rule(quantity=st.sampled_from([1, 20]))
    def buy(self, quantity: int) -> None:
        self.handle(self.buying)
        self.choose("25")
        self.say_how_many(quantity)

    async def buying(self, update_id: int) -> None:
        item = self.shop.shelf.items[VOUCHER.key]
        await self.ask((await self.shop.drafts.begin(PLACE, item, update_id)).draft, update_id)

    @rule(data=st.data())
    def say_something(self, data: st.DataObject) -> None:
        match data.draw(st.sampled_from(["choose", "how many", "back", "nonsense"])):
            case "choose":
                self.choose(data.draw(st.sampled_from(["10", "25", "50"])))
            case "how many":
                self.say_how_many(data.draw(st.sampled_from([1, 2, 20])))
            case "back":
                self.answer(self.shop.drafts.back)
            case _:
                self.answer(self.unchanged)

    def choose(self, amount: str) -> None:
        self.answer(lambda draft, update_id: self.shop.drafts.answer_denomination(draft, Decimal(amount), update_id))

    def say_how_many(self, quantity: int) -> None:
        self.answer(lambda draft, update_id: self.shop.drafts.answer_quantity(draft, Decimal(quantity), update_id))

    async def unchanged(self, draft: Draft, _update_id: int) -> Draft:
        return draft

    def answer(self, step: Callable[[Draft, int], Awaitable[Draft | None]]) -> None:
        async def answering(update_id: int) -> None:
            draft = await self.shop.drafts.current(PLACE)
            if draft is not None:
                replayed = draft.update_id == update_id
                await self.ask(draft if replayed else await step(draft, update_id), update_id)

        self.handle(answering)

    @rule(seconds=AGES)
    def confirm(self, seconds: int) -> None:
        self.shop.clock.pass_(seconds=seconds)
        if self.cards:
            self.tap(self.cards[-1])

    @rule(data=st.data())
    def confirm_an_old_card(self, data: st.DataObject) -> None:
        if self.cards:
            self.tap(data.draw(st.sampled_from(self.cards)))

    def tap(self, card: Card) -> None:
        """Tap Confirm; who got an order orders more, so that there is always something to lose."""
        orders = len(self.orders)
        self.handle(lambda update_id: self.confirming(card, update_id))
        if len(self.orders) > orders:
            self.supplier.refusal = None
            self.buy(20)

    async def confirming(self, card: Card, update_id: int) -> None:
        match await self.shop.ordering.confirm(card.draft_id, PLACE, update_id, shown=card.shown):
            case Confirmed(order):
                self.orders.append(order)
                assert order.expected <= card.total, "dearer than the card said"
                assert order.quote is not None
                assert order.expected == order.quote.total
                assert (order.currency, order.quote.account) == (card.currency, card.account)
                assert (order.quote.denomination, order.quote.quantity) == (order.denomination, order.quantity)
                assert denomination_holds(order.denomination, self.shop.shelf.items[VOUCHER.key])
            case PriceChanged(draft) | AskAgain(draft):
                await self.ask(draft, update_id)
            case ItemGone(draft):
                await self.shop.drafts.drop(draft)
            case _:
                pass

    async def ask(self, draft: Draft | None, update_id: int) -> None:
        """Show the present question, as the conversation does."""
        if draft is None:
            return
        outcome = await self.shop.ordering.priced(draft, update_id)
        if isinstance(outcome, Priced):
            self.see(outcome.draft)
        elif outcome.problem is QuoteProblem.ITEM_GONE:
            await self.shop.drafts.drop(outcome.draft)

    def see(self, draft: Draft) -> None:
        """Remember the card, if it is one that can be confirmed."""
        if draft.step is not Step.CONFIRM:
            return
        quote = quoted(draft)
        assert quote is not None, "Confirm is offered without a price"
        card = Card(draft.id, draft.update_id, draft_total(draft), draft_currency(draft), quote.account)
        same_button = [one for one in self.cards if (one.draft_id, one.shown) == (card.draft_id, card.shown)]
        assert all(one == card for one in same_button), "one button under two prices"
        self.cards.append(card)

    @invariant()
    def the_draft_takes_only_what_is_offered(self) -> None:
        if hasattr(self, "shop"):
            self.run(self.check())

    async def check(self) -> None:
        assert len(await self.shop.all_orders()) == len(self.orders)
        draft = await self.shop.drafts.current(PLACE)
        if draft is not None and draft.step is not Step.DENOMINATION:
            assert denomination_holds(draft.denomination, draft.item)
        if draft is not None and draft.step is Step.CONFIRM:
            assert draft.quantity is not None
            assert draft.quote is None or quantity_holds(draft.quantity, offered(draft))


QuotesUnderChance.TestCase.settings = settings(
    max_examples=30, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestQuotesUnderChance = QuotesUnderChance.TestCase
