"""Apps on a loopback port inside the running event loop."""

import asyncio
import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.sandbox import serving
from bot.sandbox.octopus.app import build_app as octopus
from bot.sandbox.serving import listening
from bot.sandbox.telegram.app import build_app as telegram
from bot.sandbox.telegram.config import DEFAULT_TOKEN, SandboxConfig
from bot.sandbox.voodoo.app import build_app as voodoo


async def hello(_: Request) -> Response:
    """A short answer."""
    return PlainTextResponse("hello")


async def test_an_app_answers_while_the_block_lasts() -> None:
    async with listening(Starlette(routes=[Route("/", hello)])) as url, httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(url)).text == "hello"
    async with httpx.AsyncClient(trust_env=False) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(url)


async def test_the_lifespan_of_the_app_is_that_of_the_block() -> None:
    seen: list[str] = []

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        seen.append("up")
        yield
        seen.append("down")

    async with listening(Starlette(lifespan=lifespan)):
        assert seen == ["up"]
    assert seen == ["up", "down"]


async def test_a_request_that_never_ends_is_cancelled_after_its_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "GRACE", 0.01)
    arrived = asyncio.Event()

    async def forever(_: Request) -> Response:
        arrived.set()
        await asyncio.Event().wait()
        return Response()

    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        async with listening(Starlette(routes=[Route("/", forever)])) as url:
            waiting = asyncio.create_task(client.get(url))
            await arrived.wait()
        with pytest.raises(httpx.RemoteProtocolError):
            await waiting


async def test_signals_stay_with_whoever_had_them() -> None:
    before = signal.getsignal(signal.SIGTERM)
    async with listening(Starlette()):
        assert signal.getsignal(signal.SIGTERM) is before


async def test_a_port_that_is_taken_is_an_error() -> None:
    async with listening(Starlette()) as url:
        with pytest.raises(OSError, match="in use"):
            async with listening(Starlette(), port=int(url.rpartition(":")[2])):
                pass


@pytest.mark.parametrize(
    ("build", "path"),
    [
        (lambda: telegram(SandboxConfig()), f"/bot{DEFAULT_TOKEN}/sendMessage"),
        (voodoo, "/api/v1/auth/token/client"),
        (octopus, "/auth/login"),
    ],
    ids=["telegram", "voodoo", "octopus"],
)
async def test_whoever_dies_in_the_middle_of_a_request_is_no_failure_of_the_server(
    build: Callable[[], Starlette], path: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with listening(build()) as url:
        host, _, port = url.rpartition("/")[2].partition(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 100\r\n\r\n{{".encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()
    assert not caplog.records
