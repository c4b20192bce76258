"""Puts the local Voodoo Center together as one ASGI app."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from bot.sandbox.goods.items import Good
from bot.sandbox.serving import hung_up
from bot.sandbox.voodoo import api, control, downloads
from bot.sandbox.voodoo.center import Center
from bot.sandbox.voodoo.config import VoodooConfig
from bot.sandbox.voodoo.wire import envelope


def build_app(config: VoodooConfig | None = None, goods: tuple[Good, ...] | None = None) -> Starlette:
    """The app of one supplier account; its state lives as long as its lifespan.

    ``goods`` replaces the generated catalog. Serve it with ``bot.sandbox.serving``, which lets faults hang up.
    """
    settings = config or VoodooConfig()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        app.state.center = Center(settings, goods)
        try:
            yield
        finally:
            await app.state.center.close()

    return Starlette(
        routes=[*api.ROUTES, control.MOUNT, *downloads.ROUTES],
        lifespan=lifespan,
        exception_handlers={HTTPException: _outside_the_documentation, ClientDisconnect: hung_up},
    )


async def _outside_the_documentation(_: Request, error: Exception) -> Response:
    """Unknown paths and methods get the common envelope."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    phrase = HTTPStatus(status).phrase
    return envelope(status, phrase.lower().replace(" ", "_"), phrase)
