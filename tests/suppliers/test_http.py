"""What does not depend on a supplier: headers, proxies of time, errors."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.suppliers.budget import Budget
from bot.suppliers.http import Call, Http, Lost, NotSent, Reply, retry_after
from tests.suppliers.wire import Answer, running_wire

NOW = datetime(2026, 7, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        (" 120 ", 120),
        ("0", 0),
        ("9" * 40, 900),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 900),
        ("Sun, 05 Jul 2026 12:00:30 GMT", 30),
        ("Sun, 05 Jul 2026 12:00:30 -0000", 30),
        ("Sun, 05 Jul 2026 11:00:00 GMT", 0),
        ("Sun, 05 Jul 99999999999 11:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_in_both_of_its_forms(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


def test_a_reply_never_shows_its_body() -> None:
    assert "CODE" not in repr(Reply(200, b"CODE"))


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "http://[", "no scheme"])
async def test_an_address_that_cannot_be_called_is_not_sent(url: str) -> None:
    http = Http("voodoo", url, Budget(10, 10, 1), now=lambda: NOW)
    with pytest.raises(NotSent):
        await http.send(Call("balance"), "GET", "/")
    await http.close()


async def test_redirects_are_not_followed_and_compression_is_not_asked_for() -> None:
    async with running_wire(Answer(302, b"", (("Location", "/elsewhere"),))) as wire:
        http = Http("voodoo", wire.url + "/", Budget(10, 10, 1), now=lambda: NOW)
        reply = await http.send(Call("balance"), "GET", "/x")
        await http.close()
    assert reply.status == 302
    assert [(request.path, request.headers["accept-encoding"]) for request in wire.requests] == [("/x", "identity")]


async def test_a_call_with_a_budget_of_its_own_is_held_alone() -> None:
    own = Call("create", budget=Budget(10, 10, 1))
    async with running_wire(Answer(429, b"", (("Retry-After", "9"),)), Answer(200)) as wire:
        http = Http("voodoo", wire.url, Budget(10, 10, 1), now=lambda: NOW)
        await http.send(own, "POST", "/x")
        with pytest.raises(NotSent) as held:
            await http.send(own, "POST", "/x")
        reply = await http.send(Call("balance"), "GET", "/x")
        await http.close()
    assert held.value.retry_after is not None
    assert reply.ok


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (Answer(429), 15),
        (Answer(429, b"", (("Retry-After", "3"),)), 3),
        (Answer(429, b"", (("Retry-After", "0"),)), 0),
        (Answer(503), None),
    ],
)
async def test_a_429_without_a_header_pauses_as_the_supplier_is_known_to_mean_it(
    answer: Answer, wait: float | None
) -> None:
    async with running_wire(answer) as wire:
        http = Http("octopus", wire.url, Budget(10, 10, 1), now=lambda: NOW, pause_of=lambda _: 15.0)
        reply = await http.send(Call("balance"), "GET", "/x")
        await http.close()
    assert reply.retry_after == wait


async def test_headers_are_named_in_lower_case() -> None:
    async with running_wire(Answer(200, b"", (("X-Has-More", "true"),))) as wire:
        http = Http("octopus", wire.url, Budget(10, 10, 1), now=lambda: NOW)
        reply = await http.send(Call("catalog"), "GET", "/x")
        await http.close()
    assert reply.headers["x-has-more"] == "true"


async def test_an_answer_that_is_no_http_is_lost_and_not_quoted() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b'{"code": "ABCD-EFGH-JKLM"}\r\n\r\n')
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        http = Http("voodoo", f"http://127.0.0.1:{port}", Budget(10, 10, 1), now=lambda: NOW)
        with pytest.raises(Lost) as lost:
            await http.send(Call("create"), "POST", "/x", content=b"{}")
        await http.close()
    assert str(lost.value) == "RemoteProtocolError: illegal status line"


async def test_a_token_that_fits_no_header_is_not_quoted() -> None:
    async with running_wire(Answer(200)) as wire:
        http = Http("voodoo", wire.url, Budget(10, 10, 1), now=lambda: NOW)
        with pytest.raises(Lost) as lost:
            await http.send(Call("balance"), "GET", "/x", token="secret\ntoken")
        await http.close()
    assert str(lost.value) == "LocalProtocolError: Illegal header value"
