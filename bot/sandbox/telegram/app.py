"""The local Telegram as one web application: Bot API, control API, supplier panel, chat page."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.routing import Route

from bot.sandbox.serving import hung_up
from bot.sandbox.telegram.api import BotApi
from bot.sandbox.telegram.config import SandboxConfig
from bot.sandbox.telegram.control.faults import FaultControl
from bot.sandbox.telegram.control.groups import GroupControl
from bot.sandbox.telegram.control.observation import Observation
from bot.sandbox.telegram.control.people import PeopleControl
from bot.sandbox.telegram.hub import LocalTelegram
from bot.sandbox.telegram.pages import page_routes
from bot.sandbox.telegram.panel import SupplierPanel


def build_app(config: SandboxConfig) -> Starlette:
    """Return the application of a fresh local Telegram."""
    return app_of(LocalTelegram(config))


def app_of(telegram: LocalTelegram) -> Starlette:
    """Return the application of this local Telegram; in panel-only mode without the Bot API and its people."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        yield
        await telegram.close()

    api = BotApi(telegram)
    bot_routes = [
        Route("/bot{token}/{method}", api.call, methods=["GET", "POST"]),
        Route("/file/bot{token}/{path:path}", api.download),
        *PeopleControl(telegram).routes(),
        *GroupControl(telegram).routes(),
        *FaultControl(telegram).routes(),
    ]
    shared = [*page_routes(), *SupplierPanel(telegram.config).routes(), *Observation(telegram).routes()]
    routes = shared if telegram.config.panel_only else bot_routes + shared
    return Starlette(routes=routes, lifespan=lifespan, exception_handlers={ClientDisconnect: hung_up})
