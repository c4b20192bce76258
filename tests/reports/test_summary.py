"""The daily summary: once for each day, at its time, also when the bot was away or clocks change."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ordering.notices import DeskChat, OperatorDesk
from bot.presentation.figures import summary_card
from bot.presentation.speech import speech_in
from bot.reports.summary import LONGEST_SLEEP, DailySummary, Schedule
from bot.resellers.periods import Period, local_day, moment
from storage.records.orders import OrderState
from storage.records.queues import Delivery, NoticeKind
from storage.store import Store
from storage.tables import Tables
from tests.factories import make_order

BERLIN = ZoneInfo("Europe/Berlin")
NINE = Schedule(time(9), BERLIN)
MORNING = datetime(2026, 3, 14, 8, 0, tzinfo=UTC)
"""Nine o'clock in Berlin, where it is winter."""

YESTERDAY = Period(date(2026, 3, 13), date(2026, 3, 13), BERLIN)
DESK = DeskChat(-500, 7)

zones = st.sampled_from(["UTC", "Europe/Berlin", "America/Havana", "Asia/Kathmandu", "Pacific/Apia"]).map(ZoneInfo)
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
moments = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 given a zone


class Enough(Exception):
    """Ends a worker that would run for ever."""


class Days:
    """A clock that sleeping moves on, until ``end``."""

    def __init__(self, start: datetime, end: datetime) -> None:
        self.now = start
        self._end = end

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        if self.now > self._end:
            raise Enough


async def sold(store: Store, at: datetime) -> None:
    """An order of the operator's own that was delivered."""

    async def unit(tables: Tables) -> None:
        order = await tables.orders.add(make_order(created_at=at, next_check_at=None))
        await tables.orders.save(replace(order, state=OrderState.COMPLETED, charged=Decimal("19.00")))

    await store.write(unit)


async def owed(store: Store) -> list[Delivery]:
    """What the operator is owed, and takes."""

    async def unit(tables: Tables) -> list[Delivery]:
        found: list[Delivery] = []
        far = datetime(2100, 1, 1, tzinfo=UTC)
        while taken := await tables.outbox.claim(far, timedelta(seconds=30), 50):
            for one in taken:
                await tables.outbox.sent(one.id, 1, far)
            found += taken
        return found

    return await store.write(unit)


async def run(store: Store, start: datetime, end: datetime, schedule: Schedule = NINE) -> None:
    clock = Days(start, end)
    summary = DailySummary(store, OperatorDesk([DESK]), schedule, "USD", clock=clock, sleep=clock.sleep)
    with pytest.raises(Enough):
        await summary.run()


async def days_told(store: Store) -> list[str]:
    return [one.data["first"] for one in await owed(store) if one.notice is NoticeKind.DAILY_SUMMARY]


async def test_the_day_before_is_told_at_the_set_time_in_the_set_zone(store: Store) -> None:
    await sold(store, MORNING - timedelta(days=1))
    await run(store, MORNING - timedelta(hours=3), MORNING - timedelta(minutes=1))
    assert await days_told(store) == []
    await run(store, MORNING - timedelta(minutes=1), MORNING)
    (told,) = await owed(store)
    assert (told.chat_id, told.thread_id, told.notice) == (-500, 7, NoticeKind.DAILY_SUMMARY)
    assert told.data["first"] == "2026-03-13"


async def test_every_day_is_told_once_however_often_the_bot_starts(store: Store) -> None:
    await sold(store, MORNING - timedelta(days=1))
    for minutes in (0, 1, 60, 600):
        start = MORNING + timedelta(minutes=minutes)
        await run(store, start, start + timedelta(minutes=10))
    assert await days_told(store) == ["2026-03-13"]


async def test_a_bot_that_was_away_at_the_time_tells_it_when_it_is_back_the_same_day(store: Store) -> None:
    await sold(store, MORNING - timedelta(days=1))
    await run(store, MORNING + timedelta(hours=14), MORNING + timedelta(hours=14, minutes=5))
    assert await days_told(store) == ["2026-03-13"]


async def test_a_bot_that_was_away_for_days_tells_of_the_last_one_only(store: Store) -> None:
    await sold(store, MORNING - timedelta(days=9))
    await run(store, MORNING + timedelta(hours=1), MORNING + timedelta(hours=2))
    assert await days_told(store) == ["2026-03-13"]


@pytest.mark.parametrize(
    ("first", "zone"), [(date(2026, 3, 27), BERLIN), (date(2026, 10, 23), BERLIN), (date(2026, 3, 27), ZoneInfo("UTC"))]
)
async def test_each_day_is_told_once_where_clocks_change(store: Store, first: date, zone: ZoneInfo) -> None:
    schedule = Schedule(time(2, 30), zone)
    start = moment(first, time(12), zone)
    await sold(store, start - timedelta(days=3))
    await run(store, start, start + timedelta(days=4), schedule)
    expected = [first - timedelta(days=1) + timedelta(days=number) for number in range(5)]
    assert await days_told(store) == [day.isoformat() for day in expected]


async def test_nothing_is_told_of_days_before_the_first_order(store: Store) -> None:
    await sold(store, MORNING + timedelta(hours=1))
    await run(store, MORNING + timedelta(hours=2), MORNING + timedelta(hours=3))
    assert await days_told(store) == []


async def test_a_day_without_orders_is_told_as_such(store: Store) -> None:
    await sold(store, MORNING - timedelta(days=5))
    await run(store, MORNING, MORNING)
    (told,) = await owed(store)
    assert "No orders on this day" in summary_card(told.data, speech_in("en")).text


async def test_the_summary_says_what_the_day_brought(store: Store) -> None:
    await sold(store, YESTERDAY.begin)
    await sold(store, YESTERDAY.end - timedelta(microseconds=1))
    await sold(store, YESTERDAY.end)
    await run(store, MORNING, MORNING)
    (told,) = await owed(store)
    text = summary_card(told.data, speech_in("en")).text
    assert "Fri, Mar 13" in text
    assert "Orders: <b>2</b>" in text
    assert "Own orders at cost: $38.00" in text


async def test_a_store_that_fails_is_tried_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    await sold(store, MORNING - timedelta(days=1))
    failures = iter([OSError("the disk is full")])
    tell = OperatorDesk.tell

    async def tell_the_second_time(*arguments: Any) -> None:
        for failure in failures:
            raise failure
        await tell(*arguments)

    monkeypatch.setattr(OperatorDesk, "tell", tell_the_second_time)
    await run(store, MORNING, MORNING + LONGEST_SLEEP)
    assert await days_told(store) == ["2026-03-13"]


@given(moments, times, zones)
def test_the_next_time_is_ahead_and_shown_by_clocks(now: datetime, at: time, zone: ZoneInfo) -> None:
    schedule = Schedule(at, zone)
    then = now + schedule.wait(now)
    assert timedelta(0) < then - now <= timedelta(hours=50)
    assert schedule.due(then) is not None
    assert then == moment(local_day(then, zone), at, zone) or then.astimezone(zone).time() != at


@given(moments, times, zones)
def test_what_is_due_is_yesterday(now: datetime, at: time, zone: ZoneInfo) -> None:
    due = Schedule(at, zone).due(now)
    if due is not None:
        assert due.first == due.last == local_day(now, zone) - timedelta(days=1)
