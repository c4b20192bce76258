"""An update whose answer takes its time holds up nothing, and is handled again if that time was cut short."""

import asyncio

from telegram import Update
from telegram.ext import Application, ContextTypes, ExtBot, MessageHandler, filters

from bot.conversations.talk import Talk
from bot.intake.chats import ChatKeeper
from bot.intake.dispatch import Dispatcher
from bot.intake.intake import Intake
from bot.intake.updates import read_update
from storage.records.queues import Priority, StoredUpdate
from storage.store import Store
from tests.intake.reception import at_work, none_left, waiting
from tests.intake.test_dispatch import message


class Slow:
    """Begins work of its own for every update; it ends when told."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.end = asyncio.Event()

    async def __call__(self, update: StoredUpdate) -> list[asyncio.Task[bool]]:
        self.begun.append(update.update_id)
        return [asyncio.create_task(self.end.wait())]


async def test_an_update_counts_as_handled_when_what_it_began_has_ended(store: Store) -> None:
    handler = Slow()
    intake = Intake(store, handler)
    async with at_work(intake):
        await intake.accept([message(1), message(2)])
        await none_left(intake)
        assert handler.begun == [1, 2], "its lane does not wait"
        assert await waiting(store) == 2
        handler.end.set()
        await intake.settled()
        assert await waiting(store) == 0


async def test_what_was_cut_off_beside_the_lanes_is_begun_again_in_the_next_life(store: Store) -> None:
    first, second = Slow(), Slow()
    intake = Intake(store, first)
    async with at_work(intake):
        await intake.accept([message(1)])
        await none_left(intake)
    intake = Intake(store, second)
    async with at_work(intake):
        await none_left(intake)
        second.end.set()
        await intake.settled()
    assert (first.begun, second.begun) == ([1], [1])
    assert await waiting(store) == 0
    first.end.set()


async def test_work_that_fails_was_begun_once(store: Store) -> None:
    async def fail() -> None:
        raise RuntimeError("no")

    async def handle(_update: StoredUpdate) -> list[asyncio.Task[None]]:
        return [asyncio.create_task(fail())]

    intake = Intake(store, handle)
    async with at_work(intake):
        await intake.accept([message(1)])
        await none_left(intake)
        await intake.settled()
    assert await waiting(store) == 0


async def test_only_work_that_answers_is_waited_for(store: Store, bot: ExtBot[Priority]) -> None:
    end = asyncio.Event()

    async def work() -> None:
        await end.wait()

    async def handle(_update: Update, talk: Talk) -> None:
        talk.later(work(), "decoration", answers=False)
        talk.later(work(), "answer", answers=True)

    application = Application.builder().bot(bot).updater(None).context_types(ContextTypes(Talk)).build()
    application.add_handler(MessageHandler(filters.TEXT, handle))
    dispatcher = Dispatcher(application, ChatKeeper(store))
    async with application:
        await application.start()
        beside = await dispatcher.handle(read_update(message(1)))
        end.set()
        await application.stop()
    assert [task.get_name() for task in beside] == ["answer"]
