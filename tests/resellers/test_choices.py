"""Quiet hours by a chat's own clock, and how times and time zones are typed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.resellers.choices import closest_zones, find_zone, heard_at, is_quiet, quiet, read_span, zone_names
from storage.records.resellers import Choices

MINUTE = timedelta(minutes=1)
ZONES = (
    "UTC",
    "Europe/Kyiv",
    "America/New_York",
    "Australia/Lord_Howe",  # goes half an hour forward and back
    "Antarctica/Troll",  # two hours
    "Asia/Kolkata",
    "Pacific/Apia",  # left out a whole day in 2011
    "Africa/Casablanca",
)
CHANGES = tuple(
    datetime.fromisoformat(moment).replace(tzinfo=UTC)
    for moment in (
        "2026-03-29T01:00",  # Europe goes forward, Troll too
        "2026-10-25T01:00",  # and back
        "2026-03-08T07:00",  # New York
        "2026-11-01T06:00",
        "2026-04-04T15:00",  # Lord Howe
        "2026-10-03T15:30",
        "2011-12-30T10:00",  # Apia
        "2026-02-15T02:00",  # Casablanca
        "2026-03-22T02:00",
    )
)
minutes_of_day = st.integers(0, 24 * 60 - 1)


def moved(moment: datetime, minutes: int, seconds: int) -> datetime:
    return moment + timedelta(minutes=minutes, seconds=seconds)


YEARS = 30 * 366 * 24 * 60
near_a_change = st.builds(moved, st.sampled_from(CHANGES), st.integers(-26 * 60, 4 * 60), st.integers(0, 59))
any_time = st.builds(moved, st.just(datetime(2000, 1, 1, tzinfo=UTC)), st.integers(0, YEARS), st.integers(0, 59))
moments = near_a_change | any_time


def night(begin: int, until: int, zone: str = "UTC") -> Choices:
    return quiet(Choices(time_zone=zone), begin, until)


def shows_quiet(choices: Choices, moment: datetime) -> bool:
    """What the clock on the wall says, word for word: is its minute one of the quiet ones."""
    begin, until = choices.quiet_from, choices.quiet_until
    if begin is None or until is None:
        return False
    local = moment.astimezone(ZoneInfo(choices.time_zone))
    minute = local.hour * 60 + local.minute
    return begin <= minute < until if begin < until else minute >= begin or minute < until


def first_loud_minute(choices: Choices, now: datetime) -> datetime:
    """The same as ``heard_at``, by looking at the clock every minute."""
    if not shows_quiet(choices, now):
        return now
    moment = now.replace(second=0, microsecond=0)
    while shows_quiet(choices, moment):
        moment += MINUTE
    return moment


@given(minutes_of_day, minutes_of_day, st.sampled_from(ZONES), moments)
@example(150, 150, "UTC", CHANGES[0])
@example(22 * 60, 2 * 60 + 30, "Europe/Kyiv", CHANGES[0] - timedelta(hours=3))
@example(22 * 60, 3 * 60 + 30, "Europe/Kyiv", CHANGES[0] - timedelta(hours=3))  # 3:30 does not exist that night
@example(22 * 60, 3 * 60 + 30, "Europe/Kyiv", CHANGES[1] + timedelta(minutes=10))  # 3:30 comes twice that night
@example(60, 45, "Pacific/Apia", CHANGES[6] - timedelta(hours=3))
def test_a_notice_is_heard_the_first_moment_the_clock_on_the_wall_allows(
    begin: int, until: int, zone: str, now: datetime
) -> None:
    choices = night(begin, until, zone)
    heard = heard_at(choices, now)
    assert heard == first_loud_minute(choices, now)
    assert is_quiet(choices, now) == (heard > now)


@given(minutes_of_day, minutes_of_day, st.sampled_from(ZONES), moments)
def test_nothing_waits_longer_than_a_day_of_that_clock(begin: int, until: int, zone: str, now: datetime) -> None:
    heard = heard_at(night(begin, until, zone), now)
    assert now <= heard <= now + timedelta(hours=26)
    assert heard_at(night(begin, until, zone), heard) == heard


@given(moments)
def test_without_quiet_hours_everything_is_heard_at_once(now: datetime) -> None:
    assert heard_at(Choices(time_zone="Europe/Kyiv"), now) == now


def test_a_night_is_its_wall_clocks_night_when_the_clocks_change() -> None:
    choices = night(22 * 60, 8 * 60, "Europe/Kyiv")
    spring, autumn = (datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 10, 24, 23, tzinfo=UTC))
    assert heard_at(choices, spring) == datetime(2026, 3, 29, 5, tzinfo=UTC)
    assert heard_at(choices, autumn) == datetime(2026, 10, 25, 6, tzinfo=UTC)


def test_the_last_quiet_microsecond_is_quiet_and_the_next_is_not() -> None:
    choices, end = night(0, 7 * 60), datetime(2026, 5, 1, 7, tzinfo=UTC)
    assert heard_at(choices, end - timedelta(microseconds=1)) == end
    assert heard_at(choices, end) == end


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "Europe", ""])
def test_a_time_zone_that_is_not_known_here_counts_as_utc(zone: str) -> None:
    now = datetime(2026, 5, 1, 6, tzinfo=UTC)
    assert heard_at(night(0, 7 * 60, zone), now) == now + timedelta(hours=1)


def test_quiet_hours_of_no_length_are_none() -> None:
    assert quiet(night(0, 60), 60, 60) == Choices()
    assert quiet(Choices(), 0, 24 * 60) == Choices()


@pytest.mark.parametrize(
    ("words", "span"),
    [
        ("22-7", (22 * 60, 7 * 60)),
        ("22:30 - 7:15", (22 * 60 + 30, 7 * 60 + 15)),
        ("22.30–7", (22 * 60 + 30, 7 * 60)),
        ("22 7", (22 * 60, 7 * 60)),
        (" 0-24 ", (0, 0)),
        ("22-24", (22 * 60, 0)),
        ("25-7", None),
        ("22:60-7", None),
        ("24:01-7", None),
        ("22", None),
        ("tomorrow", None),
        ("Europe/Kyiv", None),
        ("1234-5", None),
        ("", None),
    ],
)
def test_typed_quiet_hours_are_read_or_refused(words: str, span: tuple[int, int] | None) -> None:
    assert read_span(words) == span


@given(minutes_of_day, minutes_of_day)
def test_every_span_can_be_typed(begin: int, until: int) -> None:
    assert read_span(f"{begin // 60:02}:{begin % 60:02}-{until // 60:02}:{until % 60:02}") == (begin, until)


@given(st.sampled_from(sorted(zone_names())))
def test_a_time_zone_is_found_however_it_is_written(name: str) -> None:
    assert find_zone(name) == name
    assert find_zone(f" {name.upper().replace('_', ' ')} ") == name


@pytest.mark.parametrize("words", ["", "nowhere", "/", "Europe", "../etc/passwd", "é" * 300])
def test_what_is_no_time_zone_is_none(words: str) -> None:
    assert find_zone(words) is None


def test_a_city_or_a_mistyped_name_offers_what_was_meant() -> None:
    assert closest_zones("Kyiv")[0] == "Europe/Kyiv"
    assert closest_zones("Europe/Kiyv")[0] == "Europe/Kyiv"
    assert closest_zones("new york")[0] == "America/New_York"
    assert closest_zones("xxxxxxxxxx") == []
