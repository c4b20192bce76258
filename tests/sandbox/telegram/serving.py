"""Serving a small application on a loopback port for one test."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette

from bot.sandbox.telegram.server import listen, url_of


@asynccontextmanager
async def serving(application: Starlette) -> AsyncGenerator[str]:
    """Serve an application on this event loop; yields its base URL."""
    server = uvicorn.Server(uvicorn.Config(application, log_config=None, lifespan="off"))
    with listen() as listening:
        task = asyncio.create_task(server.serve([listening]))
        try:
            yield url_of(listening)
        finally:
            server.should_exit = True
            await task
