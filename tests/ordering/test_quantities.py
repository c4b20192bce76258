"""What people may type for a quantity."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ordering.quantities import (
    QuantityRule,
    WrongQuantity,
    WrongQuantityReason,
    check_quantity,
    parse_quantity,
    quantity_holds,
    quantity_question,
    suggested_quantities,
)
from tests.factories import make_item, make_service, make_topup

KEY = make_item()
TOPUP = make_topup()
OPEN_TOPUP = make_topup(min_quantity=None, max_quantity=None)


def reason(answer: Decimal | WrongQuantity) -> WrongQuantityReason:
    assert isinstance(answer, WrongQuantity)
    return answer.reason


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("2", "2"),
        (" 2 ", "2"),
        ("+2", "2"),
        ("2.0", "2"),
        ("2,00", "2"),
        ("٣", "3"),
        ("۱۲", "12"),
        ("७", "7"),
        ("\N{FULLWIDTH DIGIT FOUR}", "4"),
        ("007", "7"),
    ],
)
def test_a_key_takes_whole_numbers_in_any_script(text: str, quantity: str) -> None:
    assert parse_quantity(text, KEY) == Decimal(quantity)


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("1,5", "1.5"),
        ("1.5", "1.5"),
        ("١٫٥", "1.5"),
        ("0.75", "0.75"),
        ("0,625", "0.625"),
        ("1,250", "1.25"),  # a thousand would be above the maximum of 500
        ("2.5000000", "2.5"),
    ],
)
def test_an_amount_takes_either_decimal_mark(text: str, quantity: str) -> None:
    assert parse_quantity(text, TOPUP) == Decimal(quantity)


@pytest.mark.parametrize("text", ["1 000", "1\N{NO-BREAK SPACE}000", "1\N{THIN SPACE}000", "1'000", "1’000", "1 000.0"])
def test_spaces_and_apostrophes_group_thousands(text: str) -> None:
    assert parse_quantity(text, OPEN_TOPUP) == Decimal(1000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", WrongQuantityReason.TOO_SMALL),
        ("-1", WrongQuantityReason.TOO_SMALL),
        ("−1", WrongQuantityReason.TOO_SMALL),
        ("51", WrongQuantityReason.TOO_LARGE),
        ("9" * 40, WrongQuantityReason.TOO_LARGE),
        ("1.5", WrongQuantityReason.NOT_WHOLE),
        ("1.00001", WrongQuantityReason.NOT_WHOLE),
        ("NaN", WrongQuantityReason.NOT_A_NUMBER),
        ("Infinity", WrongQuantityReason.NOT_A_NUMBER),
        ("1e9", WrongQuantityReason.NOT_A_NUMBER),
        ("two", WrongQuantityReason.NOT_A_NUMBER),
        ("", WrongQuantityReason.NOT_A_NUMBER),
        ("²", WrongQuantityReason.NOT_A_NUMBER),
        ("1 2", WrongQuantityReason.NOT_A_NUMBER),
        ("--1", WrongQuantityReason.NOT_A_NUMBER),
        ("🙂", WrongQuantityReason.NOT_A_NUMBER),
        ("1,000.5,2", WrongQuantityReason.AMBIGUOUS),
    ],
)
def test_what_a_key_does_not_take_is_refused_with_its_reason(text: str, expected: WrongQuantityReason) -> None:
    assert reason(parse_quantity(text, KEY)) is expected


@pytest.mark.parametrize("text", ["1,000", "2.500", "1,000,000"])
def test_what_could_mean_two_numbers_is_asked_about(text: str) -> None:
    assert reason(parse_quantity(text, OPEN_TOPUP)) is WrongQuantityReason.AMBIGUOUS


def test_an_amount_of_nothing_is_too_small_even_without_a_minimum() -> None:
    assert reason(parse_quantity("0", OPEN_TOPUP)) is WrongQuantityReason.TOO_SMALL
    assert reason(parse_quantity("0.00", OPEN_TOPUP)) is WrongQuantityReason.TOO_SMALL


def test_more_decimals_than_are_kept_are_refused() -> None:
    assert reason(parse_quantity("1.23456", TOPUP)) is WrongQuantityReason.TOO_PRECISE


def test_an_order_that_no_column_could_hold_is_too_large() -> None:
    dear = make_topup(price=Decimal(1_000_000), max_quantity=None)
    assert reason(parse_quantity("999999999", dear)) is WrongQuantityReason.TOO_LARGE
    assert not quantity_holds(Decimal(999_999_999), dear)


def test_a_refusal_names_the_rule() -> None:
    answer = parse_quantity("51", KEY)
    assert isinstance(answer, WrongQuantity)
    assert answer.rule == QuantityRule(whole=True, minimum=Decimal(1), maximum=Decimal(50))


def test_a_service_is_never_asked_how_many() -> None:
    assert quantity_question(make_service()) is None
    assert suggested_quantities(make_service()) == ()
    assert parse_quantity("1", make_service()) == 1
    assert reason(parse_quantity("2", make_service())) is WrongQuantityReason.TOO_LARGE
    assert quantity_holds(None, make_service())
    assert not quantity_holds(Decimal(2), make_service())


@pytest.mark.parametrize("quantity", ["NaN", "Infinity", "-Infinity", "1E+20", "1.00001", "0"])
def test_no_odd_decimal_slips_through_a_button(quantity: str) -> None:
    rule = quantity_question(OPEN_TOPUP)
    assert rule is not None
    assert isinstance(check_quantity(Decimal(quantity), rule), WrongQuantity)


def test_an_unanswered_quantity_does_not_hold() -> None:
    assert not quantity_holds(None, KEY)


@given(st.text(max_size=40))
def test_whatever_is_typed_is_either_allowed_or_refused(text: str) -> None:
    for item in (KEY, TOPUP, OPEN_TOPUP):
        answer = parse_quantity(text, item)
        if isinstance(answer, Decimal):
            assert quantity_holds(answer, item)
            assert answer > 0


@given(st.decimals(min_value=Decimal("0.5"), max_value=500, places=4))
def test_every_allowed_amount_is_read_back_from_its_plain_form(quantity: Decimal) -> None:
    text = format(quantity, "f")
    for typed in (text, text.replace(".", ",")):
        assert parse_quantity(typed, TOPUP) == quantity


@given(
    st.decimals(min_value=Decimal("0.01"), max_value=1000, places=2) | st.none(),
    st.decimals(min_value=1000, max_value=10_000, places=2) | st.none(),
)
def test_every_suggestion_may_be_ordered(minimum: Decimal | None, maximum: Decimal | None) -> None:
    for make in (make_item, make_topup):
        item = make(min_quantity=minimum, max_quantity=maximum)
        suggestions = suggested_quantities(item)
        assert all(quantity_holds(quantity, item) for quantity in suggestions)
        assert list(suggestions) == sorted(set(suggestions))


def test_suggestions_begin_at_the_minimum_and_stop_at_the_maximum() -> None:
    assert suggested_quantities(make_item(min_quantity=Decimal(2), max_quantity=Decimal(4))) == (2, 3)
    assert suggested_quantities(TOPUP) == (Decimal("0.5"), 1, 5, 10, 25)
