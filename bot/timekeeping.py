"""The system's clock, watched: when it is set back, nothing may wait for a time that it had run ahead to."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

import structlog

from storage.clock import Clock, utc_now
from storage.store import Store

log = structlog.get_logger()

EVERY_SECONDS: Final = 1.0
TOLERANCE: Final = timedelta(seconds=5)
"""A clock that is corrected by less delays nothing by more."""

LONGEST_PLAN: Final = timedelta(minutes=10)
"""The longest pause between two looks or tries that we plan ourselves."""


class Timekeeper:
    """Compares the clock with the time that passed."""

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._clock = clock
        self._monotonic = monotonic
        self._sleep = sleep

    async def recover(self) -> None:
        """Take up what the last run planned for a time that is too far ahead to have been meant."""
        now = self._clock()
        due = await self._store.write(lambda tables: tables.times.set_right(now, now + LONGEST_PLAN))
        if due:
            log.info("what was planned for much later is due now", rows=due)

    async def run(self) -> None:
        """Watch until cancelled."""
        began = self._beginning()
        while True:
            await self._sleep(EVERY_SECONDS)
            begins = self._beginning()
            if began - begins > TOLERANCE:
                await self._set_back(began - begins)
            began = begins

    def _beginning(self) -> datetime:
        """What the clock says of the moment at which the monotonic one began: the same as long as nobody sets it."""
        return self._clock() - timedelta(seconds=self._monotonic())

    async def _set_back(self, by: timedelta) -> None:
        now = self._clock()
        log.warning("the system's clock was set back; what was planned by it is due now", seconds=by.total_seconds())
        try:
            await self._store.write(lambda tables: tables.times.set_right(now, now))
        except Exception:  # a worker's edge: a start sets right what could not be set right now
            log.exception("plans could not be set right after the clock was; a restart does it")
