"""Suppliers' webhooks over HTTP: verified, stored, committed, acknowledged; never a 500."""

import asyncio
from collections.abc import AsyncIterator, Iterable

import httpx
import pytest

from bot.web.app import build_web
from bot.web.guards import Backlog, BadSignatures
from bot.web.metrics import Metrics
from bot.web.webhooks import LARGEST_EVENT, WebhookLimits
from storage.store import Store
from tests.web.serving import SigningSupplier, serving, signed

PATH = "/webhooks/voodoo"
EVENT = b'{"order_id":"1","status":"completed"}'


@pytest.fixture
async def client(store: Store) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(build_web(store, Metrics(), suppliers=[SigningSupplier()])) as ready:
        yield ready


async def waiting(store: Store) -> int:
    return await store.read(lambda tables: tables.events.waiting())


async def test_a_signed_event_is_stored_when_it_is_answered(client: httpx.AsyncClient, store: Store):
    answer = await client.post(PATH, content=EVENT, headers=signed(EVENT))
    assert (answer.status_code, await waiting(store)) == (200, 1)


async def test_the_same_event_ten_times_is_acknowledged_and_stored_once(client: httpx.AsyncClient, store: Store):
    answers = await asyncio.gather(*(client.post(PATH, content=EVENT, headers=signed(EVENT)) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {200}
    assert await waiting(store) == 1


@pytest.mark.parametrize("headers", [{}, {"X-Webhook-Signature": "sha256=00"}, signed(b"another body")])
async def test_an_event_without_a_valid_signature_is_refused_and_not_stored(
    client: httpx.AsyncClient, store: Store, headers: dict[str, str]
):
    answer = await client.post(PATH, content=EVENT, headers=headers)
    assert (answer.status_code, await waiting(store)) == (401, 0)


@pytest.mark.parametrize("body", [b"", b"not json", b"\xff\xfe\x00", b"[]", b'{"cut": '])
async def test_a_signed_body_of_any_shape_is_stored_for_the_reader(
    client: httpx.AsyncClient, store: Store, body: bytes
):
    answer = await client.post(PATH, content=body, headers=signed(body))
    assert (answer.status_code, await waiting(store)) == (200, 1)


async def test_a_body_announced_too_large_is_refused_unread(client: httpx.AsyncClient, store: Store):
    body = b"x" * (LARGEST_EVENT + 1)
    answer = await client.post(PATH, content=body, headers=signed(body))
    assert (answer.status_code, await waiting(store)) == (413, 0)


async def test_a_body_that_grows_too_large_is_refused_on_the_way(client: httpx.AsyncClient, store: Store):
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(LARGEST_EVENT // 65536 + 2):
            yield b"x" * 65536

    answer = await client.post(PATH, content=endless())
    assert (answer.status_code, await waiting(store)) == (413, 0)


async def test_the_largest_allowed_event_is_taken(client: httpx.AsyncClient):
    body = b"x" * LARGEST_EVENT
    assert (await client.post(PATH, content=body, headers=signed(body))).status_code == 200


async def test_a_body_that_never_ends_is_given_up(store: Store):
    app = build_web(store, Metrics(), suppliers=[SigningSupplier()], limits=WebhookLimits(seconds=0.05))
    async with serving(app) as client:
        reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
        writer.write(b"POST /webhooks/voodoo HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nhalf")
        assert (await reader.readline()).startswith(b"HTTP/1.1 408")
        writer.close()
        await writer.wait_closed()


async def test_a_client_that_hangs_up_half_way_stores_nothing(client: httpx.AsyncClient, store: Store):
    _, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
    writer.write(b"POST /webhooks/voodoo HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nhalf")
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await client.post(PATH, content=EVENT, headers=signed(EVENT))).status_code == 200
    assert await waiting(store) == 1


async def test_a_full_queue_asks_the_supplier_to_repeat(store: Store):
    app = build_web(store, Metrics(), suppliers=[SigningSupplier()], backlog=Backlog(store, most=1, seconds=0))
    async with serving(app) as client:
        statuses = [
            (await client.post(PATH, content=body, headers=signed(body))).status_code for body in (b"one", b"two")
        ]
    assert statuses == [200, 503]


async def test_a_store_that_cannot_write_asks_the_supplier_to_repeat(client: httpx.AsyncClient, store: Store):
    await store.close()
    assert (await client.post(PATH, content=EVENT, headers=signed(EVENT))).status_code == 503


async def test_a_supplier_that_is_not_configured_has_no_webhook(client: httpx.AsyncClient):
    assert (await client.post("/webhooks/octopus", content=EVENT)).status_code == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_a_webhook_takes_posts_only(client: httpx.AsyncClient, method: str):
    assert (await client.request(method, PATH)).status_code == 405


async def test_a_guesser_is_slowed_down_and_the_supplier_behind_the_same_address_is_not(
    client: httpx.AsyncClient, store: Store
):
    statuses = [(await client.post(PATH, content=b"guess")).status_code for _ in range(12)]
    assert statuses == [401] * 10 + [429] * 2
    assert (await client.post(PATH, content=EVENT, headers=signed(EVENT))).status_code == 200


async def test_every_answer_is_counted(store: Store):
    metrics = Metrics()
    async with serving(build_web(store, metrics, suppliers=[SigningSupplier()])) as client:
        await client.post(PATH, content=EVENT, headers=signed(EVENT))
        await client.post(PATH, content=EVENT, headers=signed(EVENT))
        await client.post(PATH, content=EVENT)
    counted = {
        result: metrics.registry.get_sample_value("orderline_webhooks_total", {"supplier": "voodoo", "result": result})
        for result in ("stored", "repeated", "bad_signature")
    }
    assert counted == {"stored": 1, "repeated": 1, "bad_signature": 1}


def test_bad_signatures_are_forgotten_after_their_span():
    now = iter([0.0, 1.0, 2.0, 61.0])
    guard = BadSignatures(most=2, seconds=60, monotonic=lambda: next(now))
    assert [guard.too_many("x") for _ in range(4)] == [False, False, True, False]


def test_guessers_from_everywhere_together_fill_no_log():
    guard = BadSignatures(of_all=5, clients=3, monotonic=lambda: 0.0)
    assert [guard.too_many(f"client {number}") for number in range(8)] == [False] * 5 + [True] * 3


def test_bad_signatures_of_many_clients_take_bounded_memory():
    guard = BadSignatures(most=1, clients=2, monotonic=lambda: 0.0)
    clients: Iterable[str] = ("a", "b", "c", "a")
    assert [guard.too_many(client) for client in clients] == [False] * 4
