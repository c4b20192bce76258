"""Numbers as people type them: any script, either decimal mark, and what could mean two numbers."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

ONE: Final = Decimal(1)

MAX_DECIMALS: Final = 4
"""Decimals kept of a number, in the conversation, the column and the request alike."""

APOSTROPHES: Final = "'\N{RIGHT SINGLE QUOTATION MARK}"
GROUPED: Final = re.compile(rf"\d{{1,3}}(?:[ {APOSTROPHES}]\d{{3}})+(?:[.,]\d+)?")
PLAIN: Final = re.compile(r"\d+(?:[.,]\d+)?")
THOUSAND_OR_FRACTION: Final = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
FOREIGN_POINTS: Final = str.maketrans({"٫": ",", "\N{FULLWIDTH COMMA}": ",", "\N{FULLWIDTH FULL STOP}": "."})


class NotRead(StrEnum):
    """Why a text is no number that could be meant."""

    NOT_A_NUMBER = "not_a_number"
    AMBIGUOUS = "ambiguous"
    NEGATIVE = "negative"
    TOO_LARGE = "too_large"
    TOO_PRECISE = "too_precise"


@dataclass(frozen=True, slots=True)
class Reading:
    """A number that was typed. ``thousands`` is what it is to those whose mark groups: "1,000" is one or a thousand."""

    value: Decimal
    thousands: Decimal | None = None


def read_number(text: str, max_digits: int) -> Reading | NotRead:
    """Read a number of at most ``max_digits`` before its mark; a sign, words and exponents are no part of one."""
    cleaned = western(text)
    if GROUPED.fullmatch(cleaned):
        return _read(re.sub(rf"[ {APOSTROPHES}]", "", cleaned), max_digits)
    if cleaned.count(",") + cleaned.count(".") > 1 and re.fullmatch(r"[\d.,]+", cleaned):
        return NotRead.AMBIGUOUS
    if not PLAIN.fullmatch(cleaned):
        return _not_plain(cleaned)
    return _read(cleaned, max_digits)


def western(text: str) -> str:
    """Digits of any script as ASCII, every kind of space as one space."""
    letters = (str(unicodedata.decimal(letter, letter)) for letter in text.strip().translate(FOREIGN_POINTS))
    return re.sub(r"\s+", " ", "".join(letters)).removeprefix("+")


def shortest(number: Decimal) -> Decimal:
    """Drop trailing zeros without falling into exponents: 2.50 is 2.5, 100 stays 100."""
    return number.quantize(ONE) if number == number.to_integral_value() else number.normalize()


def _read(cleaned: str, max_digits: int) -> Reading | NotRead:
    whole, _, decimals = cleaned.replace(",", ".").partition(".")
    if len(whole.lstrip("0")) > max_digits:
        return NotRead.TOO_LARGE
    if len(decimals.rstrip("0")) > MAX_DECIMALS:
        return NotRead.TOO_PRECISE
    value = Decimal(f"{whole}.{decimals.rstrip('0') or '0'}")
    return Reading(value, Decimal(whole + decimals) if THOUSAND_OR_FRACTION.fullmatch(cleaned) else None)


def _not_plain(cleaned: str) -> NotRead:
    negative = cleaned[:1] in {"-", "−"} and PLAIN.fullmatch(cleaned[1:])
    return NotRead.NEGATIVE if negative else NotRead.NOT_A_NUMBER
