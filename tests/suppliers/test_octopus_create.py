"""Every way in which a create at Octopus can end (octopus.md, section 7)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.suppliers.exact import encode
from bot.suppliers.http import Patience
from bot.suppliers.outcomes import Accepted, Deferred, Rejected, ReportedStatus, Unknown
from storage.records.catalog import ItemKey
from storage.records.orders import RejectReason
from tests.suppliers.desk import ORDER_ID, SHORT
from tests.suppliers.octopus import make_card, make_request, ok, order_body, running_desk, said, transaction
from tests.suppliers.wire import Answer, running_wire, unused_url

CREATED = Answer(201, encode(order_body()))


async def place(*answers: Answer, **config: Any) -> tuple[Any, list[tuple[str, str, bytes]]]:
    """Place one order with a supplier that answers like this."""
    async with running_wire(*answers) as wire, running_desk(wire.url, patience_to_create=SHORT, **config) as desk:
        return await desk.client.place(make_request()), desk.journal.replies


@pytest.mark.parametrize(
    ("denomination", "written"), [("50.00", b"50"), ("0.10", b"0.1"), ("19.99", b"19.99"), ("1000000", b"1000000")]
)
async def test_the_body_is_the_documented_one_with_exact_numbers_and_no_address(
    denomination: str, written: bytes
) -> None:
    async with running_wire(CREATED) as wire, running_desk(wire.url) as desk:
        await desk.client.place(make_request("2.0", denomination))
    (request,) = wire.requests
    assert (request.method, request.path) == ("POST", "/api/v1/orders")
    expected = b'{"product_id":123,"denomination":%s,"quantity":2,"client_reference":"%s"}'
    assert request.body == expected % (written, ORDER_ID.encode())
    assert request.headers["content-type"] == "application/json"


async def test_the_configured_wallet_pays() -> None:
    async with running_wire(CREATED) as wire, running_desk(wire.url, wallet_id=2) as desk:
        await desk.client.place(make_request())
    assert wire.requests[0].body.endswith(b',"wallet_id":2}')


async def test_each_create_travels_on_a_connection_of_its_own() -> None:
    async with running_wire(CREATED, CREATED) as wire, running_desk(wire.url) as desk:
        await desk.client.place(make_request())
        await desk.client.place(make_request())
    assert len({request.connection for request in wire.requests}) == 2


async def test_the_reply_is_journaled_and_its_codes_are_known_to_be_clear() -> None:
    outcome, replies = await place(CREATED)
    assert isinstance(outcome, Accepted)
    assert replies == [("octopus", ORDER_ID, CREATED.body)]
    assert outcome.journal_id == 1
    assert outcome.report.created
    assert outcome.report.status is ReportedStatus.COMPLETED
    assert [code.value for code in outcome.report.codes] == ["STEAM-0001-ABCD-EFGH", "STEAM-0002-ABCD-EFGH"]
    assert outcome.report.charged == Decimal("96.50")


@pytest.mark.parametrize("status", [200, 201, 202])
async def test_any_success_is_an_order(status: int) -> None:
    outcome, _ = await place(Answer(status, encode(order_body(status="PENDING", vouchers=[]))))
    assert isinstance(outcome, Accepted)
    assert outcome.report.status is ReportedStatus.PENDING


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"status":"PENDING"}',
        b'{"id":7}',
        CREATED.body[:-20],
        b"[" * 50_000,
        encode(order_body(client_reference="another")),
        encode({"success": False, "error": {"code": "X"}}),
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
        said(500, "INTERNAL_SERVER_ERROR"),
        Answer(502, b"<html>Bad gateway</html>"),
        Answer(503, b"", (("Retry-After", "1"),)),
        Answer(302, b"", (("Location", "/elsewhere"),)),
        Answer(408, b""),
        Answer(201, CREATED.body, cut=40),
        Answer(201, CREATED.body, cut=0),
        Answer(reset=True),
        Answer(silent=True),
        Answer(201, b"x" * (9 << 20)),
    ],
)
async def test_an_answer_that_proves_nothing_is_unknown(answer: Answer) -> None:
    outcome, replies = await place(answer)
    assert isinstance(outcome, Unknown)
    assert outcome.journal_id is None
    assert replies == []


async def test_an_answer_that_only_drips_ends_in_unknown() -> None:
    patience = Patience(read=5, total=0.2)
    async with running_wire(Answer(silent=True)) as wire, running_desk(wire.url, patience_to_create=patience) as desk:
        outcome = await desk.client.place(make_request())
    assert outcome == Unknown("no whole answer within 0.2 s")


FUNDS, REFUSED, MISCONFIGURED = RejectReason.INSUFFICIENT_FUNDS, RejectReason.REFUSED, RejectReason.MISCONFIGURED


@pytest.mark.parametrize(
    ("answer", "reason", "detail"),
    [
        (said(400, "VALIDATION_FAILURE", "Invalid product_id: required"), REFUSED, "Invalid product_id: required"),
        (said(404, "NOT_FOUND", "Product not found"), REFUSED, "Product not found"),
        (said(400, "INSUFFICIENT_FUNDS", "Insufficient wallet balance"), FUNDS, "Insufficient wallet balance"),
        (said(402, "INSUFFICIENT_FUNDS", "Low"), FUNDS, "Low"),
        (said(403, "INSUFFICIENT_FUNDS", "Low"), FUNDS, "Low"),
        (said(409, "insufficient_funds", "Low"), FUNDS, "Low"),
        (said(422, "INSUFFICIENT_FUNDS", "Low"), FUNDS, "Low"),
        (said(403, "FORBIDDEN", "IP address not authorized"), MISCONFIGURED, "Octopus Cards does not accept this"),
        (said(400, "INVALID_FEATURE", "Vouchers are not enabled"), MISCONFIGURED, "Octopus Cards forbids"),
        (said(404, "NOT_FOUND", "Wallet not found"), MISCONFIGURED, "Octopus Cards finds no wallet"),
    ],
)
async def test_a_refusal_before_the_debit_is_final_for_this_call(
    answer: Answer, reason: RejectReason, detail: str
) -> None:
    outcome, replies = await place(answer)
    assert isinstance(outcome, Rejected)
    assert outcome.reason is reason
    assert outcome.detail.startswith(detail)
    assert not outcome.duplicate
    assert not outcome.taken
    assert replies == []


@pytest.mark.parametrize(
    ("answer", "reason", "taken"),
    [
        (said(400, "BAD_REQUEST", "Duplicate client_reference"), REFUSED, True),
        (said(409, "CONFLICT", "This client_reference already exists"), REFUSED, True),
        (said(400, "BAD_REQUEST", "Invalid denomination for this product"), REFUSED, False),
        (said(400, "BAD_REQUEST", "Insufficient wallet balance"), FUNDS, False),
        (said(400, "BAD_REQUEST", "No wallet in GBP"), MISCONFIGURED, False),
        (said(418, "OUT_OF_STOCK", "Sold out"), REFUSED, False),
        (said(400, "", "?"), REFUSED, False),
        (Answer(404, b"<html>"), REFUSED, False),
        (Answer(413, b'{"error":"large"}'), REFUSED, False),
        (Answer(403, b"<html>"), MISCONFIGURED, False),
    ],
)
async def test_a_refusal_that_may_mean_that_the_order_exists_says_so(
    answer: Answer, reason: RejectReason, taken: bool
) -> None:
    outcome, _ = await place(answer)
    assert isinstance(outcome, Rejected)
    assert (outcome.reason, outcome.duplicate, outcome.taken) == (reason, True, taken)


@pytest.mark.parametrize(
    ("answer", "retry_after"),
    [
        (said(429, "TOO_MANY_REQUESTS", "Slow down", ("Retry-After", "12")), 12),
        (said(429, "TOO_MANY_REQUESTS", "Retry after 9 seconds"), 9),
        (Answer(429, b"<html>"), 15),
    ],
)
async def test_too_many_creates_are_deferred_and_not_sent_again_too_early(answer: Answer, retry_after: float) -> None:
    async with running_wire(answer) as wire, running_desk(wire.url) as desk:
        first = await desk.client.place(make_request())
        second = await desk.client.place(make_request())
    assert first == Deferred("the supplier answered 429", retry_after)
    assert isinstance(second, Deferred)
    assert second.retry_after is not None
    assert 0 < second.retry_after <= retry_after
    assert len(wire.requests) == 1


async def test_creates_that_are_held_do_not_hold_reads() -> None:
    held = said(429, "TOO_MANY_REQUESTS", "Slow down", ("Retry-After", "60"))
    async with running_wire(held, ok([])) as wire, running_desk(wire.url) as desk:
        await desk.client.place(make_request())
        await desk.client.find(ORDER_ID)
    assert [call for call, _ in desk.calls] == ["login", "create", "find"]


async def test_nobody_listening_means_not_sent() -> None:
    async with running_desk(unused_url()) as desk:
        outcome = await desk.client.place(make_request())
    assert isinstance(outcome, Deferred)


async def test_a_sign_in_that_fails_for_now_defers_the_create() -> None:
    async with running_wire() as wire, running_desk(wire.url) as desk:
        wire.exchange.append(Answer(503, b"", (("Retry-After", "7"),)))
        outcome = await desk.client.place(make_request())
    assert outcome == Deferred("sign-in: the supplier answered 503", 7)
    assert wire.requests == []


async def test_a_sign_in_that_is_refused_is_a_misconfiguration() -> None:
    async with running_wire() as wire, running_desk(wire.url) as desk:
        wire.exchange.append(said(401, "UNAUTHORIZED", "Invalid credentials"))
        outcome = await desk.client.place(make_request())
    assert isinstance(outcome, Rejected)
    assert outcome.reason is MISCONFIGURED
    assert not outcome.duplicate
    assert "oc_demo" not in outcome.detail


async def test_a_token_refused_at_create_is_replaced_and_the_create_sent_once_more() -> None:
    async with running_wire(said(401, "UNAUTHORIZED"), CREATED) as wire, running_desk(wire.url) as desk:
        outcome = await desk.client.place(make_request())
    assert isinstance(outcome, Accepted)
    assert [request.headers["authorization"] for request in wire.requests] == ["Bearer t-1", "Bearer t-2"]


@pytest.mark.parametrize(
    "changes",
    [
        {"item": make_card(key=ItemKey("octopus", "gift-10"))},
        {"item": make_card(key=ItemKey("octopus", "0"))},
        {"denomination": None},
        {"denomination": Decimal(0)},
        {"quantity": Decimal("1.5")},
        {"quantity": Decimal(0)},
        {"quantity": Decimal(5001)},
        {"order_id": "ordér"},
        {"order_id": "x" * 65},
        {"order_id": ""},
    ],
)
async def test_what_cannot_be_an_order_here_is_refused_without_a_call(changes: dict[str, Any]) -> None:
    async with running_wire() as wire, running_desk(wire.url) as desk:
        outcome = await desk.client.place(replace(make_request(), **changes))
    assert isinstance(outcome, Rejected)
    assert outcome.reason is REFUSED
    assert wire.connections == 0


async def test_the_cost_of_a_converted_order_is_read_from_its_transaction() -> None:
    converted = order_body(base_currency="GBP", deduction_currency="EUR", wallet_id=2)
    moved = ok([transaction("DEBIT", "9.99", 12345), transaction("DEBIT", "112.91")])
    async with running_wire(ok(converted), moved) as wire, running_desk(wire.url, wallet_id=2) as desk:
        outcome = await desk.client.place(make_request())
    assert isinstance(outcome, Accepted)
    assert outcome.report.charged == Decimal("112.91")
    assert wire.requests[1].path == "/api/v1/transactions?page=1&limit=200&wallet_id=2"


async def test_an_order_that_cost_other_than_expected_cost_what_left_the_wallet() -> None:
    moved = ok([transaction("DEBIT", "113.87")])
    async with running_wire(CREATED, moved) as wire, running_desk(wire.url) as desk:
        outcome = await desk.client.place(replace(make_request(), expected=Decimal("113.80")))
    assert isinstance(outcome, Accepted)
    assert outcome.report.charged == Decimal("113.87")


async def test_an_order_that_cost_what_was_expected_is_not_looked_into() -> None:
    async with running_wire(CREATED) as wire, running_desk(wire.url) as desk:
        outcome = await desk.client.place(make_request())
    assert isinstance(outcome, Accepted)
    assert outcome.report.charged == Decimal("96.5")
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    "answer", [Answer(500), Answer(silent=True), ok({}), Answer(200, b"<html>"), Answer(reset=True)]
)
async def test_codes_do_not_depend_on_what_they_cost(answer: Answer) -> None:
    converted = ok(order_body(base_currency="GBP", deduction_currency="EUR"))
    outcome, replies = await place(converted, answer, patience_for_money=0.2)
    assert isinstance(outcome, Accepted)
    assert len(outcome.report.codes) == 2
    assert outcome.report.charged is None
    assert len(replies) == 1


async def test_neither_an_outcome_nor_the_desk_shows_what_opens_the_goods() -> None:
    outcome, _ = await place(CREATED)
    assert "STEAM-0001" not in repr(outcome)
