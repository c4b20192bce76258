"""What operators see of a period: its figures as a short text and as one chart."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import reduce
from operator import add
from typing import Any

import msgspec
from babel.numbers import get_currency_precision
from markupsafe import Markup
from telegram import InlineKeyboardMarkup

from bot.presentation.cards import Card, button, clip, keyboard, lines
from bot.presentation.charts import Bar, Chart, Columns, Fact, Rank, Ranking, Role, Series, Tick, tick_values
from bot.presentation.report_buttons import OpenStats, SendExport
from bot.presentation.speech import Speech, marked
from storage.records.figures import Figures, Line, Tally

NAME_LENGTH = 40
MOST_DAYS_LISTED = 7
MOST_COLUMNS = 92
"""Of more days a phone shows nothing but a blur: then a column is a week."""

WEEK = 7
OFFERED_DAYS = (1, 7, 30, 90)
ROLES: Mapping[Role, str] = {
    Role.TURNOVER: marked("Turnover"),
    Role.COST: marked("Cost"),
    Role.OWN: marked("Own orders at cost"),
    Role.ORDERS: marked("Orders"),
}

Words = Markup | str | None


def figures_card(figures: Figures, speech: Speech, title: Markup | None = None) -> Card:
    """The figures in words. ``title`` stands in place of the span of days."""
    shown = [title or span_title(figures, speech), *_whole(figures, speech)]
    rankings = (
        (speech.text("<b>By reseller</b>"), figures.resellers, figures.resellers_left),
        (speech.text("<b>By item</b>"), figures.items, figures.items_left),
    )
    for heading, ranked, left in rankings:
        if ranked:
            shown += ["", heading, *_ranked(ranked, left, figures.currency, speech)]
    return Card(lines([*shown, *_by_day(figures, speech)]), periods_keyboard(figures, speech))


def span_title(figures: Figures, speech: Speech) -> Markup:
    """Which days the figures are of."""
    return speech.text("📊 <b>{days}</b>", days=speech.days(figures.first, figures.last))


def nothing_card(figures: Figures, speech: Speech) -> Card:
    """A period without a single order."""
    text = speech.text("No orders in this period.")
    return Card(lines([span_title(figures, speech), text]), periods_keyboard(None, speech))


def periods_keyboard(figures: Figures | None, speech: Speech) -> InlineKeyboardMarkup | None:
    """Other periods at a tap, and the present one as documents."""
    offered = [
        button(speech.plain_plural("{count} day", "{count} days", days), OpenStats(days)) for days in OFFERED_DAYS
    ]
    if figures is None:
        return keyboard(offered)
    days = (figures.last - figures.first).days + 1
    return keyboard(offered, [button(speech.plain("Export"), SendExport(days))])


def summary_card(data: Mapping[str, Any], speech: Speech) -> Card:
    """The daily summary, from the facts that were noted for it (``Figures`` as builtins)."""
    figures = msgspec.convert(data, Figures)
    title = speech.text("🌅 <b>{day}</b>", day=speech.week_day(figures.first))
    if not figures.total.orders:
        return Card(lines([title, speech.text("No orders on this day.")]))
    card = figures_card(figures, speech, title)
    return Card(card.text, keyboard([button(speech.plain("Statistics"), OpenStats(OFFERED_DAYS[1]))]))


def figures_chart(figures: Figures, speech: Speech) -> Chart:
    """The figures as one picture."""
    total, currency = figures.total, figures.currency
    days = len(figures.days)
    title = speech.plain_plural("{count} day", "{count} days", days)
    facts = [
        Fact(speech.plain("Orders"), speech.number(total.orders)),
        Fact(speech.plain("Delivered"), speech.number(total.completed + total.partial)),
    ]
    if total.turnover:
        facts.append(Fact(speech.plain("Turnover"), money(total.turnover, currency, speech)))
        facts.append(Fact(speech.plain("Margin"), money(total.margin, currency, speech)))
    elif total.spent:
        facts.append(Fact(speech.plain("Cost"), money(total.spent, currency, speech)))
    roles = _roles(figures)
    rankings = (
        _ranking(speech.plain("By reseller"), figures.resellers, roles, figures, speech),
        _ranking(speech.plain("By item"), figures.items, roles, figures, speech),
    )
    span = speech.days(figures.first, figures.last)
    return Chart(title, span, tuple(facts), _columns(figures, roles, speech), rankings)


def money(amount: Decimal, currency: str, speech: Speech) -> str:
    """An amount to the currency's minor unit: sums of many orders have digits that nobody can pay."""
    unit = Decimal(1).scaleb(-get_currency_precision(currency))
    return speech.money(amount.quantize(unit, rounding=ROUND_HALF_UP), currency)


def _whole(figures: Figures, speech: Speech) -> list[Words]:
    total, currency = figures.total, figures.currency
    shown: list[Words] = [
        speech.text("Orders: <b>{count}</b>", count=speech.number(total.orders)),
        _ends(total, speech),
    ]
    if total.turnover or total.cost:
        percent = total.margin_percent
        shown += [
            speech.text("Turnover: <b>{amount}</b>", amount=money(total.turnover, currency, speech)),
            speech.text("Cost of what was sold: {amount}", amount=money(total.cost, currency, speech)),
            speech.text("Margin: <b>{amount}</b>", amount=money(total.margin, currency, speech))
            + (Markup(" ({})").format(speech.percent(percent)) if percent is not None else ""),
        ]
    if total.own_cost:
        cost = money(total.own_cost, currency, speech)
        shown.append(speech.text("Own orders at cost: {amount}", amount=cost))
    return [*shown, *(_abroad(line, speech) for line in figures.elsewhere)]


def _ends(tally: Tally, speech: Speech) -> Markup:
    """How the orders ended; only what there was."""
    parts = [
        speech.text("delivered {count}", count=speech.number(tally.completed)),
        speech.text("in part {count}", count=speech.number(tally.partial)) if tally.partial else None,
        speech.text("failed {count}", count=speech.number(tally.failed)),
        speech.text("under way {count}", count=speech.number(tally.under_way)) if tally.under_way else None,
    ]
    return Markup(", ").join(part for part in parts if part is not None)


def _abroad(line: Line, speech: Speech) -> Markup:
    """The money in another currency, which is in no other number."""
    cost = money(line.tally.spent, line.currency, speech)
    if not line.tally.turnover:
        return speech.text("In {currency}, not counted above: cost {cost}", currency=line.currency, cost=cost)
    turnover = money(line.tally.turnover, line.currency, speech)
    return speech.text(
        "In {currency}, not counted above: turnover {turnover}, cost {cost}",
        currency=line.currency,
        turnover=turnover,
        cost=cost,
    )


def _ranked(ranked: Sequence[Line], left: Tally, currency: str, speech: Speech) -> list[Words]:
    shown: list[Words] = [
        Markup("{}. {}: {}").format(number, clip(_name(line, speech), NAME_LENGTH), _brought(line, speech))
        for number, line in enumerate(ranked, start=1)
    ]
    if left.orders:
        rest = _brought(Line("", currency, left), speech)
        shown.append(speech.text("All others: {what}", what=rest))
    return shown


def _brought(line: Line, speech: Speech) -> str:
    """What one name brought or cost, and in how many orders."""
    tally, parts = line.tally, [speech.plain_plural("{count} order", "{count} orders", line.tally.orders)]
    if tally.turnover or tally.cost:
        parts.append(money(tally.turnover, line.currency, speech))
        parts.append(speech.plain("margin {amount}", amount=money(tally.margin, line.currency, speech)))
    if tally.own_cost:
        parts.append(speech.plain("own {amount}", amount=money(tally.own_cost, line.currency, speech)))
    return ", ".join(parts)


def _by_day(figures: Figures, speech: Speech) -> list[Words]:
    """Few days one by one; of many the best."""
    count = len(figures.days)
    if count < 2:
        return []
    dated = [(figures.first + timedelta(days=number), tally) for number, tally in enumerate(figures.days)]
    if count > MOST_DAYS_LISTED:
        day, best = max(dated, key=lambda one: (one[1].turnover, one[1].spent, one[1].orders))
        what = _brought(Line("", figures.currency, best), speech)
        return ["", speech.text("Best day: {day}, {what}", day=speech.week_day(day), what=what)]
    shown = [
        Markup("{}: {}").format(speech.week_day(day), _brought(Line("", figures.currency, tally), speech))
        for day, tally in dated
    ]
    return ["", speech.text("<b>By day</b>"), *shown]


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
    return speech.compact_money(value, currency) if value >= 1000 else speech.money(value, currency)


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
        Rank(f"{number}. {_name(line, speech)}", _end(line, speech), _bars(line.tally, roles))
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


def _name(line: Line, speech: Speech) -> str:
    return speech.plain("Your own orders") if line.name is None else line.name
