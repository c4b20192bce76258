"""The drawing process: ``python -m bot.reports.chart``, a chart as JSON on stdin, its picture as PNG on stdout.

It alone loads the drawing library, so that the bot's heap stays small and its loop free; it ends by itself in time.
"""

import math
import os
import signal
import sys
from collections.abc import Sequence
from typing import Final

import msgspec

from bot.presentation.charts import Chart, Columns, Fact, Rank, Ranking, Role, Series
from bot.reports.page import Page

NICENESS: Final = 10
LONGEST_LIFE: Final = 60
"""Seconds after which it ends whatever happens: nobody waits for it that long."""

LARGEST_REQUEST: Final = 1 << 20

# In pixels. Telegram shows pictures up to 1280 as they are; a phone is about 400 points wide.
WIDTH: Final = 1080
MARGIN: Final = 56
INNER: Final = WIDTH - 2 * MARGIN
RIGHT: Final = WIDTH - MARGIN
EDGE: Final = 12

TITLE_SIZE, SUBTITLE_SIZE, HEADING_SIZE, FACT_SIZE, TEXT_SIZE, SMALL_SIZE = 46, 29, 31, 42, 28, 24
HEAD_HEIGHT: Final = 150
FACTS_HEIGHT: Final = 130
COLUMNS_HEIGHT: Final = 430
HEADING_HEIGHT: Final = 58
RANK_HEIGHT: Final = 66
FOOT: Final = 30
LEGEND_GAP: Final = 34
LABEL_GAP: Final = 24

PAPER, INK, FAINT, RULE, TILE = "#ffffff", "#1d2733", "#667281", "#e3e8ee", "#f4f6f9"
COLOURS: Final = {Role.TURNOVER: "#a5d8b6", Role.COST: "#2f6690", Role.OWN: "#b3bac4", Role.ORDERS: "#2f6690"}
BREADTH: Final = {Role.TURNOVER: 0.8, Role.COST: 0.4, Role.OWN: 0.4, Role.ORDERS: 0.7}
"""How much of a column's or row's room a bar takes: what stands in front is slender, so that both are seen."""

WIDEST_COLUMN: Final = 96
BAR_HEIGHT: Final = 20


def draw(chart: Chart) -> bytes:
    """Draw a chart; gives PNG."""
    rankings = [ranking for ranking in chart.rankings if ranking.ranks]
    below = sum(HEADING_HEIGHT + RANK_HEIGHT * len(ranking.ranks) for ranking in rankings)
    facts = FACTS_HEIGHT if chart.facts else 0
    page = Page(WIDTH, HEAD_HEIGHT + facts + COLUMNS_HEIGHT + below + FOOT, PAPER)
    page.write(page.fitted(chart.title, INNER, TITLE_SIZE, bold=True), MARGIN, 60, TITLE_SIZE, INK, bold=True)
    page.write(page.fitted(chart.subtitle, INNER, SUBTITLE_SIZE), MARGIN, 112, SUBTITLE_SIZE, FAINT)
    _facts(page, chart.facts, HEAD_HEIGHT)
    _columns(page, chart.columns, HEAD_HEIGHT + facts)
    top = HEAD_HEIGHT + facts + COLUMNS_HEIGHT
    for ranking in rankings:
        top = _ranking(page, ranking, top)
    return page.png()


def _facts(page: Page, facts: Sequence[Fact], top: float) -> None:
    """Tiles side by side."""
    if not facts:
        return
    gap = 16
    width = (INNER - gap * (len(facts) - 1)) / len(facts)
    room = width - 36
    size = min(page.shrunk(fact.words, room, FACT_SIZE, bold=True) for fact in facts)
    for number, fact in enumerate(facts):
        left = MARGIN + number * (width + gap)
        page.fill(left, top, width, FACTS_HEIGHT - 24, TILE, rounding=14)
        page.write(page.fitted(fact.name, room, SMALL_SIZE), left + 18, top + 30, SMALL_SIZE, FAINT)
        page.write(fact.words, left + 18, top + 74, size, INK, bold=True)


def _columns(page: Page, columns: Columns, top: float) -> None:
    page.write(columns.title, MARGIN, top + 26, HEADING_SIZE, INK, bold=True)
    _legend(page, columns.series, top + 26, page.width_of(columns.title, HEADING_SIZE, bold=True))
    largest = columns.ticks[-1].value
    gutter = max(page.width_of(tick.label, SMALL_SIZE) for tick in columns.ticks) + 16
    left, ceiling, ground = MARGIN + gutter, top + 84, top + COLUMNS_HEIGHT - 76
    for tick in columns.ticks:
        height = ground - (ground - ceiling) * tick.value / largest
        page.fill(left, height - 1, RIGHT - left, 2, RULE)
        page.write(tick.label, left - 16, height, SMALL_SIZE, FAINT, at="right")
    slot = (RIGHT - left) / max(len(columns.labels), 1)
    _bars(page, columns.series, (left, ground), slot, (ground - ceiling) / largest)
    _labels(page, columns.labels, (left, ground + 32), slot)


def _bars(page: Page, series: Sequence[Series], corner: tuple[float, float], slot: float, scale: float) -> None:
    """The bars of every column: turnover behind, and before it the cost with the operator's own on top."""
    left, ground = corner
    stacked: dict[int, float] = {}
    for one in series:
        breadth = min(slot, WIDEST_COLUMN / 0.8) * BREADTH[one.role]
        for number, value in enumerate(one.values):
            base = stacked.get(number, 0.0) if one.role is Role.OWN else 0.0
            height = max(value, 0.0) * scale
            place = left + slot * number + (slot - breadth) / 2
            page.fill(place, ground - base - height, breadth, height, COLOURS[one.role], rounding=min(5, breadth / 4))
            if one.role is Role.COST:
                stacked[number] = height


def _labels(page: Page, labels: Sequence[str], corner: tuple[float, float], slot: float) -> None:
    """As many labels below the columns as stand clear of each other, the last one always."""
    left, middle = corner
    widest = max((page.width_of(label, SMALL_SIZE) for label in labels), default=0)
    every = max(1, math.ceil((widest + LABEL_GAP) / slot))
    clear = float(WIDTH)
    for number in range(len(labels) - 1, -1, -every):
        half = page.width_of(labels[number], SMALL_SIZE) / 2
        centre = min(max(left + slot * (number + 0.5), left + half), WIDTH - EDGE - half)
        # The last one may have been moved to the left, to stay on the page.
        if centre + half <= clear:
            page.write(labels[number], centre, middle, SMALL_SIZE, FAINT, at="center")
            clear = centre - half - LABEL_GAP


def _legend(page: Page, series: Sequence[Series], middle: float, taken: float) -> None:
    """What the colours mean, at the right end of the heading's line."""
    size: float = SMALL_SIZE
    words = sum(page.width_of(one.name, size) + 30 for one in series) + LEGEND_GAP * max(len(series) - 1, 0)
    size = min(size, size * (INNER - taken - LEGEND_GAP) / max(words, 1))
    right: float = RIGHT
    for one in reversed(series):
        page.write(one.name, right, middle, size, FAINT, at="right")
        right -= page.width_of(one.name, size) + 30
        page.fill(right, middle - 9, 18, 18, COLOURS[one.role], rounding=4)
        right -= LEGEND_GAP


def _ranking(page: Page, ranking: Ranking, top: float) -> float:
    """Names with their bars below; gives where the next thing begins."""
    page.write(
        page.fitted(ranking.title, INNER, HEADING_SIZE, bold=True), MARGIN, top + 26, HEADING_SIZE, INK, bold=True
    )
    top += HEADING_HEIGHT
    largest = max((_length(rank) for rank in ranking.ranks), default=0.0)
    for rank in ranking.ranks:
        _rank(page, rank, top, INNER / largest if largest > 0 else 0.0)
        top += RANK_HEIGHT
    return top


def _rank(page: Page, rank: Rank, top: float, scale: float) -> None:
    words = page.fitted(rank.words, INNER * 0.6, TEXT_SIZE)
    room = INNER - page.width_of(words, TEXT_SIZE) - LEGEND_GAP
    page.write(page.fitted(rank.name, room, TEXT_SIZE), MARGIN, top + 14, TEXT_SIZE, INK)
    page.write(words, RIGHT, top + 14, TEXT_SIZE, FAINT, at="right")
    page.fill(MARGIN, top + 34, INNER, BAR_HEIGHT, TILE, rounding=5)
    cost = 0.0
    for bar in rank.bars:
        begin = cost if bar.role is Role.OWN else 0.0
        height = BAR_HEIGHT * min(1.0, BREADTH[bar.role] * 1.25)
        width = max(bar.value, 0.0) * scale
        page.fill(MARGIN + begin, top + 34 + (BAR_HEIGHT - height) / 2, width, height, COLOURS[bar.role], rounding=5)
        cost = width if bar.role is Role.COST else cost


def _length(rank: Rank) -> float:
    values = {bar.role: max(bar.value, 0.0) for bar in rank.bars}
    spent = values.get(Role.COST, 0.0) + values.get(Role.OWN, 0.0)
    return max(spent, *values.values()) if values else 0.0


def main() -> None:
    """Read a chart, draw it, and write the picture."""
    signal.alarm(LONGEST_LIFE)
    os.nice(NICENESS)
    chart = msgspec.json.decode(sys.stdin.buffer.read(LARGEST_REQUEST), type=Chart)
    sys.stdout.buffer.write(draw(chart))


if __name__ == "__main__":
    main()
