"""Pushes events to the receivers: signed, without codes, again and again until any 2xx (WEBHOOKS, VERIFICATION)."""

import asyncio
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from bot.sandbox.octopus.books import Order, Status
from bot.sandbox.octopus.faults import Armed, WebhookTrick
from bot.sandbox.octopus.switches import Switches
from bot.sandbox.octopus.wallets import Direction, Transaction, Wallet
from bot.sandbox.octopus.wire import extra, stamp
from bot.sandbox.shop.background import Background, Bell
from bot.sandbox.shop.clock import Clock
from bot.sandbox.shop.deliveries import Delivery, DeliveryState, Manners, Receivers, Sender
from bot.sandbox.shop.exact import json_bytes, number

AGENT = "octopusrewards.com/webhook-agent"
GROWTH = 2.0
"""What every wait between two tries grows by: "exponential backoff" is all that is documented."""

DELAY = 30.0
NOBODY = 0
"""An order id that no order has."""

ORDER_EVENTS = {
    Status.DELIVERED: "order.delivered",
    Status.PARTIALLY_DELIVERED: "order.partially_delivered",
    Status.FAILED: "order.failed",
    Status.CANCELLED: "order.cancelled",
}
WALLET_EVENTS = {Direction.DEBIT: "wallet.debited", Direction.CREDIT: "wallet.credited"}


@dataclass(frozen=True, slots=True)
class Event:
    """What is told about one order or wallet; ``subject`` names it."""

    type: str
    subject: str
    data: Mapping[str, object] = field(repr=False)
    reference: str | None = None
    id: str | None = None
    """The event's own id; a new one when None."""


@dataclass(slots=True)
class _Tricks:
    """What goes wrong with one delivery."""

    lost: bool
    repeats: int
    delay: float | None
    kept_back: bool


def sign(secret: str, body: bytes) -> str:
    """``X-Signature``: hex HMAC-SHA256 of the raw body (VERIFICATION page)."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def order_event(order: Order, status: Status, switches: Switches) -> Event:
    """The event that an order reached a status; it carries no codes."""
    arrived = order.quantity if status is Status.DELIVERED else order.delivered
    data: dict[str, object] = {
        "id": order.id,
        "reference_code": order.reference,
        "client_reference": order.reference,
        "status": status.value,
        "product_name": order.product.name,
        "denomination": number(order.denomination, switches.numbers),
        "quantity": order.quantity,
        "amount": number(order.charges.face, switches.numbers),
        "delivered_quantity": arrived,
        "delivered_on": stamp(order.delivered_on) if order.delivered_on else None,
        "created_at": stamp(order.created_at),
    }
    return Event(ORDER_EVENTS[status], str(order.id), data | extra(switches), order.reference)


def wallet_event(transaction: Transaction, wallet: Wallet, switches: Switches) -> Event:
    """The event that a wallet was moved; its payload is documented nowhere."""
    data: dict[str, object] = {
        "wallet_id": wallet.id,
        "transaction_id": transaction.id,
        "currency": wallet.currency,
        "amount": number(transaction.amount, switches.numbers),
        "balance": number(wallet.amount, switches.numbers),
        "remarks": transaction.remarks,
        "created_at": stamp(transaction.created_at),
    }
    return Event(WALLET_EVENTS[transaction.direction], f"wallet {wallet.id}", data | extra(switches))


class Webhooks:
    """Makes deliveries of events and lets them be sent in the background; tricks befall order events only."""

    def __init__(
        self,
        receivers: Receivers,
        armed: Armed,
        switches: Callable[[], Switches],
        clock: Clock,
        background: Background,
        bell: Bell,
        chance: Random,
    ) -> None:
        self._receivers = receivers
        self._armed = armed
        self._switches = switches
        self._clock = clock
        self._background = background
        self._chance = chance
        self._kept_back: list[Delivery] = []
        self.sender = Sender(self._manners, clock, bell, self._objection, _stamped)

    def push(self, event: Event) -> None:
        """Send an order's event to every receiver, unless something goes wrong with it."""
        id_, body = self._written(event)
        for number_, url in enumerate(self._receivers.urls, 1):
            tricks = self._tricks()
            delivery = self._prepared(event, id_, self._about_another(event, id_, body), url, number_)
            self._background.spawn(self._send(delivery, tricks))

    def push_plain(self, event: Event) -> None:
        """Send an event that nothing goes wrong with."""
        id_, body = self._written(event)
        for number_, url in enumerate(self._receivers.urls, 1):
            self._background.spawn(self.sender.deliver(self._signed(event, id_, body, url, number_)))

    async def push_now(self, event: Event) -> None:
        """Make the first delivery of an event before returning; what is refused is tried again later."""
        id_, body = self._written(event)
        for number_, url in enumerate(self._receivers.urls, 1):
            delivery = self._prepared(event, id_, body, url, number_)
            if not await self.sender.attempt(delivery):
                self._background.spawn(self.sender.insist(delivery))

    async def forge(self, event: Event, secret: str | None, headers: Mapping[str, str]) -> list[Delivery]:
        """Try any event once with every receiver, signed with any secret; returns what came of it.

        ``headers`` replace any of those that would be sent.
        """
        id_, body = self._written(event)
        made = [
            self._signed(event, id_, body, url, number_, secret) for number_, url in enumerate(self._receivers.urls, 1)
        ]
        for delivery in made:
            delivery.headers = {**delivery.headers, **headers}
            await self.sender.attempt(delivery)
        return made

    async def replay(self, event_id: str) -> list[Delivery]:
        """Send an event once more, byte for byte, to whoever got it; returns what came of it."""
        sent = {one.url: one for one in self.sender.deliveries if one.event_id == event_id}
        repeated = [self.sender.record(one.again()) for one in sent.values()]
        for delivery in repeated:
            await self.sender.attempt(delivery)
        return repeated

    def _written(self, event: Event) -> tuple[str, bytes]:
        id_ = event.id or f"evt_{self._chance.randbytes(12).hex()}"
        return id_, self._body(event, id_, event.data)

    def _body(self, event: Event, id_: str, data: Mapping[str, object]) -> bytes:
        return json_bytes({"id": id_, "type": event.type, "created_at": stamp(self._clock()), "data": data})

    def _about_another(self, event: Event, id_: str, body: bytes) -> bytes:
        trick = self._armed.take_webhook(WebhookTrick.OTHER_ORDER)
        if trick is None:
            return body
        return self._body(event, id_, {**event.data, "id": int(trick.value or NOBODY)})

    def _tricks(self) -> _Tricks:
        repeated = self._armed.take_webhook(WebhookTrick.REPEAT)
        delayed = self._armed.take_webhook(WebhookTrick.DELAY)
        return _Tricks(
            lost=self._armed.take_webhook(WebhookTrick.LOSE) is not None,
            repeats=int(1 if repeated.value is None else repeated.value) if repeated else 0,
            delay=(DELAY if delayed.value is None else delayed.value) if delayed else None,
            kept_back=self._armed.take_webhook(WebhookTrick.OUT_OF_ORDER) is not None,
        )

    async def _send(self, delivery: Delivery, tricks: _Tricks) -> None:
        if tricks.lost:
            self.sender.end(delivery, DeliveryState.LOST)
            return
        if tricks.kept_back:
            self._kept_back.append(delivery)
            return
        if tricks.delay is not None:
            await asyncio.sleep(tricks.delay)
        await self.sender.deliver(delivery)
        for _ in range(tricks.repeats):
            await self.sender.deliver(self.sender.record(delivery.again()))
        await self._overtaken(delivery.url)

    async def _overtaken(self, url: str) -> None:
        """Send what was kept back until a later event had been sent to the same receiver."""
        due = [one for one in self._kept_back if one.url == url]
        self._kept_back = [one for one in self._kept_back if one.url != url]
        for delivery in due:
            await self.sender.deliver(delivery)

    def _prepared(self, event: Event, id_: str, body: bytes, url: str, number_: int) -> Delivery:
        mis_signed = self._armed.take_webhook(WebhookTrick.MIS_SIGN) is not None
        secret = f"{self._receivers.secret}-forged" if mis_signed else None
        return self._signed(event, id_, body, url, number_, secret)

    def _signed(
        self, event: Event, id_: str, body: bytes, url: str, number_: int, secret: str | None = None
    ) -> Delivery:
        used = self._receivers.secret if secret is None else secret
        headers = {
            "User-Agent": AGENT,
            "X-Signature": sign(used, body),
            "X-OCTOPUS-WEBHOOK-TOKEN": used,
            "X-Webhook-ID": str(number_),
            "X-Event-ID": id_,
            "X-Event-Type": event.type,
        }
        mis_signed = used != self._receivers.secret
        return self.sender.record(
            Delivery(event.subject, event.reference, url, body, headers, mis_signed, event.type, id_)
        )

    def _manners(self) -> Manners:
        now = self._switches()
        return Manners(now.webhook_tries, now.webhook_spacing, now.webhook_timeout, _is_success, GROWTH)

    async def _objection(self, url: str) -> str | None:
        plain = self._switches().webhook_https and not url.startswith("https://")
        return "the address is not https" if plain else None


def _is_success(status: int) -> bool:
    return 200 <= status < 300


def _stamped(at: datetime) -> Mapping[str, str]:
    return {"X-Timestamp": str(int(at.timestamp()))}
