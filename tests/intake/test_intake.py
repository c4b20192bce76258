"""Updates are stored first, handled once, in order inside a lane and side by side across."""

import asyncio

from bot.intake.intake import Accepted, Full, Intake, IntakeLimits, Result
from storage.crypto import Vault
from storage.records.queues import StoredUpdate
from storage.store import Store
from tests.drill.disk import Answer
from tests.intake.reception import Handler, at_work, message, none_left, waiting
from tests.storage.ailing import ailing_store


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
