"""What one person does: write, tap, start, block. Each act tells the bot what Telegram would tell it."""

import re
from dataclasses import dataclass
from html import unescape

from telegram.constants import MessageLimit

from bot.sandbox.telegram.errors import BadRequest
from bot.sandbox.telegram.hub import LocalTelegram
from bot.sandbox.telegram.markup.rules import settle
from bot.sandbox.telegram.markup.spans import FormattedText
from bot.sandbox.telegram.model import BotStanding, Chat, Message, StoredFile, User
from bot.sandbox.telegram.wire import bot_member_to_api, chat_to_api, message_to_api
from bot.sandbox.telegram.world import Query

START_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}$")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person is about to send."""

    text: str = ""
    reply_to: int | None = None
    topic: int | None = None
    document: StoredFile | None = None
    photo: StoredFile | None = None


def write(telegram: LocalTelegram, user: User, chat: Chat, draft: Draft) -> Message:
    """Post a message as a person; raises ``BadRequest`` where Telegram would not let them."""
    body = settle(FormattedText(draft.text))
    _check_writing(telegram, user, chat, draft, body)
    reply_to = chat.alive(draft.reply_to) if draft.reply_to else None
    if draft.reply_to and reply_to is None:
        raise BadRequest("message to be replied not found")
    message = telegram.world.add_message(chat, user)
    message.body, message.document, message.photo = body, draft.document, draft.photo
    message.topic = draft.topic or (reply_to.topic if reply_to else None)
    message.reply_to = reply_to or chat.messages.get(message.topic or 0)
    chat.started = True
    if bot_sees(telegram, chat, message):
        user.met_bot = True
        telegram.tell_bot("message", message_to_api(telegram.world, message))
    return message


def _check_writing(telegram: LocalTelegram, user: User, chat: Chat, draft: Draft, body: FormattedText) -> None:
    if user.id not in chat.members or user.deactivated:
        raise BadRequest("this person cannot write here")
    if chat.is_private and user.blocks_bot:
        raise BadRequest("this person has blocked the bot")
    if chat.migrated_to is not None:
        raise BadRequest("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
    if draft.topic is not None and draft.topic not in chat.topics:
        raise BadRequest("message thread not found")
    if not body.text and not draft.document and not draft.photo:
        raise BadRequest("message text is empty")
    if len(body.text) > MessageLimit.MAX_TEXT_LENGTH:
        raise BadRequest("message is too long")


def edit(telegram: LocalTelegram, user: User, chat: Chat, message_id: int, text: str) -> Message:
    """Change the words of a message as the person who wrote it; raises ``BadRequest``."""
    message, body = chat.alive(message_id), settle(FormattedText(text))
    if message is None or message.sender is not user or message.service:
        raise BadRequest("message can't be edited")
    _check_writing(telegram, user, chat, Draft(document=message.document, photo=message.photo), body)
    message.body, message.edit_date = body, telegram.world.now()
    message.edits += 1
    telegram.world.touch(chat, message)
    if bot_sees(telegram, chat, message):
        telegram.tell_bot("edited_message", message_to_api(telegram.world, message))
    return message


def bot_sees(telegram: LocalTelegram, chat: Chat, message: Message) -> bool:
    """Whether privacy mode lets the bot see a message (core.telegram.org/bots/features#privacy-mode)."""
    if chat.is_private:
        return True
    if chat.standing is not BotStanding.MEMBER:
        return False
    if message.service or (message.reply_to and message.reply_to.sender is telegram.world.bot):
        return True
    return _is_command_for(telegram, message.body)


def _is_command_for(telegram: LocalTelegram, body: FormattedText) -> bool:
    command = next((span for span in body.spans if span.kind == "bot_command" and span.start == 0), None)
    if command is None:
        return False
    _, at, addressee = body.text[: command.end].partition("@")
    return not at or addressee.lower() == telegram.world.bot.username.lower()


def check_start_parameter(parameter: str) -> None:
    """Refuse what cannot stand in a start link (core.telegram.org/bots/features#deep-linking)."""
    if parameter and not START_PARAMETER.match(parameter):
        raise BadRequest("START_PARAM_INVALID")


def start(telegram: LocalTelegram, user: User, parameter: str = "") -> Message:
    """Open the private chat, as following ``t.me/BOT?start=PARAMETER`` does; raises ``BadRequest``."""
    check_start_parameter(parameter)
    if user.blocks_bot:
        unblock(telegram, user)
    return write(telegram, user, telegram.world.chat(user.id), Draft(f"/start {parameter}".strip()))


def press(
    telegram: LocalTelegram, user: User, chat: Chat, message_id: int, data: str, text: str, *, forged: bool = False
) -> Query:
    """Tap the button with this callback data or label; raises ``BadRequest`` when it is not there.

    A ``forged`` tap carries data that no button has: programs can send it under any message that they see
    (core.telegram.org/bots/api#callbackquery warns of them).
    """
    message = chat.alive(message_id)
    keyboard = message.keyboard if message else None
    if message is None or keyboard is None or user.id not in chat.members:
        raise BadRequest("there is no such button")
    wanted = {"callback_data": data} if data else {"text": unescape(text)}
    button = {"callback_data": data} if forged else keyboard.button(**wanted)
    if button is None or "callback_data" not in button:
        raise BadRequest("there is no such button")
    query = telegram.world.ask(user)
    user.met_bot = True
    telegram.tell_bot(
        "callback_query",
        {
            "id": query.id,
            "from": user.to_api(),
            "message": message_to_api(telegram.world, message),
            "chat_instance": str(chat.id * 7919),
            "data": button["callback_data"],
        },
    )
    return query


def tell_standing(telegram: LocalTelegram, chat: Chat, by: User, old: BotStanding, new: BotStanding) -> None:
    """Tell the bot that its membership of a chat changed."""
    telegram.tell_bot(
        "my_chat_member",
        {
            "chat": chat_to_api(telegram.world, chat),
            "from": by.to_api(),
            "date": int(telegram.world.now().timestamp()),
            "old_chat_member": bot_member_to_api(telegram.world, old),
            "new_chat_member": bot_member_to_api(telegram.world, new),
        },
    )


def block(telegram: LocalTelegram, user: User) -> None:
    """Block the bot."""
    chat = telegram.world.chat(user.id)
    user.blocks_bot = True
    telegram.world.touch(chat)
    tell_standing(telegram, chat, user, BotStanding.MEMBER, BotStanding.KICKED)


def unblock(telegram: LocalTelegram, user: User) -> None:
    """Unblock the bot."""
    chat = telegram.world.chat(user.id)
    user.blocks_bot = False
    telegram.world.touch(chat)
    tell_standing(telegram, chat, user, BotStanding.KICKED, BotStanding.MEMBER)


def set_deactivated(telegram: LocalTelegram, user: User, *, deactivated: bool) -> None:
    """Delete a person's account, or undo it; the bot is not told."""
    user.deactivated = deactivated
    telegram.world.touch(telegram.world.chat(user.id))
