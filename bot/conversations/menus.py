"""The command menus and descriptions that Telegram shows: per role, kind of chat, and language."""

import asyncio
from collections.abc import Collection, Sequence

import structlog
from telegram import BotCommandScope, BotCommandScopeAllGroupChats, BotCommandScopeChat, BotCommandScopeDefault
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ExtBot

from bot.conversations.recent import Recent
from bot.conversations.talk import Talk
from bot.presentation.greetings import (
    ADMINS,
    EVERYBODY,
    IN_GROUPS,
    MEMBERS,
    OWNERS,
    STRANGERS,
    CommandHelp,
    descriptions,
    menu,
)
from bot.presentation.speech import DEFAULT_LANGUAGE, Speech, languages
from bot.resellers.buyers import Buyer, Buyers
from storage.records.orders import Place
from storage.records.queues import Chat, Priority
from storage.records.resellers import MemberRole
from storage.store import Store, Tables

log = structlog.get_logger()

Bot = ExtBot[Priority]
Entries = tuple[CommandHelp, ...]
REMEMBERED = 10_000


def own_commands(buyer: Buyer) -> Entries:
    """What a person may send in private, without what only operators may."""
    member = buyer.standing.member
    if member is None:
        return (*EVERYBODY,)
    return _merged(EVERYBODY, MEMBERS, OWNERS if member.role is MemberRole.OWNER else ())


def all_commands(buyer: Buyer) -> Entries:
    """What a person may send in private; nothing for strangers."""
    if not (buyer.may_order or buyer.role.operates):
        return ()
    return _merged(own_commands(buyer), ADMINS if buyer.role.operates else ())


class Menus:
    """Shows each person the menu of what they are now, and takes it away from those who are nothing any more."""

    def __init__(self, store: Store, buyers: Buyers) -> None:
        self._store = store
        self._buyers = buyers
        self._shown: Recent[tuple[Entries, str | None]] = Recent(REMEMBERED)
        self._turn = asyncio.Lock()

    def renew(self, talk: Talk, person_id: int) -> None:
        """Set a person's menu beside what goes on: menus are convenience, and must keep nobody waiting."""
        talk.later(self._renew(talk.bot, person_id), "menu", answers=False)

    async def _renew(self, bot: Bot, person_id: int) -> None:
        # One after the other, or what was read first might be written last.
        async with self._turn:
            chat, buyer = await self._store.read(lambda tables: self._who(tables, person_id))
            wanted = (all_commands(buyer), chat.language if chat else None)
            if self._shown.get(person_id) == wanted:
                return
            try:
                await show_menu(bot, person_id, *wanted)
            except TelegramError as error:
                log.info("menu not set, it follows with the next /start", person=person_id, reason=error.message)
                return
            self._shown[person_id] = wanted

    async def _who(self, tables: Tables, person_id: int) -> tuple[Chat | None, Buyer]:
        place = Place(person_id, person_id)
        return await tables.chats.get(person_id), await self._buyers.here(tables, place)


async def set_menus(bot: Bot, admin_ids: Collection[int], desk_chats: Collection[int] = ()) -> None:
    """Tell Telegram every menu and description, behind all replies; raises ``TelegramError``."""
    for speech in languages().values():
        code = _code(speech)
        await _set_menu(bot, STRANGERS, BotCommandScopeDefault(), speech, code)
        await _set_menu(bot, IN_GROUPS, BotCommandScopeAllGroupChats(), speech, code)
        long, short = descriptions(speech)
        await bot.set_my_description(long, code, rate_limit_args=Priority.NOTICE)
        await bot.set_my_short_description(short, code, rate_limit_args=Priority.NOTICE)
    for admin_id in sorted(admin_ids):
        await _set_early(bot, admin_id, _merged(EVERYBODY, ADMINS))
    for chat_id in sorted(set(desk_chats) - set(admin_ids)):
        await _set_early(bot, chat_id, _merged(IN_GROUPS, ADMINS))


async def show_menu(bot: Bot, chat_id: int, entries: Entries, chosen: str | None = None) -> None:
    """Show these commands in one chat, in its ``chosen`` language or each person's own; without any, the general menu.

    Raises ``TelegramError``; Telegram takes a menu only for a chat that it knows.
    """
    scope = BotCommandScopeChat(chat_id)
    for speech in languages().values():
        code = _code(speech)
        if entries:
            await _set_menu(bot, entries, scope, languages().get(chosen or "", speech), code)
        else:
            await bot.delete_my_commands(scope, code, rate_limit_args=Priority.NOTICE)


async def _set_early(bot: Bot, chat_id: int, entries: Entries) -> None:
    try:
        await show_menu(bot, chat_id, entries)
    except (BadRequest, Forbidden) as error:
        log.info("operator menu not set, it follows with /start", chat=chat_id, reason=error.message)


async def _set_menu(
    bot: Bot, entries: Sequence[CommandHelp], scope: BotCommandScope, speech: Speech, code: str | None
) -> None:
    await bot.set_my_commands(menu(entries, speech), scope, code, rate_limit_args=Priority.NOTICE)


def _code(speech: Speech) -> str | None:
    """The language a menu is for; None makes it everybody's who has no other."""
    return None if speech.language == DEFAULT_LANGUAGE else speech.language


def _merged(*lists: Sequence[CommandHelp]) -> Entries:
    """The commands of all lists, each once: the last words about one hold."""
    return tuple({entry.name: entry for entries in lists for entry in entries}.values())
