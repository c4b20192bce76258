"""Puts the local Octopus Cards together as one ASGI app."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from bot.sandbox.octopus import auth_api, catalog_api, control, order_api
from bot.sandbox.octopus.config import OctopusConfig
from bot.sandbox.octopus.depot import Depot
from bot.sandbox.octopus.errors import envelope
from bot.sandbox.octopus.goods import Product
from bot.sandbox.serving import hung_up


def build_app(config: OctopusConfig | None = None, products: tuple[Product, ...] | None = None) -> Starlette:
    """The app of one client account; its state lives as long as its lifespan.

    ``products`` replaces the generated catalog. Serve it with ``bot.sandbox.serving``, which lets faults hang up.
    """
    settings = config or OctopusConfig()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        app.state.depot = Depot(settings, products)
        try:
            yield
        finally:
            await app.state.depot.close()

    return Starlette(
        routes=[*auth_api.ROUTES, *catalog_api.ROUTES, *order_api.ROUTES, control.MOUNT],
        lifespan=lifespan,
        exception_handlers={HTTPException: _outside_the_documentation, ClientDisconnect: hung_up},
    )


async def _outside_the_documentation(_: Request, error: Exception) -> Response:
    """Unknown paths and methods get the common envelope."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    return envelope(status, HTTPStatus(status).phrase)
