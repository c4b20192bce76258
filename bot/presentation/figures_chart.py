"""A period's figures as one picture: what is drawn, in which words and up to which line."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import reduce
from operator import add

from babel.numbers import get_currency_precision

from bot.presentation.charts import Bar, Chart, Columns, Fact, Rank, Ranking, Role, Series, Tick, tick_values
from bot.presentation.figures import money, name_of, resellers_of
from bot.presentation.speech import Speech, marked
from storage.records.figures import Figures, Line, Tally

MOST_COLUMNS = 92
"""Of more days a phone shows nothing but a blur: then a column is a week."""

WEEK = 7
ROLES: Mapping[Role, str] = {
    Role.TURNOVER: marked("Turnover"),
    Role.COST: marked("Cost"),
    Role.OWN: marked("Own orders at cost"),
    Role.ORDERS: marked("Orders"),
}


def figures_chart(figures: Figures, speech: Speech) -> Chart:
    """The figures as one picture."""
    total, currency = figures.total, figures.currency
    days = len(figures.days)
    title = speech.plain_plural("{count} day", "{count} days", days)
    facts = [
        Fact(speech.plain("Orders"), speech.number(total.orders)),
        Fact(speech.plain("Delivered"), speech.number(total.completed)),
    ]
    if total.turnover:
        facts.append(Fact(speech.plain("Turnover"), money(total.turnover, currency, speech)))
        facts.append(Fact(speech.plain("Margin"), money(total.margin, currency, speech)))
    elif total.spent:
        facts.append(Fact(speech.plain("Cost"), money(total.spent, currency, speech)))
    roles = _roles(figures)
    rankings = (
        _ranking(speech.plain("By reseller"), resellers_of(figures), roles, figures, speech),
        _ranking(speech.plain("By item"), figures.items, roles, figures, speech),
    )
    span = speech.days(figures.first, figures.last)
    return Chart(title, span, tuple(facts), _columns(figures, roles, speech), rankings)


def _roles(figures: Figures) -> tuple[Role, ...]:
    """Which bars there are: money where there was any, else how many orders."""
    total = figures.total
    found = [
        role
        for role, amount in (
            (Role.TURNOVER, total.turnover),
            (Role.COST, total.cost),
            (Role.OWN, total.own_cost),
        )
        if amount > 0
    ]
    return tuple(found) or (Role.ORDERS,)


def _columns(figures: Figures, roles: Sequence[Role], speech: Speech) -> Columns:
    weekly = len(figures.days) > MOST_COLUMNS
    begins, tallies = _weeks(figures.days) if weekly else (range(len(figures.days)), figures.days)
    labels = [speech.short_day(figures.first + timedelta(days=number)) for number in begins]
    largest = max((_tallest(tally, roles) for tally in tallies), default=Decimal(0))
    unit = Decimal(1) if roles == (Role.ORDERS,) else Decimal(1).scaleb(-get_currency_precision(figures.currency))
    ticks = [Tick(float(value), _tick(value, roles, figures.currency, speech)) for value in tick_values(largest, unit)]
    series = [
        Series(role, speech.plain(ROLES[role]), tuple(float(_value(tally, role)) for tally in tallies))
        for role in roles
    ]
    title = speech.plain("By week") if weekly else speech.plain("By day")
    return Columns(title, tuple(labels), tuple(series), tuple(ticks))


def _weeks(days: Sequence[Tally]) -> tuple[Sequence[int], Sequence[Tally]]:
    """Seven days together, the last ones full: where each begins, and what it brought."""
    begins = list(range(len(days) % WEEK - WEEK if len(days) % WEEK else 0, len(days), WEEK))
    return [max(0, begin) for begin in begins], [
        reduce(add, days[max(0, begin) : begin + WEEK], Tally()) for begin in begins
    ]


def _tallest(tally: Tally, roles: Sequence[Role]) -> Decimal:
    if roles == (Role.ORDERS,):
        return Decimal(tally.orders)
    return max(tally.turnover, max(tally.cost, Decimal(0)) + max(tally.own_cost, Decimal(0)))


def _tick(value: Decimal, roles: Sequence[Role], currency: str, speech: Speech) -> str:
    if roles == (Role.ORDERS,):
        return speech.number(value)
    return speech.money(value, currency) if 0 < value < 1 else speech.compact_money(value, currency)


def _value(tally: Tally, role: Role) -> Decimal:
    return {
        Role.TURNOVER: tally.turnover,
        Role.COST: tally.cost,
        Role.OWN: tally.own_cost,
        Role.ORDERS: Decimal(tally.orders),
    }[role]


def _ranking(title: str, ranked: Sequence[Line], roles: Sequence[Role], figures: Figures, speech: Speech) -> Ranking:
    """Those in our currency: bars of two currencies cannot be compared."""
    ranks = [
        Rank(f"{number}. {name_of(line, speech)}", _end(line, speech), _bars(line.tally, roles))
        for number, line in enumerate(ranked, start=1)
        if line.currency == figures.currency
    ]
    return Ranking(title, tuple(ranks))


def _bars(tally: Tally, roles: Sequence[Role]) -> tuple[Bar, ...]:
    return tuple(Bar(role, float(_value(tally, role))) for role in roles if _value(tally, role) > 0)


def _end(line: Line, speech: Speech) -> str:
    tally = line.tally
    orders = speech.plain_plural("{count} order", "{count} orders", tally.orders)
    amount = tally.turnover or tally.spent
    return f"{money(amount, line.currency, speech)} · {orders}" if amount else orders
