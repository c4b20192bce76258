"""A server that speaks HTTP byte by byte, so that a test decides exactly where an answer ends."""

import asyncio
import socket
import struct
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

TOKEN = b'{"access_token":"t-%d","token_type":"Bearer"}'
PAIR = b'{"success":true,"data":{"access_token":"t-%d","refresh_token":"r-%d"}}'


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request gets. ``cut`` closes after that many body bytes, ``reset`` breaks the connection at once."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    cut: int | None = None
    reset: bool = False
    silent: bool = False

    def head(self) -> bytes:
        lines = [f"HTTP/1.1 {self.status} X", f"Content-Length: {len(self.body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    connection: int


@dataclass(slots=True)
class Wire:
    """Answers requests in turn; sign-ins that no ``exchange`` answer is left for get a fresh token."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list[Answer])
    exchange: list[Answer] = field(default_factory=list[Answer])
    signed_in: list[Request] = field(default_factory=list[Request])
    requests: list[Request] = field(default_factory=list[Request])
    connections: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    release: asyncio.Event = field(default_factory=asyncio.Event)
    server: asyncio.Server | None = None

    @property
    def exchanges(self) -> int:
        """How often somebody asked for a token."""
        return len(self.signed_in)

    async def stop(self) -> None:
        """Listen no more; whoever is connected may finish."""
        self.release.set()
        if self.server is not None:
            self.server.close()
            await self.server.wait_closed()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        connection = self.connections
        try:
            while request := await _read(reader, connection):
                if not await self._answer(self._next(request), writer):
                    return
        except ConnectionError:
            return
        finally:
            writer.close()

    def _next(self, request: Request) -> Answer:
        if request.path.startswith("/auth/") or request.path.endswith("/auth/token/client"):
            self.signed_in.append(request)
            return self.exchange.pop(0) if self.exchange else Answer(200, _token(request.path, self.exchanges))
        self.requests.append(request)
        return self.answers.pop(0)

    async def _answer(self, answer: Answer, writer: asyncio.StreamWriter) -> bool:
        """Send an answer and say whether the connection lives on."""
        self.asked.set()
        if answer.silent:
            await self.release.wait()
            return False
        if answer.reset:
            raw: socket.socket = writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
            return False
        writer.write(answer.head() + answer.body[: answer.cut])
        await writer.drain()
        return answer.cut is None


def _token(path: str, number: int) -> bytes:
    """What a sign-in gets: Voodoo's single token, or Octopus's pair."""
    return PAIR % (number, number) if path.startswith("/auth/") else TOKEN % number


async def _read(reader: asyncio.StreamReader, connection: int) -> Request | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode().strip().split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(method, path, headers, body, connection)


@asynccontextmanager
async def running_wire(*answers: Answer) -> AsyncGenerator[Wire]:
    """Listen on a loopback port until the test is done."""
    wire = Wire(answers=list(answers))
    wire.server = await asyncio.start_server(wire.serve, "127.0.0.1", 0)
    wire.url = f"http://127.0.0.1:{wire.server.sockets[0].getsockname()[1]}"
    try:
        yield wire
    finally:
        await wire.stop()


def unused_url() -> str:
    """An address where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"
