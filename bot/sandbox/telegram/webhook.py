"""Pushing updates to the bot's webhook: in order, one at a time, each repeated until it is taken."""

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import httpx
import structlog
from telegram.constants import WebhookLimit

from bot.sandbox.telegram.errors import BadRequest
from bot.sandbox.telegram.shapes import JsonObject
from bot.sandbox.telegram.updates import UpdateQueue
from bot.sandbox.telegram.world import World

log = structlog.get_logger()

LONGEST_RETRY = 30.0
SECRET = re.compile(r"[A-Za-z0-9_-]+$")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class WebhookTarget:
    """Where updates are pushed to."""

    url: str
    secret: str = ""
    max_connections: int = 40

    @property
    def headers(self) -> dict[str, str]:
        """The header that proves where a push comes from."""
        return {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}


NOWHERE = ".invalid"
"""Names under it never resolve (RFC 2606, section 2)."""


def checked_target(url: str, secret: str, max_connections: int) -> WebhookTarget:
    """Return the target; raises ``BadRequest``. Plain HTTP passes on the loopback interface only."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise BadRequest("bad webhook: An HTTPS URL must be provided for webhook")
    if (parts.hostname or "").endswith(NOWHERE):
        raise BadRequest("bad webhook: Failed to resolve host: Name or service not known")
    if len(secret) > WebhookLimit.MAX_SECRET_TOKEN_LENGTH:
        raise BadRequest("secret token is too long")
    if secret and not SECRET.match(secret):
        raise BadRequest("secret token contains unallowed characters")
    low, high = WebhookLimit.MIN_CONNECTIONS_LIMIT, WebhookLimit.MAX_CONNECTIONS_LIMIT
    return WebhookTarget(url, secret, min(max(max_connections, low), high))


class Webhook:
    """The bot's webhook, if it has one, and the task that pushes."""

    def __init__(self, world: World, updates: UpdateQueue) -> None:
        self._world = world
        self._updates = updates
        self._target: WebhookTarget | None = None
        self._task: asyncio.Task[None] | None = None
        self._last_error: tuple[datetime, str] | None = None

    async def set(self, target: WebhookTarget) -> None:
        """Push to ``target`` from now on; a waiting long poll ends."""
        await self.remove()
        self._target = target
        self._last_error = None
        self._updates.webhook_active = True
        self._updates.terminate_poll()
        self._task = asyncio.create_task(self._push_all(target), name="sandbox webhook")

    async def remove(self) -> None:
        """Stop pushing."""
        self._target = None
        self._updates.webhook_active = False
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def info(self) -> JsonObject:
        """Return the ``WebhookInfo`` object."""
        info: JsonObject = {
            "url": self._target.url if self._target else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.pending),
        }
        if self._target:
            info["max_connections"] = self._target.max_connections
        if self._updates.allowed:
            info["allowed_updates"] = sorted(self._updates.allowed)
        if self._last_error:
            info["last_error_date"] = int(self._last_error[0].timestamp())
            info["last_error_message"] = self._last_error[1]
        return info

    async def _push_all(self, target: WebhookTarget) -> None:
        async with httpx.AsyncClient(headers=target.headers, timeout=60, trust_env=False) as client:
            while not self._updates.arrivals.closed:
                waiting = [*self._updates.again, *self._updates.pending]
                if not waiting:
                    await self._updates.arrivals.after(self._updates.arrivals.version, LONGEST_RETRY)
                    continue
                await self._push(client, target, waiting[0])
                self._taken(waiting[0])

    def _taken(self, update: JsonObject) -> None:
        if self._updates.again and self._updates.again[0] is update:
            self._updates.again.pop(0)
        else:
            self._updates.confirm(update["update_id"] + 1)

    async def _push(self, client: httpx.AsyncClient, target: WebhookTarget, update: JsonObject) -> None:
        retry = self._world.config.webhook_retry
        while (problem := await self._attempt(client, target, update)) is not None:
            self._last_error = (self._world.now(), problem)
            log.warning(
                "webhook push failed, will be repeated",
                update_id=update["update_id"],
                reason=problem,
                retry_seconds=retry,
            )
            await self._updates.arrivals.pause(retry)
            retry = min(retry * 2, LONGEST_RETRY)

    async def _attempt(self, client: httpx.AsyncClient, target: WebhookTarget, update: JsonObject) -> str | None:
        try:
            response = await client.post(target.url, json=update)
        except httpx.HTTPError as error:
            return f"Connection failed: {type(error).__name__}"
        return None if response.is_success else f"Wrong response from the webhook: {response.status_code}"
