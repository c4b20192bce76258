"""Sending text and chat actions."""

from telegram.constants import ChatAction

from bot.sandbox.telegram.errors import BadRequest
from bot.sandbox.telegram.hub import LocalTelegram
from bot.sandbox.telegram.markup.spans import FormattedText
from bot.sandbox.telegram.methods.content import (
    Place,
    message_text,
    read_markup,
    read_place,
    writable_chat,
)
from bot.sandbox.telegram.model import Chat, Message, StoredFile
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.shapes import JsonObject
from bot.sandbox.telegram.wire import message_to_api

CHAT_ACTIONS = frozenset(action.value for action in ChatAction)


async def send_message(telegram: LocalTelegram, sent: Parameters) -> JsonObject:
    """Send a text message."""
    chat = writable_chat(telegram, sent)
    body = message_text(sent)
    message = post(telegram, chat, read_place(chat, sent), body, sent)
    return message_to_api(telegram.world, message)


def post(
    telegram: LocalTelegram,
    chat: Chat,
    place: Place,
    body: FormattedText,
    sent: Parameters,
    document: StoredFile | None = None,
    photo: StoredFile | None = None,
) -> Message:
    """Put a message of the bot into a chat; nothing changes when anything about it is refused."""
    markup = read_markup(sent)
    admit(telegram, chat)
    message = telegram.world.add_message(chat, telegram.world.bot)
    message.body, message.markup = body, markup
    message.document, message.photo = document, photo
    message.topic, message.reply_to = place.topic, place.reply_to
    message.protected = sent.flag("protect_content")
    message.silent = sent.flag("disable_notification")
    return message


def admit(telegram: LocalTelegram, chat: Chat) -> None:
    """Count a message against the sending limits, where these are on; raises ``TooManyRequests``."""
    if telegram.rate_limits:
        telegram.pacing.admit(chat, telegram.world.now())


async def send_chat_action(telegram: LocalTelegram, sent: Parameters) -> bool:
    """Show the bot as typing."""
    chat = writable_chat(telegram, sent)
    if sent.text("action") not in CHAT_ACTIONS:
        raise BadRequest("wrong parameter action in request")
    telegram.world.show_typing(chat, read_place(chat, sent).topic)
    return True
