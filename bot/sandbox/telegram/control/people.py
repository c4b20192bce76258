"""Control of people and chats: create, write, tap, start."""

import base64
import binascii
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.telegram import people
from bot.sandbox.telegram.control.requests import ControlError, Fields, endpoint, until
from bot.sandbox.telegram.hub import LocalTelegram
from bot.sandbox.telegram.model import Chat, ChatKind, StoredFile, User
from bot.sandbox.telegram.shapes import JsonObject
from bot.sandbox.telegram.world import Popup

GROUP_BASE = -5_000_000_000
SUPERGROUP_BASE = -1_003_000_000_000


class PeopleControl:
    """What people do, by request."""

    def __init__(self, telegram: LocalTelegram) -> None:
        self.telegram = telegram

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/sandbox/users", endpoint(self.add_user), methods=["POST"]),
            Route("/sandbox/users/{user:int}", endpoint(self.change_user), methods=["POST"]),
            Route("/sandbox/users/{user:int}/start", endpoint(self.start), methods=["POST"]),
            Route("/sandbox/chats", endpoint(self.add_chat), methods=["POST"]),
            Route("/sandbox/chats/{chat}/topics", endpoint(self.add_topic), methods=["POST"]),
            Route("/sandbox/chats/{chat}/messages", endpoint(self.write), methods=["POST"]),
            Route("/sandbox/chats/{chat}/messages/{message:int}", endpoint(self.edit), methods=["POST"]),
            Route("/sandbox/chats/{chat}/press", endpoint(self.press), methods=["POST"]),
        ]

    def _chat(self, request: Request) -> Chat:
        return chat_of(self.telegram, request)

    def _user(self, fields: Fields) -> User:
        return self.telegram.world.user(fields.number("user_id"))

    async def add_user(self, _request: Request, fields: Fields) -> Response:
        """Add a person."""
        user_id = fields.number("id")
        if user_id in self.telegram.world.users:
            raise ControlError("there is already a user with this id")
        user = User(
            user_id,
            fields.text("first_name", "Somebody"),
            fields.text("last_name"),
            fields.text("username"),
            fields.text("language_code", "en"),
            is_admin=fields.flag("is_admin"),
        )
        return JSONResponse(self.telegram.world.add_user(user).to_api())

    async def change_user(self, request: Request, fields: Fields) -> Response:
        """Change the language of a person's Telegram."""
        user = self.telegram.world.user(request.path_params["user"])
        user.language_code = fields.text("language_code", user.language_code)
        self.telegram.world.changes.bump()
        return JSONResponse(user.to_api())

    async def start(self, request: Request, fields: Fields) -> Response:
        """Follow a start link."""
        user = self.telegram.world.user(request.path_params["user"])
        return JSONResponse(people.start(self.telegram, user, fields.text("parameter")).to_page())

    async def add_chat(self, _request: Request, fields: Fields) -> Response:
        """Create a group with the bot in it."""
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
        )
        world.add_chat(chat)
        people.add_bot(self.telegram, chat, world.users[chat.members[0]])
        return JSONResponse({"id": chat.id, "kind": chat.kind, "title": chat.title})

    async def add_topic(self, request: Request, fields: Fields) -> Response:
        """Open a forum topic."""
        user = self._user(fields)
        topic = people.open_topic(self.telegram, self._chat(request), fields.text("name", "Topic"), user)
        return JSONResponse({"topic": topic})

    async def write(self, request: Request, fields: Fields) -> Response:
        """Post a message as a person."""
        draft = people.Draft(
            fields.text("text"),
            fields.optional_number("reply_to"),
            fields.optional_number("topic"),
            self._file(fields.values.get("document")),
            self._file(fields.values.get("photo")),
        )
        message = people.write(self.telegram, self._user(fields), self._chat(request), draft)
        return JSONResponse(message.to_page())

    async def edit(self, request: Request, fields: Fields) -> Response:
        """Change the words of a person's own message."""
        message_id: int = request.path_params["message"]
        user, chat = self._user(fields), self._chat(request)
        return JSONResponse(people.edit(self.telegram, user, chat, message_id, fields.text("text")).to_page())

    def _file(self, sent: JsonObject | None) -> StoredFile | None:
        if not sent:
            return None
        try:
            content = base64.b64decode(str(sent["content_base64"]), validate=True)
        except (KeyError, binascii.Error) as error:
            raise ControlError("a file needs its content_base64") from error
        mime_type = str(sent.get("mime_type") or "application/octet-stream")
        return self.telegram.world.store_file(str(sent.get("name") or "file"), mime_type, content)

    async def press(self, request: Request, fields: Fields) -> Response:
        """Tap a button, and wait for the callback answer if ``timeout`` says so."""
        query = people.press(
            self.telegram,
            self._user(fields),
            self._chat(request),
            fields.number("message_id"),
            fields.text("data"),
            fields.text("text"),
        )

        def answer() -> Popup | None:
            return next((popup for popup in self.telegram.world.popups if popup.query_id == query.id), None)

        popup = await until(self.telegram.world, fields.seconds("timeout", 0), answer)
        said = {"text": popup.text, "show_alert": popup.show_alert, "url": popup.url} if popup else None
        return JSONResponse({"query_id": query.id, "answer": said})


def chat_of(telegram: LocalTelegram, request: Request) -> Chat:
    """Return the chat named in the path; raises ``ControlError``."""
    try:
        return telegram.world.chat(int(request.path_params["chat"]))
    except ValueError as error:
        raise ControlError("a chat id is a whole number") from error
