"""Totals: what an order costs, in the currency's own smallest steps."""

from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_precision

from storage.records.catalog import Item


def minor_unit(currency: str) -> Decimal:
    """The smallest amount that the currency has, in major units: 0.01 for USD, 1 for JPY (Unicode CLDR)."""
    return Decimal(1).scaleb(-get_currency_precision(currency))


def round_money(amount: Decimal, currency: str) -> Decimal:
    """Round half up to the currency's minor unit."""
    return amount.quantize(minor_unit(currency), rounding=ROUND_HALF_UP)


def total(item: Item, quantity: Decimal) -> Decimal:
    """Price an order: unit price times quantity, half up to the minor unit."""
    return round_money(item.price * quantity, item.currency)
