"""Answers that go wrong on the way: hang up unanswered, stop in the middle, or never come."""

import asyncio
from typing import cast

from starlette.responses import HTMLResponse, Response
from starlette.types import Message, Receive, Scope, Send

from bot.sandbox.serving import TRANSPORT, until_gone


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


def gateway_page(status: int, headers: dict[str, str] | None = None) -> Response:
    """An error as a gateway words it: a page of HTML."""
    return HTMLResponse(f"<html><body><h1>{status} Service trouble</h1><hr>gateway</body></html>", status, headers)


def status_sent(response: Response) -> int | None:
    """The status that leaves the server; None when no answer does."""
    return None if isinstance(response, Dropped | NeverAnswered) else response.status_code


def _transport(scope: Scope) -> asyncio.Transport:
    return cast("asyncio.Transport", scope["extensions"][TRANSPORT])
