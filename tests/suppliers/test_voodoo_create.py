"""Every way in which a create can end, byte by byte (voodoo.md 6.2)."""

from typing import Any

import pytest

from bot.suppliers.exact import encode
from bot.suppliers.http import Patience
from bot.suppliers.outcomes import Accepted, Deferred, Rejected, Unknown
from storage.records.orders import RejectReason
from tests.suppliers.desk import ORDER_ID, SHORT, make_request, order_body, running_desk
from tests.suppliers.wire import Answer, running_wire, unused_url

CREATED = encode(order_body())


def envelope(code: str, detail: Any = "No") -> bytes:
    return encode({"detail": detail, "code": code})


async def place(*answers: Answer, **config: Any) -> tuple[Any, list[tuple[str, str, bytes]]]:
    """Place one order with a supplier that answers like this."""
    async with running_wire(*answers) as wire, running_desk(wire.url, patience_to_create=SHORT, **config) as desk:
        return await desk.client.place(make_request()), desk.journal.replies


async def test_the_body_is_the_documented_one() -> None:
    async with running_wire(Answer(201, CREATED)) as wire, running_desk(wire.url) as desk:
        await desk.client.place(make_request(quantity="2.0"))
    (request,) = wire.requests
    assert (request.method, request.path) == ("POST", "/api/v1/orders")
    assert request.body == b'{"item_id":4090,"merchant_order_id":"%s","quantity":2}' % ORDER_ID.encode()
    assert request.headers["authorization"] == "Bearer t-1"


async def test_each_create_travels_on_a_connection_of_its_own() -> None:
    async with running_wire(Answer(201, CREATED), Answer(201, CREATED)) as wire, running_desk(wire.url) as desk:
        await desk.client.place(make_request())
        await desk.client.place(make_request())
    assert len({request.connection for request in wire.requests}) == 2


async def test_the_reply_is_journaled_before_it_is_read() -> None:
    outcome, replies = await place(Answer(201, CREATED))
    assert isinstance(outcome, Accepted)
    assert replies == [("voodoo", ORDER_ID, CREATED)]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"status":"pending"}',
        CREATED[:-20],
        b"[" * 50_000,
        b'{"id":"a","status":"pending","price":NaN}',
        encode(order_body(merchant_order_id="another")),
        encode(order_body(price=-1)),
    ],
)
async def test_a_success_that_cannot_be_read_is_unknown_and_kept(body: bytes) -> None:
    outcome, replies = await place(Answer(201, body))
    assert isinstance(outcome, Unknown)
    assert outcome.journal_id == 1
    assert replies[0][2] == body


@pytest.mark.parametrize(
    "answer",
    [
        Answer(500, envelope("server_error")),
        Answer(502, b"<html>Bad gateway</html>"),
        Answer(503, b"", (("Retry-After", "1"),)),
        Answer(302, b"", (("Location", "/elsewhere"),)),
        Answer(408, b""),
        Answer(201, CREATED, cut=40),
        Answer(201, CREATED, cut=0),
        Answer(reset=True),
        Answer(silent=True),
        Answer(201, b"x" * (9 << 20)),
    ],
)
async def test_an_answer_that_proves_nothing_is_unknown(answer: Answer) -> None:
    outcome, replies = await place(answer)
    assert isinstance(outcome, Unknown)
    assert replies == []


async def test_an_answer_that_only_drips_ends_in_unknown() -> None:
    patience = Patience(read=5, total=0.2)
    async with running_wire(Answer(silent=True)) as wire, running_desk(wire.url, patience_to_create=patience) as desk:
        outcome = await desk.client.place(make_request())
    assert outcome == Unknown("no whole answer within 0.2 s")


@pytest.mark.parametrize(
    ("answer", "reason", "detail"),
    [
        (Answer(400, envelope("validation_error", "Item is not available")), "refused", "Item is not available"),
        (Answer(400, envelope("insufficient_balance", "Insufficient balance")), "insufficient_funds", "Insufficient"),
        (Answer(402, envelope("insufficient_balance")), "insufficient_funds", "No"),
        (Answer(404, b"nothing"), "refused", "HTTP 404"),
        (Answer(422, envelope("x", {"quantity": ["too low"]})), "refused", '{"quantity":["too low"]}'),
        (Answer(403, b'{"error":"Not allowed"}'), "misconfigured", "Not allowed"),
        (Answer(400, envelope("x", "long " * 1_000)), "refused", "long"),
    ],
)
async def test_a_refusal_says_why_and_never_proves_that_an_earlier_attempt_failed(
    answer: Answer, reason: str, detail: str
) -> None:
    outcome, _ = await place(answer)
    assert isinstance(outcome, Rejected)
    assert outcome.reason is RejectReason(reason)
    assert outcome.detail.startswith(detail)
    assert len(outcome.detail) <= 500
    assert outcome.duplicate
    assert not outcome.taken


async def test_nobody_listening_means_not_sent() -> None:
    async with running_desk(unused_url()) as desk:
        outcome = await desk.client.place(make_request())
    assert isinstance(outcome, Deferred)


async def test_a_server_that_went_away_after_the_exchange_means_not_sent() -> None:
    async with running_wire(Answer(200, b'{"balance":1}')) as wire, running_desk(wire.url) as desk:
        await desk.client.balances()
        await wire.stop()
        outcome = await desk.client.place(make_request())
    assert isinstance(outcome, Deferred)


@pytest.mark.parametrize(
    ("answer", "retry_after"),
    [
        (Answer(429, b"", (("Retry-After", "7"),)), 7),
        (Answer(500, b""), None),
        (Answer(200, b"{}"), None),
        (Answer(200, b'{"access_token":"two words"}'), None),
        (Answer(200, b"not json"), None),
        (Answer(reset=True), None),
        (Answer(408, b""), None),
    ],
)
async def test_an_exchange_that_fails_for_now_defers_the_create(answer: Answer, retry_after: float | None) -> None:
    async with running_wire() as wire, running_desk(wire.url) as desk:
        wire.exchange.append(answer)
        outcome = await desk.client.place(make_request())
    assert isinstance(outcome, Deferred)
    assert outcome.retry_after == retry_after
    assert wire.requests == []


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404])
async def test_an_exchange_that_is_refused_is_a_misconfiguration(status: int) -> None:
    async with running_wire() as wire, running_desk(wire.url) as desk:
        wire.exchange.append(Answer(status, b'{"error":"Invalid credentials"}'))
        outcome = await desk.client.place(make_request())
    assert isinstance(outcome, Rejected)
    assert outcome.reason is RejectReason.MISCONFIGURED
    assert "ak_demo" not in outcome.detail


async def test_a_second_401_is_a_misconfiguration_after_one_exchange() -> None:
    answers = (Answer(401, envelope("not_authenticated")), Answer(401, envelope("not_authenticated")))
    async with running_wire(*answers) as wire, running_desk(wire.url) as desk:
        outcome = await desk.client.place(make_request())
    assert isinstance(outcome, Rejected)
    assert outcome.reason is RejectReason.MISCONFIGURED
    assert wire.exchanges == 2
    assert len(wire.requests) == 2


async def test_an_item_id_that_is_no_number_is_refused_without_a_call() -> None:
    async with running_wire() as wire, running_desk(wire.url) as desk:
        outcome = await desk.client.place(make_request(item_id="gift-10"))
    assert outcome == Rejected(RejectReason.REFUSED, "the item's id is not a number")
    assert wire.connections == 0


async def test_neither_a_config_nor_a_report_shows_its_secrets() -> None:
    outcome, _ = await place(Answer(201, encode(order_body(status="completed", codes=["SECRET-CODE"]))))
    assert "SECRET-CODE" not in repr(outcome)
    async with running_desk("http://127.0.0.1:1") as desk:
        assert "ak_demo" not in repr(desk)
