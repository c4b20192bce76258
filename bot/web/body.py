"""Reading what a stranger posts: never more than allowed, never longer than it takes."""

import asyncio

from starlette.requests import ClientDisconnect, Request


class BodyTooLarge(Exception):
    """The body is larger than allowed."""


class BodyTooSlow(Exception):
    """The body did not come in time, or not to its end."""


async def read_body(request: Request, most: int, seconds: float) -> bytes:
    """Read a body of up to ``most`` bytes within ``seconds``; raises ``BodyTooLarge`` or ``BodyTooSlow``."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most:
        raise BodyTooLarge
    try:
        async with asyncio.timeout(seconds):
            return await _read(request, most)
    except (TimeoutError, ClientDisconnect):
        raise BodyTooSlow from None


async def _read(request: Request, most: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise BodyTooLarge
    return bytes(body)
