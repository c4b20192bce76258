"""The client against the local Octopus Cards: the documented calls, start to end."""

from dataclasses import replace
from datetime import UTC
from decimal import Decimal

import pytest

from bot.suppliers.errors import SupplierMisconfigured, SupplierUnavailable
from bot.suppliers.octopus.reports import read_order
from bot.suppliers.outcomes import (
    Accepted,
    Balance,
    Deferred,
    Found,
    Irrelevant,
    Missing,
    PlaceRequest,
    Pointer,
    QuoteProblem,
    QuoteRefused,
    QuoteRequest,
    Rejected,
    ReportedStatus,
    Unknown,
)
from storage.records.catalog import ItemKey
from storage.records.orders import Quote, RejectReason
from tests.sandbox.octopus.lab import SECRET, Lab, running_lab
from tests.suppliers.desk import ORDER_ID, SHORT
from tests.suppliers.octopus import Desk, make_card, make_question, make_request, running_desk

UK_CARD = make_card(key=ItemKey("octopus", "456"), name="Google Play Gift Card (UK)", currency="GBP")


def url_of(lab: Lab) -> str:
    return str(lab.api.base_url)


async def accepted(desk: Desk, request: PlaceRequest) -> Accepted:
    outcome = await desk.client.place(request)
    assert isinstance(outcome, Accepted), outcome
    return outcome


async def fetched(desk: Desk, placed: Accepted) -> Found:
    found = await desk.client.fetch(placed.report.supplier_order_id, ORDER_ID)
    assert isinstance(found, Found), found
    return found


async def found_again(desk: Desk) -> Found:
    found = await desk.client.find(ORDER_ID)
    assert isinstance(found, Found), found
    return found


def uk_request(quantity: int = 2) -> PlaceRequest:
    return PlaceRequest(ORDER_ID, UK_CARD, Decimal(quantity), denomination=Decimal(25))


async def test_every_wallet_is_read_exactly() -> None:
    async with running_lab() as lab, running_desk(url_of(lab)) as desk:
        await lab.tell("wallets/1", value="1240.75")
        await lab.tell("wallets/2", type="POSTPAID")
        balances = await desk.client.balances()
    assert balances == (
        Balance("1", Decimal("1240.75"), "USD", "prepaid"),
        Balance("2", Decimal(3000), "EUR", "postpaid"),
    )


async def test_a_small_order_answers_with_its_codes_and_what_it_cost() -> None:
    async with running_lab() as lab, running_desk(url_of(lab)) as desk:
        quote = await desk.client.quote(make_question())
        placed = await accepted(desk, make_request())
        (order,) = (await lab.ask(f"orders?reference={ORDER_ID}"))["orders"]
    assert isinstance(quote, Quote)
    assert quote.total == placed.report.charged == Decimal("96.5")
    assert placed.report.status is ReportedStatus.COMPLETED
    assert [code.value for code in placed.report.codes] == [entry["card_number"] for entry in order["vouchers"]]
    assert all(code.pin and code.expires_at and code.expires_at.tzinfo is UTC for code in placed.report.codes)


async def test_a_large_order_shows_its_codes_in_the_first_look_after_its_delivery_only() -> None:
    async with running_lab() as lab, running_desk(url_of(lab)) as desk:
        placed = await accepted(desk, make_request("20"))
        assert placed.report.status is ReportedStatus.PENDING
        await lab.wait(order_id=int(placed.report.supplier_order_id), statuses=["DELIVERED"])
        first, second = await fetched(desk, placed), await fetched(desk, placed)
    assert first.report.status is ReportedStatus.COMPLETED
    assert len(first.report.codes) == first.report.delivered == 20
    assert not any("*" in code.value for code in first.report.codes)
    assert all("*" in code.value for code in second.report.codes)
    assert read_order(desk.journal.replies[1][2]) == replace(first.report, refunded=None)


async def test_an_order_is_found_by_our_id_with_the_codes_that_lists_leave_out() -> None:
    async with running_lab() as lab, running_desk(url_of(lab)) as desk:
        assert await desk.client.find(ORDER_ID) == Missing()
        placed = await accepted(desk, make_request("20"))
        await lab.wait(order_id=int(placed.report.supplier_order_id), statuses=["DELIVERED"])
        found = await found_again(desk)
    assert found.report.supplier_order_id == placed.report.supplier_order_id
    assert len([code for code in found.report.codes if "*" not in code.value]) == 20
    assert (found.report.item_id, found.report.quantity, found.report.denomination) == ("123", 20, 50)


async def test_a_pending_order_is_found_without_reading_it() -> None:
    async with running_lab(settle_after=3600) as lab, running_desk(url_of(lab)) as desk:
        await accepted(desk, make_request("20"))
        found = await found_again(desk)
        calls = [call for call, _ in desk.calls]
    assert found.report.status is ReportedStatus.PENDING
    assert "fetch" not in calls


async def test_a_lost_reply_is_unknown_and_the_order_is_found() -> None:
    async with running_lab() as lab, running_desk(url_of(lab), patience_to_create=SHORT) as desk:
        await lab.tell("faults", endpoint="create", fate="drop", moment="after")
        outcome = await desk.client.place(make_request())
        found = await found_again(desk)
        again = await desk.client.place(make_request())
        orders = (await lab.ask("orders"))["orders"]
    assert isinstance(outcome, Unknown)
    assert found.report.order_id == ORDER_ID
    assert isinstance(again, Rejected)
    assert (again.duplicate, again.taken) == (True, True)
    assert len(orders) == 1


@pytest.mark.parametrize(
    ("status", "outcome"), [(500, Unknown), (502, Unknown), (503, Unknown), (429, Deferred), (418, Rejected)]
)
async def test_an_answered_fault_is_what_it_proves(status: int, outcome: type) -> None:
    async with running_lab() as lab, running_desk(url_of(lab)) as desk:
        await lab.tell("faults", endpoint="create", fate="reply", status=status)
        assert isinstance(await desk.client.place(make_request()), outcome)


async def test_an_order_in_another_currency_costs_what_its_transaction_says() -> None:
    async with running_lab(handling_fee="1.50") as lab, running_desk(url_of(lab), wallet_id=2) as desk:
        quote = await desk.client.quote(QuoteRequest(UK_CARD, Decimal(25), Decimal(2)))
        placed = await accepted(desk, uk_request())
        (debit,) = (await lab.ask(f"transactions?order_id={placed.report.supplier_order_id}"))["transactions"]
    assert isinstance(quote, Quote)
    assert (quote.currency, quote.account, quote.fee) == ("EUR", "2", Decimal("1.5"))
    assert quote.rate is not None
    assert quote.total == placed.report.charged == Decimal(debit["amount"])
    assert all(code.link.startswith("https://") for code in placed.report.codes)


async def test_a_failed_order_says_what_came_back() -> None:
    async with running_lab(settle_after=3600) as lab, running_desk(url_of(lab), wallet_id=2) as desk:
        placed = await accepted(desk, uk_request(10))
        assert placed.report.charged is None
        await lab.settle({"id": placed.report.supplier_order_id}, "cancelled")
        found = await fetched(desk, placed)
        (debit, _) = (await lab.ask(f"transactions?order_id={placed.report.supplier_order_id}"))["transactions"]
    assert (found.report.status, found.report.error) == (ReportedStatus.FAILED, "CANCELLED")
    assert found.report.charged == found.report.refunded == Decimal(debit["amount"])


async def test_a_part_is_delivering_and_counts_what_is_there() -> None:
    async with running_lab(settle_after=3600) as lab, running_desk(url_of(lab)) as desk:
        placed = await accepted(desk, make_request("100"))
        await lab.settle({"id": placed.report.supplier_order_id}, "partial", delivered=87)
        found = await fetched(desk, placed)
    assert found.report.status is ReportedStatus.DELIVERING
    assert found.report.delivered == len(found.report.codes) == 87


@pytest.mark.parametrize(
    ("shape", "duplicate"),
    [("400 INSUFFICIENT_FUNDS", False), ("402 INSUFFICIENT_FUNDS", False), ("400 BAD_REQUEST", True)],
)
async def test_too_little_money_is_said_in_every_shape(shape: str, duplicate: bool) -> None:
    async with running_lab(funds_answer=shape) as lab, running_desk(url_of(lab)) as desk:
        await lab.tell("wallets/1", value="1")
        outcome = await desk.client.place(make_request())
    assert isinstance(outcome, Rejected)
    assert outcome.reason is RejectReason.INSUFFICIENT_FUNDS
    assert outcome.duplicate is duplicate


@pytest.mark.parametrize(
    ("denomination", "quantity", "problem"),
    [("15", "1", QuoteProblem.DENOMINATION), ("50", "5000", QuoteProblem.QUANTITY)],
)
async def test_what_cannot_be_had_is_named(denomination: str, quantity: str, problem: QuoteProblem) -> None:
    async with running_lab() as lab, running_desk(url_of(lab)) as desk:
        refused = await desk.client.quote(make_question(quantity, denomination))
    assert isinstance(refused, QuoteRefused)
    assert refused.problem is problem
    assert refused.max_quantity == (100 if problem is QuoteProblem.QUANTITY else None)


async def test_a_product_that_left_is_gone() -> None:
    async with running_lab() as lab, running_desk(url_of(lab)) as desk:
        await lab.tell("items/123/remove")
        refused = await desk.client.quote(make_question())
        outcome = await desk.client.place(make_request())
    assert isinstance(refused, QuoteRefused)
    assert refused.problem is QuoteProblem.ITEM_GONE
    assert isinstance(outcome, Rejected)
    assert (outcome.reason, outcome.duplicate) == (RejectReason.REFUSED, False)


async def test_a_currency_without_a_wallet_concerns_whoever_wants_that_product_alone() -> None:
    async with running_lab() as lab, running_desk(url_of(lab)) as desk:
        refused = await desk.client.quote(QuoteRequest(UK_CARD, Decimal(25), Decimal(1)))
    assert isinstance(refused, QuoteRefused)
    assert refused.problem is QuoteProblem.NO_WALLET


@pytest.mark.parametrize("wallet_id", [None, 99])
async def test_an_order_that_no_wallet_pays_concerns_the_operator(wallet_id: int | None) -> None:
    async with running_lab() as lab, running_desk(url_of(lab), wallet_id=wallet_id) as desk:
        outcome = await desk.client.place(uk_request())
    assert isinstance(outcome, Rejected)
    assert outcome.reason is RejectReason.MISCONFIGURED


async def test_without_the_configured_wallet_nothing_has_a_price_and_the_operator_is_told() -> None:
    async with running_lab() as lab, running_desk(url_of(lab), wallet_id=99) as desk:
        with pytest.raises(SupplierMisconfigured, match="OCTOPUS_WALLET_ID"):
            await desk.client.quote(QuoteRequest(UK_CARD, Decimal(25), Decimal(1)))


async def test_expired_tokens_lead_to_one_login_and_the_create_goes_through_once() -> None:
    async with running_lab() as lab, running_desk(url_of(lab)) as desk:
        await desk.client.balances()
        await lab.tell("tokens/expire", kind="all")
        await accepted(desk, make_request())
        await lab.log_in()
        orders = (await lab.ask("orders"))["orders"]
    assert len(orders) == 1
    assert desk.calls[3:] == [("create", "401"), ("login", "200"), ("create", "201")]


async def test_tokens_that_last_a_second_still_serve() -> None:
    async with running_lab(access_lifetime=1) as lab, running_desk(url_of(lab)) as desk:
        for _ in range(3):
            await desk.client.balances()
    assert all(outcome == "200" for _, outcome in desk.calls)


async def test_a_server_that_is_not_on_the_allowlist_is_told_so() -> None:
    async with running_lab() as lab, running_desk(url_of(lab)) as desk:
        await lab.switch(ip_allowed=False)
        with pytest.raises(SupplierMisconfigured, match="IP allowlist"):
            await desk.client.balances()


async def test_webhooks_verify_and_point_at_the_order() -> None:
    async with running_lab() as lab, running_desk(url_of(lab), webhook_secrets=("old", SECRET)) as desk:
        placed = await accepted(desk, make_request("20"))
        await lab.wait(order_id=int(placed.report.supplier_order_id), webhooks=1)
        ((headers, body),) = lab.receiver.got
        await lab.tell("webhooks/forge", type="wallet.debited", data={"id": 1}, secret=SECRET)
        irrelevant = desk.client.parse(lab.receiver.got[-1][1])
    assert desk.client.verify(headers, body)
    assert not desk.client.verify(headers, body + b" ")
    assert desk.client.parse(body) == Pointer(placed.report.supplier_order_id, ORDER_ID)
    assert irrelevant == Irrelevant("wallet.debited")


@pytest.mark.parametrize("headers", [True, False])
async def test_every_product_is_paged_through(headers: bool) -> None:
    async with running_lab(pagination_headers=headers) as lab, running_desk(url_of(lab)) as desk:
        pages = [page async for page in desk.client.pages("/api/v1/products", {"limit": "4"})]
        whole = [page async for page in desk.client.pages("/api/v1/products", {"limit": "500"})]
    assert len(pages) == 3
    assert len(whole) == 1


async def test_a_blind_look_up_is_missing_until_it_sees() -> None:
    async with running_lab(lookup_blind_calls=1) as lab, running_desk(url_of(lab)) as desk:
        await accepted(desk, make_request())
        assert await desk.client.find(ORDER_ID) == Missing()
        assert (await found_again(desk)).report.order_id == ORDER_ID


async def test_a_gateway_in_trouble_makes_reads_unavailable() -> None:
    async with running_lab() as lab, running_desk(url_of(lab)) as desk:
        await lab.tell("faults", endpoint="lookup", fate="reply", status=502)
        with pytest.raises(SupplierUnavailable):
            await desk.client.find(ORDER_ID)
