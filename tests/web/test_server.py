"""The web server: bounded, and never in the way of a stop."""

import asyncio
import socket

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.web import patience
from bot.web.server import WebServer, WebUnavailable
from tests.web.serving import serving


async def hello(_request: Request) -> Response:
    return PlainTextResponse("hello")


async def hung_up(reader: asyncio.StreamReader) -> bool:
    """Wait for the server to close or reset the connection without a word."""
    try:
        return await reader.read() == b""
    except ConnectionResetError:
        return True


async def test_an_address_in_use_is_told_in_one_line():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(WebUnavailable, match=rf"^cannot listen on 127.0.0.1:{port}: .+; set WEB_HOST or WEB_PORT$"):
            WebServer(Starlette(), "127.0.0.1", port)


async def test_a_stop_lets_a_request_in_flight_finish():
    begun, gate = asyncio.Event(), asyncio.Event()

    async def slow(_request: Request) -> Response:
        begun.set()
        await gate.wait()
        return PlainTextResponse("finished")

    server = WebServer(Starlette(routes=[Route("/", slow)]), "127.0.0.1", 0)
    running = asyncio.create_task(server.run())
    await server.started()
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    await begun.wait()
    running.cancel()
    gate.set()
    answer = await reader.read()
    assert answer.endswith(b"finished")
    writer.close()
    await asyncio.gather(running, writer.wait_closed(), return_exceptions=True)


async def test_a_stop_does_not_wait_for_a_request_that_never_ends():
    begun = asyncio.Event()

    async def endless(_request: Request) -> Response:
        begun.set()
        await asyncio.Event().wait()
        return PlainTextResponse("never")

    server = WebServer(Starlette(routes=[Route("/", endless)]), "127.0.0.1", 0, stop_seconds=0)
    running = asyncio.create_task(server.run())
    await server.started()
    _, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    await begun.wait()
    running.cancel()
    await asyncio.wait({running}, timeout=20)
    assert running.done()
    writer.close()


async def test_a_connection_that_says_nothing_is_closed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(patience, "HEADER_SECONDS", 0.05)
    async with serving(Starlette(routes=[Route("/", hello)])) as client:
        reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
        assert await hung_up(reader)
        writer.close()


async def test_headers_that_trickle_are_cut_off(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(patience, "HEADER_SECONDS", 0.05)
    async with serving(Starlette(routes=[Route("/", hello)])) as client:
        reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        assert await hung_up(reader)
        writer.close()


async def test_one_connection_serves_many_requests():
    async with serving(Starlette(routes=[Route("/", hello)])) as client:
        answers = [await client.get("/") for _ in range(3)]
    assert [answer.text for answer in answers] == ["hello"] * 3
