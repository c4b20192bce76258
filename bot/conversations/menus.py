"""The command menus and descriptions that Telegram shows, per scope and language."""

from collections.abc import Sequence

import structlog
from telegram import BotCommandScope, BotCommandScopeAllGroupChats, BotCommandScopeChat, BotCommandScopeDefault
from telegram.error import BadRequest, Forbidden
from telegram.ext import ExtBot

from bot.presentation.greetings import ADMINS, EVERYBODY, CommandHelp, descriptions, menu
from bot.presentation.speech import DEFAULT_LANGUAGE, Speech, languages
from storage.records.queues import Priority

log = structlog.get_logger()

Bot = ExtBot[Priority]
IN_GROUPS = tuple(entry for entry in EVERYBODY if entry.name in {"order", "find", "orders", "cancel", "help"})


async def set_menus(bot: Bot, admin_ids: frozenset[int]) -> None:
    """Tell Telegram every menu and description, behind all replies; raises ``TelegramError``."""
    for speech in languages().values():
        code = _code(speech)
        await _set_menu(bot, EVERYBODY, BotCommandScopeDefault(), speech)
        await _set_menu(bot, IN_GROUPS, BotCommandScopeAllGroupChats(), speech)
        long, short = descriptions(speech)
        await bot.set_my_description(long, code, rate_limit_args=Priority.NOTICE)
        await bot.set_my_short_description(short, code, rate_limit_args=Priority.NOTICE)
    for admin_id in sorted(admin_ids):
        await set_admin_menu(bot, admin_id)


async def set_admin_menu(bot: Bot, admin_id: int) -> None:
    """Show an operator the operator's commands too; Telegram takes them only once the operator has pressed Start."""
    try:
        for speech in languages().values():
            await _set_menu(bot, (*EVERYBODY, *ADMINS), BotCommandScopeChat(admin_id), speech)
    except (BadRequest, Forbidden) as error:
        log.info("operator menu not set, it follows with /start", admin=admin_id, reason=error.message)


async def _set_menu(bot: Bot, entries: Sequence[CommandHelp], scope: BotCommandScope, speech: Speech) -> None:
    await bot.set_my_commands(menu(entries, speech), scope, _code(speech), rate_limit_args=Priority.NOTICE)


def _code(speech: Speech) -> str | None:
    """The language a menu is for; None makes it everybody's who has no other."""
    return None if speech.language == DEFAULT_LANGUAGE else speech.language
