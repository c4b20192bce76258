"""The local Octopus Cards itself: quotes, takes orders, fulfils them in its own time and keeps the wallets straight."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random

from bot.sandbox.octopus.books import FIRST_ORDER_ID, Books, Order, Status
from bot.sandbox.octopus.cashier import Cashier
from bot.sandbox.octopus.checkout import Body, Purchase, duplicate, read_purchase
from bot.sandbox.octopus.config import OctopusConfig
from bot.sandbox.octopus.errors import Refused
from bot.sandbox.octopus.faults import Armed, WebhookTrick
from bot.sandbox.octopus.fulfilment import NewVoucher, Verdict, go_on, refund_due
from bot.sandbox.octopus.generator import generate
from bot.sandbox.octopus.goods import Product
from bot.sandbox.octopus.limits import Gate
from bot.sandbox.octopus.planning import plan_for, price_move
from bot.sandbox.octopus.storeroom import Storeroom
from bot.sandbox.octopus.switches import FundsAnswer, Outcome, Switches, Views
from bot.sandbox.octopus.tokens import KeyDesk
from bot.sandbox.octopus.vouchers import Voucher, make_voucher, masked
from bot.sandbox.octopus.wallets import InsufficientFunds, Purse, Transaction, Wallet
from bot.sandbox.octopus.webhooks import Event, Webhooks, order_event, wallet_event
from bot.sandbox.octopus.world import Rates
from bot.sandbox.shop.background import Background, Bell
from bot.sandbox.shop.calls import Calls
from bot.sandbox.shop.deliveries import Receivers

_FUNDS = {
    FundsAnswer.CODE_400: (400, "INSUFFICIENT_FUNDS"),
    FundsAnswer.CODE_402: (402, "INSUFFICIENT_FUNDS"),
    FundsAnswer.BAD_REQUEST: (400, "BAD_REQUEST"),
}


class Depot:
    """One supplier with one client account. Everything it knows is in memory and goes with it."""

    def __init__(
        self,
        config: OctopusConfig,
        products: tuple[Product, ...] | None = None,
        chance: Random | None = None,
        next_order_id: int = FIRST_ORDER_ID,
    ) -> None:
        self.config = config
        self.first_products = products if products is not None else generate(config.items, config.seed)
        self.switches = config.switches
        self.bell = Bell()
        self.books = Books(next_order_id)
        self.armed = Armed()
        self.calls = Calls()
        self.gate = Gate()
        self.rates = Rates()
        self.purse = Purse(config.wallets, config.clock())
        self.storeroom = Storeroom(self.first_products)
        self.cashier = Cashier(self.purse, self.rates, self._current, config.clock)
        self.receivers = Receivers(config.webhook_urls, config.webhook_secret)
        self._chance = chance or Random(config.seed)  # noqa: S311 - invented vouchers
        self.desk = KeyDesk(config.api_key, config.api_secret, self._chance)
        self._background = Background()
        self.webhooks = Webhooks(
            self.receivers, self.armed, self._current, config.clock, self._background, self.bell, self._chance
        )

    def _current(self) -> Switches:
        return self.switches

    async def close(self) -> None:
        """End every timer and delivery."""
        await self._background.close()
        await self.webhooks.sender.close()

    async def fresh(self) -> "Depot":
        """Close this one and begin again with the same settings, receivers and products.

        Ids and codes go on where they were: to a client, one that comes twice would be the same thing.
        """
        await self.close()
        settings = replace(self.config, webhook_urls=self.receivers.urls, webhook_secret=self.receivers.secret)
        return Depot(settings, self.first_products, self._chance, self.books.next_id())

    def move(self, name: str, value: object) -> None:
        """Move one switch; raises ``msgspec.ValidationError``."""
        self.switches = self.switches.with_value(name, value)
        self.bell.ring()

    async def place(self, body: Body) -> tuple[Order, Sequence[Voucher]]:
        """Take an order, charge it and fulfil it if it is small; raises ``Refused`` with nothing charged.

        Returns it as the reply shows it: with its vouchers in clear, or none while it is PENDING.
        """
        order = self._take(read_purchase(body, self.storeroom, self.switches))
        early = self.armed.take_webhook(WebhookTrick.EARLY) is not None
        if not order.plan.sync:
            if early:
                await self.webhooks.push_now(order_event(order, Status.DELIVERED, self.switches))
            self._background.spawn(self._fulfil(order.id, silent=early))
            return order, ()
        order, event = self._fulfil_at_once(order)
        if event and early:
            await self.webhooks.push_now(event)
        elif event and self.switches.sync_events:
            self.webhooks.push(event)
        self.bell.ring()
        return order, order.vouchers

    def looked_up(self, reference: str) -> Order | None:
        """What a look-up by client_reference finds: at first, if the switches say so, nothing."""
        self.books.lookups[reference] += 1
        order = self.books.with_reference(reference)
        if order is None or self.books.lookups[reference] <= self.switches.lookup_blind_calls:
            return None
        visible_from = order.created_at + timedelta(seconds=self.switches.lookup_blind_seconds)
        return order if self.config.clock() >= visible_from else None

    def viewed(self, order: Order) -> Sequence[Voucher]:
        """An order's vouchers as one read shows them; in clear what no reply has shown yet, and never again."""
        match self.switches.views:
            case Views.ALWAYS_CLEAR:
                return order.vouchers
            case Views.ALWAYS_MASKED:
                return tuple(masked(voucher, self.switches.mask) for voucher in order.vouchers)
            case Views.FIRST_CLEAR:
                self.books.put(replace(order, shown=len(order.vouchers)))
                old, new = order.vouchers[: order.shown], order.vouchers[order.shown :]
                return (*(masked(voucher, self.switches.mask) for voucher in old), *new)

    def settle(self, order: Order, verdict: Verdict, *, refund: bool | None = None, silent: bool = False) -> Order:
        """Let an order go on, refund and push the event; raises ``CannotSettle``.

        ``refund`` None pays back as the switches say when an order fails or is cancelled; ``silent`` pushes nothing.
        """
        settled = self._advance(order, verdict, refund=refund)
        if not silent:
            self.webhooks.push(order_event(settled, settled.status, self.switches))
        self.bell.ring()
        return settled

    def release(self) -> int:
        """Let every held order end as the switches say, delivered while they say hold; returns how many there were."""
        held = [order for order in self.books if order.held and not order.status.terminal]
        for order in held:
            wanted = self.switches.outcome
            outcome = Outcome.DELIVERED if wanted is Outcome.HOLD or order.quantity == 1 else wanted
            self.settle(order, Verdict(outcome))
        return len(held)

    def correct_balance(self, wallet: Wallet, amount: Decimal) -> None:
        """Set a wallet's balance by hand."""
        if transaction := self.purse.correct(wallet, amount, self.config.clock()):
            self._tell_of(transaction, wallet)

    def _take(self, purchase: Purchase) -> Order:
        """Steps 2 to 7 of the documented order of work (CREATE page); nothing else runs between them."""
        if purchase.reference is not None and self.books.used(purchase.reference):
            raise duplicate()
        goods = purchase.goods
        wallet = self.cashier.wallet_for(goods)
        priced = self.cashier.price(goods, wallet).dearer(price_move(self.switches, self.armed))
        order_id, now = self.books.next_id(), self.config.clock()
        try:
            debit = self.purse.pay(wallet, priced, order_id, now)
        except InsufficientFunds:
            raise self._insufficient() from None
        self._tell_of(debit, wallet)
        return self.books.put(
            Order(
                id=order_id,
                product=goods.product,
                denomination=goods.value,
                quantity=goods.quantity,
                wallet_id=wallet.id,
                charges=priced,
                reference=purchase.reference,
                email=purchase.email,
                created_at=now,
                plan=plan_for(goods.quantity, self.switches, self.armed),
            )
        )

    def _insufficient(self) -> Refused:
        status, code = _FUNDS[self.switches.funds_answer]
        return Refused(status, "Insufficient wallet balance", code)

    def _fulfil_at_once(self, order: Order) -> tuple[Order, Event | None]:
        """Fulfil a small order for its reply, which shows every voucher; returns the event to push, if any."""
        if order.plan.outcome is Outcome.HOLD:
            return self.books.hold(order), None
        settled = self._advance(order, _planned(order))
        shown = self.books.put(replace(settled, shown=len(settled.vouchers)))
        return shown, order_event(shown, shown.status, self.switches)

    async def _fulfil(self, order_id: int, *, silent: bool) -> None:
        await asyncio.sleep(self.switches.settle_after)
        order = self.books.find(order_id)
        if order is None or order.status is not Status.PENDING or order.held:
            return
        if order.plan.outcome is Outcome.HOLD:
            self.books.hold(order)
            self.bell.ring()
        else:
            self.settle(order, _planned(order), silent=silent)

    def _advance(self, order: Order, verdict: Verdict, *, refund: bool | None = None) -> Order:
        settled = self.books.put(go_on(order, verdict, self._voucher_maker(order), self.config.clock()))
        ended_badly = settled.status in (Status.FAILED, Status.CANCELLED)
        if (self.switches.refunds and ended_badly) if refund is None else refund:
            settled = self._refund(settled)
        if settled.status is Status.PARTIALLY_DELIVERED and self.switches.partial_grows:
            self._background.spawn(self._grow(settled.id))
        return settled

    def _voucher_maker(self, order: Order) -> NewVoucher:
        now, sample = self.config.clock(), self.switches.sample_codes
        return lambda number: make_voucher(order.product, number, now, self._chance, sample=sample)

    async def _grow(self, order_id: int) -> None:
        await asyncio.sleep(self.switches.grow_after)
        order = self.books.find(order_id)
        if order is not None and order.status is Status.PARTIALLY_DELIVERED and not order.refunded:
            self.settle(order, Verdict(Outcome.DELIVERED))

    def _refund(self, order: Order) -> Order:
        """Owe the wallet what was not delivered, and pay it now or when the switches say."""
        due = refund_due(order)
        if not due:
            return order
        owing = self.books.put(replace(order, refunded=order.refunded + due))
        if self.switches.refund_after:
            self._background.spawn(self._pay_back_later(order, due))
        else:
            self._pay_back(order, due)
        return owing

    async def _pay_back_later(self, order: Order, amount: Decimal) -> None:
        await asyncio.sleep(self.switches.refund_after)
        self._pay_back(order, amount)

    def _pay_back(self, order: Order, amount: Decimal) -> None:
        if wallet := self.purse.find(order.wallet_id):
            self._tell_of(self.purse.refund(wallet, amount, order.id, self.config.clock()), wallet)

    def _tell_of(self, transaction: Transaction, wallet: Wallet) -> None:
        if self.switches.wallet_events:
            self.webhooks.push_plain(wallet_event(transaction, wallet, self.switches))
        self.bell.ring()


def _planned(order: Order) -> Verdict:
    return Verdict(order.plan.outcome, order.plan.delivered, order.plan.missing)
