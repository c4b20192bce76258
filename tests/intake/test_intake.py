"""Updates are stored first, handled once, in order inside a lane and side by side across."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.intake.intake import Accepted, Full, Intake, IntakeLimits, Result
from bot.intake.lanes import Lanes, lane_of
from storage.crypto import Vault
from storage.records.queues import StoredUpdate
from storage.store import Store
from tests.drill.disk import Answer
from tests.factories import NOW, make_update
from tests.storage.ailing import ailing_store


def message(update_id: int, user_id: int = 1, chat_id: int = 1) -> dict[str, Any]:
    return {"update_id": update_id, "message": {"chat": {"id": chat_id}, "from": {"id": user_id}}}


class Handler:
    """Records what it is given; holds back whoever is told to wait."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.ended: list[int] = []
        self.held: dict[int, asyncio.Event] = {}
        self.errors: dict[int, Exception] = {}
        self._news = asyncio.Condition()

    async def __call__(self, update: StoredUpdate) -> None:
        await self._note(self.begun, update.update_id)
        if update.user_id in self.held:
            await self.held[update.user_id].wait()
        if update.update_id in self.errors:
            raise self.errors[update.update_id]
        await self._note(self.ended, update.update_id)

    async def _note(self, where: list[int], update_id: int) -> None:
        where.append(update_id)
        async with self._news:
            self._news.notify_all()

    async def until(self, holds: Callable[[], bool]) -> None:
        async with self._news, asyncio.timeout(20):
            await self._news.wait_for(holds)

    def hold(self, user_id: int) -> asyncio.Event:
        return self.held.setdefault(user_id, asyncio.Event())


@asynccontextmanager
async def at_work(intake: Intake) -> AsyncGenerator["asyncio.Task[None]"]:
    running = asyncio.create_task(intake.run())
    await intake.opened()
    try:
        yield running
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def waiting(store: Store) -> int:
    return await store.read(lambda tables: tables.updates.waiting())


async def none_left(intake: Intake) -> None:
    async with asyncio.timeout(20):
        await intake.idle()


async def test_an_accepted_update_is_handled_and_marked_done(store: Store):
    handler = Handler()
    intake = Intake(store, handler)
    async with at_work(intake):
        assert await intake.accept([message(1)]) == Accepted(new=1)
        await none_left(intake)
    assert handler.ended == [1]
    assert await waiting(store) == 0


async def test_a_repeated_update_is_taken_and_not_handled_again(store: Store):
    handler = Handler()
    intake = Intake(store, handler)
    async with at_work(intake):
        await intake.accept([message(1), message(2)])
        assert await intake.accept([message(2), message(3)]) == Accepted(new=1, repeated=1)
        await none_left(intake)
    assert sorted(handler.ended) == [1, 2, 3]


async def test_an_update_is_durable_before_it_is_accepted(store: Store):
    handler = Handler()
    handler.hold(1)
    intake = Intake(store, handler, IntakeLimits(stop_seconds=0))
    async with at_work(intake):
        await intake.accept([message(1)])
        assert await waiting(store) == 1


async def test_one_persons_updates_are_handled_in_order(store: Store):
    handler = Handler()
    intake = Intake(store, handler)
    async with at_work(intake):
        await intake.accept([message(number) for number in range(1, 31)])
        await none_left(intake)
    assert handler.ended == list(range(1, 31))


async def test_one_persons_wait_delays_nobody_else(store: Store):
    handler = Handler()
    gate = handler.hold(1)
    intake = Intake(store, handler, IntakeLimits(workers=2))
    async with at_work(intake):
        await intake.accept([message(number) for number in range(1, 21)])
        await intake.accept([message(100, user_id=2)])
        await handler.until(lambda: 100 in handler.ended)
        assert handler.begun == [1, 100]
        gate.set()
        await none_left(intake)


async def test_the_same_person_in_two_chats_has_two_lanes(store: Store):
    handler = Handler()
    gate = handler.hold(1)
    intake = Intake(store, handler)
    async with at_work(intake):
        await intake.accept([message(1, chat_id=10), message(2, chat_id=20)])
        await handler.until(lambda: sorted(handler.begun) == [1, 2])
        gate.set()


async def test_a_flood_by_one_person_is_bounded_and_harms_nobody(store: Store):
    handler = Handler()
    gate = handler.hold(1)
    counted: dict[Result, int] = {}

    def count(result: Result, many: int) -> None:
        counted[result] = counted.get(result, 0) + many

    intake = Intake(store, handler, IntakeLimits(per_lane=10, total=50), count=count)
    async with at_work(intake):
        for start in range(1, 1001, 40):
            await intake.accept([message(number) for number in range(start, start + 40)])
        assert intake.waiting == 10
        assert await intake.accept([message(5000, user_id=2)]) == Accepted(new=1)
        await handler.until(lambda: 5000 in handler.ended)
        gate.set()
        await none_left(intake)
    assert counted[Result.DROPPED] == 990
    assert handler.ended[1:] == list(range(1, 11))


async def test_when_everybody_together_is_too_much_telegram_must_wait(store: Store):
    handler = Handler()
    gates = [handler.hold(user) for user in range(1, 9)]
    intake = Intake(store, handler, IntakeLimits(total=8))
    async with at_work(intake):
        await intake.accept([message(user, user_id=user) for user in range(1, 9)])
        assert await intake.accept([message(9, user_id=9)]) == Full()
        assert not intake.accepting
        roomy = asyncio.create_task(intake.room(1))
        gates[0].set()
        await roomy
        assert await intake.accept([message(9, user_id=9)]) == Accepted(new=1)
        for gate in gates:
            gate.set()


async def test_a_failing_handler_is_logged_once_and_its_lane_goes_on(store: Store):
    handler = Handler()
    handler.errors[1] = RuntimeError("a bug")
    intake = Intake(store, handler)
    async with at_work(intake):
        await intake.accept([message(1), message(2)])
        await none_left(intake)
    assert (handler.begun, handler.ended) == ([1, 2], [2])
    assert await waiting(store) == 0


async def test_a_handler_that_hangs_is_given_up(store: Store):
    handler = Handler()
    handler.hold(1)
    intake = Intake(store, handler, IntakeLimits(handle_seconds=0.01))
    async with at_work(intake):
        await intake.accept([message(1)])
        await none_left(intake)
    assert await waiting(store) == 0


async def test_nothing_is_taken_before_the_start_and_after_the_stop(store: Store):
    intake = Intake(store, Handler())
    assert await intake.accept([message(1)]) == Full()
    async with at_work(intake):
        pass
    assert await intake.accept([message(1)]) == Full()
    assert await waiting(store) == 0


async def test_what_an_earlier_life_left_is_handled_first_and_in_order(store: Store):
    left = [make_update(update_id=number) for number in (3, 1, 2)]
    await store.write(lambda tables: tables.updates.add_many(left, NOW))
    handler = Handler()
    intake = Intake(store, handler)
    async with at_work(intake):
        await intake.accept([message(4, user_id=left[0].user_id, chat_id=left[0].chat_id)])
        await none_left(intake)
    assert handler.ended == [1, 2, 3, 4]


async def test_a_stop_finishes_what_is_in_hand_and_leaves_the_rest_stored(store: Store):
    handler = Handler()
    gate = handler.hold(1)
    intake = Intake(store, handler)
    async with at_work(intake) as running:
        await intake.accept([message(1), message(2)])
        await handler.until(lambda: handler.begun == [1])
        running.cancel()
        await asyncio.sleep(0)
        gate.set()
        await asyncio.gather(running, return_exceptions=True)
    assert handler.ended == [1]
    assert [one.update_id for one in await store.read(lambda tables: tables.updates.pending(10))] == [2]


async def test_a_stop_does_not_wait_for_ever_and_what_was_cut_off_is_handled_again(store: Store):
    handler = Handler()
    handler.hold(1)
    intake = Intake(store, handler, IntakeLimits(stop_seconds=0.01))
    async with at_work(intake):
        await intake.accept([message(1)])
        await handler.until(lambda: handler.begun == [1])
    assert await waiting(store) == 1
    handler.held.clear()
    again = Intake(store, handler)
    async with at_work(again):
        await none_left(again)
    assert handler.ended == [1]


async def test_there_is_no_room_while_it_stops(store: Store):
    # Whoever asks again as soon as there is room would otherwise spin, and the stop never come to its end.
    handler = Handler()
    gate = handler.hold(1)
    intake = Intake(store, handler)
    async with at_work(intake) as running:
        await intake.accept([message(1)])
        await handler.until(lambda: handler.begun == [1])
        running.cancel()
        await asyncio.sleep(0)
        asking = asyncio.create_task(intake.room(1))
        gate.set()
        await asyncio.gather(running, return_exceptions=True)
        assert not asking.done()
        asking.cancel()


async def test_a_handler_cancelled_by_somebody_else_ends_no_worker(store: Store):
    handled: list[int] = []

    async def handle(update: StoredUpdate) -> None:
        if update.update_id == 1:
            raise asyncio.CancelledError
        handled.append(update.update_id)

    intake = Intake(store, handle, IntakeLimits(workers=1))
    async with at_work(intake):
        await intake.accept([message(1), message(2)])
        await none_left(intake)
    assert handled == [2]


async def test_one_busy_group_leaves_workers_for_everybody_else(store: Store):
    handler = Handler()
    gates = [handler.hold(user) for user in range(1, 5)]
    intake = Intake(store, handler, IntakeLimits(workers=3, per_chat=2))
    async with at_work(intake):
        await intake.accept([message(user, user_id=user, chat_id=-100) for user in range(1, 5)])
        await intake.accept([message(50, user_id=50, chat_id=50)])
        await handler.until(lambda: handler.ended == [50])
        assert handler.begun == [1, 2, 50]
        for gate in gates:
            gate.set()
        await none_left(intake)
    assert sorted(handler.ended) == [1, 2, 3, 4, 50]


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


async def test_a_lane_waits_until_its_handled_update_is_marked_so_that_none_overtakes_it(
    database_url: str, vault: Vault
) -> None:
    pauses: list[float] = []
    paused = asyncio.Event()
    go_on = asyncio.Event()

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        paused.set()
        await go_on.wait()

    handler = Handler()
    gate = handler.hold(1)
    async with ailing_store(database_url, vault) as (store, disk):
        intake = Intake(store, handler, sleep=pause)
        async with at_work(intake):
            await intake.accept([message(1), message(2)])
            await handler.until(lambda: handler.begun == [1])
            disk.mood = Answer.FULL
            gate.set()
            await paused.wait()
            assert handler.begun == [1]
            disk.mood = Answer.WELL
            go_on.set()
            await none_left(intake)
        assert handler.ended == [1, 2]
        assert len(pauses) == 1
        assert await waiting(store) == 0


async def test_an_update_that_could_not_be_marked_before_a_stop_is_handled_again_before_those_behind_it(
    database_url: str, vault: Vault
) -> None:
    handler = Handler()
    gate = handler.hold(1)
    async with ailing_store(database_url, vault) as (store, disk):
        intake = Intake(store, handler)
        async with at_work(intake) as running:
            await intake.accept([message(1), message(2)])
            await handler.until(lambda: handler.begun == [1])
            disk.mood = Answer.FULL
            running.cancel()
            await asyncio.sleep(0)
            gate.set()
        disk.mood = Answer.WELL
        assert handler.ended == [1]
        async with at_work(Intake(store, handler)) as _:
            await handler.until(lambda: handler.ended == [1, 1, 2])
