"""Exactness of what columns hold."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import TypeDecorator
from sqlalchemy.dialects.sqlite import dialect

from storage.columns import LARGEST, Exact, Facts, InexactMoney, Instant, Money, Word, rounded_money
from storage.records.orders import OrderState

DIALECT = dialect()


def there_and_back(column: TypeDecorator[Any], value: Any) -> Any:
    return column.process_result_value(column.process_bind_param(value, DIALECT), DIALECT)


@given(st.integers(-LARGEST, LARGEST))
def test_every_amount_of_four_places_comes_back_exactly(units: int) -> None:
    amount = Decimal(units).scaleb(-4)
    assert there_and_back(Money(), amount) == amount


@given(st.decimals(-1_000_000, 1_000_000, places=7))
def test_an_amount_is_stored_exactly_or_refused(amount: Decimal) -> None:
    if amount == rounded_money(amount):
        assert there_and_back(Money(), amount) == amount
    else:
        with pytest.raises(InexactMoney):
            there_and_back(Money(), amount)


@pytest.mark.parametrize("amount", [Decimal("NaN"), Decimal("Infinity"), Decimal("1e30"), Decimal("0.00001")])
def test_what_is_no_storable_amount_is_refused(amount: Decimal) -> None:
    with pytest.raises(InexactMoney):
        there_and_back(Money(), amount)


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_every_decimal_comes_back_with_its_own_digits(value: Decimal) -> None:
    assert str(there_and_back(Exact(), value)) == str(value)


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2400, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis adds the zone
def test_every_moment_comes_back_to_the_microsecond(moment: datetime) -> None:
    assert there_and_back(Instant(), moment) == moment


def test_a_moment_of_another_zone_comes_back_in_utc() -> None:
    moment = datetime(2026, 3, 14, 18, 0, tzinfo=timezone(timedelta(hours=3)))
    back = there_and_back(Instant(), moment)
    assert back == moment
    assert back.tzinfo is UTC


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        there_and_back(Instant(), datetime(2026, 3, 14))  # noqa: DTZ001 - the point of the test


def test_a_word_that_this_version_does_not_know_is_an_error() -> None:
    with pytest.raises(ValueError, match="teleported"):
        Word(OrderState).process_result_value("teleported", DIALECT)


@pytest.mark.parametrize("column", [Money(), Exact(), Instant(), Word(OrderState), Facts()])
def test_nothing_stays_nothing(column: TypeDecorator[Any]) -> None:
    assert there_and_back(column, None) is None
