"""How single values are written into callback data, and read back only as they are written."""

import re
from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from typing import Any

from storage.records.catalog import ItemKey

PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def written(value: object) -> str:
    """A value as callback data carries it."""
    if isinstance(value, Enum):
        return str(value.value)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _read_decimal(text: str) -> Decimal:
    # Only as it is packed: anybody can make up "1e999999999", which written out again is a gigabyte.
    if PLAIN_NUMBER.fullmatch(text) is None:
        raise ValueError(text)
    return Decimal(text)


def _read_integer(text: str) -> int:
    # Wider ones fit no column: a query with one fails.
    number = int(text)
    if not -(2**63) <= number < 2**63:
        raise ValueError(text)
    return number


def _read_key(text: str) -> ItemKey:
    return ItemKey.parse(text)


READERS: dict[type, Callable[[str], Any]] = {
    str: str,
    int: _read_integer,
    Decimal: _read_decimal,
    ItemKey: _read_key,
}
"""How a value is read; an enum reads itself."""
