"""Looking up balances and orders when the supplier does not answer as documented."""

import asyncio

import pytest

from bot.suppliers.errors import MalformedReport, SupplierMisconfigured, SupplierUnavailable
from bot.suppliers.exact import encode
from bot.suppliers.outcomes import Found, Missing, ReportedStatus
from tests.suppliers.desk import ORDER_ID, SHORT, order_body, running_desk
from tests.suppliers.wire import Answer, running_wire, unused_url

SUPPLIER_ID = "0190f8a1-6b2c-7e33-9a10-4c1d2e3f5a6b"
NOT_FOUND = Answer(404, b'{"detail":"Not found","code":"not_found"}')


@pytest.mark.parametrize("answer", [NOT_FOUND, Answer(422, b'{"detail":[]}'), Answer(400, b'{"code":"x"}')])
async def test_an_order_that_the_supplier_does_not_know_is_missing(answer: Answer) -> None:
    async with running_wire(answer) as wire, running_desk(wire.url) as desk:
        assert await desk.client.fetch(SUPPLIER_ID, ORDER_ID) == Missing()


@pytest.mark.parametrize("id_", ["", "..", "a/b", "a b", "?", "x" * 101])
async def test_an_id_that_could_change_the_url_is_missing_without_a_call(id_: str) -> None:
    async with running_wire() as wire, running_desk(wire.url) as desk:
        assert await desk.client.fetch(id_, ORDER_ID) == Missing()
    assert wire.connections == 0


@pytest.mark.parametrize(
    "answer",
    [
        Answer(404, b"<html>"),
        Answer(500),
        Answer(302),
        Answer(reset=True),
        Answer(200, b"{}", cut=1),
        Answer(silent=True),
    ],
)
async def test_an_answer_that_is_not_the_suppliers_word_can_be_asked_for_again(answer: Answer) -> None:
    async with running_wire(answer) as wire, running_desk(wire.url, patience_to_read=SHORT) as desk:
        with pytest.raises(SupplierUnavailable):
            await desk.client.fetch(SUPPLIER_ID, ORDER_ID)


async def test_a_busy_supplier_is_left_alone_for_as_long_as_it_asks() -> None:
    busy = Answer(503, b"", (("Retry-After", "20"),))
    async with running_wire(busy) as wire, running_desk(wire.url) as desk:
        with pytest.raises(SupplierUnavailable) as first:
            await desk.client.balances()
        with pytest.raises(SupplierUnavailable) as second:
            await desk.client.balances()
    assert first.value.retry_after == 20
    assert second.value.retry_after is not None
    assert 0 < second.value.retry_after <= 20
    assert len(wire.requests) == 1


async def test_an_account_that_may_not_ask_is_misconfigured() -> None:
    async with running_wire(Answer(403)) as wire, running_desk(wire.url) as desk:
        with pytest.raises(SupplierMisconfigured):
            await desk.client.balances()


async def test_nobody_listening_is_unavailable() -> None:
    async with running_desk(unused_url()) as desk:
        with pytest.raises(SupplierUnavailable):
            await desk.client.balances()


@pytest.mark.parametrize("body", [b"{}", b'{"balance":null}', b'{"balance":true}', b"12", b'{"balance":"1e300"}'])
async def test_a_balance_that_is_no_number_is_malformed(body: bytes) -> None:
    async with running_wire(Answer(200, body)) as wire, running_desk(wire.url) as desk:
        with pytest.raises(MalformedReport):
            await desk.client.balances()


async def test_a_balance_may_be_a_string_and_may_be_negative() -> None:
    async with running_wire(Answer(200, b'{"balance":"-12.50","held":3}')) as wire, running_desk(wire.url) as desk:
        (balance,) = await desk.client.balances()
    assert str(balance.amount) == "-12.50"


@pytest.mark.parametrize("body", [b"<html>", encode(order_body(id="0190f8a1-0000-7000-8000-000000000000"))])
async def test_a_look_up_that_cannot_be_used_names_where_it_was_kept(body: bytes) -> None:
    async with running_wire(Answer(200, body)) as wire, running_desk(wire.url) as desk:
        with pytest.raises(MalformedReport) as raised:
            await desk.client.fetch(SUPPLIER_ID, ORDER_ID)
    assert raised.value.journal_id == 1
    assert desk.journal.replies == [("voodoo", ORDER_ID, body)]


async def test_an_id_in_another_case_is_the_same_order() -> None:
    async with running_wire(Answer(200, encode(order_body()))) as wire, running_desk(wire.url) as desk:
        found = await desk.client.fetch(SUPPLIER_ID.upper(), ORDER_ID)
    assert isinstance(found, Found)
    assert found.report.status is ReportedStatus.PENDING
    assert desk.client.read_reply(desk.journal.replies[0][2]) == found.report


async def test_many_callers_share_one_exchange() -> None:
    answers = [Answer(200, b'{"balance":1}')] * 20
    async with running_wire(*answers) as wire, running_desk(wire.url) as desk:
        await asyncio.gather(*(desk.client.balances() for _ in range(20)))
    assert wire.exchanges == 1


async def test_closing_gives_up_an_exchange_under_way() -> None:
    async with running_wire() as wire:
        wire.exchange.append(Answer(silent=True))
        async with running_desk(wire.url) as desk:
            waiting = asyncio.create_task(desk.client.balances())
            await wire.asked.wait()
        with pytest.raises(asyncio.CancelledError):
            await waiting


async def test_calls_are_observed_with_how_they_ended() -> None:
    async with running_wire(Answer(200, b'{"balance":1}'), Answer(reset=True)) as wire, running_desk(wire.url) as desk:
        await desk.client.balances()
        with pytest.raises(SupplierUnavailable):
            await desk.client.balances()
        await wire.stop()
        with pytest.raises(SupplierUnavailable):
            await desk.client.balances()
    assert [outcome for _, call, outcome in desk.calls if call == "balance"] == ["200", "lost", "not sent"]
