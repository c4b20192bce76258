"""Asking Telegram to push."""

import asyncio

import pytest
from telegram.ext import ExtBot

from bot.intake.polling import PollingStopped
from bot.intake.webhook import register_webhook, webhook_secret
from storage.records.queues import Priority
from tests.delivery.local import LocalTelegram


async def test_telegram_is_told_where_to_push(telegram: LocalTelegram, bot: ExtBot[Priority]):
    await register_webhook(bot, "https://127.0.0.1:1/")
    info = await bot.get_webhook_info()
    assert info.url == "https://127.0.0.1:1/telegram"
    assert sorted(info.allowed_updates) == ["callback_query", "message", "my_chat_member"]


async def test_what_waits_at_telegram_is_kept(telegram: LocalTelegram, bot: ExtBot[Priority]):
    await register_webhook(bot, "https://127.0.0.1:1")
    assert (await bot.get_webhook_info()).pending_update_count == 2


async def test_an_outage_is_sat_out(telegram: LocalTelegram, bot: ExtBot[Priority]):
    await telegram.fault("outage", how="status", status=502, seconds=3600)

    async def recover(_seconds: float) -> None:
        await telegram.fault("clear")

    await register_webhook(bot, "https://127.0.0.1:1", sleep=recover)
    assert (await bot.get_webhook_info()).url


async def test_an_address_that_telegram_cannot_resolve_now_is_offered_again(
    telegram: LocalTelegram, bot: ExtBot[Priority]
):
    class Resolved(Exception):
        pass

    pauses: list[float] = []

    async def third_time(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            raise Resolved

    with pytest.raises(Resolved):
        await register_webhook(bot, "https://shop.invalid", sleep=third_time)


async def test_an_address_that_telegram_never_takes_ends_the_run_in_one_line(
    telegram: LocalTelegram, bot: ExtBot[Priority]
):
    with pytest.raises(PollingStopped, match="Telegram refuses PUBLIC_URL: Bad webhook"):
        await register_webhook(bot, "http://shop.example")


async def test_a_wrong_token_is_told_in_one_line(telegram: LocalTelegram):
    async with telegram.unready_bot(token="1234567890:not-the-token-of-this-bot") as wrong:
        with pytest.raises(PollingStopped, match="Telegram refuses BOT_TOKEN"):
            await asyncio.wait_for(register_webhook(wrong, "https://127.0.0.1:1"), 20)


def test_the_secret_is_the_same_after_a_restart_and_tells_nothing_of_the_token():
    secret = webhook_secret("12345:token")
    assert secret == webhook_secret("12345:token") != webhook_secret("12345:other")
    assert "token" not in secret
    assert len(secret) <= 256
