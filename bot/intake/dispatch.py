"""From a stored update to python-telegram-bot's handlers."""

from typing import Any

import msgspec
from telegram import Update
from telegram.ext import Application

from bot.intake.chats import ChatKeeper
from storage.errors import StoreError
from storage.records.queues import StoredUpdate


class Dispatcher:
    """Hands a stored update to the application, once its chat is known."""

    def __init__(self, application: Application[Any, Any, Any, Any, Any, Any], chats: ChatKeeper) -> None:
        self._application = application
        self._chats = chats

    async def handle(self, stored: StoredUpdate) -> None:
        """Process one update to its end; errors of handlers go to the application's error handlers."""
        update = Update.de_json(msgspec.json.decode(stored.payload), self._application.bot)
        try:
            await self._chats.note(update)
        except StoreError as error:
            await self._application.process_error(update, error)  # whoever waits for an answer is told
        else:
            await self._application.process_update(update)
