"""What resellers pay: cost plus a markup, and at the end the price of what was delivered."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.resellers.money import minor_unit
from bot.resellers.prices import final_price, marked_up, percent_for, sold
from storage.records.orders import OrderState
from storage.records.resellers import MarkupRule, MarkupScope, Reseller
from tests.factories import NOW, make_item, make_order, make_service, make_topup

NOVA = Reseller(1, "Nova", NOW, markup=Decimal(10))
PRICE = Decimal("20.90")

costs = st.decimals(min_value=0, max_value=100_000, places=4)
percents = st.decimals(min_value=0, max_value=1000, places=2)
ended = st.sampled_from([state for state in OrderState if state.terminal])


def rule(scope: MarkupScope, target: str, percent: str) -> MarkupRule:
    return MarkupRule(NOVA.id, scope, target, Decimal(percent))


def test_the_markup_of_the_item_comes_before_its_categorys_and_that_before_the_resellers() -> None:
    item = make_item()
    of_category = rule(MarkupScope.CATEGORY, "Steam", "5")
    of_item = rule(MarkupScope.ITEM, "voodoo:4711", "3")
    others = [rule(MarkupScope.CATEGORY, "Xbox", "50"), rule(MarkupScope.ITEM, "voodoo:1", "60")]
    assert percent_for(item, NOVA, others) == 10
    assert percent_for(item, NOVA, [*others, of_category]) == 5
    assert percent_for(item, NOVA, [of_item, *others, of_category]) == 3


def test_a_category_named_as_an_item_is_still_a_category() -> None:
    assert percent_for(make_item(category="voodoo:4711"), NOVA, [rule(MarkupScope.CATEGORY, "voodoo:4711", "5")]) == 5
    assert percent_for(make_item(), NOVA, [rule(MarkupScope.CATEGORY, "voodoo:4711", "5")]) == 10


@pytest.mark.parametrize(
    ("cost", "percent", "currency", "price"),
    [
        ("19.00", "10", "USD", "20.90"),
        ("0.05", "10", "USD", "0.06"),  # half up, not to even
        ("0.25", "10", "USD", "0.28"),
        ("9.50", "0", "USD", "9.50"),
        ("100", "12.5", "JPY", "113"),
        ("1.2345", "1000", "USD", "13.58"),
    ],
)
def test_a_price_is_rounded_half_up_to_the_minor_unit(cost: str, percent: str, currency: str, price: str) -> None:
    assert str(marked_up(Decimal(cost), Decimal(percent), currency)) == price


@given(costs, percents, st.sampled_from(["USD", "JPY", "KWD"]), st.integers(0, 7))
def test_what_a_reseller_is_charged_is_whole_minor_units(
    cost: Decimal, percent: Decimal, currency: str, came: int
) -> None:
    price = marked_up(cost, percent, currency)
    order = make_order(
        state=OrderState.PARTIAL, quantity=Decimal(7), delivered=came, reseller_id=1, price=price, currency=currency
    )
    unit = minor_unit(currency)
    assert (price % unit, final_price(order) % unit) == (0, 0)


@given(costs, percents)
def test_a_price_is_never_below_cost_but_for_its_rounding(cost: Decimal, percent: Decimal) -> None:
    assert marked_up(cost, percent, "USD") >= cost.quantize(Decimal("0.01"), ROUND_HALF_UP)


@given(costs, percents, percents)
def test_a_higher_markup_is_never_cheaper(cost: Decimal, one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    assert marked_up(cost, low, "USD") <= marked_up(cost, high, "USD")


def test_an_item_is_shown_at_its_resellers_price_and_else_as_it_is() -> None:
    item = make_item()
    assert sold(item, Decimal(10)) == replace(item, price=Decimal("10.4500"))


@given(ended, st.integers(1, 50), st.integers(0, 60), costs, costs)
def test_nobody_pays_more_than_was_held_or_less_than_nothing(
    state: OrderState, quantity: int, delivered: int, charged: Decimal, refunded: Decimal
) -> None:
    order = make_order(
        state=state,
        quantity=Decimal(quantity),
        delivered=delivered,
        charged=charged,
        refunded=refunded,
        reseller_id=1,
        price=PRICE,
    )
    assert 0 <= final_price(order) <= PRICE
    if state in {OrderState.FAILED, OrderState.REJECTED}:
        assert final_price(order) == 0
    if state is OrderState.COMPLETED:
        assert final_price(order) == PRICE


@given(st.integers(1, 50), st.data())
def test_a_part_costs_its_share_and_more_of_it_never_less(quantity: int, data: st.DataObject) -> None:
    delivered = data.draw(st.integers(1, quantity))
    order = make_order(
        state=OrderState.PARTIAL, quantity=Decimal(quantity), delivered=delivered, reseller_id=1, price=PRICE
    )
    share = (PRICE * delivered / quantity).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert final_price(order) == share
    assert final_price(replace(order, delivered=delivered + 1)) >= share


def test_a_part_that_is_not_counted_costs_the_share_that_the_supplier_kept() -> None:
    order = make_order(
        item=make_topup(),
        state=OrderState.PARTIAL,
        charged=Decimal("19.00"),
        refunded=Decimal("4.75"),
        reseller_id=1,
        price=PRICE,
    )
    assert final_price(order) == Decimal("15.68")
    assert final_price(replace(order, charged=None)) == 0


def test_a_decimal_top_up_costs_the_share_that_was_kept_where_only_whole_units_were_counted() -> None:
    order = make_order(
        item=make_topup(),
        state=OrderState.PARTIAL,
        quantity=Decimal("2.5"),
        delivered=1,
        charged=Decimal(10),
        refunded=Decimal("2.40"),
        reseller_id=1,
        price=Decimal(20),
    )
    assert final_price(order) == Decimal("15.20")
    assert final_price(replace(order, refunded=Decimal(0))) == Decimal("8.00")


def test_whole_units_that_were_counted_are_paid_for_by_their_number() -> None:
    order = make_order(
        item=make_topup(),
        state=OrderState.PARTIAL,
        quantity=Decimal(3),
        delivered=2,
        charged=Decimal(10),
        refunded=Decimal("3.33"),
        reseller_id=1,
        price=Decimal(20),
    )
    assert final_price(order) == Decimal("13.33")


def test_a_part_of_a_service_is_never_all_of_it() -> None:
    order = make_order(
        item=make_service(),
        state=OrderState.PARTIAL,
        quantity=Decimal(1),
        delivered=1,
        charged=Decimal(10),
        refunded=Decimal(4),
        reseller_id=1,
        price=Decimal(20),
    )
    assert final_price(order) == Decimal("12.00")


def test_keys_are_paid_for_by_how_many_came_and_never_by_what_the_supplier_kept() -> None:
    order = make_order(
        state=OrderState.PARTIAL, delivered=0, charged=Decimal(19), refunded=Decimal(0), reseller_id=1, price=PRICE
    )
    assert final_price(order) == 0


def test_the_operators_own_order_has_no_price() -> None:
    assert final_price(make_order(state=OrderState.COMPLETED)) == 0
