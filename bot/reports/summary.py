"""The daily summary: what the day that ended brought, told to the operator's chats once, at a set time of day."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
import structlog

from bot.ordering.notices import OperatorDesk
from bot.resellers.figures import read_figures
from bot.resellers.periods import ONE_DAY, Period, local_day, moment
from storage.clock import Clock, utc_now
from storage.records.queues import NoticeKind
from storage.store import Store
from storage.tables import Tables

LONGEST_SLEEP: Final = timedelta(minutes=5)
"""Clocks are set, and machines sleep: nobody relies on a long sleep ending in time."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Schedule:
    """When, by the clocks of which zone."""

    at: time
    zone: ZoneInfo

    def due(self, now: datetime) -> Period | None:
        """The day to tell of: yesterday, once the time has come today."""
        today = local_day(now, self.zone)
        if now < moment(today, self.at, self.zone):
            return None
        return Period(today - ONE_DAY, today - ONE_DAY, self.zone)

    def wait(self, now: datetime) -> timedelta:
        """How long until the time comes next."""
        today = local_day(now, self.zone)
        coming = (moment(day, self.at, self.zone) for day in (today, today + ONE_DAY, today + 2 * ONE_DAY))
        return next(at for at in coming if at > now) - now


class DailySummary:
    """Owes the operator each day's figures. A notice's key holds its day, so that a day is told once for ever."""

    def __init__(
        self,
        store: Store,
        desk: OperatorDesk,
        schedule: Schedule,
        currency: str,
        *,
        clock: Clock = utc_now,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._desk = desk
        self._schedule = schedule
        self._currency = currency
        self._clock = clock
        self._sleep = sleep

    async def run(self) -> None:
        """Tell every day until cancelled; what was missed today is made up for at the start."""
        told: Period | None = None
        while True:
            due = self._schedule.due(self._clock())
            if due is not None and due != told:
                told = due if await self._tell_or_log(due) else told
            wait = min(self._schedule.wait(self._clock()), LONGEST_SLEEP)
            await self._sleep(wait.total_seconds())

    async def tell(self, day: Period) -> bool:
        """Owe the summary of a day, unless the shop had no order until its end; False then."""
        facts = await self._store.read(lambda tables: self._facts(tables, day))
        if facts is None:
            return False
        now = self._clock()
        subject = day.first.isoformat()
        await self._store.write(lambda tables: self._desk.tell(tables, NoticeKind.DAILY_SUMMARY, subject, facts, now))
        return True

    async def _tell_or_log(self, day: Period) -> bool:
        try:
            await self.tell(day)
        except Exception:  # a worker's edge: tried again after the next sleep
            log.exception("the daily summary cannot be written; trying again", day=day.first.isoformat())
            return False
        return True

    async def _facts(self, tables: Tables, day: Period) -> dict[str, Any] | None:
        first = await tables.figures.first_order()
        if first is None or first >= day.end:
            return None
        figures = await read_figures(tables, day, self._currency)
        facts: dict[str, Any] = msgspec.to_builtins(figures)
        return facts
