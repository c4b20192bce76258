"""What a period brought, put in order: totals, rankings and days. Shaping is pure; money is never mixed."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import reduce
from operator import add

from bot.resellers.periods import Period
from storage.records.figures import ZERO, DayTally, Figures, ItemTally, Line, ResellerTally, Tally
from storage.store import Tables

TOP = 5
"""How many names a ranking has."""

EMPTY = Tally()


async def read_figures(tables: Tables, period: Period, currency: str, top: int = TOP) -> Figures:
    """The figures of a period; everything is read in the unit of ``tables``."""
    resellers = await tables.figures.by_reseller(period.begin, period.end)
    items = await tables.figures.by_item(period.begin, period.end, currency, top)
    days: list[DayTally] = []
    for run in period.runs():
        found = await tables.figures.by_day(run.begin, run.end, run.length)
        days += [replace(one, day=one.day + run.first) for one in found]
    return shaped(period, currency, resellers, items, days, top)


def shaped(
    period: Period,
    currency: str,
    resellers: Sequence[ResellerTally],
    items: Sequence[ItemTally],
    days: Sequence[DayTally],
    top: int = TOP,
) -> Figures:
    """Put what was counted in order; ``resellers`` must be all of them, ``items`` only the first."""
    total = together(one.tally if one.currency == currency else uncharged(one.tally) for one in resellers)
    ranked = ranking(resellers, currency)
    named = tuple(Line(one.name, one.currency, one.tally) for one in items)
    return Figures(
        first=period.first,
        last=period.last,
        currency=currency,
        total=total,
        elsewhere=elsewhere(resellers, currency),
        resellers=ranked[:top],
        resellers_left=together(_in(currency, line) for line in ranked[top:]),
        items=named[:top],
        items_left=less(total, together(_in(currency, line) for line in named[:top])),
        days=by_day(days, currency, len(period.days)),
    )


def ranking(resellers: Iterable[ResellerTally], currency: str) -> tuple[Line, ...]:
    """One line for each reseller and one for the operator's own orders, the largest turnover first."""
    found: dict[int | None, Line] = {}
    for one in resellers:
        tally = one.tally if one.currency == currency else uncharged(one.tally)
        before = found.get(one.reseller_id)
        found[one.reseller_id] = Line(one.name, currency, tally if before is None else before.tally + tally)
    return tuple(sorted(found.values(), key=_rank))


def elsewhere(resellers: Iterable[ResellerTally], currency: str) -> tuple[Line, ...]:
    """The money in every other currency, by its code."""
    found: dict[str, Tally] = {}
    for one in resellers:
        if one.currency != currency:
            found[one.currency] = found.get(one.currency, EMPTY) + one.tally
    return tuple(Line(code, code, found[code]) for code in sorted(found))


def by_day(days: Iterable[DayTally], currency: str, count: int) -> tuple[Tally, ...]:
    """A tally for each of ``count`` days, empty ones too."""
    found = [EMPTY] * count
    for one in days:
        tally = one.tally if one.currency == currency else uncharged(one.tally)
        found[one.day] += tally
    return tuple(found)


def together(tallies: Iterable[Tally]) -> Tally:
    """All of them as one."""
    return reduce(add, tallies, EMPTY)


def uncharged(tally: Tally) -> Tally:
    """The same orders without their money, which is in another currency."""
    return replace(tally, turnover=ZERO, cost=ZERO, own_cost=ZERO)


def less(whole: Tally, part: Tally) -> Tally:
    """What of ``whole`` is not in ``part``."""
    return Tally(
        whole.orders - part.orders,
        whole.own - part.own,
        whole.completed - part.completed,
        whole.partial - part.partial,
        whole.failed - part.failed,
        whole.turnover - part.turnover,
        whole.cost - part.cost,
        whole.own_cost - part.own_cost,
    )


def _in(currency: str, line: Line) -> Tally:
    return line.tally if line.currency == currency else uncharged(line.tally)


def _rank(line: Line) -> tuple[Decimal, Decimal, int, str]:
    tally = line.tally
    return -tally.turnover, -tally.spent, -tally.orders, line.name or ""
