"""Pushes terminal events to the receivers: signed, at most a few times, one exact 200 counts (WEBHOOKS page)."""

import asyncio
import ipaddress
import socket
from collections.abc import Callable

import httpx

from bot.sandbox.shop.background import Background, Bell
from bot.sandbox.shop.clock import Clock
from bot.sandbox.shop.deliveries import Delivery, DeliveryState, Manners, Receivers, Sender
from bot.sandbox.voodoo.books import Order
from bot.sandbox.voodoo.faults import Armed, WebhookTrick
from bot.sandbox.voodoo.switches import Switches
from bot.sandbox.voodoo.wire import SIGNATURE_HEADER, sign, webhook_bytes, webhook_object

ACKNOWLEDGED = 200


class Webhooks:
    """Makes events of terminal orders and lets them be sent in the background."""

    def __init__(
        self,
        receivers: Receivers,
        armed: Armed,
        switches: Callable[[], Switches],
        clock: Clock,
        background: Background,
        bell: Bell,
    ) -> None:
        self._receivers = receivers
        self._armed = armed
        self._switches = switches
        self._background = background
        self.sender = Sender(self._manners, clock, bell, self._objection)

    def push(self, order: Order) -> None:
        """Send a terminal order's event to every receiver, after the reply that settled it."""
        for url in self._receivers.urls:
            self._background.spawn(self._push_to(url, order))

    async def push_now(self, order: Order) -> None:
        """Make the first delivery of the event before returning; what goes wrong is tried again later."""
        for url in self._receivers.urls:
            delivery = self._prepare(url, order)
            if not await self.sender.attempt(delivery):
                self._background.spawn(self.sender.insist(delivery))

    async def _push_to(self, url: str, order: Order) -> None:
        lost = self._armed.take_webhook(WebhookTrick.LOSE)
        repeated = self._armed.take_webhook(WebhookTrick.REPEAT)
        delayed = self._armed.take_webhook(WebhookTrick.DELAY)
        delivery = self._prepare(url, order)
        if lost is not None:
            self.sender.end(delivery, DeliveryState.LOST)
            return
        if delayed is not None:
            await asyncio.sleep(delayed.value)
        await self.sender.deliver(delivery)
        for _ in range(int(repeated.value) if repeated else 0):
            await self.sender.deliver(self.sender.record(delivery.again()))

    def _prepare(self, url: str, order: Order) -> Delivery:
        null_item = self._armed.take_webhook(WebhookTrick.NULL_ITEM) is not None
        mis_signed = self._armed.take_webhook(WebhookTrick.MIS_SIGN) is not None
        body = webhook_bytes(webhook_object(order, self._switches(), null_item=null_item))
        secret = f"{self._receivers.secret}-forged" if mis_signed else self._receivers.secret
        signed = {SIGNATURE_HEADER: sign(secret, body)}
        return self.sender.record(Delivery(order.id, order.reference, url, body, signed, mis_signed))

    def _manners(self) -> Manners:
        now = self._switches()
        return Manners(
            now.webhook_tries, now.webhook_spacing, now.webhook_timeout, lambda status: status == ACKNOWLEDGED
        )

    async def _objection(self, url: str) -> str | None:
        return "the address is not public" if self._switches().webhook_guard and await _internal(url) else None


async def _internal(url: str) -> bool:
    """Whether a receiver is on an address that the real service would refuse to call."""
    parsed = httpx.URL(url)
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(parsed.host, parsed.port or 443, type=socket.SOCK_STREAM)
    return any(not ipaddress.ip_address(address[4][0]).is_global for address in found)
