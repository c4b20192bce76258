"""What a chart shows, worded and measured, before anybody draws it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

MOST_TICKS = 4
STEPS = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))


class Role(StrEnum):
    """What a bar stands for; its colour and place follow from it."""

    TURNOVER = "turnover"
    COST = "cost"
    OWN = "own"
    ORDERS = "orders"


@dataclass(frozen=True, slots=True)
class Series:
    """Bars of one kind: a value for each column."""

    role: Role
    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across the columns, and what is written at it."""

    value: float
    label: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns side by side, one for each label; of labels that would touch some are left out."""

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a ranking's bar."""

    role: Role
    value: float


@dataclass(frozen=True, slots=True)
class Rank:
    """One name of a ranking: what is written at its right end, and its bars."""

    name: str
    words: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Names below each other, the largest first."""

    title: str
    ranks: tuple[Rank, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A number that is written large, and what it is."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One picture: headline, facts, columns over time, rankings."""

    title: str
    subtitle: str
    facts: tuple[Fact, ...]
    columns: Columns
    rankings: tuple[Ranking, ...] = ()


def tick_values(largest: Decimal, least_step: Decimal) -> Sequence[Decimal]:
    """Round values from zero to at least ``largest``, at most ``MOST_TICKS`` above zero."""
    if largest <= 0:
        return [Decimal(0), least_step]
    step = max(_step(largest / MOST_TICKS), least_step)
    count = int((largest / step).to_integral_value(ROUND_CEILING))
    return [step * number for number in range(count + 1)]


def _step(at_least: Decimal) -> Decimal:
    magnitude = Decimal(1).scaleb(at_least.adjusted())
    return next(magnitude * step for step in STEPS if magnitude * step >= at_least)
