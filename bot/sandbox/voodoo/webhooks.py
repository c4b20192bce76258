"""Pushes terminal events to the receivers: signed, at most a few times, one exact 200 counts (WEBHOOKS page)."""

import asyncio
import ipaddress
import socket
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import httpx

from bot.sandbox.voodoo.background import Background, Bell
from bot.sandbox.voodoo.books import Order
from bot.sandbox.voodoo.faults import Armed, WebhookTrick
from bot.sandbox.voodoo.switches import Switches
from bot.sandbox.voodoo.wire import SIGNATURE_HEADER, sign, webhook_bytes, webhook_object

MOST_ORDERS = 5_000
"""How many orders' deliveries are remembered."""

ACKNOWLEDGED = 200


class DeliveryState(StrEnum):
    """How far one event came with one receiver."""

    UNDER_WAY = "under way"
    DELIVERED = "delivered"
    GAVE_UP = "gave up"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: the receiver's status, or why there was none."""

    at: datetime
    status: int | None
    error: str = ""


@dataclass(slots=True)
class Delivery:
    """One event for one receiver. ``body`` holds codes: never log it."""

    order_id: str
    reference: str | None
    url: str
    body: bytes = field(repr=False)
    signature: str = field(repr=False)
    mis_signed: bool = False
    state: DeliveryState = DeliveryState.UNDER_WAY
    attempts: list[Attempt] = field(default_factory=list[Attempt])


@dataclass(slots=True)
class Receivers:
    """Where events go and the secret they are signed with; both may change while the server runs."""

    urls: tuple[str, ...]
    secret: str = field(repr=False)


class Webhooks:
    """Sends events in the background and keeps the record of every attempt."""

    def __init__(
        self,
        receivers: Receivers,
        armed: Armed,
        switches: Callable[[], Switches],
        clock: Callable[[], datetime],
        background: Background,
        bell: Bell,
    ) -> None:
        self._receivers = receivers
        self._armed = armed
        self._switches = switches
        self._clock = clock
        self._background = background
        self._bell = bell
        self._client = httpx.AsyncClient(follow_redirects=False, trust_env=False)
        self._by_order: OrderedDict[str, list[Delivery]] = OrderedDict()

    async def close(self) -> None:
        """Release the HTTP client."""
        await self._client.aclose()

    def of(self, order_id: str) -> list[Delivery]:
        """The deliveries of one order, oldest first."""
        return list(self._by_order.get(order_id, ()))

    @property
    def deliveries(self) -> list[Delivery]:
        """Every remembered delivery, those of the order that settled first in front."""
        return [delivery for of_one in self._by_order.values() for delivery in of_one]

    def push(self, order: Order) -> None:
        """Send a terminal order's event to every receiver, after the reply that settled it."""
        for url in self._receivers.urls:
            self._background.spawn(self._push_to(url, order))

    async def push_now(self, order: Order) -> None:
        """Make the first delivery of the event before returning; what goes wrong is tried again later."""
        for url in self._receivers.urls:
            delivery = self._prepare(url, order)
            if not await self._attempt(delivery):
                self._background.spawn(self._insist(delivery))

    async def _push_to(self, url: str, order: Order) -> None:
        lost = self._armed.take_webhook(WebhookTrick.LOSE)
        repeated = self._armed.take_webhook(WebhookTrick.REPEAT)
        delayed = self._armed.take_webhook(WebhookTrick.DELAY)
        delivery = self._prepare(url, order)
        if lost is not None:
            self._end(delivery, DeliveryState.LOST)
            return
        if delayed is not None:
            await asyncio.sleep(delayed.value)
        await self._deliver(delivery)
        for _ in range(int(repeated.value) if repeated else 0):
            await self._deliver(self._again(delivery))

    def _prepare(self, url: str, order: Order) -> Delivery:
        null_item = self._armed.take_webhook(WebhookTrick.NULL_ITEM) is not None
        mis_signed = self._armed.take_webhook(WebhookTrick.MIS_SIGN) is not None
        body = webhook_bytes(webhook_object(order, self._switches(), null_item=null_item))
        secret = f"{self._receivers.secret}-forged" if mis_signed else self._receivers.secret
        return self._record(Delivery(order.id, order.reference, url, body, sign(secret, body), mis_signed))

    def _again(self, first: Delivery) -> Delivery:
        return self._record(
            Delivery(first.order_id, first.reference, first.url, first.body, first.signature, first.mis_signed)
        )

    def _record(self, delivery: Delivery) -> Delivery:
        self._by_order.setdefault(delivery.order_id, []).append(delivery)
        if len(self._by_order) > MOST_ORDERS:
            self._by_order.popitem(last=False)
        return delivery

    async def _deliver(self, delivery: Delivery) -> None:
        if not await self._attempt(delivery):
            await self._insist(delivery)

    async def _insist(self, delivery: Delivery) -> None:
        while len(delivery.attempts) < self._switches().webhook_tries:
            await asyncio.sleep(self._switches().webhook_spacing)
            if await self._attempt(delivery):
                return
        self._end(delivery, DeliveryState.GAVE_UP)

    async def _attempt(self, delivery: Delivery) -> bool:
        """Try once; returns whether the receiver answered exactly 200."""
        status, error = await self._post(delivery)
        delivery.attempts.append(Attempt(self._clock(), status, error))
        if status == ACKNOWLEDGED:
            self._end(delivery, DeliveryState.DELIVERED)
            return True
        self._bell.ring()
        return False

    async def _post(self, delivery: Delivery) -> tuple[int | None, str]:
        headers = {"Content-Type": "application/json", SIGNATURE_HEADER: delivery.signature}
        try:
            async with asyncio.timeout(self._switches().webhook_timeout):
                if self._switches().webhook_guard and await _internal(delivery.url):
                    return None, "the address is not public"
                reply = await self._client.post(delivery.url, content=delivery.body, headers=headers, timeout=None)
        except TimeoutError:
            return None, "timeout"
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return None, type(error).__name__
        return reply.status_code, ""

    def _end(self, delivery: Delivery, state: DeliveryState) -> None:
        delivery.state = state
        self._bell.ring()


async def _internal(url: str) -> bool:
    """Whether a receiver is on an address that the real service would refuse to call."""
    parsed = httpx.URL(url)
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(parsed.host, parsed.port or 443, type=socket.SOCK_STREAM)
    return any(not ipaddress.ip_address(address[4][0]).is_global for address in found)
