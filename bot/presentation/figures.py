"""What operators see of a period: its figures as a short text and as one chart."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import msgspec
from babel.numbers import get_currency_precision
from markupsafe import Markup
from telegram import InlineKeyboardMarkup

from bot.presentation.cards import Card, button, clip, keyboard, lines
from bot.presentation.report_buttons import OpenStats, SendExport
from bot.presentation.speech import Speech
from storage.records.figures import Figures, Line, Tally

NAME_LENGTH = 40
MOST_DAYS_LISTED = 7
OFFERED_DAYS = (1, 7, 30, 90)

Words = Markup | str | None


def figures_card(figures: Figures, speech: Speech, title: Markup | None = None) -> Card:
    """The figures in words. ``title`` stands in place of the span of days."""
    shown = [title or span_title(figures, speech), *_whole(figures, speech)]
    rankings = (
        (speech.text("<b>By reseller</b>"), resellers_of(figures), figures.resellers_left),
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


def wrong_period_card(words: Markup, example: str, speech: Speech) -> Card:
    """Words that name no period, and why; ``example`` is a command that does."""
    how = speech.text("Write a number of days, or a first and a last day: {example}", example=_command(example))
    return Card(lines(["⚠️ " + words, how]))


def export_card(name: str, rows: int, days: tuple[date, date], ends_at: datetime | None, speech: Speech) -> Card:
    """The caption of a table. ``ends_at`` is where it had to end, in the time zone of its days."""
    cut = None
    if ends_at is not None:
        cut = speech.text(
            "⚠️ Not all of it fits into one file: this one ends on {day} at {time}. Export the days from there on, too.",
            day=speech.week_day(ends_at.date()),
            time=f"{ends_at:%H:%M}",
        )
    counted = {
        "orders": speech.plural("{count} order", "{count} orders", rows),
        "ledger": speech.plural("{count} ledger entry", "{count} ledger entries", rows),
    }[name]
    return Card(lines([Markup("{} · {}").format(counted, speech.days(*days)), cut]))


def nothing_to_export_card(first: date, last: date, speech: Speech) -> Card:
    """A period without orders and ledger entries."""
    words = speech.text("{days}: no orders and no ledger entries.", days=speech.days(first, last))
    return Card(lines([words]))


def money(amount: Decimal, currency: str, speech: Speech) -> str:
    """An amount to the currency's minor unit: sums of many orders have digits that nobody can pay."""
    unit = Decimal(1).scaleb(-get_currency_precision(currency))
    return speech.money(amount.quantize(unit, rounding=ROUND_HALF_UP), currency)


def _command(words: str) -> Markup:
    return Markup("<code>{}</code>").format(words)


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
        Markup("{}. {}: {}").format(number, clip(name_of(line, speech), NAME_LENGTH), _brought(line, speech))
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
    """Few days one by one, those with orders; of many the best."""
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
        if tally.orders
    ]
    return ["", speech.text("<b>By day</b>"), *shown]


def resellers_of(figures: Figures) -> Sequence[Line]:
    """The ranking of resellers; none where nobody but the operator ordered."""
    return () if all(line.name is None for line in figures.resellers) else figures.resellers


def name_of(line: Line, speech: Speech) -> str:
    """What a line of a ranking is called."""
    return speech.plain("Your own orders") if line.name is None else line.name
