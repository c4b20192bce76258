"""Slow, silent, endless and malformed clients, over real sockets: none keeps others waiting or memory growing."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.web import patience
from bot.web.app import build_web
from bot.web.metrics import Metrics
from storage.store import Store
from tests.web.serving import SigningSupplier, serving, signed

EVENT = b'{"order_id":"1","status":"completed"}'
GET = b"GET / HTTP/1.1\r\nHost: x\r\n"
POST = b"POST / HTTP/1.1\r\nHost: x\r\n"
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def hello(_request: Request) -> Response:
    return PlainTextResponse("hello")


async def echo(request: Request) -> Response:
    return PlainTextResponse(await request.body())


async def large(_request: Request) -> Response:
    return PlainTextResponse("x" * 4_000_000)


APP = Starlette(
    routes=[Route("/", hello), Route("/", echo, methods=["POST"]), Route("/large", large)],
)


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with serving(APP) as ready:
        yield ready


@pytest.fixture
async def shop(store: Store) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(build_web(store, Metrics(), suppliers=[SigningSupplier()])) as ready:
        yield ready


@asynccontextmanager
async def connected(client: httpx.AsyncClient, many: int = 1) -> AsyncGenerator[list[Streams]]:
    host, port = client.base_url.host, client.base_url.port
    streams = [await asyncio.open_connection(host, port) for _ in range(many)]
    try:
        yield streams
    finally:
        for _, writer in streams:
            writer.transport.abort()


async def trickle(writer: asyncio.StreamWriter, piece: bytes) -> None:
    """Send without end, as fast as the other side takes it."""
    with contextlib.suppress(ConnectionError):
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)


async def heard_until_the_end(streams: Streams, sending: bytes = b"") -> bytes:
    """What the server says until it hangs up, while the client sends on and on."""
    reader, writer = streams
    talking = asyncio.create_task(trickle(writer, sending)) if sending else None
    heard = b""
    try:
        with contextlib.suppress(ConnectionError):
            while piece := await reader.read(65536):
                heard += piece
    finally:
        if talking is not None:
            talking.cancel()
            await asyncio.gather(talking, return_exceptions=True)
    return heard


def from_elsewhere(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A client of the same server with another address."""
    return httpx.AsyncClient(base_url=client.base_url, transport=httpx.AsyncHTTPTransport(local_address="127.0.0.2"))


async def pushed(client: httpx.AsyncClient, event: bytes = EVENT) -> int:
    return (await client.post("/webhooks/voodoo", content=event, headers=signed(event))).status_code


@pytest.mark.parametrize(
    ("head", "more"),
    [
        (GET + b"X-Endless: ", b"x" * 1000),
        (b"GET /", b"x" * 1000),
        (GET, b"X-Many: x\r\n"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX-Trailer: ", b"x" * 1000),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1;" + b"x" * 2000 + b"\r\nx\r\n"),
    ],
    ids=["header", "url", "headers", "trailer", "chunk extensions"],
)
async def test_a_head_or_trailer_without_end_is_refused(client: httpx.AsyncClient, head: bytes, more: bytes):
    async with connected(client) as ((reader, writer),):
        writer.write(head)
        heard = await heard_until_the_end((reader, writer), more)
    assert heard.startswith(b"HTTP/1.1 431") or heard == b""  # a reset may overtake the answer


async def test_a_large_head_is_told_that_it_is(client: httpx.AsyncClient):
    answer = await client.get("/", headers={"X-Large": "x" * (patience.LARGEST_HEAD + 1)})
    assert answer.status_code == 431
    answer = await client.get("/", headers={f"X-{number}": "x" for number in range(patience.MOST_HEADERS + 1)})
    assert answer.status_code == 431
    assert (await client.get("/", headers={"X-Usual": "x" * 8000})).status_code == 200


@pytest.mark.parametrize(
    "head",
    [
        GET + b"Content-Length: 100000000\r\n\r\n",
        b"GET /nowhere HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
    ids=["announced", "chunked"],
)
async def test_a_body_that_nobody_reads_may_not_trickle_for_ever(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, head: bytes
):
    monkeypatch.setattr(patience, "BODY_SECONDS", 0.2)
    async with connected(client) as ((reader, writer),):
        writer.write(head)
        heard = await heard_until_the_end((reader, writer), b"1\r\nx\r\n")
    assert heard.startswith(b"HTTP/1.1 ")


async def test_bytes_that_begin_no_request_do_not_keep_a_connection(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(patience, "HEADER_SECONDS", 0.1)
    async with connected(client) as (streams,):
        assert await heard_until_the_end(streams, b"\r\n") == b""


async def test_bytes_after_an_answer_do_not_keep_a_connection(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(patience, "IDLE_SECONDS", 0.1)
    async with connected(client) as ((reader, writer),):
        writer.write(GET + b"Connection: upgrade\r\nUpgrade: h2c\r\n\r\n")
        heard = await heard_until_the_end((reader, writer), b"\r\n")
    assert heard.endswith(b"hello")


async def test_whoever_never_reads_the_answers_is_hung_up_on(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(patience, "ANSWER_SECONDS", 0.1)
    deaf = socket.create_connection((client.base_url.host, client.base_url.port or 80))
    deaf.setblocking(False)
    loop = asyncio.get_running_loop()
    with deaf, contextlib.suppress(ConnectionError):
        while True:  # ends when the server has hung up, and nothing else ends it
            await loop.sock_sendall(deaf, b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"GET / HTTP/1.1\r\nX-Slow: ",
        b"POST /webhooks/voodoo HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nhalf",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
    ids=["silent", "slow headers", "slow body", "idle"],
)
async def test_a_client_with_every_connection_does_not_keep_the_suppliers_webhooks_out(
    shop: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, said: bytes
):
    monkeypatch.setattr(patience, "CONNECTIONS", 16)
    async with connected(shop, many=40) as crowd, from_elsewhere(shop) as supplier:
        for _, writer in crowd:
            if not writer.is_closing():
                writer.write(said)
        statuses = [await pushed(supplier, b"event %d" % number) for number in range(5)]
    assert statuses == [200] * 5


async def test_behind_one_address_the_longest_silent_gives_way(
    shop: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(patience, "CONNECTIONS", 16)
    monkeypatch.setattr(patience, "GRACE_SECONDS", 0.0)
    async with connected(shop, many=40):
        assert await pushed(shop) == 200


async def test_a_crowd_that_comes_back_at_once_drives_nobody_away(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(patience, "CONNECTIONS", 4)
    monkeypatch.setattr(patience, "GRACE_SECONDS", 3600.0)
    async with connected(client, many=4) as first, connected(client, many=20) as more:
        for streams in more:
            assert await heard_until_the_end(streams) == b""
        for reader, writer in first:
            writer.write(GET + b"\r\n")
            assert (await reader.readline()).startswith(b"HTTP/1.1 200")


async def test_a_request_in_hand_is_not_dropped_for_a_newcomer(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(patience, "CONNECTIONS", 2)
    begun, gate = asyncio.Event(), asyncio.Event()

    async def work(_request: Request) -> Response:
        begun.set()
        await gate.wait()
        return PlainTextResponse("done")

    async with serving(Starlette(routes=[Route("/", work)])) as client:
        answer = asyncio.create_task(client.get("/"))
        await begun.wait()
        async with connected(client, many=5):
            gate.set()
            assert (await answer).text == "done"


async def test_the_crowd_loses_its_place_before_somebody_from_elsewhere(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(patience, "CONNECTIONS", 4)
    async with serving(APP, host="0.0.0.0") as client:  # noqa: S104 - to be reached under two addresses
        guest_reader, guest = await asyncio.open_connection(
            "127.0.0.2", client.base_url.port, local_addr=("127.0.0.2", 0)
        )
        async with connected(client, many=20):
            guest.write(GET + b"\r\n")
            assert (await guest_reader.readline()).startswith(b"HTTP/1.1 200")
        guest.close()


@pytest.mark.parametrize(
    "request_",
    [
        POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nbody",
        POST + b"Content-Length: -1\r\n\r\n",
        POST + b"Content-Length: 99999999999999999999999\r\n\r\n",
        POST + b"Transfer-Encoding: chunked, identity\r\n\r\n4\r\nbody\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
        POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        GET + b" folded: x\r\n\r\n",
        GET + b"X-Null: \x00\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"CONNECT elsewhere:80 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
async def test_a_request_that_can_be_read_in_two_ways_is_refused(client: httpx.AsyncClient, request_: bytes):
    async with connected(client) as ((reader, writer),):
        writer.write(request_)
        assert (await heard_until_the_end((reader, writer))).startswith(b"HTTP/1.1 400")
    assert (await client.get("/")).text == "hello"
