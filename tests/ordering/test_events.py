"""What a webhook may and may not do."""

import asyncio
import json

import pytest
from structlog.testing import capture_logs

from bot.suppliers.outcomes import Pointer, Report, ReportedStatus
from storage.errors import StoreError
from storage.records.orders import Attention, Order, OrderState
from storage.records.queues import DeliveryKind, NoticeKind
from tests.factories import make_item
from tests.ordering.scripted import as_body, completed, failed, report
from tests.ordering.shop import Shop, kinds


async def test_a_webhook_ends_an_order(shop: Shop) -> None:
    order = await shop.accepted()
    assert await shop.push(completed(order)) == "applied"
    ended = await shop.order(order)
    assert (ended.state, ended.next_check_at) == (OrderState.COMPLETED, None)


async def test_the_same_event_ten_times_is_one_result(shop: Shop) -> None:
    order = await shop.accepted()
    body = as_body(completed(order))
    spaced = [json.dumps(json.loads(body), indent=space).encode() for space in range(1, 10)]
    outcomes = [await shop.push_bytes(one) for one in (body, *spaced, body)]
    assert outcomes == ["applied", *["nothing new"] * 9, "the same bytes again"]
    assert await shop.codes(order) == ("CODE-0", "CODE-1")
    assert kinds(await shop.owed()).count(DeliveryKind.RESULT) == 1


@pytest.mark.parametrize("doubtful", [False, True])
async def test_an_event_before_the_create_reply_gives_the_order_its_id(shop: Shop, doubtful: bool) -> None:
    order = await shop.unconfirmed() if doubtful else await shop.confirmed()
    await shop.push(completed(order))
    ended = await shop.order(order)
    assert (ended.state, ended.supplier_order_id) == (OrderState.COMPLETED, "S-1")
    shop.supplier.places.append(report(order))
    shop.clock.pass_(hours=1)
    await shop.work()
    assert (await shop.order(order)).state is OrderState.COMPLETED


async def test_a_pending_event_does_not_move_the_next_look(shop: Shop) -> None:
    order = await shop.accepted()
    shop.clock.pass_(seconds=5)
    await shop.push(report(order, raw_status="processing"))
    assert (await shop.order(order)).next_check_at == order.next_check_at


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"\xff\xfe", b'{"status": "completed"}'])
async def test_a_body_that_is_no_report_is_put_aside_for_good(shop: Shop, body: bytes) -> None:
    assert await shop.push_bytes(body) == "malformed"
    shop.clock.pass_(days=1)
    assert await shop.push_bytes(body) == "the same bytes again"


async def test_an_event_for_nobodys_order_is_recorded(shop: Shop) -> None:
    order = await shop.accepted()
    assert await shop.push(completed(order, order_id="po-1")) == "unknown order"
    assert (await shop.order(order)).state is OrderState.ACCEPTED


async def test_an_event_of_one_supplier_does_not_settle_an_order_at_another(shop: Shop) -> None:
    order = await shop.confirmed()
    foreign = as_body(completed(order))
    shop.restart(voodoo=shop.supplier, octopus=shop.supplier)
    await shop.store.write(lambda tables: tables.events.add("octopus", foreign, shop.clock()))
    [event] = await shop.claim_events()
    await shop.events.read(event)
    assert await shop.event_outcome(event.id) == "unknown order"
    assert (await shop.order(order)).state is OrderState.PLACING


async def test_an_event_of_a_supplier_that_was_switched_off_is_recorded(shop: Shop) -> None:
    order = await shop.accepted()
    shop.without_supplier()
    assert await shop.push(completed(order)) == "supplier switched off"


async def test_an_event_under_another_supplier_id_is_kept_and_shown(shop: Shop) -> None:
    order = await shop.accepted()
    for _ in range(2):
        assert await shop.push(completed(order, supplier_order_id="S-2", raw_status=str(_))) == "another order id"
    after = await shop.order(order)
    assert (after.state, after.supplier_order_id) == (OrderState.ACCEPTED, "S-1")
    assert (after.attention, after.attention_detail) == (Attention.ID_MISMATCH, "S-2")
    assert await shop.journal_left() == 2
    assert await shop.notices() == [NoticeKind.ORDER_ATTENTION]


async def test_a_supplier_id_that_belongs_to_another_order_is_not_adopted(shop: Shop) -> None:
    first = await shop.accepted()
    second = await shop.confirmed()
    assert await shop.push(completed(second)) == "another order id"
    assert (await shop.order(second)).state is OrderState.PLACING
    assert (await shop.order(first)).state is OrderState.ACCEPTED


async def test_a_status_that_would_go_backwards_is_ignored(shop: Shop) -> None:
    order = await shop.accepted()
    await shop.push(completed(order))
    await shop.owed()
    assert await shop.push(report(order)) == "backwards"
    assert await shop.owed() == []


async def test_a_late_contradiction_is_shown_to_the_operator(shop: Shop) -> None:
    order = await shop.accepted()
    await shop.push(completed(order))
    assert await shop.push(failed(order)) == "contradicts a terminal state"
    after = await shop.order(order)
    assert (after.state, after.attention, after.refunded) == (OrderState.COMPLETED, Attention.LATE_CHANGE, 0)
    assert await shop.notices() == [NoticeKind.ORDER_ATTENTION]


@pytest.mark.parametrize("silent", [None, ""])
async def test_an_event_without_our_id_has_the_order_asked_about(shop: Shop, silent: str | None) -> None:
    order = await shop.accepted()
    assert await shop.push(completed(order, order_id=silent)) == "no order id of ours, looked up instead"
    assert (await shop.order(order)).state is OrderState.ACCEPTED
    shop.supplier.looks.append(completed(order))
    assert await shop.work() == 1
    assert (await shop.order(order)).state is OrderState.COMPLETED
    assert await shop.push(failed(order, order_id=silent)) == "no order id of ours, looked up instead"
    assert await shop.work() == 0


@pytest.mark.parametrize(
    ("said", "ours"),
    [
        (Report("S-77", ReportedStatus.COMPLETED), ""),
        (Report("S-77", ReportedStatus.COMPLETED, order_id="id-of-before"), "id-of-before"),
        (Pointer("S-77"), ""),
        (Pointer("S-77", "id-of-before"), "id-of-before"),
    ],
)
async def test_an_event_for_nobodys_order_is_recorded_and_named_in_the_log(
    shop: Shop, said: Report | Pointer, ours: str
) -> None:
    with capture_logs() as lines:
        assert await shop.push(said) == "unknown order"
    [line] = [one for one in lines if one["event"] == "an event is about an order that is not in this database"]
    assert (line["supplier"], line["supplier_order"], line["order"]) == ("voodoo", "S-77", ours)


async def test_a_fault_of_ours_postpones_the_event(shop: Shop) -> None:
    order = await shop.accepted()
    parse = shop.supplier.parse

    def broken(body: bytes) -> Report:
        raise StoreError("a fault of ours")

    shop.supplier.parse = broken
    assert await shop.push(completed(order)) == "failed"
    shop.supplier.parse = parse
    assert await shop.claim_events() == []
    shop.clock.pass_(seconds=10)
    [event] = await shop.claim_events()
    await shop.events.read(event)
    assert (await shop.order(order)).state is OrderState.COMPLETED


async def test_events_of_many_orders_are_read_side_by_side(shop: Shop) -> None:
    orders: list[Order] = []
    for serial in range(5):
        order = await shop.confirmed(item=make_item())
        await shop.push(report(order, supplier_order_id=f"S-{serial}"))
        orders.append(order)
    bodies = [as_body(completed(order, supplier_order_id=f"S-{serial}")) for serial, order in enumerate(orders)]
    for body in bodies:
        await shop.store.write(lambda tables, one=body: tables.events.add("voodoo", one, shop.clock()))
    await asyncio.gather(*(shop.events.read(event) for event in await shop.claim_events()))
    assert {(await shop.order(order)).state for order in orders} == {OrderState.COMPLETED}
