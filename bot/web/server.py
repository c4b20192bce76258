"""Running the web application: uvicorn, bounded in every direction, and never in the way of a stop."""

import asyncio
import socket
from collections.abc import Generator
from contextlib import contextmanager

import structlog
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

log = structlog.get_logger()

HEADER_SECONDS = 15.0
IDLE_SECONDS = 75
CONNECTIONS = 512
STOP_SECONDS = 5


class WebUnavailable(Exception):
    """The address cannot be listened on; the message is one clear line."""


class PatientProtocol(HttpToolsProtocol):
    """HTTP that does not wait for ever for a request to begin: uvicorn times only connections it has answered."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self._deadline = asyncio.get_running_loop().call_later(HEADER_SECONDS, transport.abort)

    def on_message_begin(self) -> None:
        self._restart()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._end()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end()
        super().connection_lost(exc)

    def _restart(self) -> None:
        self._end()
        self._deadline = asyncio.get_running_loop().call_later(HEADER_SECONDS, self.transport.abort)

    def _end(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


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
                http=PatientProtocol,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                limit_concurrency=CONNECTIONS,
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
