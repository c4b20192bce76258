"""Periods: days as clocks show them, and words that name them."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.resellers.periods import (
    MOST_DAYS,
    Period,
    WrongPeriod,
    last_days,
    local_day,
    midnight,
    moment,
    read_period,
)

BERLIN = ZoneInfo("Europe/Berlin")
UTC_ZONE = ZoneInfo("UTC")
NOW = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)

zones = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Cairo",
     "America/Havana", "Pacific/Apia", "Asia/Beirut", "America/Sao_Paulo", "Asia/Tehran"]
).map(ZoneInfo)  # fmt: skip
days = st.dates(date(2005, 1, 1), date(2035, 12, 31))
lengths = st.integers(0, MOST_DAYS - 1)


@given(zones, days, lengths)
def test_the_runs_of_a_period_follow_each_other_and_fill_it(zone: ZoneInfo, first: date, more: int) -> None:
    period = Period(first, first + timedelta(days=more), zone)
    assume(period.begin < period.end)  # a zone may skip a day altogether
    runs = list(period.runs())
    assert runs[0].begin == period.begin
    assert runs[-1].end == period.end
    assert all(before.end == after.begin for before, after in pairwise(runs))


@given(zones, days, lengths, st.floats(0, 0.999_999))
def test_every_moment_of_a_period_is_in_the_run_and_on_the_day_that_clocks_show(
    zone: ZoneInfo, first: date, more: int, share: float
) -> None:
    period = Period(first, first + timedelta(days=more), zone)
    when = period.begin + (period.end - period.begin) * share
    run = next(run for run in period.runs() if run.begin <= when < run.end)
    shown = period.days[run.first + (when - run.begin) // run.length]
    assert shown == local_day(when, zone)


def test_the_days_when_clocks_change_are_shorter_and_longer() -> None:
    period = Period(date(2026, 3, 1), date(2026, 10, 31), BERLIN)
    hours = [(run.days, run.length // timedelta(hours=1)) for run in period.runs()]
    assert hours == [(28, 24), (1, 23), (209, 24), (1, 25), (6, 24)]


def test_a_day_that_the_zone_skipped_is_in_no_run() -> None:
    samoa = Period(date(2011, 12, 29), date(2011, 12, 31), ZoneInfo("Pacific/Apia"))
    assert sum(run.days for run in samoa.runs()) == 2


def test_a_midnight_that_clocks_jump_over_is_the_moment_of_the_jump() -> None:
    beirut = ZoneInfo("Asia/Beirut")
    begins = midnight(date(2026, 3, 29), beirut)
    assert begins.astimezone(beirut).time() == time(1)
    assert (begins - timedelta(seconds=1)).astimezone(beirut).date() == date(2026, 3, 28)


def test_a_time_that_clocks_show_twice_is_the_first_of_both() -> None:
    assert moment(date(2026, 10, 25), time(2, 30), BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_time_that_clocks_jump_over_comes_after_the_jump() -> None:
    assert moment(date(2026, 3, 29), time(2, 30), BERLIN) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_the_last_days_end_with_the_day_that_it_is_there() -> None:
    late = datetime(2026, 3, 14, 23, 30, tzinfo=UTC)
    assert last_days(7, late, BERLIN) == Period(date(2026, 3, 9), date(2026, 3, 15), BERLIN)
    assert last_days(1, late, UTC_ZONE) == Period(date(2026, 3, 14), date(2026, 3, 14), UTC_ZONE)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("", (2026, 2, 13), (2026, 3, 14)),
        ("1", (2026, 3, 14), (2026, 3, 14)),
        (" 007 ", (2026, 3, 8), (2026, 3, 14)),
        ("366", (2025, 3, 14), (2026, 3, 14)),
        ("2026-01-01 2026-02-28", (2026, 1, 1), (2026, 2, 28)),
        ("1.1.2026  28.02.2026", (2026, 1, 1), (2026, 2, 28)),
        ("2024-01-01 2024-12-31", (2024, 1, 1), (2024, 12, 31)),
        ("2026-02-28", (2026, 2, 28), (2026, 2, 28)),
    ],
)
def test_words_that_name_a_period(words: str, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    assert read_period(words, NOW, UTC_ZONE, usual=30) == Period(date(*first), date(*last), UTC_ZONE)


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("0", WrongPeriod.TOO_SHORT),
        ("000", WrongPeriod.TOO_SHORT),
        ("367", WrongPeriod.TOO_LONG),
        ("999999999", WrongPeriod.TOO_LONG),
        ("9999999999", WrongPeriod.UNREADABLE),
        ("-7", WrongPeriod.UNREADABLE),
        ("1.5", WrongPeriod.UNREADABLE),
        ("7 days", WrongPeriod.UNREADABLE),
        ("week", WrongPeriod.UNREADABLE),
        ("٧", WrongPeriod.UNREADABLE),
        ("1 2 3", WrongPeriod.UNREADABLE),
        ("2026-03-14 2026-03-13", WrongPeriod.BACKWARDS),
        ("2025-01-01 2026-01-02", WrongPeriod.TOO_LONG),
        ("2026-02-29 2026-03-01", WrongPeriod.NO_SUCH_DAY),
        ("2026-03-01 2026-13-01", WrongPeriod.NO_SUCH_DAY),
        ("0001-01-01 0001-01-02", WrongPeriod.NO_SUCH_DAY),
        ("9999-12-31", WrongPeriod.NO_SUCH_DAY),
        ("03/01/2026 03/02/2026", WrongPeriod.UNREADABLE),
    ],
)
def test_words_that_name_none_say_why(words: str, wrong: WrongPeriod) -> None:
    assert read_period(words, NOW, UTC_ZONE, usual=30) is wrong


@given(st.text(max_size=40), zones)
def test_no_words_at_all_break_the_reader(words: str, zone: ZoneInfo) -> None:
    period = read_period(words, NOW, zone, usual=30)
    if isinstance(period, Period):
        assert 1 <= len(period.days) <= MOST_DAYS
        assert period.begin < period.end
