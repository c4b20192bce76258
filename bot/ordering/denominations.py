"""Face values: which ones an item offers, and what people mean by the one they typed."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import count, takewhile
from typing import Final

from babel.numbers import get_currency_symbol

from bot.resellers.money import minor_unit
from bot.resellers.numbers import MAX_DECIMALS, NotRead, Reading, read_number, shortest
from storage.records.catalog import Denomination, Item

ZERO: Final = Decimal(0)
HUNDRED: Final = Decimal(100)

MAX_DIGITS: Final = 13
"""Digits before the point that any face value fits in; a money column holds no more."""

ROUND: Final = (Decimal(1), Decimal(2), Decimal(5))
ROUND_VALUES: Final = 8
"""How many values of a range are offered as buttons, its two ends besides."""


class WrongDenominationReason(StrEnum):
    """Why a face value cannot be ordered."""

    NOT_A_NUMBER = "not_a_number"
    AMBIGUOUS = "ambiguous"
    NOT_OFFERED = "not_offered"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    TOO_PRECISE = "too_precise"


NOT_READ: Final = {
    NotRead.NOT_A_NUMBER: WrongDenominationReason.NOT_A_NUMBER,
    NotRead.AMBIGUOUS: WrongDenominationReason.AMBIGUOUS,
    NotRead.NEGATIVE: WrongDenominationReason.TOO_SMALL,
    NotRead.TOO_LARGE: WrongDenominationReason.TOO_LARGE,
    NotRead.TOO_PRECISE: WrongDenominationReason.TOO_PRECISE,
}


@dataclass(frozen=True, slots=True)
class WrongDenomination:
    """A refused face value, and the item that says which ones it offers."""

    reason: WrongDenominationReason
    item: Item


@dataclass(frozen=True, slots=True)
class DenominationRule:
    """What a face value must be, in major units: one of ``fixed``, or within a range with ``decimals`` at most."""

    fixed: tuple[Decimal, ...]
    ranges: tuple[Denomination, ...]
    decimals: int


def denomination_question(item: Item) -> DenominationRule | None:
    """Say what to ask; None where there is nothing to choose: no face values at all, or a single one."""
    if not item.denominations or only_denomination(item) is not None:
        return None
    fixed = {one.least for one in item.denominations if one.fixed}
    ranges = {one for one in item.denominations if not one.fixed}
    return DenominationRule(_ascending(fixed), tuple(sorted(ranges, key=_ends)), decimals_of(item))


def only_denomination(item: Item) -> Decimal | None:
    """The face value of an item that has a single one."""
    values = {one.least for one in item.denominations}
    single = len(values) == 1 and all(one.fixed for one in item.denominations)
    return shortest(values.pop()) if single else None


def decimals_of(item: Item) -> int:
    """How many decimals a face value out of a range may have: the supplier's word, else the currency's own."""
    known = item.decimals
    own = -int(minor_unit(item.currency).normalize().adjusted()) if known is None else known
    return min(max(own, 0), MAX_DECIMALS)


def parse_denomination(text: str, item: Item) -> Decimal | WrongDenomination:
    """Read a typed face value, with the item's currency or without; what could mean two offered ones is refused."""
    match read_number(_without_currency(text, item.currency), MAX_DIGITS):
        case Reading(value, thousands):
            return _either(value, thousands, item)
        case NotRead() as problem:
            return WrongDenomination(_not_read(problem, item), item)


def check_denomination(amount: Decimal, item: Item) -> Decimal | WrongDenomination:
    """Hold a number against what the item offers; gives it back in its shortest form."""
    reason = _broken(amount, item)
    return shortest(amount) if reason is None else WrongDenomination(reason, item)


def denomination_holds(amount: Decimal | None, item: Item) -> bool:
    """Whether a face value that was answered earlier is still offered; items without any take none."""
    if amount is None or not item.denominations:
        return amount is None and not item.denominations
    return _broken(amount, item) is None


def suggested_denominations(item: Item) -> tuple[Decimal, ...]:
    """Offer face values as buttons, ascending: every fixed one, the ends of each range and round values within it."""
    values = {value for one in item.denominations for value in (one.least, *_round_within(one), one.most)}
    return _ascending(shortest(value) for value in values if denomination_holds(value, item))


def catalog_price(item: Item, amount: Decimal) -> Decimal:
    """What the catalog says one unit of this face value costs: the least discount of those that fit it taken off."""
    discounts = [one.discount or ZERO for one in item.denominations if one.least <= amount <= one.most]
    return amount * (HUNDRED - min(discounts, default=ZERO)) / HUNDRED


def _either(value: Decimal, thousands: Decimal | None, item: Item) -> Decimal | WrongDenomination:
    as_value = check_denomination(value, item)
    as_thousands = None if thousands is None else check_denomination(thousands, item)
    if not isinstance(as_thousands, Decimal):
        return as_value
    both = isinstance(as_value, Decimal)
    return WrongDenomination(WrongDenominationReason.AMBIGUOUS, item) if both else as_thousands


def _not_read(problem: NotRead, item: Item) -> WrongDenominationReason:
    reason = NOT_READ[problem]
    # Where no range is open, every number but the listed ones is wrong for the same reason.
    bounded = {
        WrongDenominationReason.TOO_SMALL,
        WrongDenominationReason.TOO_LARGE,
        WrongDenominationReason.TOO_PRECISE,
    }
    return WrongDenominationReason.NOT_OFFERED if reason in bounded and not _ranges(item) else reason


def _broken(amount: Decimal, item: Item) -> WrongDenominationReason | None:
    if not amount.is_finite():
        return WrongDenominationReason.NOT_A_NUMBER
    if amount > 0 and any(amount in _ends(one) for one in item.denominations):
        return None
    return _out_of_ranges(amount, item) if _ranges(item) else WrongDenominationReason.NOT_OFFERED


def _out_of_ranges(amount: Decimal, item: Item) -> WrongDenominationReason | None:
    if amount <= 0 or amount < min(one.least for one in item.denominations):
        return WrongDenominationReason.TOO_SMALL
    if amount.adjusted() >= MAX_DIGITS or amount > max(one.most for one in item.denominations):
        return WrongDenominationReason.TOO_LARGE
    if not any(one.least < amount < one.most for one in _ranges(item)):
        return WrongDenominationReason.NOT_OFFERED
    return WrongDenominationReason.TOO_PRECISE if amount != round(amount, decimals_of(item)) else None


def _ranges(item: Item) -> list[Denomination]:
    return [one for one in item.denominations if not one.fixed]


def _ends(one: Denomination) -> tuple[Decimal, Decimal]:
    return one.least, one.most


def _round_within(one: Denomination) -> tuple[Decimal, ...]:
    """Values of 1, 2 and 5 times a power of ten inside a range; evenly thinned where there are many."""
    if one.fixed or one.least <= 0:
        return ()
    steps = (digit.scaleb(power) for power in count(one.least.adjusted()) for digit in ROUND)
    within = [value for value in takewhile(lambda value: value < one.most, steps) if value > one.least]
    if len(within) <= ROUND_VALUES:
        return tuple(within)
    last = len(within) - 1
    return tuple(within[last * index // (ROUND_VALUES - 1)] for index in range(ROUND_VALUES))


def _ascending(values: Iterable[Decimal]) -> tuple[Decimal, ...]:
    return tuple(sorted(set(values)))


def _without_currency(text: str, currency: str) -> str:
    """The number of "10 USD", "$10" or "10 usd"; another currency's sign stays, and makes it no number."""
    bare = text.strip()
    for sign in (currency, get_currency_symbol(currency, locale="en")):
        if sign and bare.casefold().endswith(sign.casefold()):
            return bare[: -len(sign)]
        if sign and bare.casefold().startswith(sign.casefold()):
            return bare[len(sign) :]
    return bare
