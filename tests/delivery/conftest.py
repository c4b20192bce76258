"""A local Telegram whose people have started the bot, and the bot."""

from collections.abc import AsyncIterator

import pytest
from telegram.ext import ExtBot

from storage.records.queues import Priority
from storage.store import Store
from tests.delivery.local import ADA, BORIS, LocalTelegram, local_telegram
from tests.delivery.relaying import Shop


@pytest.fixture
async def telegram() -> AsyncIterator[LocalTelegram]:
    """Ada and Boris have started the bot."""
    async with local_telegram() as running:
        await running.start(ADA)
        await running.start(BORIS)
        yield running


@pytest.fixture
async def bot(telegram: LocalTelegram) -> AsyncIterator[ExtBot[Priority]]:
    """The bot, initialised."""
    async with telegram.bot() as ready:
        yield ready


@pytest.fixture
def shop(store: Store, telegram: LocalTelegram, database_url: str) -> Shop:
    """A relay's store and chats."""
    return Shop(store, telegram, database_url)
