"""The local Voodoo Center itself: takes orders, fulfils them in its own time and keeps the account straight."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from random import Random

from bot.sandbox.goods.generator import generate
from bot.sandbox.goods.items import Good, Kind
from bot.sandbox.shop.background import Background, Bell
from bot.sandbox.shop.calls import Calls
from bot.sandbox.shop.deliveries import Receivers
from bot.sandbox.voodoo.account import Account, InsufficientBalance
from bot.sandbox.voodoo.books import Books, Order, Status
from bot.sandbox.voodoo.checkout import Purchase, Refused, read_purchase
from bot.sandbox.voodoo.codes import make_code, order_id
from bot.sandbox.voodoo.config import VoodooConfig
from bot.sandbox.voodoo.faults import Armed, WebhookTrick
from bot.sandbox.voodoo.settlement import OUT_OF_STOCK, OUT_OF_STOCK_MESSAGE, Making, complete, deliver_part, fail
from bot.sandbox.voodoo.shelf import CatalogShelf
from bot.sandbox.voodoo.stockroom import Stockroom, negotiated
from bot.sandbox.voodoo.switches import DuplicateStatus, Outcome, StockRule, Switches
from bot.sandbox.voodoo.tokens import KeyDesk
from bot.sandbox.voodoo.webhooks import Webhooks


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an order shall end; ``delivered`` is for a part (about half when None), the error for a failure."""

    outcome: Outcome
    delivered: int | None = None
    error: str = OUT_OF_STOCK
    message: str = OUT_OF_STOCK_MESSAGE


class Center:
    """One supplier with one account. Everything it knows is in memory and goes with it."""

    def __init__(self, config: VoodooConfig, goods: tuple[Good, ...] | None = None) -> None:
        self.config = config
        self.first_goods = goods if goods is not None else tuple(generate(config.items, config.seed))
        self.switches = config.switches
        self.bell = Bell()
        self.books = Books()
        self.armed = Armed()
        self.calls = Calls()
        self.account = Account(config.balance, config.clock())
        self.stockroom = Stockroom(self.first_goods)
        self.shelf = CatalogShelf(self.first_goods, config.clock())
        self.receivers = Receivers(config.webhook_urls, config.webhook_secret)
        self._chance = Random(config.seed)  # noqa: S311 - invented codes
        self.desk = KeyDesk(config.api_key, self._chance)
        self._background = Background()
        self.webhooks = Webhooks(self.receivers, self.armed, self._current, config.clock, self._background, self.bell)

    def _current(self) -> Switches:
        return self.switches

    def now(self) -> datetime:
        """The server's time."""
        return self.config.clock()

    async def close(self) -> None:
        """End every timer and delivery."""
        await self._background.close()
        await self.webhooks.sender.close()

    async def fresh(self) -> "Center":
        """Close this one and begin again with the same settings, receivers and goods."""
        await self.close()
        settings = replace(self.config, webhook_urls=self.receivers.urls, webhook_secret=self.receivers.secret)
        return Center(settings, self.first_goods)

    def move(self, name: str, value: object) -> None:
        """Move one switch; raises ``msgspec.ValidationError``."""
        self.switches = self.switches.with_value(name, value)
        self.bell.ring()

    async def place(self, body: Mapping[str, object]) -> Order:
        """Take an order and charge it; raises ``Refused`` with nothing charged. Returns it as it was taken."""
        order = self._take(self._purchase(body))
        early = self.armed.take_webhook(WebhookTrick.EARLY) is not None
        self.bell.ring()
        if early:
            await self.webhooks.push_now(self._end(order, self._usual(order)))
        else:
            self._background.spawn(self._fulfil(order.id))
        return order

    def settle(self, order: Order, verdict: Verdict) -> Order:
        """End an order now, refund what was not delivered and push the event; raises ``CannotSettle``."""
        settled = self._end(order, verdict)
        self.webhooks.push(settled)
        return settled

    def release(self) -> int:
        """Let every held order end as the switches say, completed while they say hold; returns how many there were."""
        held = [order for order in self.books if order.held and not order.status.terminal]
        for order in held:
            verdict = self._usual(order)
            self.settle(order, Verdict(Outcome.COMPLETED) if verdict.outcome is Outcome.HOLD else verdict)
        return len(held)

    def _purchase(self, body: Mapping[str, object]) -> Purchase:
        sold_out = self.switches.stock is StockRule.AT_CREATE
        purchase = read_purchase(body, self.stockroom, sold_out=sold_out)
        if purchase.reference is not None and self.books.with_reference(purchase.reference):
            raise self._duplicate()
        if self.switches.personal_catalog:
            return replace(purchase, good=negotiated(purchase.good))
        return purchase

    def _duplicate(self) -> Refused:
        if self.switches.duplicate_status is DuplicateStatus.CONFLICT:
            return Refused("Conflicts with an existing order", "already_exists", 409)
        return Refused("merchant_order_id must be unique")

    def _take(self, purchase: Purchase) -> Order:
        now = self.now()
        order = Order(
            id=str(order_id(now, self._chance)),
            good=purchase.good,
            quantity=purchase.quantity,
            price=purchase.price,
            reference=purchase.reference,
            fields=purchase.fields,
            created_at=now,
            doomed=self.switches.stock is StockRule.AFTER_CREATE,
        )
        try:
            self.account.charge(order.price, order.id, now)
        except InsufficientBalance:
            raise Refused("Insufficient balance", "insufficient_balance") from None
        self.stockroom.take(order.good.id, order.quantity)
        self.books.add(order)
        return order

    async def _fulfil(self, order_id: str) -> None:
        order = self.books.find(order_id)
        if order is None:
            return
        slow = order.good.kind is Kind.SERVICE
        half = (self.switches.service_settle_after if slow else self.switches.settle_after) / 2
        await asyncio.sleep(half)
        self._begin_processing(order_id)
        await asyncio.sleep(half)
        if (waiting := self.books.find(order_id)) and not waiting.status.terminal and not waiting.held:
            self._settle_or_hold(waiting)

    def _begin_processing(self, order_id: str) -> None:
        order = self.books.find(order_id)
        if self.switches.visit_processing and order is not None and order.status is Status.PENDING:
            self.books.update(replace(order, status=Status.PROCESSING))
            self.bell.ring()

    def _settle_or_hold(self, order: Order) -> None:
        verdict = self._usual(order)
        if verdict.outcome is Outcome.HOLD:
            self.books.hold(order)
            self.bell.ring()
        else:
            self.settle(order, verdict)

    def _usual(self, order: Order) -> Verdict:
        """What the switches make of an order; one that cannot be split is completed instead of delivered in part."""
        if order.doomed:
            return Verdict(Outcome.FAILED)
        if self.switches.outcome is Outcome.PARTIAL and not order.divisible:
            return Verdict(Outcome.COMPLETED)
        return Verdict(self.switches.outcome)

    def _end(self, order: Order, verdict: Verdict) -> Order:
        settled = self._ended(order, verdict)
        self.books.update(settled)
        self.account.refund(settled.refund, settled.id, self.now())
        self.bell.ring()
        return settled

    def _ended(self, order: Order, verdict: Verdict) -> Order:
        shape = order.good.code_shape
        making = Making(lambda: make_code(shape, self._chance), self.switches.codes_missing)
        match verdict.outcome:
            case Outcome.PARTIAL:
                return deliver_part(order, making, self.now(), verdict.delivered)
            case Outcome.FAILED:
                return fail(order, self.now(), verdict.error, verdict.message)
            case Outcome.COMPLETED | Outcome.HOLD:
                return complete(order, making, self.now())

    def correct_balance(self, balance: Decimal) -> None:
        """Set the account's balance by hand."""
        self.account.correct(balance, self.now())
        self.bell.ring()
