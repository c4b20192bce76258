"""Telegram's webhook, with a local Telegram that really pushes."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from bot.intake.intake import Intake, IntakeLimits
from bot.intake.updates import ALLOWED_UPDATES
from bot.intake.webhook import SECRET_HEADER
from bot.web.app import TelegramPush, build_web
from bot.web.metrics import Metrics
from storage.store import Store
from tests.delivery.local import ADA, local_telegram
from tests.intake.reception import Handler, at_work, message
from tests.web.serving import serving

SECRET = "a-secret-of-telegram"
HEADERS = {SECRET_HEADER: SECRET}


@asynccontextmanager
async def listening(store: Store, handler: Handler, **limits: Any) -> AsyncGenerator[httpx.AsyncClient]:
    intake = Intake(store, handler, IntakeLimits(**limits))
    app = build_web(store, Metrics(), telegram=TelegramPush(intake, SECRET))
    async with at_work(intake), serving(app) as client:
        yield client


async def test_an_update_is_stored_before_telegram_is_told(store: Store):
    handler = Handler()
    handler.hold(1)
    async with listening(store, handler, stop_seconds=0) as client:
        answer = await client.post("/telegram", json=message(1), headers=HEADERS)
        assert answer.status_code == 200
        assert await store.read(lambda tables: tables.updates.waiting()) == 1


@pytest.mark.parametrize("headers", [{}, {SECRET_HEADER: "wrong"}, {SECRET_HEADER: "ä".encode()}])
async def test_nobody_else_can_post_updates(store: Store, headers: dict[str, Any]):
    handler = Handler()
    async with listening(store, handler) as client:
        answer = await client.post("/telegram", json=message(1), headers=headers)
    assert (answer.status_code, handler.begun) == (401, [])


@pytest.mark.parametrize(
    "body", [b"", b"not json", b"[]", b"{}", b'{"update_id": "x"}', b"\xff", b"[" * 99_999, b"9" * 9_999]
)
async def test_what_is_no_update_is_refused(store: Store, body: bytes):
    async with listening(store, Handler()) as client:
        assert (await client.post("/telegram", content=body, headers=HEADERS)).status_code == 400


async def test_half_a_character_in_a_message_does_not_make_telegram_repeat_it(store: Store):
    handler = Handler()
    half = rb'{"update_id":7,"message":{"chat":{"id":1},"from":{"id":1},"text":"cut \ud83d"}}'
    async with listening(store, handler) as client:
        assert (await client.post("/telegram", content=half, headers=HEADERS)).status_code == 200
        await handler.until(lambda: handler.ended == [7])


async def test_a_guesser_of_the_secret_is_logged_a_few_times_and_telegram_is_not_locked_out(store: Store):
    async with listening(store, Handler()) as client:
        with capture_logs() as lines:
            guesses = [await client.post("/telegram", headers={SECRET_HEADER: f"guess-{n}"}) for n in range(12)]
        answer = await client.post("/telegram", json=message(1), headers=HEADERS)
    assert [guess.status_code for guess in guesses] == [401] * 10 + [429] * 2
    assert len(lines) == 10
    assert "guess-" not in str(lines)
    assert answer.status_code == 200


async def test_a_huge_update_is_refused(store: Store):
    async with listening(store, Handler()) as client:
        assert (await client.post("/telegram", content=b"x" * 2_000_000, headers=HEADERS)).status_code == 413


async def test_a_full_intake_makes_telegram_keep_its_updates(store: Store):
    handler = Handler()
    gate = handler.hold(1)
    async with listening(store, handler, total=1) as client:
        statuses = [
            (await client.post("/telegram", json=message(number, user_id=number), headers=HEADERS)).status_code
            for number in (1, 2)
        ]
        gate.set()
    assert statuses == [200, 503]


async def test_a_store_that_cannot_write_makes_telegram_keep_its_updates(store: Store):
    async with listening(store, Handler()) as client:
        await store.close()
        assert (await client.post("/telegram", json=message(1), headers=HEADERS)).status_code == 503


async def test_without_webhook_mode_there_is_no_such_path(store: Store):
    async with serving(build_web(store, Metrics())) as client:
        assert (await client.post("/telegram", json=message(1), headers=HEADERS)).status_code == 404


async def test_telegram_pushes_what_people_write(store: Store):
    handler = Handler()
    async with local_telegram(webhook_retry=0.05) as telegram, listening(store, handler) as client:
        async with telegram.bot() as bot:
            url = f"{str(client.base_url).rstrip('/')}/telegram"
            await bot.set_webhook(url, secret_token=SECRET, allowed_updates=ALLOWED_UPDATES)
        await asyncio.gather(*(telegram.write(ADA, str(number)) for number in range(5)))
        await handler.until(lambda: len(handler.ended) == 5)
