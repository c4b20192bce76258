"""Column types: exact money, exact decimals, UTC instants, enums and JSON facts."""

from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any, TypeVar

import msgspec
from sqlalchemy import BigInteger, Dialect, LargeBinary, String, Text
from sqlalchemy.types import TypeDecorator

UNITS = 10_000
"""Money is kept in integers of 1/10 000 of the major unit."""

LARGEST = 2**63 - 1
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

E = TypeVar("E", bound=StrEnum)


class InexactMoney(ValueError):
    """An amount that integers of 1/10 000 cannot hold exactly."""


def rounded_money(amount: Decimal) -> Decimal:
    """Round half up to the 1/10 000 that a money column holds, for amounts that somebody else computed."""
    return amount.quantize(Decimal(1) / UNITS, rounding=ROUND_HALF_UP)


def to_units(amount: Decimal) -> int:
    """Exact integer of 1/10 000; raises ``InexactMoney`` for anything it would have to round."""
    if not amount.is_finite():
        raise InexactMoney(f"{amount} is not an amount")
    numerator, denominator = amount.as_integer_ratio()
    units, rest = divmod(numerator * UNITS, denominator)
    if rest:
        raise InexactMoney(f"{amount} has more than four decimal places")
    if abs(units) > LARGEST:
        raise InexactMoney(f"{amount} is too large to store")
    return units


def from_units(units: int) -> Decimal:
    """The amount in major units, with exactly four decimal places."""
    return Decimal(units).scaleb(-4)


class Money(TypeDecorator[Decimal]):
    """An amount in major units, kept as an integer of 1/10 000."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Refuse what would have to be rounded."""
        return None if value is None else to_units(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Give the amount back with four decimal places."""
        return None if value is None else from_units(value)


class Sealed(LargeBinary):
    """Bytes that the vault sealed; whoever opens or seals anew goes by this type."""


class Exact(TypeDecorator[Decimal]):
    """A decimal kept as its own text: any precision, never compared in SQL."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Write the digits as they are."""
        return None if value is None else str(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Read the digits as they were."""
        return None if value is None else Decimal(value)


def microseconds(moment: datetime) -> int:
    """A moment as columns have it; raises ``ValueError`` without a zone, as nobody can say which moment it means."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return (moment - EPOCH) // MICROSECOND


class Instant(TypeDecorator[datetime]):
    """A moment in UTC, kept as integer microseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Give the integer; raises ``ValueError`` for a time without a zone."""
        if value is None:
            return None
        return microseconds(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give an aware time in UTC."""
        return None if value is None else EPOCH + timedelta(microseconds=value)


class Word(TypeDecorator[E]):
    """A member of a ``StrEnum``, kept as its value."""

    impl = String
    cache_ok = True

    def __init__(self, kind: type[E]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: E | None, dialect: Dialect) -> str | None:
        """Write the value."""
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> E | None:
        """Read the member; a word that this version does not know is an error, never a guess."""
        return None if value is None else self.kind(value)


R = TypeVar("R")


class Record(TypeDecorator[R]):
    """A small frozen record, kept as JSON text with decimals as strings."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[R]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: R | None, dialect: Dialect) -> str | None:
        """Write JSON."""
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> R | None:
        """Read JSON."""
        return None if value is None else msgspec.json.decode(value, type=self.kind)


class Facts(TypeDecorator[dict[str, Any]]):
    """A small JSON object, kept as text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> str | None:
        """Write JSON; decimals become strings."""
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> dict[str, Any] | None:
        """Read JSON."""
        return None if value is None else msgspec.json.decode(value, type=dict[str, Any])
