"""The bot itself: who it is, its commands, menu button and descriptions."""

from telegram.constants import BotDescriptionLimit, BotNameLimit

from bot.sandbox.telegram.errors import BadRequest
from bot.sandbox.telegram.hub import LocalTelegram
from bot.sandbox.telegram.menus import Scope, parse_commands, parse_scope
from bot.sandbox.telegram.methods.content import read_chat
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.shapes import JsonObject


async def get_me(telegram: LocalTelegram, _sent: Parameters) -> JsonObject:
    """Introduce the bot; privacy mode is on."""
    return telegram.world.bot.to_api() | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def _scope(telegram: LocalTelegram, sent: Parameters) -> Scope:
    scope = parse_scope(sent.structure("scope"))
    if len(scope) > 1 and (not scope[1].removeprefix("-").isdigit() or int(scope[1]) not in telegram.world.chats):
        raise BadRequest("chat not found")
    return scope


async def set_my_commands(telegram: LocalTelegram, sent: Parameters) -> bool:
    """Set the commands of one scope and language."""
    commands = parse_commands(sent.structure("commands"))
    telegram.menus.set(_scope(telegram, sent), sent.text("language_code"), commands)
    telegram.world.changes.bump()
    return True


async def get_my_commands(telegram: LocalTelegram, sent: Parameters) -> list[JsonObject]:
    """Return the commands of exactly one scope and language."""
    return telegram.menus.get(_scope(telegram, sent), sent.text("language_code"))


async def delete_my_commands(telegram: LocalTelegram, sent: Parameters) -> bool:
    """Forget the commands of one scope and language."""
    telegram.menus.set(_scope(telegram, sent), sent.text("language_code"), [])
    telegram.world.changes.bump()
    return True


async def set_chat_menu_button(telegram: LocalTelegram, sent: Parameters) -> bool:
    """Set the menu button of one private chat or of all."""
    chat_id = read_chat(telegram, sent).id if sent.text("chat_id") else None
    button = sent.structure("menu_button") or {"type": "default"}
    if button.get("type") not in {"commands", "default", "web_app"}:
        raise BadRequest("can't parse MenuButton: Unsupported type specified")
    telegram.menus.set_button(chat_id, button)
    return True


async def get_chat_menu_button(telegram: LocalTelegram, sent: Parameters) -> JsonObject:
    """Return the menu button of one private chat or of all."""
    return telegram.menus.button(read_chat(telegram, sent).id if sent.text("chat_id") else None)


def _set_text(telegram: LocalTelegram, sent: Parameters, field: str, limit: int) -> bool:
    text = sent.text(field)
    if len(text) > limit:
        raise BadRequest(f"{field.replace('_', ' ')} is too long")
    telegram.profile[field, sent.text("language_code")] = text
    return True


def _get_text(telegram: LocalTelegram, sent: Parameters, field: str, default: str = "") -> JsonObject:
    exact = telegram.profile.get((field, sent.text("language_code")))
    return {field: exact or telegram.profile.get((field, "")) or default}


async def set_my_name(telegram: LocalTelegram, sent: Parameters) -> bool:
    """Set the bot's name in one language."""
    return _set_text(telegram, sent, "name", BotNameLimit.MAX_NAME_LENGTH)


async def get_my_name(telegram: LocalTelegram, sent: Parameters) -> JsonObject:
    """Return the bot's name in one language."""
    return _get_text(telegram, sent, "name", telegram.config.bot_name)


async def set_my_description(telegram: LocalTelegram, sent: Parameters) -> bool:
    """Set what an empty chat shows."""
    telegram.world.changes.bump()
    return _set_text(telegram, sent, "description", BotDescriptionLimit.MAX_DESCRIPTION_LENGTH)


async def get_my_description(telegram: LocalTelegram, sent: Parameters) -> JsonObject:
    """Return what an empty chat shows."""
    return _get_text(telegram, sent, "description")


async def set_my_short_description(telegram: LocalTelegram, sent: Parameters) -> bool:
    """Set what the bot's profile shows."""
    return _set_text(telegram, sent, "short_description", BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH)


async def get_my_short_description(telegram: LocalTelegram, sent: Parameters) -> JsonObject:
    """Return what the bot's profile shows."""
    return _get_text(telegram, sent, "short_description")
