"""Faults by request: ``POST /sandbox/faults/KIND``.

| kind | body |
|---|---|
| `flood` | `chat_id` (left out: the whole bot), `seconds` |
| `outage` | `how` (`drop` breaks connections, `status` answers `status`), `seconds` |
| `slow` | `delay`, `seconds`, `method` (left out: all) |
| `drop-reply` | `method` (left out: any), `calls`: carried out, then the connection breaks |
| `redeliver` | `count`: the last confirmed updates once more |
| `rate-limits` | `on` |
| `short-polls` | `seconds`: long polls end so soon from the next one on, until a reset |
| `expire-taps` | taps that were not answered yet are too old to be |
| `block`, `unblock`, `deactivate`, `reactivate` | `user_id` |
| `kick`, `restore`, `migrate` | `chat_id`, `user_id` (who did it; left out: the first member) |
| `delete-topic` | `chat_id`, `topic` |
| `delete-message` | `chat_id`, `message_id` |
| `clear` | ends floods, outages, slowness, lost replies and rate limits |
"""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.telegram import groups, people
from bot.sandbox.telegram.control.requests import ControlError, Fields, endpoint
from bot.sandbox.telegram.faults import ANY_METHOD, OutageKind
from bot.sandbox.telegram.hub import LocalTelegram
from bot.sandbox.telegram.model import Chat, User
from bot.sandbox.telegram.shapes import JsonObject
from bot.sandbox.telegram.updates import LONGEST_POLL


class FaultControl:
    """Switches faults on and off."""

    def __init__(self, telegram: LocalTelegram) -> None:
        self.telegram = telegram
        self.kinds: dict[str, Callable[[Fields], Any]] = {
            "flood": self._flood,
            "outage": self._outage,
            "slow": self._slow,
            "drop-reply": self._drop_reply,
            "redeliver": self._redeliver,
            "rate-limits": self._rate_limits,
            "short-polls": self._short_polls,
            "expire-taps": lambda _fields: self.telegram.world.expire_queries(),
            "clear": self._clear,
            "block": lambda fields: people.block(self.telegram, self._user(fields)),
            "unblock": lambda fields: people.unblock(self.telegram, self._user(fields)),
            "deactivate": lambda fields: self._deactivate(fields, deactivated=True),
            "reactivate": lambda fields: self._deactivate(fields, deactivated=False),
            "kick": lambda fields: groups.remove_bot(self.telegram, *self._chat_and_actor(fields)),
            "restore": lambda fields: groups.add_bot(self.telegram, *self._chat_and_actor(fields)),
            "migrate": self._migrate,
            "delete-topic": self._delete_topic,
            "delete-message": self._delete_message,
        }

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/sandbox/faults", endpoint(self.show)),
            Route("/sandbox/faults/{kind}", endpoint(self.apply), methods=["POST"]),
        ]

    async def show(self, _request: Request, _fields: Fields) -> Response:
        """List the faults that are on."""
        return JSONResponse(self._state())

    async def apply(self, request: Request, fields: Fields) -> Response:
        """Switch one fault."""
        kind = self.kinds.get(request.path_params["kind"])
        if kind is None:
            raise ControlError("there is no such fault")
        result = kind(fields)
        self.telegram.world.changes.bump()
        return JSONResponse(self._state() | (result or {}))

    def _state(self) -> JsonObject:
        return {"faults": self.telegram.faults.describe(), "rate_limits": self.telegram.rate_limits}

    def _user(self, fields: Fields) -> User:
        return self.telegram.world.user(fields.number("user_id"))

    def _group(self, fields: Fields) -> Chat:
        chat = self.telegram.world.chat(fields.number("chat_id"))
        if chat.is_private:
            raise ControlError("this works on groups only")
        return chat

    def _chat_and_actor(self, fields: Fields) -> tuple[Chat, User]:
        chat = self._group(fields)
        return chat, self.telegram.world.user(fields.number("user_id", chat.members[0]))

    def _flood(self, fields: Fields) -> None:
        self.telegram.faults.flood(fields.optional_number("chat_id"), fields.seconds("seconds", 10))

    def _outage(self, fields: Fields) -> None:
        how = fields.text("how", OutageKind.DROP)
        if how not in set(OutageKind):
            raise ControlError("how must be drop or status")
        self.telegram.faults.fail(OutageKind(how), fields.seconds("seconds", 10), fields.number("status", 502))

    def _slow(self, fields: Fields) -> None:
        self.telegram.faults.slow_down(
            fields.seconds("delay", 2), fields.seconds("seconds", 30), fields.text("method", ANY_METHOD)
        )

    def _drop_reply(self, fields: Fields) -> None:
        self.telegram.faults.drop_replies(fields.text("method", ANY_METHOD), fields.number("calls", 1))

    def _redeliver(self, fields: Fields) -> JsonObject:
        return {"redelivered": self.telegram.updates.redeliver(fields.number("count", 1))}

    def _rate_limits(self, fields: Fields) -> None:
        self.telegram.rate_limits = fields.flag("on", default=True)

    def _short_polls(self, fields: Fields) -> None:
        self.telegram.updates.longest_poll = min(fields.seconds("seconds", LONGEST_POLL), LONGEST_POLL)

    def _clear(self, _fields: Fields) -> None:
        self.telegram.faults.clear()
        self.telegram.rate_limits = False

    def _deactivate(self, fields: Fields, *, deactivated: bool) -> None:
        people.set_deactivated(self.telegram, self._user(fields), deactivated=deactivated)

    def _migrate(self, fields: Fields) -> JsonObject:
        return {"chat_id": groups.migrate(self.telegram, *self._chat_and_actor(fields)).id}

    def _delete_topic(self, fields: Fields) -> None:
        self.telegram.world.delete_topic(self._group(fields), fields.number("topic"))

    def _delete_message(self, fields: Fields) -> None:
        chat = self.telegram.world.chat(fields.number("chat_id"))
        message = chat.alive(fields.number("message_id"))
        if message is None:
            raise ControlError("there is no such message")
        self.telegram.world.delete_message(chat, message)
