"""The commands menu: per scope and language, resolved for a person in a chat as Telegram resolves it."""

import re
from collections.abc import Iterator
from typing import Any

from telegram.constants import BotCommandLimit, BotCommandScopeType

from bot.sandbox.telegram.errors import BadRequest
from bot.sandbox.telegram.model import Chat, User
from bot.sandbox.telegram.shapes import JsonObject, as_list, as_object

NAME = re.compile(r"[a-z0-9_]+$")
Scope = tuple[str, ...]
DEFAULT: Scope = (BotCommandScopeType.DEFAULT.value,)
WITHIN_CHAT = frozenset({"chat", "chat_administrators", "chat_member"})


def parse_commands(raw: Any) -> list[JsonObject]:
    """Check a list of ``BotCommand``; raises ``BadRequest``."""
    listed = as_list(raw)
    if listed is None:
        raise BadRequest("can't parse commands: expected an Array of BotCommand")
    if len(listed) > BotCommandLimit.MAX_COMMAND_NUMBER:
        raise BadRequest("BOT_COMMANDS_TOO_MUCH")
    return [_command(entry) for entry in listed]


def _command(entry: Any) -> JsonObject:
    fields = as_object(entry)
    if fields is None:
        raise BadRequest("can't parse BotCommand: Object expected")
    name = str(fields.get("command", "")).removeprefix("/")
    description = str(fields.get("description", "")).strip()
    if not NAME.match(name) or len(name) > BotCommandLimit.MAX_COMMAND:
        raise BadRequest("BOT_COMMAND_INVALID")
    if not BotCommandLimit.MIN_DESCRIPTION <= len(description) <= BotCommandLimit.MAX_DESCRIPTION:
        raise BadRequest("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def parse_scope(raw: Any) -> Scope:
    """Return a scope as a key; raises ``BadRequest``."""
    if not raw:
        return DEFAULT
    scope = as_object(raw) or {}
    kind = str(scope.get("type", ""))
    if kind not in set(BotCommandScopeType):
        raise BadRequest("can't parse BotCommandScope: Unsupported type specified")
    place = (str(scope.get("chat_id", "")),) if kind in WITHIN_CHAT else ()
    person = (str(scope.get("user_id", "")),) if kind == "chat_member" else ()
    return (kind, *place, *person)


def scopes_for(chat: Chat, user: User) -> Iterator[Scope]:
    """Yield the scopes that apply, narrowest first (core.telegram.org/bots/api#determining-list-of-commands)."""
    place = str(chat.id)
    if chat.is_private:
        yield from (("chat", place), ("all_private_chats",), DEFAULT)
        return
    yield ("chat_member", place, str(user.id))
    if user.id == chat.creator:
        yield ("chat_administrators", place)
    yield ("chat", place)
    if user.id == chat.creator:
        yield ("all_chat_administrators",)
    yield from (("all_group_chats",), DEFAULT)


class Menus:
    """Command lists by scope and language, and menu buttons by chat."""

    def __init__(self) -> None:
        self._lists: dict[tuple[Scope, str], list[JsonObject]] = {}
        self._buttons: dict[int | None, JsonObject] = {}

    def set(self, scope: Scope, language: str, commands: list[JsonObject]) -> None:
        """Replace one list; an empty one is forgotten."""
        self._lists.pop((scope, language), None)
        if commands:
            self._lists[scope, language] = commands

    def get(self, scope: Scope, language: str) -> list[JsonObject]:
        """Return exactly this list, empty when it was never set."""
        return self._lists.get((scope, language), [])

    def shown(self, chat: Chat, user: User) -> list[JsonObject]:
        """Return the commands that this person sees in this chat."""
        for scope in scopes_for(chat, user):
            for language in (user.language_code, ""):
                if found := self.get(scope, language):
                    return found
        return []

    def set_button(self, chat_id: int | None, button: JsonObject) -> None:
        """Set the menu button of one private chat, or of all (None)."""
        self._buttons[chat_id] = button

    def button(self, chat_id: int | None) -> JsonObject:
        """Return the menu button of a private chat."""
        return self._buttons.get(chat_id) or self._buttons.get(None) or {"type": "commands"}
