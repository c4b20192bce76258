"""From a stored update to python-telegram-bot's handlers."""

import asyncio
from typing import Any

import msgspec
from telegram import Update
from telegram.ext import Application

from bot.conversations.talk import BESIDE
from bot.intake.chats import ChatKeeper
from storage.errors import StoreError
from storage.records.queues import StoredUpdate


class Dispatcher:
    """Hands a stored update to the application, once its chat is known."""

    def __init__(self, application: Application[Any, Any, Any, Any, Any, Any], chats: ChatKeeper) -> None:
        self._application = application
        self._chats = chats

    async def handle(self, stored: StoredUpdate) -> list[asyncio.Task[None]]:
        """Process one update; returns what its answer still waits for.

        Errors of handlers go to the application's error handlers.
        """
        update = Update.de_json(msgspec.json.decode(stored.payload), self._application.bot)
        beside: list[asyncio.Task[None]] = []
        BESIDE.set(beside)
        try:
            await self._chats.note(update)
        except StoreError as error:
            await self._application.process_error(update, error)  # whoever waits for an answer is told
        else:
            await self._application.process_update(update)
        return beside
