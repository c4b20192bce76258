"""Looking up orders at Octopus, by its id and by ours, and what the transactions add (octopus.md, sections 7 and 8)."""

from decimal import Decimal
from typing import Any

import pytest

from bot.suppliers.errors import MalformedReport, SupplierMisconfigured, SupplierUnavailable
from bot.suppliers.exact import encode
from bot.suppliers.outcomes import Found, Missing, ReportedStatus
from tests.suppliers.desk import ORDER_ID, SHORT
from tests.suppliers.octopus import SUPPLIER_ID, ok, order_body, running_desk, said, transaction, voucher
from tests.suppliers.wire import Answer, running_wire, unused_url

MONEY = "/api/v1/transactions?page=1&limit=200"
NOT_FOUND = said(404, "NOT_FOUND", "Order not found")
PENDING = order_body(status="PENDING", quantity=100, vouchers=[])
MASKED = [voucher(1, card_number="***************EFGH", pin_code="****"), voucher(2, card_number="••••EFGH")]


async def fetch(*answers: Answer, id_: str = SUPPLIER_ID, **config: Any) -> tuple[Any, list[str], list[Any]]:
    """Read one order; returns the outcome, the paths that were asked for, and what was journaled."""
    async with running_wire(*answers) as wire, running_desk(wire.url, patience_to_read=SHORT, **config) as desk:
        outcome = await desk.client.fetch(id_, ORDER_ID)
        return outcome, [request.path for request in wire.requests], desk.journal.replies


async def find(*answers: Answer, order_id: str = ORDER_ID) -> tuple[Any, list[str], list[Any]]:
    """The same by our id."""
    async with running_wire(*answers) as wire, running_desk(wire.url, patience_to_read=SHORT) as desk:
        outcome = await desk.client.find(order_id)
        return outcome, [request.path for request in wire.requests], desk.journal.replies


async def test_an_order_is_read_once_and_journaled_before_it_is_read() -> None:
    found, paths, replies = await fetch(ok(order_body()), ok([]))
    assert isinstance(found, Found)
    assert (found.report.status, len(found.report.codes), found.journal_id) == (ReportedStatus.COMPLETED, 2, 1)
    assert not found.report.created
    assert paths == ["/api/v1/orders/1234", MONEY]
    assert replies == [("octopus", ORDER_ID, encode(order_body()))]


async def test_a_wrapped_order_is_unwrapped() -> None:
    found, _, _ = await fetch(ok({"success": True, "data": PENDING}))
    assert isinstance(found, Found)
    assert found.report.status is ReportedStatus.PENDING


async def test_an_order_that_octopus_does_not_know_is_missing() -> None:
    assert (await fetch(NOT_FOUND))[0] == Missing()


@pytest.mark.parametrize("id_", ["", "..", "a/b", "0190f8a1", "12 4", "?", "1" * 19, "١٢"])
async def test_an_id_that_octopus_cannot_know_is_missing_without_a_call(id_: str) -> None:
    assert (await fetch(id_=id_))[:2] == (Missing(), [])


@pytest.mark.parametrize(
    "answer",
    [
        Answer(404, b"<html>"),
        said(400, "BAD_REQUEST"),
        said(404, "GONE"),
        Answer(500),
        Answer(502, b"<html>"),
        Answer(302),
        Answer(reset=True),
        Answer(200, b"{}", cut=1),
        Answer(silent=True),
    ],
)
async def test_an_answer_that_is_not_octopus_word_on_the_order_can_be_asked_for_again(answer: Answer) -> None:
    with pytest.raises(SupplierUnavailable):
        await fetch(answer)


async def test_nobody_listening_is_unavailable() -> None:
    async with running_desk(unused_url()) as desk:
        with pytest.raises(SupplierUnavailable):
            await desk.client.find(ORDER_ID)


@pytest.mark.parametrize("body", [b"<html>", encode(order_body(id=99)), b"[]"])
async def test_a_look_up_that_cannot_be_used_names_where_it_was_kept(body: bytes) -> None:
    async with running_wire(Answer(200, body)) as wire, running_desk(wire.url) as desk:
        with pytest.raises(MalformedReport) as raised:
            await desk.client.fetch(SUPPLIER_ID, ORDER_ID)
    assert raised.value.journal_id == 1
    assert desk.journal.replies == [("octopus", ORDER_ID, body)]


async def test_a_journaled_order_reads_like_the_look_up() -> None:
    async with running_wire(ok(PENDING)) as wire, running_desk(wire.url) as desk:
        found = await desk.client.fetch(SUPPLIER_ID, ORDER_ID)
        assert isinstance(found, Found)
        assert desk.client.read_reply(desk.journal.replies[0][2]) == found.report


async def test_a_feature_that_is_off_is_a_misconfiguration() -> None:
    with pytest.raises(SupplierMisconfigured, match="not enabled"):
        await fetch(said(400, "INVALID_FEATURE", "The requested feature is not enabled for this client"))


async def test_an_empty_list_means_missing_and_is_not_kept() -> None:
    assert await find(ok([])) == (Missing(), [f"/api/v1/orders?client_reference={ORDER_ID}"], [])


async def test_our_id_is_escaped_in_the_address() -> None:
    _, paths, _ = await find(ok([]), order_id="a b&c=d/é")
    assert paths == ["/api/v1/orders?client_reference=a+b%26c%3Dd%2F%C3%A9"]


async def test_an_order_in_the_list_is_found_and_kept_as_it_was_written() -> None:
    found, paths, replies = await find(ok([PENDING]))
    assert isinstance(found, Found)
    assert found.report.supplier_order_id == SUPPLIER_ID
    assert len(paths) == 1
    assert replies == [("octopus", ORDER_ID, encode(PENDING))]


async def test_only_our_record_of_a_list_is_kept() -> None:
    found, _, replies = await find(ok([order_body(id=7, client_reference="other"), PENDING]))
    assert isinstance(found, Found)
    assert replies == [("octopus", ORDER_ID, encode(PENDING))]


@pytest.mark.parametrize("vouchers", [[], None, MASKED])
async def test_a_delivered_order_whose_list_entry_shows_no_codes_is_read_itself(vouchers: Any) -> None:
    listed = order_body(vouchers=vouchers)
    found, paths, replies = await find(ok([listed]), ok(order_body()), ok([]))
    assert isinstance(found, Found)
    assert len(found.report.codes) == 2
    assert found.report.codes[0].value == "STEAM-0001-ABCD-EFGH"
    assert paths[1:] == ["/api/v1/orders/1234", MONEY]
    assert replies == [("octopus", ORDER_ID, encode(order_body()))]


@pytest.mark.parametrize("status", ["DELIVERED", "PARTIALLY_DELIVERED"])
async def test_a_code_that_a_list_shows_beside_hidden_ones_is_taken_from_there(status: str) -> None:
    listed = order_body(status=status, vouchers=[MASKED[0], voucher(2)])
    found, paths, replies = await find(ok([listed]), ok([]))
    assert isinstance(found, Found)
    assert found.report.codes[1].value == "STEAM-0002-ABCD-EFGH"
    assert "/api/v1/orders/1234" not in paths
    assert replies == [("octopus", ORDER_ID, encode(listed))]


async def test_codes_that_a_list_shows_are_taken_from_there() -> None:
    found, paths, _ = await find(ok([order_body()]), ok([]))
    assert isinstance(found, Found)
    assert len(found.report.codes) == 2
    assert paths[1:] == [MONEY]


async def test_a_listed_order_that_cannot_be_read_itself_is_found_as_listed() -> None:
    listed = order_body(vouchers=[])
    found, _, replies = await find(ok([listed]), NOT_FOUND)
    assert isinstance(found, Found)
    assert found.report.codes == ()
    assert replies == [("octopus", ORDER_ID, encode(listed))]


async def test_a_listed_order_that_is_out_of_reach_right_now_is_asked_for_again() -> None:
    with pytest.raises(SupplierUnavailable):
        await find(ok([order_body(vouchers=[])]), Answer(503))


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ([order_body(client_reference="other")], False),
        ([order_body(client_reference=None)], False),
        ([PENDING, order_body()], True),
        ([{"id": 1}], True),
        ({"id": 1}, True),
        ("text", True),
    ],
)
async def test_a_list_that_does_not_answer_the_question_is_malformed(body: Any, kept: bool) -> None:
    async with running_wire(ok(body)) as wire, running_desk(wire.url) as desk:
        with pytest.raises(MalformedReport) as raised:
            await desk.client.find(ORDER_ID)
    assert (raised.value.journal_id is not None) == kept
    assert len(desk.journal.replies) == kept


@pytest.mark.parametrize("answer", [NOT_FOUND, said(400, "BAD_REQUEST"), Answer(500), Answer(404)])
async def test_a_refused_look_up_is_no_word_on_the_order(answer: Answer) -> None:
    with pytest.raises(SupplierUnavailable):
        await find(answer)


FAILED = order_body(status="FAILED", vouchers=[])


@pytest.mark.parametrize(
    ("transactions", "charged", "refunded"),
    [
        ([], "96.5", None),
        ([transaction("CREDIT", "96.50"), transaction("DEBIT", "96.50")], "96.5", "96.5"),
        ([transaction("DEBIT", "97.00")], "97", "0"),
        ([transaction("CREDIT", "40"), transaction("CREDIT", "56.5"), transaction("DEBIT", "96.5")], "96.5", "96.5"),
        ([transaction("CREDIT", "96.50", status="FAILED"), transaction("DEBIT", "96.50")], "96.5", "0"),
        ([transaction("CREDIT", "5", 12345), transaction("CREDIT", "6", 91234), transaction("DEBIT", "7", "12")],
         "96.5", None),
        ([transaction("credit", "96.50", remarks="Refund for order # 1234 (FAILED)")], "96.5", "96.5"),
        ([transaction("CREDIT", "1", remarks=None), transaction("CREDIT", "1", remarks="1234")], "96.5", None),
    ],
)  # fmt: skip
async def test_what_a_failed_order_cost_and_returned_is_read_from_its_transactions(
    transactions: list[Any], charged: str, refunded: str | None
) -> None:
    found, paths, _ = await fetch(ok(FAILED), ok(transactions))
    assert isinstance(found, Found)
    assert found.report.charged == Decimal(charged)
    assert found.report.refunded == (None if refunded is None else Decimal(refunded))
    assert paths[1:] == [MONEY]


@pytest.mark.parametrize("status", ["FAILED", "CANCELLED", "PARTIALLY_DELIVERED"])
async def test_money_is_looked_up_where_some_may_have_come_back(status: str) -> None:
    found, _, _ = await fetch(ok(order_body(status=status)), ok([transaction("CREDIT", "10")]))
    assert isinstance(found, Found)
    assert found.report.refunded == 10


async def test_money_is_looked_up_for_what_was_not_delivered_after_all() -> None:
    found, _, _ = await fetch(ok(order_body(delivered_quantity=1)), ok([transaction("CREDIT", "48.25")]))
    assert isinstance(found, Found)
    assert found.report.refunded == Decimal("48.25")


async def test_a_delivered_order_cost_what_left_the_wallet_whatever_its_own_amounts_say() -> None:
    taxed = transaction("DEBIT", "113.87")
    found, _, _ = await fetch(ok(order_body()), ok([taxed]))
    assert isinstance(found, Found)
    assert found.report.charged == Decimal("113.87")


@pytest.mark.parametrize("status", ["PENDING", "ON_HOLD"])
async def test_money_is_not_looked_up_while_an_order_is_under_way(status: str) -> None:
    _, paths, _ = await fetch(ok(order_body(status=status)))
    assert len(paths) == 1


@pytest.mark.parametrize(
    "answer",
    [Answer(500), Answer(silent=True), said(403, "FORBIDDEN"), ok([transaction("DEBIT", "1") | {"amount": "x"}])],
)
async def test_a_report_goes_out_without_money_that_cannot_be_read(answer: Answer) -> None:
    found, _, _ = await fetch(ok(FAILED), answer, patience_for_money=0.1)
    assert isinstance(found, Found)
    assert found.report.charged == Decimal("96.5")
    assert found.report.refunded is None
