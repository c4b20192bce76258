"""How fast we speak: per chat, per group and overall, urgent messages first, flood waits honoured."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import structlog
from telegram.constants import FloodLimit
from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.delivery.outcomes import wait_of
from bot.delivery.windows import Bucket, Pacing, Rate, Window
from storage.records.queues import Priority

log = structlog.get_logger()

JSON = bool | dict[str, Any] | list[dict[str, Any]]
Monotonic = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]

MAX_IN_FLIGHT = 32
"""Requests at once; python-telegram-bot's connection pool collapses above (measured on 22.8)."""

_BURST = 20
"""One order draws its messages some eight times; whoever taps fast must not wait for what Telegram lets pass."""

_PER_CHAT = Rate(_BURST, _BURST / FloodLimit.MESSAGES_PER_SECOND_PER_CHAT)
_PER_GROUP = Rate(FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP, 60)
_OVERALL = Rate(FloodLimit.MESSAGES_PER_SECOND, 1)
_PATIENCE = MappingProxyType({Priority.REPLY: 60.0, Priority.RESULT: 10.0, Priority.NOTICE: 10.0})


@dataclass(frozen=True, slots=True)
class Pace:
    """Telegram's documented rates, and how we behave when it says stop. All times are seconds.

    ``lag`` is how much later a message of the next lower priority may go: it keeps the least urgent from starving.
    ``patience`` is the longest flood wait sat out here; a longer one is raised, so that the caller can reschedule.
    """

    per_chat: Rate = _PER_CHAT
    per_group: Rate = _PER_GROUP
    overall: Rate = _OVERALL
    in_flight: int = MAX_IN_FLIGHT
    lag: float = 5.0
    slack: float = 0.5
    retries: int = 3
    patience: Mapping[Priority, float] = field(default_factory=lambda: _PATIENCE)
    bot_wide_chats: int = 3
    bot_wide_seconds: float = 5.0


@dataclass(slots=True, eq=False)
class _Chat:
    """One chat's rates and the flood wait it is under."""

    windows: tuple[Pacing, ...]
    held_until: float = -math.inf

    def free_at(self) -> float:
        return max(window.free_at() for window in self.windows)

    def idle(self, now: float) -> bool:
        return self.held_until <= now and all(window.idle(now) for window in self.windows)


@dataclass(slots=True, eq=False)
class _Ticket:
    """One request that waits for its turn; ``counts`` when it is a message, which the windows count."""

    due: float
    since: float
    priority: Priority
    chat: _Chat | None
    counts: bool
    turn: asyncio.Future[None]


class ChatPacer(BaseRateLimiter[Priority]):
    """Lets each request go when its chat, the bot as a whole and the connection pool have room for it.

    Only messages count against the rates. Callback answers and chat actions, which must come at once or are worth
    nothing, wait for flood holds and a free connection alone.
    Requests go by the time they came plus ``lag`` per step of priority. A ``RetryAfter`` holds its chat; several
    chats at once, or a request that has no chat, hold the bot. One about the bot's menus and descriptions, which
    have limits of their own that may last hours, holds nothing else.
    """

    def __init__(
        self, pace: Pace | None = None, *, monotonic: Monotonic = time.monotonic, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._pace = pace or Pace()
        self._now = monotonic
        self._sleep = sleep
        self._overall = Window(self._pace.overall)
        self._chats: dict[int | str, _Chat] = {}
        self._sweep_at = 1024
        self._waiting: list[_Ticket] = []
        self._in_flight = 0
        self._held_until = -math.inf
        self._floods: dict[int | str, float] = {}
        self._timer: asyncio.Task[None] | None = None
        self._timer_at = math.inf

    @property
    def waiting(self) -> int:
        """How many requests wait for their turn."""
        return len(self._waiting)

    def closed(self, chat_id: int) -> bool:
        """Whether a message to this chat would have to wait, for its own rates or a flood wait of its own."""
        chat = self._chats.get(chat_id)
        return chat is not None and max(chat.free_at(), chat.held_until) > self._now()

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Stop the timer; requests that still wait are cancelled."""
        for ticket in self._waiting:
            ticket.turn.cancel()
        self._waiting.clear()
        if self._timer is not None:
            self._timer.cancel()
            await asyncio.gather(self._timer, return_exceptions=True)
            self._timer = None

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, JSON]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Priority | None,
    ) -> JSON:
        """Make the request in its turn; raises ``RetryAfter`` when the wait is longer than its patience."""
        priority = Priority.REPLY if rate_limit_args is None else rate_limit_args
        chat_id = _chat_of(endpoint, data)
        came = self._now()
        retries_left = self._pace.retries
        while True:
            await self._wait(came, priority, chat_id, counts=_is_message(endpoint))
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as error:
                self._hold(wait_of(error), chat_id, endpoint)
                if retries_left == 0:
                    raise
                retries_left -= 1
            finally:
                self._in_flight -= 1
                self._dispatch()

    async def _wait(self, came: float, priority: Priority, chat_id: int | str | None, *, counts: bool) -> None:
        chat = None if chat_id is None else self._chat(chat_id)
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        # A repeat keeps the time of its first try: nothing that came later overtakes it.
        ticket = _Ticket(came + priority * self._pace.lag, came, priority, chat, counts, turn)
        self._waiting.append(ticket)
        self._dispatch()
        try:
            await turn
        except asyncio.CancelledError:
            self._give_up(ticket)
            raise

    def _give_up(self, ticket: _Ticket) -> None:
        if ticket in self._waiting:
            self._waiting.remove(ticket)
        elif ticket.turn.done() and not ticket.turn.cancelled() and ticket.turn.exception() is None:
            # Its turn came in the very moment in which its caller was cancelled.
            self._in_flight -= 1
            self._dispatch()

    def _dispatch(self) -> None:
        """Let go whatever may go now, most urgent first, and wake up again when the next may."""
        now = self._now()
        next_at = math.inf
        for ticket in sorted(self._waiting, key=lambda ticket: ticket.due):
            if self._too_long(ticket):
                self._refuse(ticket, now)
            elif self._in_flight >= self._pace.in_flight:
                return
            elif (free_at := self._free_at(ticket)) <= now:
                self._let_go(ticket, now)
            else:
                next_at = min(next_at, free_at)
        self._wake_at(next_at, now)

    def _free_at(self, ticket: _Ticket) -> float:
        if not ticket.counts:
            return self._held_for(ticket)
        free_at = max(self._held_for(ticket), self._overall.free_at())
        return max(free_at, ticket.chat.free_at()) if ticket.chat else free_at

    def _held_for(self, ticket: _Ticket) -> float:
        return self._held_until if ticket.chat is None else max(self._held_until, ticket.chat.held_until)

    def _too_long(self, ticket: _Ticket) -> bool:
        return self._held_for(ticket) - ticket.since > self._pace.patience[ticket.priority]

    def _refuse(self, ticket: _Ticket, now: float) -> None:
        self._waiting.remove(ticket)
        if not ticket.turn.done():
            ticket.turn.set_exception(RetryAfter(timedelta(seconds=max(1.0, self._held_for(ticket) - now))))

    def _let_go(self, ticket: _Ticket, now: float) -> None:
        self._waiting.remove(ticket)
        if ticket.turn.done():
            return
        self._in_flight += 1
        ticket.turn.set_result(None)
        if ticket.counts:
            self._overall.add(now)
            for window in ticket.chat.windows if ticket.chat else ():
                window.add(now)

    def _hold(self, seconds: float, chat_id: int | str | None, endpoint: str) -> None:
        now = self._now()
        until = now + seconds + self._pace.slack
        bot_wide = chat_id is None or (not _is_profile(endpoint) and self._floods_everywhere(chat_id, now))
        log.warning("telegram asks us to wait", seconds=seconds, chat_id=chat_id, method=endpoint, bot_wide=bot_wide)
        if bot_wide:
            self._held_until = max(self._held_until, until)
        if chat_id is not None:
            chat = self._chat(chat_id)
            chat.held_until = max(chat.held_until, until)

    def _floods_everywhere(self, chat_id: int | str, now: float) -> bool:
        recent = {chat: at for chat, at in self._floods.items() if now - at <= self._pace.bot_wide_seconds}
        self._floods = {**recent, chat_id: now}
        return len(self._floods) >= self._pace.bot_wide_chats

    def _chat(self, chat_id: int | str) -> _Chat:
        chat = self._chats.get(chat_id)
        if chat is None:
            self._sweep()
            # After a burst a person waits for one message at a time; the limit of groups is per minute, as documented.
            bucket, window = Bucket(self._pace.per_chat), Window(self._pace.per_group)
            chat = self._chats[chat_id] = _Chat((bucket, window) if _is_group(chat_id) else (bucket,))
        return chat

    def _sweep(self) -> None:
        """Forget chats that nothing holds any more, so that memory follows the traffic and not its history."""
        if len(self._chats) < self._sweep_at:
            return
        now = self._now()
        wanted = {id(ticket.chat) for ticket in self._waiting}
        self._chats = {key: chat for key, chat in self._chats.items() if id(chat) in wanted or not chat.idle(now)}
        self._sweep_at = max(1024, 2 * len(self._chats))

    def _wake_at(self, at: float, now: float) -> None:
        if math.isinf(at) or (self._timer is not None and not self._timer.done() and self._timer_at <= at):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = at
        self._timer = asyncio.get_running_loop().create_task(self._ring(at - now))

    async def _ring(self, seconds: float) -> None:
        await self._sleep(seconds)
        # From here on this task counts as rung, so that the dispatch below may set the next timer.
        self._timer = None
        self._dispatch()


def _chat_of(endpoint: str, data: Mapping[str, Any]) -> int | str | None:
    """What a flood wait holds: the chat, or the method itself where it shapes the bot's profile; None for the bot."""
    chat_id = endpoint if _is_profile(endpoint) else data.get("chat_id")
    return chat_id if isinstance(chat_id, int | str) else None


def _is_message(endpoint: str) -> bool:
    """Whether Telegram counts the call as a message to its chat."""
    return endpoint.startswith(("send", "edit", "copy", "forward")) and endpoint != "sendChatAction"


def _is_profile(endpoint: str) -> bool:
    return endpoint.startswith("setMy")


def _is_group(chat_id: int | str) -> bool:
    return chat_id < 0 if isinstance(chat_id, int) else chat_id.startswith(("-", "@"))
