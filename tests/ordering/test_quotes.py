"""What makes a quote good."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ordering.quotes import QUOTE_HOLDS, answers, fresh, judged
from bot.suppliers.outcomes import NotOffered, QuoteProblem, QuoteRefused
from storage.columns import to_units
from storage.records.orders import Quote
from tests.factories import NOW
from tests.ordering.vouchers import make_quote, wanted


@pytest.mark.parametrize(
    ("age", "good"),
    [
        (timedelta(0), True),
        (QUOTE_HOLDS - timedelta(microseconds=1), True),
        (QUOTE_HOLDS, False),
        (timedelta(hours=1), False),
        (timedelta(seconds=-1), False),  # the clock was set back
    ],
)
def test_a_quote_is_good_for_five_minutes(age: timedelta, good: bool) -> None:
    assert fresh(make_quote(quoted_at=NOW - age), NOW) is good


def test_a_quote_is_for_one_face_value_and_quantity() -> None:
    assert answers(make_quote("10", 2), wanted("10.00", 2))
    assert not answers(make_quote("10", 2), wanted("10", 3))
    assert not answers(make_quote("10", 2), wanted("25", 2))


def test_a_sound_quote_stays_as_it_is() -> None:
    assert judged(make_quote("10", 20), wanted("10", 20)) == make_quote("10", 20)


def test_a_refusal_and_a_missing_call_stay_what_they_are() -> None:
    refused = QuoteRefused(QuoteProblem.DENOMINATION, "no such value")
    assert judged(refused, wanted()) == refused
    assert judged(NotOffered(), wanted()) == NotOffered()


@pytest.mark.parametrize(
    "changes",
    [
        {"total": Decimal(0)},
        {"total": Decimal(-1)},
        {"total": Decimal("0.00004")},
        {"total": Decimal(10) ** 13},
        {"total": Decimal("NaN")},
        {"total": Decimal("Infinity")},
        {"face": Decimal(0)},
        {"face": Decimal("1E+30")},
        {"discount": Decimal("10.01")},
        {"discount": Decimal("NaN")},
        {"fee": Decimal("Infinity")},
        {"tax": Decimal("NaN")},
        {"rate": Decimal("NaN")},
        {"max_quantity": Decimal("NaN")},
        {"currency": ""},
        {"denomination": Decimal(25)},
        {"quantity": Decimal(2)},
    ],
)
def test_nothing_is_bought_at_a_quote_that_makes_no_sense(changes: dict[str, Any]) -> None:
    answer = judged(replace(make_quote(), **changes), wanted())
    assert isinstance(answer, QuoteRefused)
    assert answer.problem is QuoteProblem.REFUSED
    assert answer.detail


def test_a_quote_for_more_than_its_own_limit_is_a_refusal_that_names_the_limit() -> None:
    answer = judged(make_quote("10", 20, max_quantity=Decimal(12)), wanted("10", 20))
    assert answer == QuoteRefused(QuoteProblem.QUANTITY, max_quantity=Decimal(12))


def test_a_surcharge_is_a_price_like_any_other() -> None:
    quote = make_quote(discount=Decimal("-0.5"), total=Decimal("10.5"))
    assert judged(quote, wanted()) == quote


@given(st.decimals(min_value=Decimal("0.0001"), max_value=10**9, places=9))
def test_a_total_is_kept_to_the_four_decimals_that_its_column_holds(total: Decimal) -> None:
    facts: dict[str, Any] = {"total": total, "fee": total, "tax": total, "discount": Decimal("0.123456789")}
    answer = judged(replace(make_quote(), **facts), wanted())
    assert isinstance(answer, Quote)
    assert abs(answer.total - total) <= Decimal("0.00005")
    assert answer.fee == answer.tax == answer.total
    assert answer.discount == Decimal("0.1235")
    assert to_units(answer.total) > 0
