"""The watch over the system's clock: what it does when the clock is set, and that it is quiet otherwise."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.timekeeping import Timekeeper
from storage.records.orders import OrderState
from storage.signals import Topic
from storage.store import Store
from tests.delivery.ticking import Ticking
from tests.factories import NOW, make_order
from tests.storage.listening import heard

HOUR, MINUTE, MOMENT = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


@dataclass
class Clock:
    """A clock that goes with the time that passes, wrong by ``off``."""

    ticking: Ticking = field(default_factory=Ticking)
    off: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return NOW + timedelta(seconds=self.ticking.now()) + self.off


@pytest.fixture
def clock() -> Clock:
    return Clock()


def keeper(store: Store, clock: Clock) -> Timekeeper:
    return Timekeeper(store, clock=clock, monotonic=clock.ticking.now, sleep=clock.ticking.sleep)


@asynccontextmanager
async def watching(store: Store, clock: Clock) -> AsyncGenerator[None]:
    task = asyncio.create_task(keeper(store, clock).run())
    await clock.ticking.advance(1)
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def planned(store: Store, at: datetime) -> str:
    """An order to be looked up then; its id."""
    order = make_order(state=OrderState.ACCEPTED, next_check_at=at)
    await store.write(lambda tables: tables.orders.add(order))
    await heard(store.signals)
    return order.id


async def plan_of(store: Store, order_id: str) -> datetime | None:
    order = await store.read(lambda tables: tables.orders.by_id(order_id))
    assert order is not None
    return order.next_check_at


async def test_a_clock_set_back_makes_everything_due(store: Store, clock: Clock):
    clock.off = HOUR
    order = await planned(store, clock() + MOMENT)
    async with watching(store, clock):
        clock.off = timedelta(0)
        with capture_logs() as lines:
            await clock.ticking.advance(1)
            await store.signals.wait(Topic.ORDERS, 10)
        assert await plan_of(store, order) == clock()
    assert [line["log_level"] for line in lines] == ["warning"]
    assert lines[0]["seconds"] == HOUR.total_seconds()


@pytest.mark.parametrize("off", [timedelta(0), HOUR, -timedelta(seconds=4)], ids=["right", "forward", "a little back"])
async def test_a_clock_that_goes_on_changes_nothing(store: Store, clock: Clock, off: timedelta):
    order = await planned(store, clock() + MINUTE)
    before = await plan_of(store, order)
    with capture_logs() as lines:
        async with watching(store, clock):
            clock.off = off
            await clock.ticking.advance(60)
    assert await plan_of(store, order) == before
    assert lines == []


async def test_a_store_that_fails_does_not_end_the_watch(store: Store, clock: Clock):
    async with watching(store, clock):
        await store.close()
        with capture_logs() as lines:
            for _ in range(2):
                clock.off -= HOUR
                await clock.ticking.advance(1)
    assert [line["log_level"] for line in lines] == ["warning", "error"] * 2


async def test_a_start_takes_up_what_was_planned_for_much_later(store: Store, clock: Clock):
    far, near = await planned(store, clock() + HOUR), await planned(store, clock() + MINUTE)
    await keeper(store, clock).recover()
    assert await plan_of(store, far) == clock()
    assert await plan_of(store, near) == clock() + MINUTE
