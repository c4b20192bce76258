"""Amounts of money and percentages as people type them. Pure; nothing is read that could mean two amounts."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Final

from babel.numbers import get_currency_symbol, list_currencies

from bot.resellers.money import minor_unit
from bot.resellers.numbers import NotRead, Reading, read_number, shortest, western

MAX_DIGITS: Final = 12
"""Digits before the decimal mark at most: balances fit their column (1/10 000 in 64 bits) however often they grow."""

MAX_PERCENT: Final = Decimal(1000)
PERCENT_STEP: Final = Decimal("0.01")

AROUND: Final = re.compile(r"(?P<before>\D*)(?P<number>\d(?:.*\d)?)(?P<after>\D*)")
LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MINUS: Final = ("-", "−")
POINT_LAST: Final = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+\.\d+")
COMMA_LAST: Final = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+,\d+")
MANY_COMMAS: Final = re.compile(r"[1-9]\d{0,2}(?:,\d{3}){2,}")
MANY_POINTS: Final = re.compile(r"[1-9]\d{0,2}(?:\.\d{3}){2,}")
GROUPED_ZERO: Final = re.compile(r"0\d*[^\d.,].*")


class WrongAmountReason(StrEnum):
    """Why a text is no amount that can be posted."""

    NOT_A_NUMBER = "not_a_number"
    AMBIGUOUS = "ambiguous"
    NEGATIVE = "negative"
    ZERO = "zero"
    TOO_LARGE = "too_large"
    TOO_PRECISE = "too_precise"
    OTHER_CURRENCY = "other_currency"


@dataclass(frozen=True, slots=True)
class WrongAmount:
    """A text that is no amount in ``currency``. ``readings`` are what an ambiguous one could mean, smallest first."""

    reason: WrongAmountReason
    currency: str
    readings: tuple[Decimal, ...] = ()


class WrongPercentReason(StrEnum):
    """Why a text is no markup."""

    NOT_A_NUMBER = "not_a_number"
    AMBIGUOUS = "ambiguous"
    NEGATIVE = "negative"
    TOO_LARGE = "too_large"
    TOO_PRECISE = "too_precise"


@dataclass(frozen=True, slots=True)
class WrongPercent:
    """A text that is no markup; ``most`` is the largest there can be, in percent."""

    reason: WrongPercentReason
    most: Decimal = MAX_PERCENT


UNREAD: Final = {
    NotRead.NOT_A_NUMBER: WrongAmountReason.NOT_A_NUMBER,
    NotRead.AMBIGUOUS: WrongAmountReason.AMBIGUOUS,
    NotRead.NEGATIVE: WrongAmountReason.NEGATIVE,
    NotRead.TOO_LARGE: WrongAmountReason.TOO_LARGE,
    NotRead.TOO_PRECISE: WrongAmountReason.TOO_PRECISE,
}


def parse_amount(text: str, currency: str, *, zero: bool = False) -> Decimal | WrongAmount:
    """An amount above zero in the currency's own steps, with or without its sign or code; ``zero`` allows nothing, too.

    ``50``, ``50,5``, ``1 000``, ``1,000.50`` and ``$50`` are amounts; ``1,000`` is one or a thousand, and refused.
    """
    number = _bare(text, currency)
    if isinstance(number, WrongAmountReason):
        return WrongAmount(number, currency)
    reading = read_number(number, MAX_DIGITS)
    if isinstance(reading, NotRead):
        return WrongAmount(UNREAD[reading], currency)
    if reading.thousands is not None:
        meant = tuple(one for one in (reading.value, reading.thousands) if not one % minor_unit(currency))
        return WrongAmount(WrongAmountReason.AMBIGUOUS, currency, meant)
    if reading.value % minor_unit(currency):
        return WrongAmount(WrongAmountReason.TOO_PRECISE, currency)
    if not reading.value and not zero:
        return WrongAmount(WrongAmountReason.ZERO, currency)
    return reading.value.quantize(minor_unit(currency))


def parse_percent(text: str) -> Decimal | WrongPercent:
    """A markup in percent, from 0 to 1000 with at most two decimals; the sign may follow."""
    reading = read_number(text.strip().removesuffix("%").strip(), MAX_DIGITS)
    if isinstance(reading, NotRead):
        return WrongPercent(WrongPercentReason(reading.value))
    return _percent(reading)


def _percent(reading: Reading) -> Decimal | WrongPercent:
    # Three decimals are no percentage, and a thousand with a mark is one: 1,000.
    if reading.value % PERCENT_STEP:
        return WrongPercent(WrongPercentReason.TOO_PRECISE)
    if reading.thousands is not None:
        return WrongPercent(WrongPercentReason.AMBIGUOUS)
    if reading.value > MAX_PERCENT:
        return WrongPercent(WrongPercentReason.TOO_LARGE)
    return shortest(reading.value)


def _bare(text: str, currency: str) -> str | WrongAmountReason:
    """The number alone, with thousands ungrouped where two different marks, or several of one, leave no doubt."""
    found = AROUND.fullmatch(western(text))
    if found is None:
        return WrongAmountReason.NOT_A_NUMBER
    before, after = found["before"].strip(), found["after"].strip()
    negative = before.startswith(MINUS) or before.endswith(MINUS)
    named = [words for words in (before.strip("-− "), after) if words]
    foreign = [words for words in named if words.casefold() not in _signs(currency)]
    if len(named) > 1 or foreign:
        known = len(named) == 1 and foreign[0].casefold() in _all_signs()
        return WrongAmountReason.OTHER_CURRENCY if known else WrongAmountReason.NOT_A_NUMBER
    return WrongAmountReason.NEGATIVE if negative else _ungrouped(found["number"])


def _ungrouped(number: str) -> str | WrongAmountReason:
    if GROUPED_ZERO.fullmatch(number):
        return WrongAmountReason.NOT_A_NUMBER
    if POINT_LAST.fullmatch(number) or MANY_COMMAS.fullmatch(number):
        return number.replace(",", "")
    if COMMA_LAST.fullmatch(number) or MANY_POINTS.fullmatch(number):
        return number.replace(".", "")
    return number


@cache
def _signs(currency: str) -> frozenset[str]:
    """How people write a currency beside an amount."""
    shown = [get_currency_symbol(currency, locale) for locale in ("en", "ru")]
    narrow = shown[0].lstrip(LETTERS)
    return frozenset(sign.casefold() for sign in (currency, *shown, narrow, f"{currency[:2]}{narrow}") if sign)


@cache
def _all_signs() -> frozenset[str]:
    return frozenset(sign for currency in list_currencies() for sign in _signs(currency))
