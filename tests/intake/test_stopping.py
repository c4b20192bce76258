"""What a stop finishes, what it leaves stored, and what the next start makes of it."""

import asyncio

from bot.intake.intake import Full, Intake, IntakeLimits
from storage.crypto import Vault
from storage.store import Store
from tests.drill.disk import Answer
from tests.factories import NOW, make_update
from tests.intake.reception import Handler, at_work, message, none_left, waiting
from tests.storage.ailing import ailing_store


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
