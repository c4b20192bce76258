"""Control of groups: make, join and leave them, bring the bot and put it out, open topics."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.telegram import groups
from bot.sandbox.telegram.control.people import chat_of
from bot.sandbox.telegram.control.requests import ControlError, Fields, endpoint
from bot.sandbox.telegram.groups import GROUP_BASE, SUPERGROUP_BASE
from bot.sandbox.telegram.hub import LocalTelegram
from bot.sandbox.telegram.model import BotStanding, Chat, ChatKind, User


class GroupControl:
    """What people do to groups, by request."""

    def __init__(self, telegram: LocalTelegram) -> None:
        self.telegram = telegram

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/sandbox/chats", endpoint(self.add_chat), methods=["POST"]),
            Route("/sandbox/chats/{chat}/topics", endpoint(self.add_topic), methods=["POST"]),
            Route("/sandbox/chats/{chat}/join", endpoint(self.join), methods=["POST"]),
            Route("/sandbox/chats/{chat}/leave", endpoint(self.leave), methods=["POST"]),
            Route("/sandbox/chats/{chat}/bot", endpoint(self.place_bot), methods=["POST"]),
        ]

    def _user(self, fields: Fields) -> User:
        return self.telegram.world.user(fields.number("user_id"))

    async def add_chat(self, _request: Request, fields: Fields) -> Response:
        """Create a group, with the bot in it unless told otherwise; its first member made it."""
        if (wanted := fields.text("kind", ChatKind.GROUP)) not in {ChatKind.GROUP, ChatKind.SUPERGROUP}:
            raise ControlError("kind must be group or supergroup; private chats come with their users")
        kind = ChatKind(wanted)
        world = self.telegram.world
        members: Any = fields.values.get("members") or list(world.users)
        base = SUPERGROUP_BASE if kind is ChatKind.SUPERGROUP else GROUP_BASE
        chat = Chat(
            fields.optional_number("id") or base - world.number(),
            kind,
            fields.text("title", "Group"),
            is_forum=fields.flag("is_forum") and kind is ChatKind.SUPERGROUP,
            members=[world.user(int(member)).id for member in members],
            standing=BotStanding.LEFT,
        )
        world.add_chat(chat)
        if fields.flag("bot", default=True):
            groups.add_bot(self.telegram, chat, world.users[chat.members[0]])
        return JSONResponse({"id": chat.id, "kind": chat.kind, "title": chat.title})

    async def add_topic(self, request: Request, fields: Fields) -> Response:
        """Open a forum topic."""
        chat, name = chat_of(self.telegram, request), fields.text("name", "Topic")
        return JSONResponse({"topic": groups.open_topic(self.telegram, chat, name, self._user(fields))})

    async def join(self, request: Request, fields: Fields) -> Response:
        """Let a person into a group."""
        groups.join(self.telegram, chat_of(self.telegram, request), self._user(fields))
        return JSONResponse({})

    async def leave(self, request: Request, fields: Fields) -> Response:
        """Let a person go."""
        groups.leave(self.telegram, chat_of(self.telegram, request), self._user(fields))
        return JSONResponse({})

    async def place_bot(self, request: Request, fields: Fields) -> Response:
        """Add the bot to a group, or put it out, as any of the members."""
        act = groups.add_bot if fields.flag("present", default=True) else groups.remove_bot
        act(self.telegram, chat_of(self.telegram, request), self._user(fields))
        return JSONResponse({})
