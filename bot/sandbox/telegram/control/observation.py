"""Watching: messages, calls, files, the page's deltas, and waiting for what fits."""

import re
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.telegram.control.people import chat_of
from bot.sandbox.telegram.control.requests import LONGEST_WAIT, ControlError, Fields, endpoint, until
from bot.sandbox.telegram.control.view import page_delta
from bot.sandbox.telegram.hub import LocalTelegram
from bot.sandbox.telegram.model import Chat, Message
from bot.sandbox.telegram.shapes import JsonObject
from bot.sandbox.telegram.world import Call

Test = Callable[[Message], bool]


class Observation:
    """What can be seen of the world."""

    def __init__(self, telegram: LocalTelegram) -> None:
        self.telegram = telegram

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/sandbox/page", endpoint(self.page)),
            Route("/sandbox/chats", endpoint(self.chats)),
            Route("/sandbox/messages", endpoint(self.all_messages)),
            Route("/sandbox/chats/{chat}/messages", endpoint(self.messages)),
            Route("/sandbox/chats/{chat}/wait", endpoint(self.wait)),
            Route("/sandbox/calls", endpoint(self.calls)),
            Route("/sandbox/files/{file}", endpoint(self.file)),
            Route("/sandbox/reset", endpoint(self.reset), methods=["POST"]),
        ]

    async def page(self, _request: Request, fields: Fields) -> Response:
        """Return what changed for one person since a version, waiting for the first change."""
        since = fields.number("since", 0)
        if fields.number("epoch", 0) != self.telegram.epoch:
            since = 0
        # A page that does not know anybody yet begins as the first person, the admin.
        first = next(iter(self.telegram.world.users))
        viewer = self.telegram.world.user(fields.number("viewer", 0) or first)
        await self.telegram.world.changes.after(since, min(fields.seconds("timeout", 0), LONGEST_WAIT))
        return JSONResponse(page_delta(self.telegram, viewer, since))

    async def chats(self, _request: Request, _fields: Fields) -> Response:
        """Return every chat and what became of it."""
        return JSONResponse({"chats": [_chat(chat) for chat in self.telegram.world.chats.values()]})

    async def all_messages(self, _request: Request, fields: Fields) -> Response:
        """Return the messages of every chat that changed after a version, oldest change first."""
        after, world = fields.number("after", 0), self.telegram.world
        changed = (m for chat in world.chats.values() for m in chat.messages.values() if m.version > after)
        shown = [message.to_page() for message in sorted(changed, key=lambda message: message.version)]
        return JSONResponse({"version": world.changes.version, "messages": shown})

    async def messages(self, request: Request, fields: Fields) -> Response:
        """Return a chat's messages that changed after a version."""
        after = fields.number("after", 0)
        changed = [m.to_page() for m in chat_of(self.telegram, request).messages.values() if m.version > after]
        return JSONResponse({"version": self.telegram.world.changes.version, "messages": changed})

    async def wait(self, request: Request, fields: Fields) -> Response:
        """Return the first message that fits, waiting for it."""
        chat, tests = chat_of(self.telegram, request), message_tests(fields)

        def find() -> JsonObject | None:
            return first_fit(chat, tests)

        found = await until(self.telegram.world, fields.seconds("timeout", 10), find)
        if found is None:
            return JSONResponse({"error": "no such message came", "seen": _seen(chat)}, 408)
        return JSONResponse(found)

    async def calls(self, _request: Request, fields: Fields) -> Response:
        """Return the bot's calls after a version, waiting for the first one."""
        method, after = fields.text("method").lower(), fields.number("after", 0)

        def find() -> list[Call] | None:
            fitting = (call for call in self.telegram.world.calls if call.version > after)
            return [call for call in fitting if not method or call.method.lower() == method] or None

        found = await until(self.telegram.world, fields.seconds("timeout", 0), find)
        version = self.telegram.world.changes.version
        return JSONResponse({"version": version, "calls": [_call(call) for call in found or []]})

    async def file(self, request: Request, _fields: Fields) -> Response:
        """Download a file."""
        stored = self.telegram.world.files.get(request.path_params["file"])
        if stored is None:
            return JSONResponse({"error": "there is no such file"}, 404)
        return Response(stored.content, media_type=stored.mime_type)

    async def reset(self, _request: Request, _fields: Fields) -> Response:
        """Begin anew."""
        await self.telegram.reset()
        return JSONResponse({"epoch": self.telegram.epoch})


def first_fit(chat: Chat, tests: list[Test]) -> JsonObject | None:
    """Return the message that passes every test and changed first."""
    fitting = [message for message in chat.messages.values() if all(test(message) for test in tests)]
    return min(fitting, key=lambda message: message.version).to_page() if fitting else None


def message_tests(fields: Fields) -> list[Test]:
    """Turn the query of a wait into tests; deleted messages never fit."""
    after, min_id = fields.number("after", 0), fields.number("min_id", 0)
    tests: list[Test] = [lambda message: message.version > after and message.id >= min_id and not message.deleted]
    if contains := fields.text("contains"):
        tests.append(lambda message: contains in message.body.text)
    if pattern := fields.text("pattern"):
        tests.append(_pattern_test(pattern))
    if fields.text("from_bot"):
        tests.append(lambda message: message.sender.is_bot == fields.flag("from_bot"))
    if button := fields.text("button"):
        tests.append(lambda message: bool(message.keyboard and message.keyboard.button(text=button)))
    if fields.text("document"):
        tests.append(lambda message: (message.document is not None) == fields.flag("document"))
    if fields.text("topic"):
        tests.append(lambda message: message.topic == fields.optional_number("topic"))
    return tests


def _pattern_test(pattern: str) -> Test:
    try:
        compiled = re.compile(pattern, re.DOTALL)
    except re.error as error:
        raise ControlError(f"pattern: {error}") from error
    return lambda message: compiled.search(message.body.text) is not None


def _seen(chat: Chat) -> list[str]:
    return [message.body.text for message in list(chat.messages.values())[-5:]]


def _chat(chat: Chat) -> JsonObject:
    return {
        "id": chat.id,
        "kind": chat.kind,
        "title": chat.title,
        "members": chat.members,
        "standing": chat.standing,
        "migrated_to": chat.migrated_to,
    }


def _call(call: Call) -> JsonObject:
    return {
        "version": call.version,
        "method": call.method,
        "parameters": call.parameters,
        "status": call.status,
        "description": call.description,
        "at": call.at.isoformat(),
    }
