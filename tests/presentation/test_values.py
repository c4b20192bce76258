"""Face values in words."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.presentation.speech import languages, speech_in
from bot.presentation.values import best_discount, offered_values, quote_lines, value_span
from storage.records.catalog import Denomination
from tests.factories import make_card, make_item, make_quote

EN, RU = speech_in("en"), speech_in("ru")


def offers(*spans: tuple[str, str], discount: str | None = None) -> tuple[Denomination, ...]:
    """Face values from pairs of ends."""
    off = None if discount is None else Decimal(discount)
    return tuple(Denomination(Decimal(least), Decimal(most), off) for least, most in spans)


@pytest.mark.parametrize(
    ("spans", "said", "span"),
    [
        ([("50", "50"), ("5", "5"), ("10", "10.0")], "Values: 5, 10, 50 USD.", "5–50 USD"),
        ([("25", "25")], "Value: 25 USD.", "25 USD"),
        ([("5", "500")], "Any value from 5 to 500 USD.", "5–500 USD"),
        ([("5", "50"), ("100", "500")], "Any value from 5 to 50 or from 100 to 500 USD.", "5–500 USD"),
        ([("1", "1"), ("5", "500")], "Values: 1, or any from 5 to 500 USD.", "1–500 USD"),
        ([("2.5", "2.5"), ("1000", "1000")], "Values: 2.5 · 1,000 USD.", "2.5–1,000 USD"),
    ],
)
def test_what_is_offered_is_one_sentence(spans: list[tuple[str, str]], said: str, span: str) -> None:
    item = make_card(denominations=offers(*spans))
    assert offered_values(item, EN) == said
    assert value_span(item, EN) == span


def test_of_many_values_the_first_and_the_last_are_named() -> None:
    item = make_card(denominations=offers(*((str(value), str(value)) for value in range(5, 205, 5))))
    assert offered_values(item, EN) == "Values: 5, 10, 15, 20, 25 … 200 USD."


def test_no_comma_stands_between_values_that_hold_one() -> None:
    item = make_card(denominations=offers(("2.5", "2.5"), ("5", "5")))
    assert offered_values(item, RU) == "Номиналы: 2,5 · 5 USD."


def test_an_item_without_face_values_says_nothing_of_them() -> None:
    assert offered_values(make_item(), EN) is None
    assert best_discount(make_item(), EN) is None


def test_the_best_discount_is_promised_as_up_to_unless_all_have_it() -> None:
    assert best_discount(make_card(), EN) == "Discount: up to 3.5% off"
    assert best_discount(make_card(denominations=offers(("5", "9"), discount="2.25")), EN) == "Discount: 2.25% off"
    assert best_discount(make_card(denominations=offers(("5", "9"), discount="0")), EN) is None


@pytest.mark.parametrize("language", sorted(languages()))
@given(
    st.lists(
        st.tuples(st.decimals(Decimal("0.0001"), 10**12, places=4), st.decimals(Decimal("0.0001"), 10**12, places=4)),
        min_size=1,
        max_size=40,
    )
)
def test_any_offer_can_be_said_and_names_its_ends(language: str, ends: list[tuple[Decimal, Decimal]]) -> None:
    speech = speech_in(language)
    item = make_card(denominations=tuple(Denomination(min(pair), max(pair)) for pair in ends))
    said = offered_values(item, speech)
    assert said is not None
    assert speech.number(max(map(max, ends))) in said
    assert speech.number(min(map(min, ends))) in said
    assert len(said) < 3000


def test_a_quote_without_discount_tax_rate_and_fee_has_its_face_value_alone() -> None:
    quote = make_quote(discount=Decimal(0), fee=Decimal(0), rate=Decimal(1))
    assert [line for line in quote_lines(quote, make_card(), EN) if line] == ["Face value: $50.00"]


@pytest.mark.parametrize(("discount", "percent"), [("0.18", "3.5%"), ("0.17", "3.5%"), ("0.25", "5%")])
def test_a_discount_rounded_to_cents_is_still_the_catalogs_percentage(discount: str, percent: str) -> None:
    quote = make_quote(denomination=Decimal(5), face=Decimal(5), discount=Decimal(discount))
    card = make_card(denominations=offers(("5", "5"), discount="3.5"))
    assert f"Discount: ${discount} ({percent})" in quote_lines(quote, card, EN)
