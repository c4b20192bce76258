"""Runs one sandbox app on a loopback port: as a whole process, or inside another event loop."""

import asyncio
import json
import socket
import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress

import structlog
import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LOOPBACK = "127.0.0.1"
TRANSPORT = "orderline.transport"
"""The scope extension under which an app finds its connection, so that it can break it."""

GRACE = 1
"""Seconds that requests in flight get when the server stops."""

TICK = 0.1
"""Seconds between looks at whether a signal came."""


async def hung_up(_request: Request, _error: Exception) -> Response:
    """What follows ``ClientDisconnect``: whoever asked died in the middle of the question, and nobody hears this."""
    return Response(status_code=499)


async def until_gone(receive: Receive) -> None:
    """Wait until the connection of a request is closed."""
    while (await receive())["type"] != "http.disconnect":
        continue


class BreakableProtocol(HttpToolsProtocol):
    """HTTP/1.1 that lends the connection to the app: a sandbox has to hang up like a real network does.

    It also hangs up on a request that is cancelled because the server stops.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        app: ASGIApp = self.app

        async def with_transport(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})[TRANSPORT] = transport
            try:
                await app(scope, receive, send)
            except asyncio.CancelledError:
                transport.abort()
                await until_gone(receive)

        self.app = with_transport


class _Server(uvicorn.Server):
    """Tells when it listens, stops without idling, and leaves signals to whoever owns the process unless it does."""

    def __init__(self, config: uvicorn.Config, *, owns_process: bool) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()
        self._stopping = asyncio.Event()
        self._owns_process = owns_process

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    async def main_loop(self) -> None:
        counter = 0
        while not await self.on_tick(counter):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), TICK)
            counter += 1

    def stop(self) -> None:
        """End the main loop at once; a signal ends it at the next tick."""
        self.should_exit = True
        self._stopping.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close idle connections, give requests in flight their grace, then end the app's lifespan.

        Replaces the inherited one, which sleeps a tenth of a second several times over.
        """
        for closing in (*self.servers, *(sockets or ())):
            closing.close()
        for connection in tuple(self.server_state.connections):
            connection.shutdown()
        if in_flight := tuple(self.server_state.tasks):
            _, late = await asyncio.wait(in_flight, timeout=GRACE)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self.lifespan.shutdown()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        if self._owns_process:
            with super().capture_signals():
                yield
        else:
            yield


def _server(app: ASGIApp, *, owns_process: bool) -> _Server:
    config = uvicorn.Config(
        app,
        http=BreakableProtocol,
        log_config=None,
        access_log=False,
    )
    return _Server(config, owns_process=owns_process)


def _bind(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Connections inherit it; without it the body of a reply waits 40 ms for the other side's delayed ACK.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{host}:{port}"


def serve(app: ASGIApp, host: str = LOOPBACK, port: int = 0) -> None:
    """Serve until SIGTERM or SIGINT; prints ``{"url": ...}`` on one line once it listens (port 0: any free one)."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(app, host, port))


async def _serve(app: ASGIApp, host: str, port: int) -> None:
    server = _server(app, owns_process=True)
    listener = _bind(host, port)

    async def announce() -> None:
        await server.listening.wait()
        sys.stdout.write(json.dumps({"url": _url(listener)}) + "\n")
        sys.stdout.flush()

    announcing = asyncio.create_task(announce())
    try:
        await server.serve(sockets=[listener])
    finally:
        announcing.cancel()


@asynccontextmanager
async def listening(app: ASGIApp, host: str = LOOPBACK, port: int = 0) -> AsyncGenerator[str]:
    """Serve an app inside the running event loop; yields its URL and stops when the block ends."""
    server = _server(app, owns_process=False)
    listener = _bind(host, port)
    url = _url(listener)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    started = asyncio.create_task(server.listening.wait())
    await asyncio.wait((serving, started), return_when=asyncio.FIRST_COMPLETED)
    try:
        if serving.done():
            await serving
        yield url
    finally:
        started.cancel()
        server.stop()
        await serving
