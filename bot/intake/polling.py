"""Long polling: fetch, store, and only then let Telegram forget."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, cast
from urllib.parse import urlencode

import structlog
from telegram import Bot
from telegram.constants import PollingLimit
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.delivery.line import Line, ListeningRequest
from bot.delivery.outcomes import wait_of
from bot.intake.backoff import Backoff
from bot.intake.intake import Full, Intake
from bot.intake.updates import ALLOWED_UPDATES, MalformedUpdate, Raw
from storage.errors import StoreError

log = structlog.get_logger()

POLL_SECONDS = 50
READ_SLACK = 15
STORE_SECONDS = 5.0
"""The longest pause while the store takes nothing: asking Telegram again costs little."""


class PollingStopped(Exception):
    """Telegram will not give us updates until a human acts; the message is one clear line."""


class Poller:
    """Asks Telegram for updates through a connection of its own, so that it never takes one from the senders.

    The offset of the next question is what confirms the last answer, so it is asked after the answer was stored.
    It begins at 0: what the last run stored but did not confirm comes again and is recognised by its id.
    Whether it was answered is told to the ``line``.
    """

    def __init__(
        self,
        bot: Bot,
        intake: Intake,
        *,
        poll_seconds: int = POLL_SECONDS,
        backoff: Backoff | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        line: Line | None = None,
    ) -> None:
        self._bot = bot
        self._intake = intake
        self._poll_seconds = poll_seconds
        self._backoff = backoff or Backoff()
        self._sleep = sleep
        self._batch = min(int(PollingLimit.MAX_LIMIT), intake.capacity)
        self._line = line or Line()
        self._offset = 0

    async def run(self) -> None:
        """Poll until cancelled; raises ``PollingStopped``."""
        patience = self._poll_seconds + READ_SLACK
        request = ListeningRequest(self._line, connection_pool_size=1, read_timeout=patience, pool_timeout=5)
        await request.initialize()
        try:
            await self._intake.opened()
            await self._until_done(self._leave_webhook)
            while True:
                await self._intake.room(self._batch)
                await self._until_done(lambda: self._round(request))
        finally:
            await request.shutdown()

    async def _leave_webhook(self) -> None:
        """While a webhook is set, Telegram refuses polling; what waits there is kept."""
        await self._bot.delete_webhook(drop_pending_updates=False)

    async def _round(self, request: HTTPXRequest) -> None:
        updates = await self._fetch(request)
        if not updates:
            # Everything is confirmed now. After a quiet week Telegram may begin again at a random, lower number,
            # which a remembered offset would hide.
            self._offset = 0
            return
        while isinstance(await self._intake.accept(updates), Full):
            await self._intake.room(len(updates))
        self._offset = max(_number(update) for update in updates) + 1

    async def _fetch(self, request: HTTPXRequest) -> list[Raw]:
        query = urlencode(
            {
                "offset": self._offset,
                "limit": self._batch,
                "timeout": self._poll_seconds,
                "allowed_updates": json.dumps(ALLOWED_UPDATES),
            }
        )
        answer = cast("Any", await request.post(f"{self._bot.base_url}/getUpdates?{query}"))
        return [update for update in cast("list[Raw]", answer) if self._is_update(update)]

    def _is_update(self, update: Any) -> bool:
        if isinstance(update, dict) and isinstance(cast("Raw", update).get("update_id"), int):
            return True
        log.error("telegram sent something that is no update; it is left out")
        return False

    async def _until_done(self, step: Callable[[], Awaitable[None]]) -> None:
        """Repeat one step until it succeeds, each failure by its own rule."""
        while True:
            try:
                await step()
            except (Conflict, InvalidToken) as error:
                raise PollingStopped(_advice(error)) from None
            except RetryAfter as error:
                log.warning("telegram asks polling to wait", seconds=wait_of(error))
                await self._sleep(wait_of(error))
            except StoreError as error:
                seconds = min(self._backoff.next(), STORE_SECONDS)
                log.warning(
                    "updates cannot be stored; telegram keeps them", reason=str(error), seconds=round(seconds, 1)
                )
                await self._sleep(seconds)
            except (TelegramError, MalformedUpdate) as error:
                await self._pause(error)
            else:
                self._backoff.reset()
                return

    async def _pause(self, error: Exception) -> None:
        seconds = self._backoff.next()
        log.warning("updates cannot be fetched; trying again", error=type(error).__name__, seconds=round(seconds, 1))
        await self._sleep(seconds)


def _number(update: Raw) -> int:
    return cast("int", update["update_id"])


def _advice(error: Conflict | InvalidToken) -> str:
    if isinstance(error, InvalidToken):
        return "Telegram refuses BOT_TOKEN; copy it again from @BotFather"
    return "another process receives this bot's updates; stop it, then start this one again"
