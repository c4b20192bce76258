"""Minimal HTTP/1.1 over kept connections: cheap enough to measure a server on the other core."""

import asyncio
import time
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

END_OF_HEAD = b"\r\n\r\n"
LENGTH = b"content-length:"


@dataclass(frozen=True, slots=True)
class Answered:
    """One request's status and the seconds until its answer was read."""

    status: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Line:
    """One kept connection; requests go one after another."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, request: bytes) -> Answered:
        """Send the bytes of a whole request and read the answer to its end."""
        began = time.perf_counter()
        self.writer.write(request)
        head = await self.reader.readuntil(END_OF_HEAD)
        lowered = head.lower()
        at = lowered.index(LENGTH) + len(LENGTH)
        await self.reader.readexactly(int(lowered[at : lowered.index(b"\r\n", at)]))
        return Answered(int(head[9:12]), time.perf_counter() - began)


@asynccontextmanager
async def lines(port: int, count: int) -> AsyncGenerator[list[Line]]:
    """So many connections to a port of this machine."""
    opened = [Line(*await asyncio.open_connection("127.0.0.1", port)) for _ in range(count)]
    try:
        yield opened
    finally:
        for line in opened:
            line.writer.close()


async def pour(opened: Iterable[Line], requests: Iterable[bytes]) -> list[Answered]:
    """Send all requests as fast as the connections take them."""
    waiting = iter(requests)
    answers: list[Answered] = []

    async def drain(line: Line) -> None:
        while (request := next(waiting, None)) is not None:
            answers.append(await line.ask(request))

    await asyncio.gather(*map(drain, opened))
    return answers


def post(path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """The bytes of a POST."""
    said = {"Host": "127.0.0.1", "Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body
