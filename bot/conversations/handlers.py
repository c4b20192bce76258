"""Handlers whose callbacks need the talk alone."""

from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Message, Update
from telegram.ext import BaseHandler, CommandHandler, MessageHandler, filters

from bot.conversations.talk import Talk


class ReplyToUs(filters.MessageFilter):
    """Replies to the bot: in a forum every message is a reply, to the one that opened its topic if to no other."""

    def filter(self, message: Message) -> bool:
        """Whether the bot wrote what is replied to."""
        replied = message.reply_to_message
        return replied is not None and replied.from_user is not None and replied.from_user.id == message.get_bot().id


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
