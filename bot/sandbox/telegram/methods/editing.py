"""Editing and deleting what was sent."""

from datetime import timedelta

from bot.sandbox.telegram.errors import BadRequest
from bot.sandbox.telegram.hub import LocalTelegram
from bot.sandbox.telegram.keyboards import InlineKeyboard
from bot.sandbox.telegram.markup.spans import FormattedText
from bot.sandbox.telegram.methods.content import caption, message_text, read_markup, writable_chat
from bot.sandbox.telegram.methods.sending import admit
from bot.sandbox.telegram.model import Chat, Message
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.shapes import JsonObject
from bot.sandbox.telegram.wire import message_to_api

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
DELETABLE_FOR = timedelta(hours=48)


async def edit_message_text(telegram: LocalTelegram, sent: Parameters) -> JsonObject:
    """Replace the text and keyboard of a text message."""
    chat, message = editable(telegram, sent)
    if message.has_media:
        raise BadRequest("there is no text in the message to edit")
    return change(telegram, chat, message, message_text(sent), sent)


async def edit_message_caption(telegram: LocalTelegram, sent: Parameters) -> JsonObject:
    """Replace the caption and keyboard of a message with media."""
    chat, message = editable(telegram, sent)
    if not message.has_media:
        raise BadRequest("there is no caption in the message to edit")
    return change(telegram, chat, message, caption(sent), sent)


async def edit_message_reply_markup(telegram: LocalTelegram, sent: Parameters) -> JsonObject:
    """Replace the keyboard alone."""
    chat, message = editable(telegram, sent)
    return change(telegram, chat, message, message.body, sent)


def editable(telegram: LocalTelegram, sent: Parameters) -> tuple[Chat, Message]:
    """Return the message to edit; raises what Telegram answers when the bot may not."""
    if sent.text("inline_message_id"):
        raise BadRequest("MESSAGE_ID_INVALID")
    chat = writable_chat(telegram, sent)
    if not sent.text("message_id"):
        raise BadRequest("message identifier is not specified")
    message = chat.alive(sent.integer("message_id"))
    if message is None:
        raise BadRequest("message to edit not found")
    # Only messages with an inline keyboard or none at all: a ForceReply cannot be edited away.
    if message.sender is not telegram.world.bot or message.service or (message.markup and not message.keyboard):
        raise BadRequest("message can't be edited")
    return chat, message


def change(telegram: LocalTelegram, chat: Chat, message: Message, body: FormattedText, sent: Parameters) -> JsonObject:
    """Apply an edit; raises ``BadRequest`` "message is not modified" when it would change nothing."""
    markup = read_markup(sent)
    if markup is not None and not isinstance(markup, InlineKeyboard):
        raise BadRequest("inline keyboard expected")
    if (body, markup) == (message.body, message.keyboard):
        raise BadRequest(NOT_MODIFIED)
    admit(telegram, chat)
    message.body, message.markup = body, markup
    message.edit_date = telegram.world.now()
    message.edits += 1
    telegram.world.touch(chat, message)
    return message_to_api(telegram.world, message)


async def delete_message(telegram: LocalTelegram, sent: Parameters) -> bool:
    """Delete a message: the bot's own, and incoming ones in private chats, for two days."""
    chat = writable_chat(telegram, sent)
    message = chat.alive(sent.integer("message_id"))
    if message is None:
        raise BadRequest("message to delete not found")
    foreign = message.sender is not telegram.world.bot and not chat.is_private
    if foreign or message.is_topic_root or telegram.world.now() - message.date > DELETABLE_FOR:
        raise BadRequest("message can't be deleted")
    telegram.world.delete_message(chat, message)
    return True
