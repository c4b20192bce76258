"""The operator's reports: figures of a period with a chart, and its orders and ledger as tables."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from markupsafe import Markup
from telegram.error import BadRequest

from bot.conversations.talk import Talk
from bot.presentation import figures as pages
from bot.presentation.figures_chart import figures_chart
from bot.presentation.report_buttons import OpenStats, SendExport
from bot.presentation.speech import Speech
from bot.reports.drawing import Drawing, NotDrawn
from bot.reports.exports import Exports, Table
from bot.resellers.figures import read_figures
from bot.resellers.periods import MOST_DAYS, Period, WrongPeriod, last_days, read_period
from storage.clock import Clock
from storage.store import Store

USUAL_DAYS: Final = 30

log = structlog.get_logger()


class Reports:
    """Reads figures and has them drawn beside the person's other updates: a year of orders takes its time."""

    def __init__(
        self, store: Store, drawing: Drawing, exports: Exports, currency: str, zone: ZoneInfo, clock: Clock
    ) -> None:
        self._store = store
        self._drawing = drawing
        self._exports = exports
        self._currency = currency
        self._zone = zone
        self._clock = clock
        self._reading = asyncio.Lock()
        self._exporting = asyncio.Lock()

    async def stats(self, talk: Talk) -> None:
        """``/stats [DAYS]``, or the page of that name."""
        await self._stats(talk, self._asked(talk))

    async def tap_stats(self, talk: Talk, button: OpenStats) -> None:
        """Another period at a tap."""
        await self._stats(talk, self._of(button.days))

    async def export(self, talk: Talk) -> None:
        """``/export [DAYS|FROM TO]``, or the page of that name."""
        await self._export(talk, self._asked(talk))

    async def tap_export(self, talk: Talk, button: SendExport) -> None:
        """The period of the figures, as tables."""
        await self._export(talk, self._of(button.days))

    def _asked(self, talk: Talk) -> Period | WrongPeriod:
        words = "" if talk.tapped else talk.words
        return read_period(words, self._clock(), self._zone, usual=USUAL_DAYS)

    def _of(self, days: int) -> Period:
        return last_days(min(max(days, 1), MOST_DAYS), self._clock(), self._zone)

    async def _stats(self, talk: Talk, period: Period | WrongPeriod) -> None:
        if isinstance(period, WrongPeriod):
            await talk.send(pages.wrong_period_card(wrong_words(period, talk.speech), "/stats 30", talk.speech))
            return
        await talk.typing()
        talk.later(self._show(talk, period), "statistics", answers=True)

    async def _show(self, talk: Talk, period: Period) -> None:
        # A year of a million orders takes seconds: only one such read at a time, or taps would wait for a reader.
        async with self._reading:
            figures = await self._store.read(lambda tables: read_figures(tables, period, self._currency))
        if not figures.total.orders:
            await talk.send(pages.nothing_card(figures, talk.speech))
            return
        card = pages.figures_card(figures, talk.speech)
        try:
            picture = await self._drawing.draw(figures_chart(figures, talk.speech))
            await talk.picture(picture, card)
        except (NotDrawn, BadRequest) as error:
            # A group may forbid pictures, and Telegram may dislike one: the words matter more.
            log.warning("the figures go out without their chart", reason=str(error))
            await talk.send(card)

    async def _export(self, talk: Talk, period: Period | WrongPeriod) -> None:
        if isinstance(period, WrongPeriod):
            example = "/export 2026-03-01 2026-03-31"
            await talk.send(pages.wrong_period_card(wrong_words(period, talk.speech), example, talk.speech))
            return
        await talk.typing()
        talk.later(self._hand_over(talk, period), "export", answers=True)

    async def _hand_over(self, talk: Talk, period: Period) -> None:
        # One at a time: a table may take its share of the disk until it is uploaded.
        async with self._exporting:
            sent = [
                await self._send(talk, period, "orders", self._exports.orders),
                await self._send(talk, period, "ledger", self._exports.ledger),
            ]
        if not any(sent):
            await talk.send(pages.nothing_to_export_card(period.first, period.last, talk.speech))

    async def _send(
        self, talk: Talk, period: Period, name: str, write: Callable[[Period], AbstractAsyncContextManager[Table]]
    ) -> bool:
        async with write(period) as table:
            if not table.rows:
                return False
            ends_at = table.ends_at.astimezone(self._zone) if table.ends_at else None
            card = pages.export_card(name, table.rows, (period.first, period.last), ends_at, talk.speech)
            filename = f"{name}-{period.first.isoformat()}-{period.last.isoformat()}.csv"
            await talk.document(table.file, filename, card)
        return True


def wrong_words(wrong: WrongPeriod, speech: Speech) -> Markup:
    """Why words name no period."""
    match wrong:
        case WrongPeriod.TOO_SHORT:
            return speech.text("A period has at least one day.")
        case WrongPeriod.TOO_LONG:
            return speech.text("A period has at most {days} days.", days=speech.number(MOST_DAYS))
        case WrongPeriod.BACKWARDS:
            return speech.text("The first day comes after the last one.")
        case WrongPeriod.NO_SUCH_DAY:
            return speech.text("There is no such day.")
        case WrongPeriod.UNREADABLE:
            return speech.text("I do not understand this period.")
