"""Outages of suppliers: noticed from the calls that go out anyway, told to the operators when they last and end."""

import asyncio
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.ordering.directory import Suppliers
from bot.ordering.notices import OperatorDesk
from storage.clock import Clock, utc_now
from storage.store import Store, Tables

log = structlog.get_logger()

NO_TIME = timedelta(0)

NO_ANSWERS = frozenset({"not sent", "lost"})
"""How ``bot.suppliers.http`` names calls that brought no answer; a status from 500 on is none either."""

CUT_OFF = "cancelled"
"""Our own doing, which says nothing of the supplier."""


@dataclass(frozen=True, slots=True)
class OutagePolicy:
    """``calls`` that fail in a row, none answered between them, and for ``lasting`` at least, are an outage."""

    calls: int = 3
    lasting: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Away:
    """The supplier has answered nothing from ``since`` to ``at``."""

    supplier: str
    since: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Back:
    """The supplier, whose outage was news, answers again since ``at``."""

    supplier: str
    since: datetime
    at: datetime


News = Away | Back


@dataclass(slots=True)
class _Silence:
    """What is known of a supplier that does not answer."""

    since: datetime
    calls: int = 0
    told: bool = False


class Signs:
    """Hears of every call to a supplier, and draws from it who is away."""

    def __init__(self, policy: OutagePolicy | None = None, clock: Clock = utc_now) -> None:
        self._policy = policy or OutagePolicy()
        self._clock = clock
        self._silences: dict[str, _Silence] = {}
        self._news: deque[News] = deque()
        self._changed = asyncio.Event()

    def observe(self, supplier: str, _call: str, outcome: str, _seconds: float) -> None:
        """Take note of how a call ended, in the words of ``bot.suppliers.http.CallObserver``."""
        if outcome == CUT_OFF:
            return
        if outcome in NO_ANSWERS or outcome.startswith("5"):
            self._unanswered(supplier)
        elif silence := self._silences.pop(supplier, None):
            self._answered(supplier, silence)

    def away_since(self, supplier: str) -> datetime | None:
        """Since when the supplier has answered nothing; None while it answers, or was not asked."""
        silence = self._silences.get(supplier)
        return None if silence is None else silence.since

    async def news(self) -> News:
        """The next thing that operators should know."""
        while not self._news:
            self._changed.clear()
            await self._changed.wait()
        return self._news.popleft()

    def _unanswered(self, supplier: str) -> None:
        now = self._clock()
        silence = self._silences.setdefault(supplier, _Silence(now))
        silence.since = min(silence.since, now)  # the clock may have been set back
        silence.calls += 1
        if not silence.told and silence.calls >= self._policy.calls and now - silence.since >= self._policy.lasting:
            silence.told = True
            self._tell(Away(supplier, silence.since, now))

    def _answered(self, supplier: str, silence: _Silence) -> None:
        if silence.told:
            self._tell(Back(supplier, silence.since, self._clock()))

    def _tell(self, news: News) -> None:
        self._news.append(news)
        self._changed.set()


class OutageWatch:
    """Tells the operators, once, of a supplier that is away, and that it is back."""

    def __init__(self, store: Store, suppliers: Suppliers, desk: OperatorDesk, signs: Signs) -> None:
        self._store = store
        self._suppliers = suppliers
        self._desk = desk
        self._signs = signs

    async def run(self) -> None:
        """Pass news on until cancelled."""
        while True:
            news = await self._signs.news()
            try:
                await self.tell(news)
            except Exception:  # a worker's edge: what could not be told is in the log
                log.exception("operators are not told of an outage", supplier=news.supplier)

    async def tell(self, news: News) -> None:
        """Log the news and owe it to the operators."""
        minutes = _minutes(news.at - news.since)
        match news:
            case Away(supplier):
                words = "a supplier does not answer; its orders wait and are tried again"
                log.error(words, supplier=supplier, minutes=minutes)
            case Back(supplier):
                log.warning("a supplier answers again", supplier=supplier, minutes=minutes)
        await self._store.write(lambda tables: self._owe(tables, news, minutes))

    async def _owe(self, tables: Tables, news: News, minutes: int) -> None:
        title, back = self._suppliers.title(news.supplier), isinstance(news, Back)
        if back:
            # Its webhooks of the outage may never come, and the pauses between looks have grown long meanwhile.
            await tables.orders.hasten(news.supplier, news.at)
        await self._desk.outage(tables, news.supplier, title, minutes, news.since, news.at, back=back)


def _minutes(lasted: timedelta) -> int:
    return round(max(lasted, NO_TIME).total_seconds() / 60)
