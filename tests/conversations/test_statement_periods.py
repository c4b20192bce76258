"""Which days people mean when they ask for a statement."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversations.money import statement_period
from bot.resellers.periods import EARLIEST, LATEST, Period, WrongPeriod

NOW = datetime(2026, 11, 21, 23, 59, 59, tzinfo=UTC)


def days(words: str) -> tuple[date, date] | WrongPeriod:
    """The first and the last day that words mean."""
    period = statement_period(words, NOW)
    return (period.first, period.last) if isinstance(period, Period) else period


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("", "2026-10-23", "2026-11-21"),
        ("1", "2026-11-21", "2026-11-21"),
        ("7", "2026-11-15", "2026-11-21"),
        ("30 days", "2026-10-23", "2026-11-21"),
        ("1 Day", "2026-11-21", "2026-11-21"),
        ("7 дней", "2026-11-15", "2026-11-21"),
        ("month", "2026-11-01", "2026-11-21"),
        ("Месяц", "2026-11-01", "2026-11-21"),
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2024-2", "2024-02-01", "2024-02-29"),
        ("2026-10-01", "2026-10-01", "2026-11-21"),
        ("1.10.2026", "2026-10-01", "2026-11-21"),
        ("2026-10-01 2026-10-31", "2026-10-01", "2026-10-31"),
        ("2019-01-01 2026-10-31", "2019-01-01", "2026-10-31"),
        ("4000", "2015-12-10", "2026-11-21"),
    ],
)
def test_words_for_a_period_are_understood(words: str, first: str, last: str) -> None:
    assert days(words) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("soon", WrongPeriod.UNREADABLE),
        ("2026/10/01", WrongPeriod.UNREADABLE),
        ("10/01/2026", WrongPeriod.UNREADABLE),
        ("30 weeks", WrongPeriod.UNREADABLE),
        ("-7", WrongPeriod.UNREADABLE),
        ("7.5", WrongPeriod.UNREADABLE),
        ("0", WrongPeriod.TOO_SHORT),
        ("2026-13", WrongPeriod.NO_SUCH_DAY),
        ("2026-00", WrongPeriod.NO_SUCH_DAY),
        ("0001-01", WrongPeriod.NO_SUCH_DAY),
        ("2026-02-30", WrongPeriod.NO_SUCH_DAY),
        ("2026-12-01", WrongPeriod.BACKWARDS),
        ("2026-10-31 2026-10-01", WrongPeriod.BACKWARDS),
        ("999999999", WrongPeriod.TOO_LONG),
        ("99999999999999999999", WrongPeriod.UNREADABLE),
    ],
)
def test_what_is_no_period_is_refused(words: str, wrong: WrongPeriod) -> None:
    assert days(words) is wrong


def test_a_statements_days_are_whole_days_of_utc() -> None:
    period = statement_period("1", NOW)
    assert isinstance(period, Period)
    assert period.begin == datetime(2026, 11, 21, tzinfo=UTC)
    assert period.end == period.begin + timedelta(days=1)


@given(st.dates(EARLIEST, LATEST), st.dates(EARLIEST, LATEST))
def test_any_two_days_in_order_are_a_period(one: date, other: date) -> None:
    first, last = sorted((one, other))
    assert days(f"{first.isoformat()} {last.isoformat()}") == (first, last)


@given(st.text(max_size=30))
def test_nothing_that_can_be_typed_breaks_it(words: str) -> None:
    found = days(words)
    assert isinstance(found, WrongPeriod) or found[0] <= found[1]
