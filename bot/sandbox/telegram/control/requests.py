"""Reading control requests and writing their answers."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.sandbox.telegram.errors import ApiError
from bot.sandbox.telegram.shapes import as_object
from bot.sandbox.telegram.world import World

LONGEST_WAIT = 60.0
Found = TypeVar("Found")


class ControlError(Exception):
    """The control request cannot be carried out; the text says why."""


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a control request, from its query or its JSON body."""

    values: Mapping[str, Any]

    def text(self, name: str, default: str = "") -> str:
        """Return a string."""
        value = self.values.get(name)
        return default if value is None else str(value)

    def number(self, name: str, default: int | None = None) -> int:
        """Return a whole number; raises ``ControlError`` when it is missing or not one."""
        value = self.values.get(name, default)
        try:
            return int(value)
        except (TypeError, ValueError) as error:
            raise ControlError(f"{name} must be a whole number") from error

    def optional_number(self, name: str) -> int | None:
        """Return a whole number, or None when it was left out."""
        return None if self.values.get(name) in {None, ""} else self.number(name)

    def seconds(self, name: str, default: float) -> float:
        """Return a duration in seconds."""
        try:
            return min(max(float(self.values.get(name, default)), 0.0), 86_400.0)
        except (TypeError, ValueError) as error:
            raise ControlError(f"{name} must be a number of seconds") from error

    def flag(self, name: str, default: bool = False) -> bool:
        """Return a truth value."""
        value = self.values.get(name)
        return default if value is None else str(value).lower() in {"true", "1", "yes"}


async def read_fields(request: Request) -> Fields:
    """Read the JSON body of a POST, the query of a GET; raises ``ControlError``."""
    if request.method == "GET":
        return Fields(dict(request.query_params))
    body = await request.body()
    try:
        values: Any = json.loads(body or b"{}")
    except ValueError as error:
        raise ControlError("the body is not JSON") from error
    fields = as_object(values)
    if fields is None:
        raise ControlError("the body must be a JSON object")
    return Fields(fields)


Handler = Callable[[Request, Fields], Awaitable[Response]]


def endpoint(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Wrap a control handler: fields in, refusals out as ``{"error": ...}``."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request, await read_fields(request))
        except ControlError as error:
            return JSONResponse({"error": str(error)}, 400)
        except ApiError as error:
            return JSONResponse({"error": error.description}, 400)

    return answer


async def until(world: World, patience: float, find: Callable[[], Found | None]) -> Found | None:
    """Return what ``find`` finds, looking again at every change for up to ``patience`` seconds."""
    try:
        async with asyncio.timeout(min(patience, LONGEST_WAIT)):
            while (found := find()) is None and not world.changes.closed:
                await world.changes.after(world.changes.version, LONGEST_WAIT)
    except TimeoutError:
        return find()
    return found
