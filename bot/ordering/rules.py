"""The rules of an order in one place: quantities, fields and totals, all of them pure."""

from bot.ordering.answers import (
    DEFAULT_MAX_LENGTH,
    WrongField,
    WrongFieldReason,
    choose,
    field_holds,
    parse_field,
)
from bot.ordering.money import minor_unit, round_money, total
from bot.ordering.quantities import (
    ONE,
    QuantityRule,
    WrongQuantity,
    WrongQuantityReason,
    check_quantity,
    parse_quantity,
    quantity_holds,
    quantity_question,
    suggested_quantities,
)

__all__ = [
    "DEFAULT_MAX_LENGTH",
    "ONE",
    "QuantityRule",
    "WrongField",
    "WrongFieldReason",
    "WrongQuantity",
    "WrongQuantityReason",
    "check_quantity",
    "choose",
    "field_holds",
    "minor_unit",
    "parse_field",
    "parse_quantity",
    "quantity_holds",
    "quantity_question",
    "round_money",
    "suggested_quantities",
    "total",
]
