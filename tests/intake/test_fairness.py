"""However many updates others send, one person's next one waits for one turn of each of them at most."""

import asyncio
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.intake.lanes import LaneKey, Lanes, lane_of
from storage.records.queues import StoredUpdate

ADA = (1, 1)
GROUP = -100
PER_LANE = 20
PER_CHAT = 2


class Street:
    """Lanes and some workers, who finish what they took in an order of the test's choice."""

    def __init__(self, workers: int) -> None:
        self.lanes = Lanes(PER_LANE, 10_000, PER_CHAT)
        self.begun: list[StoredUpdate] = []
        self._numbers = iter(range(1, 100_000))
        self._workers = workers
        self._in_hand: list[StoredUpdate] = []

    def comes(self, key: LaneKey, times: int = 1) -> int:
        """Somebody sends updates; returns how many found a place."""
        kept = 0
        for _ in range(times):
            update = StoredUpdate(next(self._numbers), *key, b"{}")
            if self.lanes.reserve(update):
                self.lanes.put(update)
                kept += 1
        return kept

    async def work(self, which: int) -> None:
        """Fill every hand that is free, then finish one piece of work."""
        while len(self._in_hand) < self._workers:
            taking = asyncio.ensure_future(self.lanes.take())
            await asyncio.sleep(0)
            if not taking.done():
                taking.cancel()
                await asyncio.gather(taking, return_exceptions=True)
                break
            self.begun.append(taking.result())
            self._in_hand.append(taking.result())
        if self._in_hand:
            self.lanes.finished(self._in_hand.pop(which % len(self._in_hand)))

    async def until_begun(self, key: LaneKey, choices: list[int]) -> list[StoredUpdate]:
        """Work until an update of this lane is begun; returns what was begun before it, from now on."""
        start = len(self.begun)
        for step in range(10_000):
            await self.work(choices[step % len(choices)])
            after = self.begun[start:]
            if any(lane_of(update) == key for update in after):
                return after[: [lane_of(update) for update in after].index(key)]
        raise AssertionError("never begun")


CROWDS = st.dictionaries(
    st.tuples(st.sampled_from([GROUP, 2, 3, 4, 5, 6]), st.integers(2, 9)), st.integers(1, 100), max_size=20
)
CHOICES = st.lists(st.integers(0, 7), min_size=1, max_size=30)


@settings(deadline=None)
@given(crowd=CROWDS, choices=CHOICES, workers=st.integers(1, 8), head_start=st.integers(0, 30))
async def test_nobody_is_served_twice_before_somebody_who_waits(
    crowd: dict[LaneKey, int], choices: list[int], workers: int, head_start: int
) -> None:
    street = Street(workers)
    for key, many in crowd.items():
        assert street.comes(key, many) == min(many, PER_LANE)
    for step in range(head_start):
        await street.work(choices[step % len(choices)])
    street.comes(ADA)
    for key in crowd:
        street.comes(key, 50)  # they go on sending: it changes nothing for her
    before = Counter(lane_of(update) for update in await street.until_begun(ADA, choices))
    assert all(turns <= 1 for turns in before.values()), before


@settings(deadline=None)
@given(floods=st.integers(1, 5000), choices=CHOICES)
async def test_a_flood_by_one_person_costs_everybody_else_one_turn_at_most(floods: int, choices: list[int]) -> None:
    street = Street(1)
    street.comes((2, 2), floods)
    street.comes(ADA)
    assert len(await street.until_begun(ADA, choices)) <= 1


@settings(deadline=None)
@given(members=st.integers(1, 200), choices=CHOICES)
async def test_a_flood_in_a_group_costs_everybody_else_no_more_than_its_share_of_hands(
    members: int, choices: list[int]
) -> None:
    street = Street(PER_CHAT + 1)
    for member in range(members):
        street.comes((GROUP, 100 + member), 10)
    await street.work(0)
    street.comes(ADA)
    before = await street.until_begun(ADA, choices)
    assert len(before) <= PER_CHAT + 1, "a hand is left for her"
