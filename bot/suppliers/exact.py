"""JSON with exact numbers: nothing here ever becomes a binary float."""

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any, cast

import msgspec

LARGEST = Decimal(10) ** 12
"""No amount or quantity reaches this; a number beyond it is an error of whoever wrote it."""

FINEST = -30
"""No number has digits beyond this power of ten; ``1e-999999999`` would be written out in a thousand million zeros."""

MOST_DIGITS = 60

LARGEST_ID = 2**63 - 1
"""No item's id is larger: more fits no key of a catalog."""

LARGEST_OPTION = 10**15
"""No option's id is larger: its button has room for sixteen characters."""

AMOUNT_STEP = Decimal("0.0001")
"""What amounts are rounded to: suppliers that compute in floats say 17.999999999999996 where they mean 18."""

_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_ENCODER = msgspec.json.Encoder(decimal_format="number")


class NotJson(ValueError):
    """Bytes that are not the JSON that was expected; the message never quotes them."""


class NotANumber(ValueError):
    """A value that is no finite number of a sane size; the message never quotes it."""


def decode(body: bytes | memoryview) -> object:
    """Read any JSON value, fractions as ``Decimal``; raises ``NotJson`` (also for NaN, bad UTF-8, deep nesting)."""
    try:
        return _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, InvalidOperation) as error:
        raise NotJson(f"not JSON: {type(error).__name__}") from None


def decode_object(body: bytes | memoryview) -> dict[str, Any]:
    """Read a JSON object, fractions as ``Decimal``; raises ``NotJson``."""
    value = decode(body)
    if not isinstance(value, dict):
        raise NotJson("not a JSON object")
    return cast("dict[str, Any]", value)


def encode(value: object) -> bytes:
    """Write compact JSON, decimals as plain numbers."""
    return _ENCODER.encode(value)


def wire_number(number: Decimal) -> int | Decimal:
    """The number as a supplier should see it: an integer where it is one, else without exponent or trailing zeros."""
    if number == number.to_integral_value():
        return int(number)
    return Decimal(format(number.normalize(), "f"))


def number(value: object) -> Decimal:
    """Read a JSON number or a numeric string exactly; raises ``NotANumber``."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise NotANumber("not a number")
    try:
        read = Decimal(value.strip() if isinstance(value, str) else value)
    except InvalidOperation:
        raise NotANumber("not a number") from None
    if not sane(read):
        raise NotANumber("not a number of a sane size")
    return read


def sane(number: Decimal) -> bool:
    """Whether it is a number that somebody can have meant: finite, not huge, and with as many digits as fit a line."""
    if not number.is_finite() or number.copy_abs() >= LARGEST:  # abs() computes, and overflows beyond 1e999999
        return False
    _, digits, exponent = number.as_tuple()
    return isinstance(exponent, int) and exponent >= FINEST and len(digits) <= MOST_DIGITS


def integer(value: object) -> int:
    """Read an id: an integer of 64 bits, or the same as digits in a string; raises ``NotANumber``."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise NotANumber("not an integer")
    if abs(value) > LARGEST_ID:
        raise NotANumber("too large")
    return value


def amount(value: object) -> Decimal:
    """Read an amount in major units, never negative, to 1/10 000; raises ``NotANumber``."""
    read = number(value)
    if read < 0:
        raise NotANumber("a negative amount")
    return read.quantize(AMOUNT_STEP, ROUND_HALF_EVEN)
