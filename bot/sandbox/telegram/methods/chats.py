"""Looking at chats and their members, and leaving."""

from bot.sandbox.telegram.errors import BadRequest
from bot.sandbox.telegram.hub import LocalTelegram
from bot.sandbox.telegram.methods.content import writable_chat
from bot.sandbox.telegram.model import BotStanding
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.shapes import JsonObject
from bot.sandbox.telegram.wire import full_chat_to_api, member_to_api


async def get_chat(telegram: LocalTelegram, sent: Parameters) -> JsonObject:
    """Describe a chat."""
    return full_chat_to_api(telegram.world, writable_chat(telegram, sent))


async def get_chat_member(telegram: LocalTelegram, sent: Parameters) -> JsonObject:
    """Describe one member."""
    chat = writable_chat(telegram, sent)
    user_id = sent.integer("user_id")
    user = telegram.world.bot if user_id == telegram.world.bot.id else telegram.world.users.get(user_id)
    if user is None:
        raise BadRequest("PARTICIPANT_ID_INVALID")
    return member_to_api(telegram.world, chat, user)


async def get_chat_member_count(telegram: LocalTelegram, sent: Parameters) -> int:
    """Count the members, the bot among them."""
    return len(writable_chat(telegram, sent).members) + 1


async def get_chat_administrators(telegram: LocalTelegram, sent: Parameters) -> list[JsonObject]:
    """Describe the owner and administrators of a group."""
    chat = writable_chat(telegram, sent)
    if chat.is_private:
        raise BadRequest("there are no administrators in the private chat")
    people = (telegram.world.users[member] for member in chat.members)
    return [member_to_api(telegram.world, chat, user) for user in people if user.id == chat.creator]


async def leave_chat(telegram: LocalTelegram, sent: Parameters) -> bool:
    """Leave a group."""
    chat = writable_chat(telegram, sent)
    if chat.is_private:
        raise BadRequest("chat member status can't be changed in private chats")
    left = telegram.world.add_message(
        chat, telegram.world.bot, service={"left_chat_member": telegram.world.bot.to_api()}
    )
    chat.standing = BotStanding.LEFT
    telegram.world.touch(chat, left)
    return True
