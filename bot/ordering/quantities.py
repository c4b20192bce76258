"""How many: what quantity an item takes, and what people mean by the one they typed."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from storage.records.catalog import Item, ProductType

ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)

MAX_DIGITS: Final = 9
"""Digits before the point that any sensible quantity fits in."""

MAX_TOTAL: Final = Decimal(10) ** 13
"""No order may cost this much or more: its total must fit a money column, 64 bits of 1/10 000 (design section 5)."""

MAX_DECIMALS: Final = 4
"""Decimals kept of a quantity, in the conversation, the column and the request alike."""

SUGGESTED_UNITS: Final = tuple(map(Decimal, ("1", "2", "3", "5", "10")))
SUGGESTED_AMOUNTS: Final = tuple(map(Decimal, ("1", "5", "10", "25", "50", "100")))
SUGGESTIONS: Final = 5

APOSTROPHES: Final = "'\N{RIGHT SINGLE QUOTATION MARK}"
GROUPED: Final = re.compile(rf"\d{{1,3}}(?:[ {APOSTROPHES}]\d{{3}})+(?:[.,]\d+)?")
PLAIN: Final = re.compile(r"\d+(?:[.,]\d+)?")
THOUSAND_OR_FRACTION: Final = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
FOREIGN_POINTS: Final = str.maketrans({"٫": ",", "\N{FULLWIDTH COMMA}": ",", "\N{FULLWIDTH FULL STOP}": "."})


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


def shortest(quantity: Decimal) -> Decimal:
    """Drop trailing zeros without falling into exponents: 2.50 is 2.5, 100 stays 100."""
    return quantity.quantize(ONE) if quantity == quantity.to_integral_value() else quantity.normalize()


def _number(text: str, rule: QuantityRule) -> Decimal | WrongQuantityReason:
    cleaned = _western(text)
    if GROUPED.fullmatch(cleaned):
        cleaned = re.sub(rf"[ {APOSTROPHES}]", "", cleaned)
    elif cleaned.count(",") + cleaned.count(".") > 1 and re.fullmatch(r"[\d.,]+", cleaned):
        return WrongQuantityReason.AMBIGUOUS
    elif not PLAIN.fullmatch(cleaned):
        return _not_plain(cleaned)
    elif _thousand_or_fraction(cleaned, rule):
        return WrongQuantityReason.AMBIGUOUS
    whole, _, decimals = cleaned.replace(",", ".").partition(".")
    if len(whole.lstrip("0")) > MAX_DIGITS:
        return WrongQuantityReason.TOO_LARGE
    if len(decimals.rstrip("0")) > MAX_DECIMALS:
        return WrongQuantityReason.NOT_WHOLE if rule.whole else WrongQuantityReason.TOO_PRECISE
    return Decimal(f"{whole}.{decimals.rstrip('0') or '0'}")


def _not_plain(cleaned: str) -> WrongQuantityReason:
    negative = cleaned[:1] in {"-", "−"} and PLAIN.fullmatch(cleaned[1:])
    return WrongQuantityReason.TOO_SMALL if negative else WrongQuantityReason.NOT_A_NUMBER


def _thousand_or_fraction(cleaned: str, rule: QuantityRule) -> bool:
    # "1,000" is a thousand to some and one to others: for amounts both are possible, for whole units "2.000" too.
    return bool(THOUSAND_OR_FRACTION.fullmatch(cleaned)) and (
        rule.maximum is None or Decimal(re.sub(r"[.,]", "", cleaned)) <= rule.maximum
    )


def _western(text: str) -> str:
    """Digits of any script as ASCII, every kind of space as one space."""
    letters = (str(unicodedata.decimal(letter, letter)) for letter in text.strip().translate(FOREIGN_POINTS))
    return re.sub(r"\s+", " ", "".join(letters)).removeprefix("+")


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
