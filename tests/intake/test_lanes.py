"""Each person's updates wait in a lane of their own; lanes take turns."""

import asyncio
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.intake.lanes import Lanes, lane_of
from storage.records.queues import StoredUpdate


@settings(deadline=None)
@given(
    users=st.lists(st.integers(1, 4), min_size=1, max_size=40),
    per_lane=st.integers(1, 6),
    per_chat=st.integers(1, 3),
)
async def test_lanes_lose_nothing_they_reserved_and_keep_each_persons_order(
    users: list[int], per_lane: int, per_chat: int
):
    lanes = Lanes(per_lane, 1000, per_chat)
    updates = [StoredUpdate(number, 1, user, b"{}") for number, user in enumerate(users, 1)]
    kept = [update for update in updates if lanes.reserve(update)]
    for update in kept:
        lanes.put(update)
    taken: list[StoredUpdate] = []
    in_hand: list[int] = []
    empty = asyncio.Event()

    async def work() -> None:
        while True:
            update = await lanes.take()
            in_hand.append(update.user_id)
            assert len(in_hand) == len(set(in_hand)) <= per_chat
            await asyncio.sleep(0)
            in_hand.remove(update.user_id)
            taken.append(update)
            lanes.finished(update)
            if not lanes.size:
                empty.set()

    workers: list[asyncio.Task[Any]] = [asyncio.create_task(work()) for _ in range(5)]
    workers.append(asyncio.create_task(empty.wait()))
    await asyncio.wait(workers, return_when=asyncio.FIRST_COMPLETED)
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
    assert sorted(one.update_id for one in taken) == [one.update_id for one in kept]
    for user in set(users):
        mine = [one.update_id for one in taken if one.user_id == user]
        assert mine == sorted(mine)
        assert len(mine) == min(per_lane, users.count(user))


async def test_lanes_take_turns():
    lanes = Lanes(10, 100, per_chat=5)
    for number, user in enumerate([1, 1, 1, 2, 3], 1):
        update = StoredUpdate(number, 1, user, b"{}")
        lanes.reserve(update)
        lanes.put(update)
    turns: list[int] = []
    for _ in range(5):
        update = await lanes.take()
        turns.append(lane_of(update)[1])
        lanes.finished(update)
    assert turns == [1, 2, 3, 1, 1]


async def test_webhooks_that_overtook_each_other_are_put_in_telegrams_order():
    lanes = Lanes(10, 100, per_chat=5)
    for number in (5, 2, 4):
        update = StoredUpdate(number, 1, 1, b"{}")
        lanes.reserve(update)
        lanes.put(update)
    order: list[int] = []
    for _ in range(3):
        update = await lanes.take()
        order.append(update.update_id)
        lanes.finished(update)
    assert order == [2, 4, 5]
