"""What people do to groups: join and leave them, bring the bot and put it out, open topics, upgrade."""

from bot.sandbox.telegram.errors import BadRequest
from bot.sandbox.telegram.hub import LocalTelegram
from bot.sandbox.telegram.model import BotStanding, Chat, ChatKind, Message, User
from bot.sandbox.telegram.people import Draft, bot_sees, check_start_parameter, tell_standing, write
from bot.sandbox.telegram.shapes import JsonObject
from bot.sandbox.telegram.wire import message_to_api

GROUP_BASE = -5_000_000_000
SUPERGROUP_BASE = -1_003_000_000_000
MIGRATED_BASE = -1_002_000_000_000


def start_in_group(telegram: LocalTelegram, user: User, chat: Chat, parameter: str) -> Message:
    """Follow ``t.me/BOT?startgroup=PARAMETER``: bring the bot if it is not there yet, and start it with the parameter.

    Raises ``BadRequest`` for a bad parameter and for groups that the person is not in.
    """
    check_start_parameter(parameter)
    check_member(chat, user)
    if chat.standing is not BotStanding.MEMBER:
        add_bot(telegram, chat, user)
    return write(telegram, user, chat, Draft(f"/start@{telegram.world.bot.username} {parameter}".strip()))


def check_member(chat: Chat, user: User) -> None:
    """Refuse people who are not in the group; raises ``BadRequest``."""
    if chat.is_private:
        raise BadRequest("this works in groups only")
    if user.id not in chat.members:
        raise BadRequest("user is not a member of this group")


def join(telegram: LocalTelegram, chat: Chat, user: User) -> None:
    """Join a group, as by its invite link; who is in already stays in."""
    if chat.is_private:
        raise BadRequest("this works in groups only")
    if user.id not in chat.members:
        chat.members.append(user.id)
        announce(telegram, chat, user, {"new_chat_members": [user.to_api()]})


def leave(telegram: LocalTelegram, chat: Chat, user: User) -> None:
    """Leave a group; raises ``BadRequest`` when the person is not in it."""
    check_member(chat, user)
    announce(telegram, chat, user, {"left_chat_member": user.to_api()})
    chat.members.remove(user.id)
    telegram.world.touch(chat)


def remove_bot(telegram: LocalTelegram, chat: Chat, by: User) -> None:
    """Kick the bot out of a group; raises ``BadRequest`` for people who are not in it."""
    check_member(chat, by)
    if chat.standing is not BotStanding.MEMBER:
        raise BadRequest("USER_NOT_PARTICIPANT")
    announce(telegram, chat, by, {"left_chat_member": telegram.world.bot.to_api()})
    old, chat.standing = chat.standing, BotStanding.KICKED
    telegram.world.touch(chat)
    tell_standing(telegram, chat, by, old, BotStanding.KICKED)


def add_bot(telegram: LocalTelegram, chat: Chat, by: User) -> None:
    """Add the bot to a group; raises ``BadRequest`` for people who are not in it."""
    check_member(chat, by)
    if chat.standing is BotStanding.MEMBER:
        raise BadRequest("USER_ALREADY_PARTICIPANT")
    old, chat.standing = chat.standing, BotStanding.MEMBER
    announce(telegram, chat, by, {"new_chat_members": [telegram.world.bot.to_api()]})
    tell_standing(telegram, chat, by, old, BotStanding.MEMBER)


def announce(telegram: LocalTelegram, chat: Chat, by: User, service: JsonObject) -> Message:
    """Write a service message, which privacy mode hides from no bot that is there."""
    message = telegram.world.add_message(chat, by, service=service)
    if bot_sees(telegram, chat, message):
        telegram.tell_bot("message", message_to_api(telegram.world, message))
    return message


def open_topic(telegram: LocalTelegram, chat: Chat, name: str, by: User) -> int:
    """Open a forum topic and tell the bot."""
    check_member(chat, by)
    if not chat.is_forum:
        raise BadRequest("the chat is not a forum")
    topic = telegram.world.add_topic(chat, name, by)
    if bot_sees(telegram, chat, chat.messages[topic]):
        telegram.tell_bot("message", message_to_api(telegram.world, chat.messages[topic]))
    return topic


def migrate(telegram: LocalTelegram, chat: Chat, by: User) -> Chat:
    """Upgrade a group to a supergroup with a new id; both chats get the service message that says so."""
    if chat.kind is not ChatKind.GROUP or chat.migrated_to is not None:
        raise BadRequest("only a basic group can be upgraded to a supergroup")
    new = Chat(
        MIGRATED_BASE - telegram.world.number(),
        ChatKind.SUPERGROUP,
        chat.title,
        members=list(chat.members),
        standing=chat.standing,
        creator=chat.creator,
        started=True,
    )
    telegram.world.add_chat(new)
    announce(telegram, chat, by, {"migrate_to_chat_id": new.id})
    announce(telegram, new, by, {"migrate_from_chat_id": chat.id})
    chat.migrated_to = new.id
    telegram.world.touch(chat)
    return new
