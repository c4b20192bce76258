"""How many: what quantity an item takes, and what people mean by the one they typed."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from bot.resellers.numbers import MAX_DECIMALS, ONE, NotRead, Reading, read_number, shortest
from storage.records.catalog import Item, ProductType

ZERO: Final = Decimal(0)

MAX_DIGITS: Final = 9
"""Digits before the point that any sensible quantity fits in."""

MAX_TOTAL: Final = Decimal(10) ** 13
"""No order may cost this much or more: its total must fit a money column, 64 bits of 1/10 000 (design section 5)."""

SUGGESTED_UNITS: Final = tuple(map(Decimal, ("1", "2", "3", "5", "10")))
SUGGESTED_AMOUNTS: Final = tuple(map(Decimal, ("1", "5", "10", "25", "50", "100")))
SUGGESTIONS: Final = 5


@dataclass(frozen=True, slots=True)
class QuantityRule:
    """What a quantity must be. ``maximum`` is None when unknown; whole means integers only."""

    whole: bool
    minimum: Decimal
    maximum: Decimal | None

    @property
    def exclusive_minimum(self) -> bool:
        """Whether the minimum itself is too little: an amount of nothing."""
        return self.minimum == 0


class WrongQuantityReason(StrEnum):
    """Why a quantity cannot be ordered."""

    NOT_A_NUMBER = "not_a_number"
    AMBIGUOUS = "ambiguous"
    NOT_WHOLE = "not_whole"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    TOO_PRECISE = "too_precise"


NOT_READ: Final = {
    NotRead.NOT_A_NUMBER: WrongQuantityReason.NOT_A_NUMBER,
    NotRead.AMBIGUOUS: WrongQuantityReason.AMBIGUOUS,
    NotRead.NEGATIVE: WrongQuantityReason.TOO_SMALL,
    NotRead.TOO_LARGE: WrongQuantityReason.TOO_LARGE,
    NotRead.TOO_PRECISE: WrongQuantityReason.TOO_PRECISE,
}


@dataclass(frozen=True, slots=True)
class WrongQuantity:
    """A refused quantity and the rule that it broke, so that the answer can say what is expected."""

    reason: WrongQuantityReason
    rule: QuantityRule


def quantity_question(item: Item) -> QuantityRule | None:
    """Say what to ask; None for services, whose quantity is always one (Voodoo ORDERS page)."""
    match item.product_type:
        case ProductType.KEY:
            return QuantityRule(whole=True, minimum=max(ONE, item.min_quantity or ONE), maximum=item.max_quantity)
        case ProductType.TOPUP:
            return QuantityRule(whole=False, minimum=max(ZERO, item.min_quantity or ZERO), maximum=item.max_quantity)
        case ProductType.SERVICE:
            return None


def parse_quantity(text: str, item: Item) -> Decimal | WrongQuantity:
    """Read a typed quantity in any script and either decimal mark; what could mean two numbers is refused."""
    rule = quantity_question(item) or QuantityRule(whole=True, minimum=ONE, maximum=ONE)
    number = _number(text, rule)
    if isinstance(number, WrongQuantityReason):
        return WrongQuantity(number, rule)
    if number * item.price >= MAX_TOTAL:
        return WrongQuantity(WrongQuantityReason.TOO_LARGE, rule)
    return check_quantity(number, rule)


def check_quantity(quantity: Decimal, rule: QuantityRule) -> Decimal | WrongQuantity:
    """Hold a number against its rule; gives it back in its shortest form."""
    reason = _broken(quantity, rule)
    return shortest(quantity) if reason is None else WrongQuantity(reason, rule)


def quantity_holds(quantity: Decimal | None, item: Item) -> bool:
    """Whether a quantity that was answered earlier still fits the item as it is now."""
    rule = quantity_question(item)
    if rule is None:
        return quantity is None or quantity == ONE
    return quantity is not None and _broken(quantity, rule) is None and quantity * item.price < MAX_TOTAL


def suggested_quantities(item: Item) -> tuple[Decimal, ...]:
    """Offer a few quantities as buttons: the smallest allowed first, then round numbers up to the largest."""
    rule = quantity_question(item)
    if rule is None:
        return ()
    usual = SUGGESTED_UNITS if rule.whole else SUGGESTED_AMOUNTS
    candidates = {shortest(number) for number in (rule.minimum, *usual) if _broken(number, rule) is None}
    return tuple(sorted(candidates)[:SUGGESTIONS])


def _number(text: str, rule: QuantityRule) -> Decimal | WrongQuantityReason:
    match read_number(text, MAX_DIGITS):
        case Reading(value, thousands):
            # For amounts both are possible, for whole units "2.000" too.
            ambiguous = thousands is not None and (rule.maximum is None or thousands <= rule.maximum)
            return WrongQuantityReason.AMBIGUOUS if ambiguous else value
        case NotRead.TOO_PRECISE if rule.whole:
            return WrongQuantityReason.NOT_WHOLE
        case problem:
            return NOT_READ[problem]


def _broken(quantity: Decimal, rule: QuantityRule) -> WrongQuantityReason | None:
    if not quantity.is_finite():
        return WrongQuantityReason.NOT_A_NUMBER
    if quantity < rule.minimum or (rule.exclusive_minimum and quantity == 0):
        return WrongQuantityReason.TOO_SMALL
    if quantity.adjusted() >= MAX_DIGITS or (rule.maximum is not None and quantity > rule.maximum):
        return WrongQuantityReason.TOO_LARGE
    if rule.whole and quantity != quantity.to_integral_value():
        return WrongQuantityReason.NOT_WHOLE
    return WrongQuantityReason.TOO_PRECISE if quantity != round(quantity, MAX_DECIMALS) else None
