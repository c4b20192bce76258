"""Control of people: add them, write, tap, start, follow links."""

import base64
import binascii
from itertools import chain, count

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.telegram import groups, people
from bot.sandbox.telegram.control.requests import ControlError, Fields, endpoint, until
from bot.sandbox.telegram.hub import LocalTelegram
from bot.sandbox.telegram.links import LinkKind, read_link
from bot.sandbox.telegram.model import Chat, StoredFile, User
from bot.sandbox.telegram.shapes import JsonObject
from bot.sandbox.telegram.world import Popup

FIRST_NEW_USER = 1005
NAMES = ("Dara", "Emil", "Farah", "Goran", "Hana", "Ilya", "Jana", "Karim", "Lena", "Mila", "Noor", "Otto")


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
            Route("/sandbox/users/{user:int}/startgroup", endpoint(self.start_group), methods=["POST"]),
            Route("/sandbox/users/{user:int}/open", endpoint(self.open), methods=["POST"]),
            Route("/sandbox/chats/{chat}/messages", endpoint(self.write), methods=["POST"]),
            Route("/sandbox/chats/{chat}/messages/{message:int}", endpoint(self.edit), methods=["POST"]),
            Route("/sandbox/chats/{chat}/press", endpoint(self.press), methods=["POST"]),
        ]

    def _chat(self, request: Request) -> Chat:
        return chat_of(self.telegram, request)

    def _user(self, fields: Fields) -> User:
        return self.telegram.world.user(fields.number("user_id"))

    async def add_user(self, _request: Request, fields: Fields) -> Response:
        """Add a person; who is not described gets an id and a name that nobody has."""
        known = self.telegram.world.users
        user_id = fields.optional_number("id") or next(free for free in count(FIRST_NEW_USER) if free not in known)
        if user_id in known:
            raise ControlError("there is already a user with this id")
        user = User(
            user_id,
            fields.text("first_name") or self._new_name(),
            fields.text("last_name"),
            fields.text("username"),
            fields.text("language_code", "en"),
            is_admin=fields.flag("is_admin"),
            note=fields.text("note"),
        )
        return JSONResponse(self.telegram.world.add_user(user).to_api())

    def _new_name(self) -> str:
        taken = {user.first_name for user in self.telegram.world.users.values()}
        numbered = (f"{name} {number}" for number in count(2) for name in NAMES)
        return next(name for name in chain(NAMES, numbered) if name not in taken)

    async def change_user(self, request: Request, fields: Fields) -> Response:
        """Change the language of a person's Telegram, or what the page says of them."""
        user = self.telegram.world.user(request.path_params["user"])
        user.language_code = fields.text("language_code", user.language_code)
        user.note = fields.text("note", user.note)
        self.telegram.world.changes.bump()
        return JSONResponse(user.to_api())

    async def start(self, request: Request, fields: Fields) -> Response:
        """Follow a start link."""
        user = self.telegram.world.user(request.path_params["user"])
        return JSONResponse(people.start(self.telegram, user, fields.text("parameter")).to_page())

    async def start_group(self, request: Request, fields: Fields) -> Response:
        """Follow a link that adds the bot to a group of the person's choice."""
        user, chat = self.telegram.world.user(request.path_params["user"]), self._named_group(fields)
        return JSONResponse(groups.start_in_group(self.telegram, user, chat, fields.text("parameter")).to_page())

    async def open(self, request: Request, fields: Fields) -> Response:
        """Open a link of the bot, whichever it is."""
        user = self.telegram.world.user(request.path_params["user"])
        link = read_link(fields.text("link"), self.telegram.world.bot.username)
        if link is None:
            raise ControlError("this is no link of the bot")
        if link.kind is LinkKind.PERSON:
            return JSONResponse(people.start(self.telegram, user, link.parameter).to_page())
        chat = self._named_group(fields)
        return JSONResponse(groups.start_in_group(self.telegram, user, chat, link.parameter).to_page())

    def _named_group(self, fields: Fields) -> Chat:
        return self.telegram.world.chat(fields.number("chat_id"))

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
            forged=fields.flag("forged"),
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
