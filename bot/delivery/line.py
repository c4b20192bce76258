"""The line to Telegram: whether anything is answered at all, and how what is owed waits while nothing is."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from storage.clock import Clock, utc_now

NO_TIME = timedelta(0)

BROKEN_SERVER = 500
"""From this status on it is not Telegram that answers, but what stands before it."""


@dataclass(frozen=True, slots=True)
class LinePolicy:
    """``messages`` that fail in a row, and none between them that is answered, mean that Telegram is away.

    Then one message at a time is tried, at pauses that double from ``first`` to ``longest``: an outage of an hour costs
    some hundred calls, however many chats are owed something. ``silence`` in which nothing that was asked was answered
    means that a message of unknown outcome fails for no fault of its own. What was asked longer ago than ``memory``
    says nothing about now; it is longer than any pause between two tries at a message that is owed.
    """

    messages: int = 3
    first: timedelta = timedelta(seconds=1)
    longest: timedelta = timedelta(seconds=30)
    silence: timedelta = timedelta(minutes=5)
    memory: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Absence:
    """Telegram was away from ``since`` until ``until``; ``tries`` failed meanwhile."""

    since: datetime
    until: datetime
    tries: int

    @property
    def lasted(self) -> timedelta:
        """How long it was."""
        return self.until - self.since


class Line:
    """Remembers how the tries at Telegram ended, of all chats together."""

    def __init__(
        self,
        policy: LinePolicy | None = None,
        *,
        clock: Clock = utc_now,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._policy = policy or LinePolicy()
        self._clock = clock
        self._chance = chance
        self._unheard_since: datetime | None = None
        self._unheard_at = clock()
        self._failed: set[int] = set()
        self._tries = 0
        self._probes = 0
        self._down_since: datetime | None = None
        self._next_try = clock()

    @property
    def away_since(self) -> datetime | None:
        """Since when nothing that is owed gets through; None while messages are answered."""
        return self._down_since if self.away else None

    @property
    def away(self) -> bool:
        """Whether one message after another went unanswered."""
        return len(self._failed) >= self._policy.messages

    @property
    def unheard_since(self) -> datetime | None:
        """Since when Telegram was asked and did not answer, whatever it was asked; None once it did.

        None too when it was not asked for long: where updates are pushed a quiet shop asks for nothing all night, and
        the one reply that failed in the evening says nothing about the morning.
        """
        return self._unheard_since if self._clock() - self._unheard_at <= self._policy.memory else None

    @property
    def silent(self) -> bool:
        """Whether nothing at all was answered for a while, though something was asked."""
        since = self.unheard_since
        if self.away or since is None:
            return self.away
        # Of a silence that begins in the future nothing is known but that the clock was set back.
        return not NO_TIME <= self._clock() - since < self._policy.silence

    @property
    def longest(self) -> timedelta:
        """The longest pause between two tries while Telegram is away."""
        return self._policy.longest

    def room(self, in_flight: int, in_hand: int) -> int:
        """How many more messages may be tried now: while Telegram is away one at a time, and after a pause."""
        if not self.away:
            return in_flight - in_hand
        return 1 if in_hand == 0 and not self._waits(self._clock()) else 0

    def heard(self) -> None:
        """Telegram answered something: an update was fetched, somebody's question was replied to."""
        self._unheard_since = None

    def unheard(self) -> None:
        """Telegram was asked for something and did not answer."""
        self._unheard_since = self.unheard_since or self._clock()
        self._unheard_at = self._clock()

    def failed(self, delivery_id: int) -> bool:
        """A message went unanswered; returns whether Telegram is away from now on, and was not before."""
        before, now = self.away, self._clock()
        self._down_since = self._down_since or now
        # One message that fails again and again is its own trouble: it takes several to doubt the line.
        if not before:
            self._failed.add(delivery_id)
        self._tries += 1
        # What was in flight when the line fell fails with it, and is no try at whether Telegram is back.
        if self.away and not self._waits(now):
            self._next_try = now + self._pause()
            self._probes += 1
        return self.away and not before

    def answered(self) -> Absence | None:
        """A message was answered, whatever the answer; returns the absence that is over with it."""
        self.heard()
        over = Absence(self._down_since, self._clock(), self._tries) if self.away and self._down_since else None
        self._failed.clear()
        self._tries, self._probes, self._down_since = 0, 0, None
        self._next_try = self._clock()
        return over

    def _waits(self, now: datetime) -> bool:
        """Whether the next try is still to come."""
        # No pause is longer than the longest: a try planned for later was planned before the clock was set back.
        return NO_TIME < self._next_try - now <= self._policy.longest

    def _pause(self) -> timedelta:
        """Doubles with each try, shortened by chance by up to half."""
        pause = min(self._policy.longest, self._policy.first * 2 ** min(self._probes, 20))
        return pause * (1 - self._chance() / 2)


class ListeningRequest(HTTPXRequest):
    """Tells the line of every answer, and of every call that had none but the sound of a broken server."""

    def __init__(self, line: Line, **options: Any) -> None:
        super().__init__(**options)
        self._line = line

    async def do_request(self, url: str, method: str, *args: Any, **options: Any) -> tuple[int, bytes]:
        """Make the request and note whether it was answered."""
        try:
            status, body = await super().do_request(url, method, *args, **options)
        except TelegramError:
            self._line.unheard()
            raise
        if status < BROKEN_SERVER:
            self._line.heard()
        else:
            self._line.unheard()
        return status, body
