"""Amounts as operators type them: read exactly, or refused with the reason."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.resellers.amounts import (
    MAX_DIGITS,
    MAX_PERCENT,
    WrongAmount,
    WrongAmountReason,
    WrongPercent,
    WrongPercentReason,
    parse_amount,
    parse_percent,
)

R = WrongAmountReason


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("50", "50.00"),
        ("50.5", "50.50"),
        ("50,5", "50.50"),
        ("1 000", "1000.00"),
        ("1 000 000,50", "1000000.50"),
        ("1'000", "1000.00"),
        ("1,000.50", "1000.50"),
        ("1.000,50", "1000.50"),
        ("1,000,000", "1000000.00"),
        ("$50", "50.00"),
        ("50 $", "50.00"),
        ("US$50", "50.00"),
        ("USD 50", "50.00"),
        ("50 usd", "50.00"),
        ("+50", "50.00"),
        ("007", "7.00"),
        ("٥٠", "50.00"),
        ("1\N{NO-BREAK SPACE}000", "1000.00"),
        ("0.01", "0.01"),
        ("999999999999.99", "999999999999.99"),
    ],
)
def test_an_amount_is_read_as_it_is_meant(typed: str, amount: str) -> None:
    assert str(parse_amount(typed, "USD")) == amount


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", R.NOT_A_NUMBER),
        ("fifty", R.NOT_A_NUMBER),
        ("$", R.NOT_A_NUMBER),
        ("1e5", R.NOT_A_NUMBER),
        ("50-20", R.NOT_A_NUMBER),
        ("5 0", R.NOT_A_NUMBER),
        ("0 500", R.NOT_A_NUMBER),
        ("50 USD $", R.NOT_A_NUMBER),
        ("50.", R.NOT_A_NUMBER),
        ("NaN", R.NOT_A_NUMBER),
        ("Infinity", R.NOT_A_NUMBER),
        ("1,00,000", R.AMBIGUOUS),
        ("-50", R.NEGATIVE),
        ("\N{MINUS SIGN}50", R.NEGATIVE),
        ("-$50", R.NEGATIVE),
        ("$-50", R.NEGATIVE),
        ("0", R.ZERO),
        ("0.00", R.ZERO),
        ("12345678901234567890", R.TOO_LARGE),
        ("1000000000000", R.TOO_LARGE),
        ("50.5555", R.TOO_PRECISE),
        ("50.55555", R.TOO_PRECISE),
        ("50 EUR", R.OTHER_CURRENCY),
        ("€50", R.OTHER_CURRENCY),
        ("50 ₽", R.OTHER_CURRENCY),
    ],
)
def test_what_is_no_amount_says_why(typed: str, reason: WrongAmountReason) -> None:
    assert parse_amount(typed, "USD") == WrongAmount(reason, "USD")


@pytest.mark.parametrize(
    ("typed", "currency", "readings"),
    [
        ("1,000", "USD", (1, 1000)),
        ("1.000", "USD", (1, 1000)),
        ("$1,250", "USD", (Decimal("1.25"), 1250)),
        ("50.555", "USD", (50555,)),
        ("1.250", "KWD", (Decimal("1.25"), 1250)),
    ],
)
def test_a_mark_that_may_group_thousands_is_refused_with_both_readings(
    typed: str, currency: str, readings: tuple[Decimal, ...]
) -> None:
    assert parse_amount(typed, currency) == WrongAmount(R.AMBIGUOUS, currency, readings)


@pytest.mark.parametrize(
    ("typed", "currency", "amount"),
    [
        ("50", "JPY", "50"),
        ("50.0", "JPY", "50"),
        ("₽50", "RUB", "50.00"),
        ("50 грн.", "UAH", None),
        ("€50", "EUR", "50.00"),
    ],
)
def test_every_currency_has_its_own_steps_and_sign(typed: str, currency: str, amount: str | None) -> None:
    found = parse_amount(typed, currency)
    assert (str(found) if isinstance(found, Decimal) else None) == amount


def test_fractions_of_a_currency_without_any_are_refused() -> None:
    assert parse_amount("50.5", "JPY") == WrongAmount(R.TOO_PRECISE, "JPY")


def test_nothing_is_an_amount_where_it_may_be() -> None:
    assert parse_amount("0", "USD", zero=True) == 0
    assert parse_amount("-0", "USD", zero=True) == WrongAmount(R.NEGATIVE, "USD")


@given(st.text(max_size=30) | st.from_regex(r"[-+$ 0-9.,']{1,25}", fullmatch=True))
def test_whatever_is_read_can_be_posted(text: str) -> None:
    amount = parse_amount(text, "USD")
    if isinstance(amount, Decimal):
        assert 0 < amount < Decimal(10) ** MAX_DIGITS
        assert amount.as_tuple().exponent == -2


@given(st.decimals(min_value="0.01", max_value="99999999", places=2), st.sampled_from(["{}", "${}", "{} USD", " {}$ "]))
def test_what_the_bot_writes_it_reads(amount: Decimal, form: str) -> None:
    for shown in (f"{amount:f}", f"{amount:,.2f}", f"{amount:,.2f}".replace(",", " ")):
        assert parse_amount(form.format(shown), "USD") == amount


@pytest.mark.parametrize(
    ("typed", "percent"),
    [("10", "10"), ("12.5%", "12.5"), ("7,25 %", "7.25"), ("0", "0"), ("1000", "1000"), ("10.0", "10")],
)
def test_a_markup_is_read_as_it_is_meant(typed: str, percent: str) -> None:
    assert str(parse_percent(typed)) == percent


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", WrongPercentReason.NOT_A_NUMBER),
        ("ten", WrongPercentReason.NOT_A_NUMBER),
        ("-5", WrongPercentReason.NEGATIVE),
        ("12.345", WrongPercentReason.TOO_PRECISE),
        ("1,000", WrongPercentReason.AMBIGUOUS),
        ("1000.01", WrongPercentReason.TOO_LARGE),
        ("9" * 20, WrongPercentReason.TOO_LARGE),
        ("1.2.3", WrongPercentReason.AMBIGUOUS),
    ],
)
def test_what_is_no_markup_says_why(typed: str, reason: WrongPercentReason) -> None:
    assert parse_percent(typed) == WrongPercent(reason)


@given(st.text(max_size=20) | st.from_regex(r"[-+ 0-9.,%]{1,15}", fullmatch=True))
def test_whatever_markup_is_read_is_within_bounds(text: str) -> None:
    percent = parse_percent(text)
    if isinstance(percent, Decimal):
        assert 0 <= percent <= MAX_PERCENT
