"""The request budget, with the time passed in."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.suppliers.budget import LONGEST_HOLD, Budget, Held, Pace


@given(st.lists(st.floats(0, 3), min_size=1, max_size=60), st.integers(1, 8))
def test_no_window_admits_more_than_the_burst_and_the_rate(gaps: list[float], burst: int) -> None:
    pace, now, admitted = Pace(5, burst), 0.0, list[float]()
    for gap in gaps:
        now += gap
        admitted.append(now + pace.reserve(now))
    admitted.sort()
    for first in range(len(admitted)):
        for last in range(first, len(admitted)):
            allowed = burst + 5 * (admitted[last] - admitted[first])
            assert last - first + 1 <= allowed + 1e-6


def test_a_rested_pace_admits_its_burst_at_once() -> None:
    pace = Pace(5, 3)
    assert [pace.reserve(10.0) for _ in range(4)] == [0, 0, 0, pytest.approx(0.2)]


class Time:
    """A clock that sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def budget(self, concurrency: int = 4) -> Budget:
        return Budget(2, 1, concurrency, now=lambda: self.now, sleep=self.sleep)


async def test_a_slot_waits_for_its_turn() -> None:
    time = Time()
    budget = time.budget()
    for _ in range(3):
        async with budget.slot():
            pass
    assert time.slept == [0.5, 0.5]


async def test_no_more_slots_than_the_width_are_open_at_once() -> None:
    budget = Time().budget(concurrency=1)
    async with budget.slot():
        waiting = asyncio.create_task(budget.slot().__aenter__())
        await asyncio.sleep(0)
        assert not waiting.done()
    await waiting


async def test_a_hold_refuses_at_once_and_ends_by_itself() -> None:
    time = Time()
    budget = time.budget()
    budget.hold(5)
    with pytest.raises(Held) as held:
        async with budget.slot():
            pytest.fail("a held budget admitted a request")
    assert held.value.seconds == 5
    time.now += 5
    async with budget.slot():
        pass


async def test_a_hold_is_never_longer_than_a_supplier_may_silence_us() -> None:
    time = Time()
    budget = time.budget()
    budget.hold(10**9)
    time.now += LONGEST_HOLD
    async with budget.slot():
        pass


async def test_whoever_queued_before_a_hold_is_refused_after_its_wait() -> None:
    time = Time()

    async def held_meanwhile(seconds: float) -> None:
        budget.hold(60)
        await time.sleep(seconds)

    budget = Budget(2, 1, 1, now=lambda: time.now, sleep=held_meanwhile)
    async with budget.slot():
        pass
    with pytest.raises(Held):
        async with budget.slot():
            pytest.fail("a held budget admitted a request")
