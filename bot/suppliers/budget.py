"""How many requests a supplier gets from us: a pace, a width, and a hold when it asks for one."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

LONGEST_HOLD = 900.0
"""Seconds: a supplier may silence us this long at a time, whatever its header says."""


class Held(Exception):
    """The supplier asked for silence; ``seconds`` of it are left. Nothing was sent."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the supplier asked us to wait {seconds:.0f} s more")
        self.seconds = seconds


class Pace:
    """A token bucket as arithmetic: ``burst`` requests at once, then ``rate`` of them a second."""

    def __init__(self, rate: float, burst: int) -> None:
        self._interval = 1 / rate
        self._slack = (burst - 1) * self._interval
        self._due = float("-inf")

    def reserve(self, now: float) -> float:
        """Take the next place and return the seconds to wait for it."""
        start = max(now, self._due - self._slack)
        self._due = max(now, self._due) + self._interval
        return max(0.0, start - now)


class Hold:
    """Until when a supplier wants silence; several budgets may share one."""

    def __init__(self) -> None:
        self.until = float("-inf")


class Budget:
    """Admits requests one ``slot`` at a time; shared by all calls that a supplier counts together."""

    def __init__(
        self,
        rate: float,
        burst: int,
        concurrency: int,
        *,
        hold: Hold | None = None,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._pace = Pace(rate, burst)
        self._width = asyncio.Semaphore(concurrency)
        self._now = now
        self._sleep = sleep
        self._hold = hold or Hold()

    @classmethod
    def per_minute(
        cls,
        limit: int,
        burst: int,
        concurrency: int,
        *,
        hold: Hold | None = None,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> "Budget":
        """Never more than ``limit`` requests in any 60 seconds, ``burst`` of them at once."""
        return cls((limit - burst) / 60, burst, concurrency, hold=hold, now=now, sleep=sleep)

    def hold(self, seconds: float) -> None:
        """Send nothing for a while, because the supplier said so."""
        self._hold.until = max(self._hold.until, self._now() + min(seconds, LONGEST_HOLD))

    @asynccontextmanager
    async def slot(self) -> AsyncGenerator[None]:
        """Wait for a turn and keep it while the request is under way; raises ``Held`` at once during a hold."""
        self._refuse_while_held()
        async with self._width:
            if delay := self._pace.reserve(self._now()):
                await self._sleep(delay)
            self._refuse_while_held()
            yield

    def _refuse_while_held(self) -> None:
        left = self._hold.until - self._now()
        if left > 0:
            raise Held(left)
