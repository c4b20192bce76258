"""The web application on a loopback port, with a supplier that signs."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
from starlette.types import ASGIApp

from bot.web.server import WebServer

SECRET = b"test-secret"


class SigningSupplier:
    """Verifies as Voodoo Center's documentation describes."""

    name = "voodoo"

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        return hmac.compare_digest(headers.get("x-webhook-signature", ""), signature(body))


def signature(body: bytes) -> str:
    return "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest()


def signed(body: bytes) -> dict[str, str]:
    return {"X-Webhook-Signature": signature(body)}


@asynccontextmanager
async def serving(app: ASGIApp, *, host: str = "127.0.0.1", **options: Any) -> AsyncGenerator[httpx.AsyncClient]:
    """Serve an application as in production; yields a client."""
    server = WebServer(app, host, 0, **options)
    running = asyncio.create_task(server.run())
    await server.started()
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=20) as client:
            yield client
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
