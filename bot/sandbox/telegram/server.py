"""Running the local Telegram: a uvicorn that can break connections and stops at once."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.sandbox.telegram.api import HANG_UP
from bot.sandbox.telegram.app import app_of
from bot.sandbox.telegram.config import SandboxConfig
from bot.sandbox.telegram.hub import LocalTelegram


class BreakableProtocol(HttpToolsProtocol):
    """HTTP whose connections the application may break, for outages and lost replies."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        extensions: dict[str, object] = {HANG_UP: self.transport.abort}
        self.scope["extensions"] = extensions  # pyright: ignore[reportGeneralTypeIssues] -- values are ours


class SandboxServer(uvicorn.Server):
    """Ends every long poll before it waits for requests to finish."""

    def __init__(self, telegram: LocalTelegram, *, owns_process: bool = False) -> None:
        self.telegram = telegram
        self.owns_process = owns_process
        super().__init__(
            uvicorn.Config(
                app_of(telegram),
                http=BreakableProtocol,
                log_config=None,
                access_log=False,
                ws="none",
                timeout_graceful_shutdown=3,
            )
        )

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Take over SIGINT and SIGTERM only where the process is ours."""
        if not self.owns_process:
            yield
            return
        with super().capture_signals():
            yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.telegram.wake()
        await super().shutdown(sockets)


def listen(host: str = "127.0.0.1", port: int = 0) -> socket.socket:
    """Open the listening socket; port 0 picks a free one."""
    listening = socket.create_server((host, port))
    # Connections inherit it; without it the body of a reply waits 40 ms for the other side's delayed ACK.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def url_of(listening: socket.socket) -> str:
    """Return the base URL of a listening socket."""
    host, port = listening.getsockname()[:2]
    return f"http://{host}:{port}"


@asynccontextmanager
async def running(config: SandboxConfig) -> AsyncGenerator[str]:
    """Serve on a free loopback port of this process's event loop; yields the base URL."""
    server = SandboxServer(LocalTelegram(config))
    with listen() as listening:
        serving = asyncio.create_task(server.serve([listening]), name="sandbox telegram")
        try:
            yield url_of(listening)
        finally:
            server.should_exit = True
            await serving
