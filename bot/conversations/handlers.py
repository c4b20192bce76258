"""Handlers whose callbacks need the talk alone."""

from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CommandHandler, MessageHandler, filters

from bot.conversations.talk import Talk

Handler = BaseHandler[Update, Talk, Any]
Said = Callable[[Talk], Awaitable[Any]]


def command(name: str, callback: Said) -> Handler:
    """A handler of a command."""
    return CommandHandler(name, heard(callback))


def said(which: filters.BaseFilter, callback: Said) -> Handler:
    """A handler of messages."""
    return MessageHandler(which, heard(callback))


def heard(callback: Said) -> Callable[[Update, Talk], Any]:
    """The callback as PTB calls it."""

    async def called(_update: Update, talk: Talk) -> Any:
        return await callback(talk)

    return called
