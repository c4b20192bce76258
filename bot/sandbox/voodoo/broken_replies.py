"""Answers that go wrong on the way: hang up unanswered, stop in the middle, or never come."""

import asyncio
from typing import cast

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send

from bot.sandbox.serving import TRANSPORT, until_gone
from bot.sandbox.voodoo.faults import Endpoint, Fault
from bot.sandbox.voodoo.wire import envelope

_CODES = {
    400: "validation_error",
    401: "not_authenticated",
    403: "forbidden",
    404: "not_found",
    409: "already_exists",
    429: "too_many_requests",
}


class Dropped(Response):
    """Closes the connection with no byte of an answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        _transport(scope).abort()
        await until_gone(receive)


class CutShort(Response):
    """Promises the whole answer, sends half of it and closes the connection."""

    def __init__(self, whole: Response) -> None:
        super().__init__(whole.body, whole.status_code, media_type=whole.media_type)
        self.raw_headers = whole.raw_headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        half = bytes(self.body)[: len(self.body) // 2]
        start: Message = {
            "type": "http.response.start",
            "status": self.status_code,
            "headers": self.raw_headers,
        }
        await send(start)
        await send({"type": "http.response.body", "body": half, "more_body": True})
        _transport(scope).close()
        await until_gone(receive)


class NeverAnswered(Response):
    """Keeps the connection open and silent until the client gives up."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await until_gone(receive)


def planned(fault: Fault) -> Response:
    """The error that a ``reply`` fault answers with."""
    headers = {"Retry-After": fault.retry_after} if fault.retry_after is not None else None
    if not fault.json:
        page = f"<html><body><h1>{fault.status} Service trouble</h1><hr>gateway</body></html>"
        return HTMLResponse(page, fault.status, headers)
    if fault.endpoint is Endpoint.TOKEN:
        return JSONResponse({"error": "Service trouble"}, fault.status, headers)
    code = _CODES.get(fault.status, "internal_error" if fault.status >= 500 else "error")
    return envelope(fault.status, code, "Service trouble", headers)


def _transport(scope: Scope) -> asyncio.Transport:
    return cast("asyncio.Transport", scope["extensions"][TRANSPORT])
