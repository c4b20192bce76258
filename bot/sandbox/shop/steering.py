"""How control calls are read and answered: a body of its own kind, and a sentence when it cannot be done."""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.shop.exact import json_reply

T = TypeVar("T")
S = TypeVar("S")


class Refusal(Exception):
    """A control call that cannot be done, with the status and the sentence that say why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class CannotSettle(Exception):
    """The order cannot end in this way; the message says why."""


class Steering(Generic[S]):
    """Makes routes of functions that steer one kind of supplier."""

    def __init__(self, supplier_of: Callable[[Request], S]) -> None:
        self._supplier_of = supplier_of

    def get(self, path: str, steer: Callable[[Request, S], Awaitable[Response]]) -> Route:
        """A route that looks."""
        return Route(path, self._answering(steer), methods=["GET"])

    def post(self, path: str, steer: Callable[[Request, S], Awaitable[Response]]) -> Route:
        """A route that changes something."""
        return Route(path, self._answering(steer), methods=["POST"])

    def _answering(
        self, steer: Callable[[Request, S], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            try:
                return await steer(request, self._supplier_of(request))
            except Refusal as refusal:
                return json_reply({"error": refusal.reason}, refusal.status)
            except CannotSettle as reason:
                return json_reply({"error": str(reason)}, 409)
            except (msgspec.DecodeError, msgspec.ValidationError) as reason:
                return json_reply({"error": str(reason)}, 422)

        return answer


async def read_body(request: Request, kind: type[T]) -> T:
    """A control call's body; raises ``msgspec.ValidationError`` with a sentence for people."""
    return msgspec.json.decode(await request.body() or b"{}", type=kind, strict=False)


def done() -> Response:
    """The answer of a call that has nothing to show."""
    return json_reply({"ok": True})


class Move(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Move a switch."""

    name: str
    value: object


class SetReceivers(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Set where webhooks go and the secret; what is not named stays."""

    urls: tuple[str, ...] | None = None
    secret: str | None = None
