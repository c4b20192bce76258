"""The client against the local Voodoo Center: the documented calls, start to end."""

from decimal import Decimal

from bot.suppliers.outcomes import Accepted, Deferred, Found, Missing, PlaceRequest, Rejected, ReportedStatus, Unknown
from storage.records.catalog import ProductType
from storage.records.orders import FieldValue, RejectReason
from tests.sandbox.voodoo.lab import SECRET, Lab, running_lab
from tests.suppliers.desk import ORDER_ID, SHORT, Desk, make_request, running_desk


def url_of(lab: Lab) -> str:
    return str(lab.api.base_url)


async def accepted(desk: Desk, request: PlaceRequest) -> Accepted:
    outcome = await desk.client.place(request)
    assert isinstance(outcome, Accepted), outcome
    return outcome


async def test_the_balance_is_read_exactly() -> None:
    async with running_lab() as lab, running_desk(url_of(lab)) as desk:
        await lab.tell("balance", value="1240.75")
        (balance,) = await desk.client.balances()
    assert balance.amount == Decimal("1240.75")
    assert balance.currency == "USD"


async def test_an_accepted_key_order_reports_the_charge_and_our_id() -> None:
    async with running_lab(outcome="hold") as lab, running_desk(url_of(lab)) as desk:
        outcome = await accepted(desk, make_request(quantity="2"))
    assert outcome.report.charged == Decimal(18)
    assert outcome.report.order_id == ORDER_ID
    assert outcome.report.status is ReportedStatus.PENDING
    assert outcome.journal_id == 1


async def test_a_topup_sends_its_decimal_quantity_and_the_choice_id() -> None:
    values = (
        FieldValue("player_id", "Player ID", "123456789", "123456789"),
        FieldValue("server", "Server", 17, "Europe (EU-West)"),
    )
    async with running_lab(outcome="hold") as lab, running_desk(url_of(lab)) as desk:
        await accepted(desk, make_request("4211", "12.5", ProductType.TOPUP, values=values))
        (order,) = (await lab.ask("orders"))["orders"]
    assert Decimal(str(order["quantity"])) == Decimal("12.5")
    assert order["fields"]["player_id"] == "123456789"
    assert order["fields"]["server"] == "Europe (EU-West)"


async def test_a_service_is_ordered_without_a_quantity() -> None:
    values = (FieldValue("account_email", "E-mail", "me@example.com", "me@example.com"),)
    async with running_lab(outcome="hold") as lab, running_desk(url_of(lab)) as desk:
        outcome = await accepted(desk, make_request("5000", "1", ProductType.SERVICE, values=values))
    assert outcome.report.charged == Decimal(15)


async def test_a_settled_order_is_read_with_its_codes() -> None:
    async with running_lab() as lab, running_desk(url_of(lab)) as desk:
        placed = await accepted(desk, make_request())
        await lab.wait(order_id=placed.report.supplier_order_id, statuses=["completed"])
        found = await desk.client.fetch(placed.report.supplier_order_id, ORDER_ID)
    assert isinstance(found, Found)
    assert found.report.status is ReportedStatus.COMPLETED
    assert len(found.report.codes) == 2
    assert found.report.completed_at is not None
    assert desk.journal.replies[-1][:2] == ("voodoo", ORDER_ID)


async def test_an_order_that_does_not_exist_is_missing() -> None:
    async with running_lab() as lab, running_desk(url_of(lab)) as desk:
        assert await desk.client.fetch("0190f8a1-0000-7000-8000-000000000000", ORDER_ID) == Missing()


async def test_a_webhook_of_the_supplier_verifies_and_reads_like_the_look_up() -> None:
    async with running_lab() as lab, running_desk(url_of(lab), webhook_secrets=("old", SECRET)) as desk:
        placed = await accepted(desk, make_request())
        await lab.wait(order_id=placed.report.supplier_order_id, webhooks=1)
        ((headers, body),) = lab.receiver.got
        found = await desk.client.fetch(placed.report.supplier_order_id, ORDER_ID)
    assert desk.client.pushes
    assert desk.client.verify(headers, body)
    assert isinstance(found, Found)
    assert desk.client.parse(body) == found.report


async def test_a_used_reference_may_be_a_duplicate() -> None:
    async with running_lab() as lab, running_desk(url_of(lab)) as desk:
        await accepted(desk, make_request())
        outcome = await desk.client.place(make_request())
    assert isinstance(outcome, Rejected)
    assert outcome.reason is RejectReason.REFUSED
    assert (outcome.duplicate, outcome.taken) == (True, False)


async def test_a_conflict_says_outright_that_the_reference_is_taken() -> None:
    async with running_lab(duplicate_status="409") as lab, running_desk(url_of(lab)) as desk:
        await accepted(desk, make_request())
        outcome = await desk.client.place(make_request())
    assert isinstance(outcome, Rejected)
    assert outcome.taken


async def test_a_low_balance_is_insufficient_funds() -> None:
    async with running_lab() as lab, running_desk(url_of(lab)) as desk:
        await lab.tell("balance", value="1")
        outcome = await desk.client.place(make_request())
    assert isinstance(outcome, Rejected)
    assert outcome.reason is RejectReason.INSUFFICIENT_FUNDS
    assert outcome.detail


async def test_expired_tokens_are_exchanged_and_the_create_is_replayed_once() -> None:
    async with running_lab() as lab, running_desk(url_of(lab)) as desk:
        await desk.client.balances()
        await lab.tell("tokens/expire")
        await accepted(desk, make_request())
        orders = (await lab.ask("orders"))["orders"]
    assert len(orders) == 1
    assert [(call, outcome) for _, call, outcome in desk.calls] == [
        ("exchange", "200"),
        ("balance", "200"),
        ("create", "401"),
        ("exchange", "200"),
        ("create", "201"),
    ]


async def test_a_revoked_key_is_a_misconfiguration() -> None:
    async with running_lab() as lab, running_desk(url_of(lab)) as desk:
        await lab.switch("key_state", "revoked")
        outcome = await desk.client.place(make_request())
    assert isinstance(outcome, Rejected)
    assert outcome.reason is RejectReason.MISCONFIGURED


async def test_an_answer_that_never_comes_after_the_order_took_effect_is_unknown() -> None:
    async with running_lab() as lab, running_desk(url_of(lab), patience_to_create=SHORT) as desk:
        await lab.tell("faults", endpoint="create", fate="drop", moment="after")
        outcome = await desk.client.place(make_request())
        orders = (await lab.ask("orders"))["orders"]
    assert isinstance(outcome, Unknown)
    assert len(orders) == 1


async def test_too_many_requests_is_deferred_for_as_long_as_the_supplier_asks() -> None:
    async with running_lab() as lab, running_desk(url_of(lab)) as desk:
        await lab.tell("faults", endpoint="create", fate="reply", status=429, retry_after="30")
        first = await desk.client.place(make_request())
        second = await desk.client.place(make_request())
        calls = len(desk.calls)
    assert first == Deferred("the supplier answered 429", 30)
    assert isinstance(second, Deferred)
    assert second.retry_after is not None
    assert 0 < second.retry_after <= 30
    assert calls == 2, "the second create must not have been sent"
