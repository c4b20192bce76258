"""Long polling against a local Telegram: nothing is confirmed before it is stored."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram.ext import ExtBot

from bot.intake.backoff import Backoff
from bot.intake.intake import Intake, IntakeLimits
from bot.intake.polling import Poller, PollingStopped
from bot.intake.updates import ALLOWED_UPDATES
from storage.errors import CommitFailed
from storage.records.queues import Priority
from storage.store import Store
from tests.delivery.local import ADA, BORIS, LocalTelegram
from tests.intake.reception import Handler, at_work
from tests.web.serving import serving


async def no_sleep(_seconds: float) -> None:
    await asyncio.sleep(0)


@asynccontextmanager
async def polling(bot: ExtBot[Priority], intake: Intake) -> AsyncGenerator["asyncio.Task[None]"]:
    running = asyncio.create_task(Poller(bot, intake, poll_seconds=1, sleep=no_sleep).run())
    try:
        yield running
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_what_people_write_reaches_the_handler_once(store: Store, telegram: LocalTelegram, bot: ExtBot[Priority]):
    handler = Handler()
    intake = Intake(store, handler)
    async with at_work(intake), polling(bot, intake):
        await telegram.write(ADA, "one")
        await telegram.write(BORIS, "two")
        await handler.until(lambda: len(handler.ended) == 4)  # their two /start and these
        await telegram.fault("redeliver", count=4)
        await telegram.write(ADA, "three")
        await handler.until(lambda: len(handler.ended) == 5)
    assert len(set(handler.ended)) == 5


async def test_a_list_of_allowed_updates_that_telegram_remembers_is_replaced(
    store: Store, telegram: LocalTelegram, bot: ExtBot[Priority]
):
    await bot.get_updates(timeout=0, allowed_updates=["poll"])
    handler = Handler()
    intake = Intake(store, handler)
    async with at_work(intake), polling(bot, intake):
        await handler.until(lambda: len(handler.ended) == 2)
        await telegram.write(ADA, "a message is what we ask for")
        await handler.until(lambda: len(handler.ended) == 3)


async def test_what_was_stored_and_not_confirmed_before_a_kill_is_not_handled_twice(
    store: Store, telegram: LocalTelegram, bot: ExtBot[Priority]
):
    handler = Handler()
    for _ in range(2):
        intake = Intake(store, handler)
        async with at_work(intake), polling(bot, intake):
            await handler.until(lambda: len(handler.ended) == 2)
            await telegram.fault("redeliver", count=2)
    assert len(handler.ended) == 2


async def test_what_could_not_be_stored_is_not_confirmed_and_comes_again(
    store: Store, telegram: LocalTelegram, bot: ExtBot[Priority], monkeypatch: pytest.MonkeyPatch
):
    write, kept_at_telegram = store.write, list[int]()

    async def full_disk(_work: object) -> None:
        monkeypatch.setattr(store, "write", write)
        raise CommitFailed("the disk is full")

    async def look(_seconds: float) -> None:
        kept_at_telegram.append((await bot.get_webhook_info()).pending_update_count)

    handler = Handler()
    intake = Intake(store, handler)
    async with at_work(intake):
        monkeypatch.setattr(store, "write", full_disk)
        running = asyncio.create_task(Poller(bot, intake, poll_seconds=1, sleep=look).run())
        await handler.until(lambda: len(handler.ended) == 2)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert kept_at_telegram == [2]


async def test_polling_waits_while_there_is_no_room(store: Store, telegram: LocalTelegram, bot: ExtBot[Priority]):
    handler = Handler()
    gates = [handler.hold(ADA), handler.hold(BORIS)]
    intake = Intake(store, handler, IntakeLimits(total=2))
    async with at_work(intake), polling(bot, intake):
        await handler.until(lambda: len(handler.begun) == 2)
        await telegram.write(ADA, "later")
        assert intake.waiting == 2
        for gate in gates:
            gate.set()
        await handler.until(lambda: len(handler.ended) == 3)


async def test_an_outage_is_sat_out(store: Store, telegram: LocalTelegram, bot: ExtBot[Priority]):
    await telegram.fault("outage", how="status", status=502, seconds=3600)
    handler = Handler()
    intake = Intake(store, handler)
    async with at_work(intake), polling(bot, intake):
        await telegram.get("/calls", method="deleteWebhook", timeout=5)
        await telegram.fault("clear")
        await handler.until(lambda: len(handler.ended) == 2)


async def test_a_flood_wait_is_sat_out(store: Store, telegram: LocalTelegram, bot: ExtBot[Priority]):
    asked: asyncio.Queue[float] = asyncio.Queue()

    async def sleep(seconds: float) -> None:
        await telegram.fault("clear")
        asked.put_nowait(seconds)

    handler = Handler()
    intake = Intake(store, handler)
    async with at_work(intake):
        running = asyncio.create_task(Poller(bot, intake, poll_seconds=1, sleep=sleep).run())
        await handler.until(lambda: len(handler.ended) == 2)
        await telegram.fault("flood", seconds=3600)
        assert await asyncio.wait_for(asked.get(), 20) > 3500
        await telegram.write(ADA, "after the flood")
        await handler.until(lambda: len(handler.ended) == 3)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_wrong_token_ends_the_run_in_one_line(store: Store, telegram: LocalTelegram):
    intake = Intake(store, Handler())
    async with (
        telegram.unready_bot(token="1234567890:not-the-token-of-this-bot") as wrong,
        at_work(intake),
        polling(wrong, intake) as running,
    ):
        with pytest.raises(PollingStopped, match=r"^Telegram refuses BOT_TOKEN; copy it again from @BotFather$"):
            await running


async def test_a_second_poller_ends_the_first_in_one_line(store: Store, telegram: LocalTelegram, bot: ExtBot[Priority]):
    handler = Handler()
    intake = Intake(store, handler)
    async with at_work(intake), polling(bot, intake) as running:
        await handler.until(lambda: len(handler.ended) == 2)
        async with telegram.bot() as rival:
            taken = asyncio.ensure_future(_poll_until(rival, running))
            with pytest.raises(PollingStopped, match="another process receives this bot's updates"):
                await running
            await taken


async def _poll_until(rival: ExtBot[Priority], running: "asyncio.Task[None]") -> None:
    while not running.done():
        await rival.get_updates(timeout=1)


async def test_a_webhook_that_was_set_is_left_and_its_updates_are_kept(
    store: Store, telegram: LocalTelegram, bot: ExtBot[Priority]
):
    await bot.set_webhook("http://127.0.0.1:1/telegram", allowed_updates=ALLOWED_UPDATES)
    await telegram.write(ADA, "while nobody listened")
    handler = Handler()
    intake = Intake(store, handler)
    async with at_work(intake), polling(bot, intake):
        await handler.until(lambda: len(handler.ended) == 3)


async def test_half_a_character_in_a_message_ends_nothing(store: Store):
    half = rb'[{"update_id":7,"message":{"chat":{"id":1},"from":{"id":1},"text":"cut \ud83d"}}]'
    said = {"getMe": b'{"id":1,"is_bot":true,"first_name":"B","username":"b"}', "getUpdates": half}

    async def telegram(request: Request) -> Response:
        return Response(b'{"ok":true,"result":' + said.get(request.path_params["method"], b"true") + b"}")

    handler = Handler()
    intake = Intake(store, handler)
    methods = Starlette(routes=[Route("/bot1:token/{method}", telegram, methods=["GET", "POST"])])
    async with (
        serving(methods) as client,
        ExtBot[Priority]("1:token", base_url=f"{client.base_url}/bot") as bot,
        at_work(intake),
        polling(bot, intake),
    ):
        await handler.until(lambda: handler.ended == [7])
        said["getUpdates"] = b"[]"


def test_pauses_grow_up_to_a_bound_and_begin_anew_after_a_success():
    backoff = Backoff(first=1, longest=8, chance=lambda: 0.0)
    assert [backoff.next() for _ in range(5)] == [1, 2, 4, 8, 8]
    backoff.reset()
    assert backoff.next() == 1


def test_chance_shortens_a_pause_by_at_most_half():
    assert Backoff(first=8, chance=lambda: 1.0).next() == 4
