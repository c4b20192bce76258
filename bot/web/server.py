"""Running the web application: uvicorn, bounded in every direction, and never in the way of a stop."""

import asyncio
import socket
from collections.abc import Generator
from contextlib import contextmanager

import structlog
import uvicorn
from starlette.types import ASGIApp

from bot.web.patience import IDLE_SECONDS, Door, PatientProtocol

log = structlog.get_logger()

STOP_SECONDS = 5


class WebUnavailable(Exception):
    """The address cannot be listened on; the message is one clear line."""


class _Uvicorn(uvicorn.Server):
    """Uvicorn that leaves signals to the process's owner and says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


class WebServer:
    """Serves one application on one address; it listens from the moment it is made."""

    def __init__(self, app: ASGIApp, host: str, port: int, *, stop_seconds: int = STOP_SECONDS) -> None:
        """Open the address; port 0 picks a free one. Raises ``WebUnavailable``."""
        self._socket = _listen(host, port)
        self._server = _Uvicorn(
            uvicorn.Config(
                app,
                http=type("OneDoor", (PatientProtocol,), {"door": Door()}),
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_keep_alive=IDLE_SECONDS,
                timeout_graceful_shutdown=stop_seconds,
            )
        )

    @property
    def port(self) -> int:
        """The port in use."""
        return self._socket.getsockname()[1]

    async def started(self) -> None:
        """Return once requests are answered."""
        await self._server.listening.wait()

    async def run(self) -> None:
        """Serve until cancelled, then let requests in flight finish, but not for long."""
        serving = asyncio.create_task(self._server.serve(sockets=[self._socket]), name="web server")
        try:
            await asyncio.shield(serving)
        finally:
            self._server.should_exit = True
            await serving
            self._socket.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise WebUnavailable(f"cannot listen on {host}:{port}: {error.strerror}; set WEB_HOST or WEB_PORT") from error
