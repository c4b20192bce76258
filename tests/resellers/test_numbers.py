"""Numbers as people type them, before anybody asks what they are for."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.resellers.numbers import NotRead, Reading, read_number, shortest


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("12", Reading(Decimal(12))),
        ("1,5", Reading(Decimal("1.5"))),
        ("1,000", Reading(Decimal(1), Decimal(1000))),
        ("1.250", Reading(Decimal("1.25"), Decimal(1250))),
        ("0,125", Reading(Decimal("0.125"))),  # nobody writes a thousand so
        ("1 000,5", Reading(Decimal("1000.5"))),
        ("1.2345", Reading(Decimal("1.2345"))),
    ],
)
def test_a_mark_before_three_digits_may_group_thousands(text: str, reading: Reading) -> None:
    assert read_number(text, 9) == reading


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("1.000.000", NotRead.AMBIGUOUS),
        ("-1", NotRead.NEGATIVE),
        ("1234567890", NotRead.TOO_LARGE),
        ("1.23456", NotRead.TOO_PRECISE),
        ("12e3", NotRead.NOT_A_NUMBER),
        ("1 00", NotRead.NOT_A_NUMBER),
    ],
)
def test_what_is_no_number_says_why(text: str, problem: NotRead) -> None:
    assert read_number(text, 9) is problem


@given(st.text(max_size=40) | st.from_regex(r"[0-9 .,']{1,40}", fullmatch=True))
def test_whatever_is_read_fits_its_column(text: str) -> None:
    reading = read_number(text, 9)
    if isinstance(reading, Reading):
        assert 0 <= reading.value < 10**9
        assert reading.value == round(reading.value, 4)


@given(st.decimals(min_value=0, max_value=10**12, places=4))
def test_the_shortest_form_is_the_same_number_without_trailing_zeros(number: Decimal) -> None:
    assert shortest(number) == number
    assert not str(shortest(number)).endswith("0") or number == int(number)
