"""Totals, and amounts that suppliers computed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.resellers.money import minor_unit, total
from storage.records.orders import OrderState
from tests.factories import make_item
from tests.ordering.scripted import failed
from tests.ordering.shop import Shop


@pytest.mark.parametrize(("currency", "unit"), [("USD", "0.01"), ("JPY", "1"), ("KWD", "0.001"), ("RUB", "0.01")])
def test_a_currency_has_its_own_smallest_step(currency: str, unit: str) -> None:
    assert minor_unit(currency) == Decimal(unit)


def test_a_total_is_rounded_half_up() -> None:
    assert total(make_item(price=Decimal("0.005")), Decimal(1)) == Decimal("0.01")
    assert total(make_item(price=Decimal("1.25")), Decimal("1.5")) == Decimal("1.88")
    assert total(make_item(price=Decimal("1.5"), currency="JPY"), Decimal(1)) == Decimal(2)


@given(
    st.decimals(min_value=0, max_value=10_000, places=4),
    st.decimals(min_value=Decimal("0.0001"), max_value=10_000, places=4),
)
def test_a_total_is_within_half_a_minor_unit_of_the_product(price: Decimal, quantity: Decimal) -> None:
    amount = total(make_item(price=price), quantity)
    assert abs(amount - price * quantity) <= Decimal("0.005")
    assert amount.as_tuple().exponent == -2


@pytest.mark.parametrize("way", ["reply", "webhook", "look-up", "resolve"])
async def test_amounts_with_more_decimals_than_a_column_holds_are_rounded_on_every_way_in(shop: Shop, way: str) -> None:
    order = await (shop.unconfirmed() if way == "resolve" else shop.confirmed() if way == "reply" else shop.accepted())
    said = failed(order, charged=Decimal("18.99995"), refunded=Decimal("18.999949999"))
    match way:
        case "reply":
            shop.supplier.places.append(said)
            await shop.work()
        case "webhook":
            await shop.push(said)
        case "look-up":
            shop.supplier.looks.append(said)
            await shop.work_until_quiet()
        case _:
            shop.supplier.looks.append(said)
            await shop.ordering.resolve(order.reference, "S-1", 1, 50)
    after = await shop.order(order)
    assert after.state is OrderState.FAILED
    assert (after.charged, after.refunded) == (Decimal(19), Decimal("18.9999"))
