"""The control calls that every supplier's sandbox understands alike."""

from typing import Protocol, TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.shop.calls import Calls, call_view
from bot.sandbox.shop.deliveries import Receivers
from bot.sandbox.shop.exact import json_reply
from bot.sandbox.shop.steering import Move, SetReceivers, Steering, done, read_body


class Armoury(Protocol):
    """The faults that are armed."""

    def clear(self) -> None:
        """Disarm everything."""
        ...

    def release(self) -> None:
        """Let go of the answers that a delay holds back."""
        ...


class Steered(Protocol):
    """What a supplier's sandbox has to be steered."""

    @property
    def armed(self) -> Armoury:
        """Its faults."""
        ...

    @property
    def calls(self) -> Calls:
        """What it was asked."""
        ...

    @property
    def receivers(self) -> Receivers:
        """Where its webhooks go."""
        ...

    def move(self, name: str, value: object) -> None:
        """Move a switch."""
        ...

    def release(self) -> int:
        """Let held orders end; says how many."""
        ...


S = TypeVar("S", bound=Steered)


def common_routes(steering: Steering[S]) -> list[Route]:
    """The routes of these calls."""
    return [
        steering.post("/switches", _move_switch),
        steering.post("/faults/clear", _clear_faults),
        steering.post("/faults/release", _release_answers),
        steering.post("/receivers", _set_receivers),
        steering.post("/orders/release", _release_orders),
        steering.get("/calls", _list_calls),
    ]


async def _move_switch(request: Request, steered: Steered) -> Response:
    """Move one switch: ``{"name", "value"}``."""
    move = await read_body(request, Move)
    steered.move(move.name, move.value)
    return done()


async def _clear_faults(_: Request, steered: Steered) -> Response:
    """Disarm everything."""
    steered.armed.clear()
    return done()


async def _release_answers(_: Request, steered: Steered) -> Response:
    """Give whoever waits for a delayed answer that answer now."""
    steered.armed.release()
    return done()


async def _set_receivers(request: Request, steered: Steered) -> Response:
    """Set the webhook URLs and the secret."""
    wanted = await read_body(request, SetReceivers)
    if wanted.urls is not None:
        steered.receivers.urls = wanted.urls
    if wanted.secret is not None:
        steered.receivers.secret = wanted.secret
    return done()


async def _release_orders(_: Request, steered: Steered) -> Response:
    """Let held orders end."""
    return json_reply({"released": steered.release()})


async def _list_calls(_: Request, steered: Steered) -> Response:
    """The latest calls of the API, oldest first."""
    return json_reply({"calls": [call_view(call) for call in steered.calls]})
