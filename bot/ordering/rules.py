"""The rules of an order in one place: face values, quantities, fields and totals, all of them pure."""

from bot.ordering.answers import (
    DEFAULT_MAX_LENGTH,
    WrongField,
    WrongFieldReason,
    choose,
    field_holds,
    parse_field,
)
from bot.ordering.denominations import (
    DenominationRule,
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
from bot.ordering.quantities import (
    MAX_TOTAL,
    QuantityRule,
    WrongQuantity,
    WrongQuantityReason,
    check_quantity,
    parse_quantity,
    quantity_holds,
    quantity_question,
    suggested_quantities,
)
from bot.resellers.money import minor_unit, round_money, total
from bot.resellers.numbers import ONE

__all__ = [
    "DEFAULT_MAX_LENGTH",
    "MAX_TOTAL",
    "ONE",
    "DenominationRule",
    "QuantityRule",
    "WrongDenomination",
    "WrongDenominationReason",
    "WrongField",
    "WrongFieldReason",
    "WrongQuantity",
    "WrongQuantityReason",
    "catalog_price",
    "check_denomination",
    "check_quantity",
    "choose",
    "denomination_holds",
    "denomination_question",
    "field_holds",
    "minor_unit",
    "only_denomination",
    "parse_denomination",
    "parse_field",
    "parse_quantity",
    "quantity_holds",
    "quantity_question",
    "round_money",
    "suggested_denominations",
    "suggested_quantities",
    "total",
]
