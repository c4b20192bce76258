"""One application on one port until the process is told to stop."""

import asyncio
import signal

import uvloop
from starlette.applications import Starlette

from bot.web.server import WebServer
from tests.bench.meter import say


async def serve(app: Starlette, port: int) -> None:
    """Serve as the bot's own web server does, and tell the parent when requests are answered."""
    server = WebServer(app, "127.0.0.1", port, stop_seconds=1)
    serving = asyncio.create_task(server.run())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, serving.cancel)
    await server.started()
    say(url=f"http://127.0.0.1:{server.port}")
    await asyncio.gather(serving, return_exceptions=True)


def runner() -> asyncio.Runner:
    """The loop that the bot runs on."""
    return asyncio.Runner(loop_factory=uvloop.new_event_loop)
