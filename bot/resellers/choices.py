"""What chats choose to hear, and when: quiet hours by their own clock. Pure."""

import difflib
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from storage.records.resellers import Choices

DAY: Final = timedelta(days=1)
MINUTES: Final = 24 * 60
SPAN: Final = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(?:-|–|—|\s)\s*(\d{1,2})(?:[:.](\d{2}))?")


def heard_at(choices: Choices, now: datetime) -> datetime:
    """When a chat hears what may wait: ``now``, or the first instant at which its own clock shows no quiet time.

    A clock that is put forward over the end of the quiet time ends it; one that is put back into it begins it anew.
    """
    zone, moment = zone_of(choices.time_zone), now.astimezone(UTC)
    while left := _left(choices, moment.astimezone(zone)):
        there = moment + left
        changed = _offset(there, zone) != _offset(moment, zone)
        moment = _change(moment, there, zone) if changed else there
    return moment


def is_quiet(choices: Choices, now: datetime) -> bool:
    """Whether a chat wants to hear only what cannot wait."""
    return bool(_left(choices, now.astimezone(zone_of(choices.time_zone))))


def quiet(choices: Choices, begin: int, until: int) -> Choices:
    """The choices with quiet hours between these minutes of the day; no hours between a minute and itself."""
    if begin % MINUTES == until % MINUTES:
        return replace(choices, quiet_from=None, quiet_until=None)
    return replace(choices, quiet_from=begin % MINUTES, quiet_until=until % MINUTES)


def read_span(words: str) -> tuple[int, int] | None:
    """Minutes of the day from ``22-7``, ``22:30 - 7:15`` or ``22.30 7``; None for anything else."""
    found = SPAN.fullmatch(words.strip())
    if found is None:
        return None
    hours, minutes, end_hours, end_minutes = (int(part or 0) for part in found.groups())
    if max(hours, end_hours) > 24 or max(minutes, end_minutes) > 59:
        return None
    begin, until = hours * 60 + minutes, end_hours * 60 + end_minutes
    return (begin % MINUTES, until % MINUTES) if max(begin, until) <= MINUTES else None


def zone_of(name: str) -> ZoneInfo:
    """The time zone of an IANA name; UTC where this machine does not know it (any more)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


@cache
def zone_names() -> frozenset[str]:
    """The time zones that this machine knows, by their IANA names; without those that are nobody's place."""
    return frozenset(name for name in available_timezones() if name == "UTC" or "/" in name)


def find_zone(words: str) -> str | None:
    """The IANA name that somebody wrote, whatever its case and with spaces or underscores; None when it is none."""
    return _zones_by_fold().get(_folded(words))


def closest_zones(words: str, limit: int = 3) -> list[str]:
    """Names that somebody may have meant, the likeliest first: by the whole name, or by its city alone."""
    known, asked = _zones_by_fold(), _folded(words)
    cities = {name.rsplit("/", 1)[-1]: name for name in sorted(known)}
    exact = [cities[asked]] if asked in cities else []
    near = difflib.get_close_matches(asked, cities, n=limit) + difflib.get_close_matches(asked, known, n=limit)
    found = [*exact, *(cities.get(name, name) for name in near)]
    return [known[name] for name in dict.fromkeys(found)][:limit]


@cache
def _zones_by_fold() -> dict[str, str]:
    return {_folded(name): name for name in zone_names()}


def _folded(name: str) -> str:
    return "_".join(name.casefold().split())


def _left(choices: Choices, local: datetime) -> timedelta:
    """How long the clock on the wall must still go until the quiet time is over; nothing when it is not quiet."""
    begin, until = choices.quiet_from, choices.quiet_until
    if begin is None or until is None:
        return timedelta()
    passed = timedelta(hours=local.hour, minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    length = timedelta(minutes=(until - begin) % MINUTES)
    since = (passed - timedelta(minutes=begin)) % DAY
    return length - since if since < length else timedelta()


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta | None:
    return moment.astimezone(zone).utcoffset()


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which the zone's clock is put forward or back between the two, to the second."""
    old = _offset(before, zone)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        before, after = (middle, after) if _offset(middle, zone) == old else (before, middle)
    return after.replace(microsecond=0)
