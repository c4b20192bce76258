"""Which face values may be ordered, and what people may type for one."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ordering.denominations import (
    WrongDenomination,
    WrongDenominationReason,
    catalog_price,
    check_denomination,
    denomination_holds,
    denomination_question,
    only_denomination,
    parse_denomination,
    suggested_denominations,
)
from storage.records.catalog import Denomination, Item
from tests.factories import make_item
from tests.ordering.vouchers import make_voucher, values

FIXED = make_voucher("10", "25", "50")
RANGE = make_voucher("5-500")
MIXED = make_voucher("2", "5-20", "50-1500", "2000")
YEN = make_voucher("500-50000", currency="JPY", decimals=None)
DINAR = make_voucher("1-100", currency="KWD", decimals=None)
WIDE = make_voucher("0.01-1000000000")
PLAIN = make_item()


def reason(answer: Decimal | WrongDenomination) -> WrongDenominationReason:
    assert isinstance(answer, WrongDenomination)
    return answer.reason


@pytest.mark.parametrize(
    ("text", "item", "value"),
    [
        ("25", FIXED, "25"),
        ("25,00", FIXED, "25"),
        ("٢٥", FIXED, "25"),
        ("25 USD", FIXED, "25"),
        ("usd 25", FIXED, "25"),
        ("$25", FIXED, "25"),
        ("25 $", FIXED, "25"),
        ("7.5", RANGE, "7.5"),
        ("7,55", RANGE, "7.55"),
        ("5", RANGE, "5"),
        ("500.00", RANGE, "500"),
        ("2", MIXED, "2"),
        ("1 500", MIXED, "1500"),
        ("1,500", MIXED, "1500"),  # one and a half is not offered
        ("2.000", make_voucher("2000"), "2000"),
        ("20,000", YEN, "20000"),
        ("¥1000", YEN, "1000"),
        ("1.234", DINAR, "1.234"),
        ("1000000000", WIDE, "1000000000"),
    ],
)
def test_a_face_value_is_read_as_people_write_it(text: str, item: Item, value: str) -> None:
    assert parse_denomination(text, item) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "item", "expected"),
    [
        ("ten", FIXED, WrongDenominationReason.NOT_A_NUMBER),
        ("", FIXED, WrongDenominationReason.NOT_A_NUMBER),
        ("USD", FIXED, WrongDenominationReason.NOT_A_NUMBER),
        ("10 EUR", FIXED, WrongDenominationReason.NOT_A_NUMBER),
        ("€10", FIXED, WrongDenominationReason.NOT_A_NUMBER),
        ("1e1", FIXED, WrongDenominationReason.NOT_A_NUMBER),
        ("10-25", FIXED, WrongDenominationReason.NOT_A_NUMBER),
        ("11", FIXED, WrongDenominationReason.NOT_OFFERED),
        ("0", FIXED, WrongDenominationReason.NOT_OFFERED),
        ("-10", FIXED, WrongDenominationReason.NOT_OFFERED),
        ("9" * 40, FIXED, WrongDenominationReason.NOT_OFFERED),
        ("10.00001", FIXED, WrongDenominationReason.NOT_OFFERED),
        ("1,000.50,1", FIXED, WrongDenominationReason.AMBIGUOUS),
        ("4.99", RANGE, WrongDenominationReason.TOO_SMALL),
        ("0", RANGE, WrongDenominationReason.TOO_SMALL),
        ("-5", RANGE, WrongDenominationReason.TOO_SMALL),
        ("500.01", RANGE, WrongDenominationReason.TOO_LARGE),
        ("9" * 40, RANGE, WrongDenominationReason.TOO_LARGE),
        ("7.555", RANGE, WrongDenominationReason.TOO_PRECISE),
        ("7.55555", RANGE, WrongDenominationReason.TOO_PRECISE),
        ("30", MIXED, WrongDenominationReason.NOT_OFFERED),
        ("1", MIXED, WrongDenominationReason.TOO_SMALL),
        ("2.000", MIXED, WrongDenominationReason.AMBIGUOUS),  # two and two thousand are both offered
        ("1000.5", YEN, WrongDenominationReason.TOO_PRECISE),
        ("10", PLAIN, WrongDenominationReason.NOT_OFFERED),
    ],
)
def test_what_is_not_offered_is_refused_with_its_reason(
    text: str, item: Item, expected: WrongDenominationReason
) -> None:
    answer = parse_denomination(text, item)
    assert reason(answer) is expected
    assert answer == WrongDenomination(expected, item)


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity", "1E+40", "-10", "0", "7.0000000000000000000000001"])
def test_no_odd_decimal_slips_through_a_button(amount: str) -> None:
    for item in (FIXED, RANGE, MIXED, WIDE, PLAIN):
        assert isinstance(check_denomination(Decimal(amount), item), WrongDenomination)


def test_a_face_value_is_given_back_in_its_shortest_form() -> None:
    assert str(check_denomination(Decimal("10.0000"), FIXED)) == "10"
    assert str(check_denomination(Decimal("1E+2"), RANGE)) == "100"


def test_the_suppliers_own_number_of_decimals_counts_before_the_currencys() -> None:
    assert reason(parse_denomination("7.5", make_voucher("5-500", decimals=0))) is WrongDenominationReason.TOO_PRECISE
    assert parse_denomination("7.555", make_voucher("5-500", decimals=3)) == Decimal("7.555")
    assert reason(parse_denomination("7.55555", make_voucher("5-500", decimals=8))) is (
        WrongDenominationReason.TOO_PRECISE
    )


def test_the_ends_of_a_range_are_offered_as_the_supplier_wrote_them() -> None:
    item = make_voucher("9.995-99.995")
    assert suggested_denominations(item)[0] == Decimal("9.995")
    assert parse_denomination("99.995", item) == Decimal("99.995")
    assert reason(parse_denomination("99.985", item)) is WrongDenominationReason.TOO_PRECISE


def test_several_face_values_are_asked_about() -> None:
    rule = denomination_question(MIXED)
    assert rule is not None
    assert rule.fixed == (Decimal(2), Decimal(2000))
    assert rule.ranges == values("5-20", "50-1500")
    assert rule.decimals == 2


@pytest.mark.parametrize("amounts", [("10",), ("10", "10.00")])
def test_a_single_face_value_is_not_asked_about(amounts: tuple[str, ...]) -> None:
    item = make_voucher(*amounts)
    assert denomination_question(item) is None
    assert only_denomination(item) == Decimal(10)


def test_an_item_without_face_values_takes_none() -> None:
    assert denomination_question(PLAIN) is None
    assert only_denomination(PLAIN) is None
    assert suggested_denominations(PLAIN) == ()
    assert denomination_holds(None, PLAIN)
    assert not denomination_holds(Decimal(10), PLAIN)


def test_an_item_with_face_values_needs_one() -> None:
    assert not denomination_holds(None, FIXED)
    assert denomination_holds(Decimal("25.0"), FIXED)


def test_suggestions_are_every_fixed_value_and_round_values_of_a_range() -> None:
    assert suggested_denominations(FIXED) == (10, 25, 50)
    assert suggested_denominations(RANGE) == (5, 10, 20, 50, 100, 200, 500)
    assert suggested_denominations(MIXED) == (2, 5, 10, 20, 50, 100, 200, 500, 1000, 1500, 2000)
    assert suggested_denominations(YEN) == (500, 1000, 2000, 5000, 10000, 20000, 50000)


def test_a_wide_range_offers_few_values_from_end_to_end() -> None:
    suggested = suggested_denominations(WIDE)
    assert len(suggested) == 10
    assert (suggested[0], suggested[-1]) == (Decimal("0.01"), Decimal(10) ** 9)


def test_the_catalogs_price_takes_off_the_discount_that_is_certain() -> None:
    item = make_voucher(denominations=(Denomination(Decimal(5), Decimal(100), Decimal(4)), *values("50")))
    assert catalog_price(item, Decimal(10)) == Decimal("9.6")
    assert catalog_price(item, Decimal(50)) == Decimal(50)


amounts = st.decimals(min_value=Decimal("0.01"), max_value=10**9, places=2)


def between(one: Decimal, other: Decimal) -> Denomination:
    return Denomination(min(one, other), max(one, other))


def single(value: Decimal) -> Denomination:
    return Denomination(value, value)


def selling(denominations: list[Denomination], decimals: int | None) -> Item:
    return make_voucher(denominations=tuple(denominations), decimals=decimals)


entries = st.builds(between, amounts, amounts) | st.builds(single, amounts)
items = st.builds(selling, st.lists(entries, min_size=1, max_size=6), st.sampled_from([None, 0, 2, 3]))
typed = (
    st.text(max_size=12)
    | st.text(alphabet="0123456789.,' +-$", max_size=12)
    | amounts.map(lambda amount: format(amount, "f"))
)


@given(items, typed)
def test_nothing_that_is_not_offered_is_ever_accepted(item: Item, text: str) -> None:
    answer = parse_denomination(text, item)
    if isinstance(answer, Decimal):
        assert answer > 0
        assert any(one.least <= answer <= one.most for one in item.denominations)
        assert denomination_holds(answer, item)


@given(items)
def test_every_suggestion_is_accepted_by_tap_and_typed(item: Item) -> None:
    suggested = suggested_denominations(item)
    assert suggested
    assert list(suggested) == sorted(set(suggested))
    for value in suggested:
        assert check_denomination(value, item) == value
        assert_read_back(value, item)


@given(items, amounts)
def test_every_value_that_is_offered_is_read_back_from_its_plain_form(item: Item, amount: Decimal) -> None:
    accepted = check_denomination(amount, item)
    if isinstance(accepted, Decimal):
        assert accepted == amount
        assert_read_back(accepted, item)


def assert_read_back(value: Decimal, item: Item) -> None:
    plain = format(value, "f")
    for text in (plain, plain.replace(".", ","), f"{plain} {item.currency}"):
        assert parse_denomination(text, item) == value


@given(st.decimals(min_value=1, max_value=5000, places=3))
def test_a_value_of_three_decimals_is_read_or_asked_about_where_it_may_be_thousands(amount: Decimal) -> None:
    item = make_voucher("1-9000000", currency="KWD", decimals=3)
    answer = parse_denomination(format(amount, "f"), item)
    assert answer == amount or reason(answer) is WrongDenominationReason.AMBIGUOUS
