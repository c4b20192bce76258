"""Days as people live them: where each begins and ends in their time zone, daylight saving included. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

MOST_DAYS = 366
EARLIEST = date(2000, 1, 1)
LATEST = date(2199, 12, 31)
ONE_DAY = timedelta(days=1)

NUMBER = re.compile(r"[0-9]{1,9}")
ISO_DATE = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})")
DOTTED_DATE = re.compile(r"(?P<day>[0-9]{1,2})\.(?P<month>[0-9]{1,2})\.(?P<year>[0-9]{4})")


class WrongPeriod(StrEnum):
    """Why words name no period."""

    UNREADABLE = "unreadable"
    TOO_SHORT = "too short"
    TOO_LONG = "too long"
    BACKWARDS = "backwards"
    NO_SUCH_DAY = "no such day"


@dataclass(frozen=True, slots=True)
class Run:
    """Days in a row that are equally long. ``first`` is the number of the first in its period, from 0."""

    first: int
    begin: datetime
    length: timedelta
    days: int

    @property
    def end(self) -> datetime:
        """Where the day after them begins."""
        return self.begin + self.length * self.days


@dataclass(frozen=True, slots=True)
class Period:
    """The days ``first`` to ``last``, both part of it, as they are in ``zone``."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def begin(self) -> datetime:
        """Its first moment, in UTC."""
        return midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """The first moment after it, in UTC."""
        return midnight(self.last + ONE_DAY, self.zone)

    @property
    def days(self) -> Sequence[date]:
        """Every day of it."""
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]

    def runs(self) -> Iterator[Run]:
        """Its days by their length: where clocks change, one has another; one that the zone skipped is left out."""
        begins = [midnight(day, self.zone) for day in [*self.days, self.last + ONE_DAY]]
        lengths = [(number, end - begin) for number, (begin, end) in enumerate(pairwise(begins))]
        for length, alike in groupby(lengths, key=lambda one: one[1]):
            numbers = [number for number, _ in alike]
            if length:
                yield Run(numbers[0], begins[numbers[0]], length, len(numbers))


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day, in UTC; where clocks jump over midnight, the moment of the jump."""
    return moment(day, time(), zone)


def moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """When clocks in ``zone`` show a time, the first time they do, in UTC; a time that is jumped over comes later."""
    return datetime.combine(day, at, zone).astimezone(UTC)


def local_day(now: datetime, zone: ZoneInfo) -> date:
    """Which day it is in ``zone``."""
    return now.astimezone(zone).date()


def last_days(days: int, now: datetime, zone: ZoneInfo) -> Period:
    """So many days, the present one the last of them."""
    today = local_day(now, zone)
    return Period(today - timedelta(days=days - 1), today, zone)


def read_period(
    words: str, now: datetime, zone: ZoneInfo, *, usual: int, most: int = MOST_DAYS
) -> Period | WrongPeriod:
    """Read ``30``, ``2026-03-01 2026-03-14`` or ``1.3.2026 14.3.2026``; no words mean the ``usual`` number of days."""
    parts = words.split()
    match parts:
        case []:
            return last_days(usual, now, zone)
        case [days] if NUMBER.fullmatch(days):
            return _counted(int(days), now, zone, most)
        case [only]:
            return _between(only, only, zone, most)
        case [first, last]:
            return _between(first, last, zone, most)
        case _:
            return WrongPeriod.UNREADABLE


def _counted(days: int, now: datetime, zone: ZoneInfo, most: int) -> Period | WrongPeriod:
    if days < 1:
        return WrongPeriod.TOO_SHORT
    return WrongPeriod.TOO_LONG if days > most else last_days(days, now, zone)


def _between(first: str, last: str, zone: ZoneInfo, most: int) -> Period | WrongPeriod:
    begin, end = _date(first), _date(last)
    if isinstance(begin, WrongPeriod):
        return begin
    if isinstance(end, WrongPeriod):
        return end
    if end < begin:
        return WrongPeriod.BACKWARDS
    return WrongPeriod.TOO_LONG if (end - begin).days >= most else Period(begin, end, zone)


def _date(text: str) -> date | WrongPeriod:
    found = ISO_DATE.fullmatch(text) or DOTTED_DATE.fullmatch(text)
    if found is None:
        return WrongPeriod.UNREADABLE
    try:
        day = date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return WrongPeriod.NO_SUCH_DAY
    return day if EARLIEST <= day <= LATEST else WrongPeriod.NO_SUCH_DAY
