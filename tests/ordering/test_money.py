"""Totals."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ordering.rules import minor_unit, total
from tests.factories import make_item


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
