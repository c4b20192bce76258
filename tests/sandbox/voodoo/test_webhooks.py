"""Signed pushes of terminal events (WEBHOOKS page)."""

import json
from decimal import Decimal

import pytest
from starlette.responses import RedirectResponse, Response

from bot.sandbox.shop.replies import NeverAnswered
from tests.sandbox.voodoo.lab import Lab, running_lab, signature_of

EVENT_MEMBERS = [
    "codes", "completed_at", "created_at", "delivered_quantity", "error", "error_message", "fields", "item_id",
    "item_name", "merchant_order_id", "order_id", "quantity", "refund_amount", "status", "total_price",
]  # fmt: skip


async def pushed(lab: Lab, deliveries: int = 1, state: str = "delivered") -> str:
    """Make an order with reference ``po-1`` and wait for its webhooks; returns the order's id."""
    order = await lab.created(quantity=2, merchant_order_id="po-1")
    await lab.wait(reference="po-1", webhooks=deliveries, webhook_state=state)
    order_id: str = order["id"]
    return order_id


async def test_a_settled_order_is_pushed_with_fifteen_members(lab: Lab) -> None:
    order_id = await pushed(lab)
    (event,) = lab.receiver.bodies
    assert sorted(event) == EVENT_MEMBERS
    assert (event["order_id"], event["merchant_order_id"], event["status"]) == (order_id, "po-1", "completed")
    assert (event["item_id"], event["quantity"], event["total_price"]) == (4090, 2, 18)
    assert event["codes"] == (await lab.read(order_id))["codes"]


async def test_the_body_is_compact_with_sorted_keys(lab: Lab) -> None:
    await pushed(lab)
    (_, body) = lab.receiver.got[0]
    assert body == json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


async def test_the_signature_is_over_the_very_bytes(lab: Lab) -> None:
    await pushed(lab)
    (headers, body) = lab.receiver.got[0]
    assert headers["x-webhook-signature"] == signature_of(body)


async def test_nothing_is_pushed_before_the_end(holding: Lab) -> None:
    order = await holding.created()
    await holding.wait(order_id=order["id"], held=True)
    assert holding.receiver.got == []
    await holding.tell(f"orders/{order['id']}/settle", **{"as": "failed"})
    await holding.wait(order_id=order["id"], webhooks=1)
    assert [event["status"] for event in holding.receiver.bodies] == ["failed"]


async def test_choices_are_pushed_by_name(lab: Lab) -> None:
    order = await lab.created(4211, quantity=10, fields={"player_id": "1", "server": 17})
    await lab.wait(order_id=order["id"], webhooks=1)
    assert lab.receiver.bodies[0]["fields"] == {"player_id": "1", "server": "Europe (EU-West)"}


@pytest.mark.parametrize("status", [201, 202, 204, 400, 401, 500, 503])
async def test_anything_but_200_is_tried_again(status: int) -> None:
    async with running_lab(webhook_spacing=0) as lab:
        lab.receiver.answers = [Response(status_code=status)]
        order_id = await pushed(lab)
        (delivery,) = (await lab.ask(f"orders/{order_id}"))["webhooks"]
        assert [attempt["status"] for attempt in delivery["attempts"]] == [status, 200]
        assert len({body for _, body in lab.receiver.got}) == 1


async def test_three_tries_and_then_never_again() -> None:
    async with running_lab(webhook_spacing=0) as lab:
        lab.receiver.answers = [Response(status_code=503)] * 5
        await pushed(lab, state="gave up")
        assert len(lab.receiver.got) == 3


async def test_there_may_be_four_tries() -> None:
    async with running_lab(webhook_spacing=0, webhook_tries=4) as lab:
        lab.receiver.answers = [Response(status_code=503)] * 5
        await pushed(lab, state="gave up")
        assert len(lab.receiver.got) == 4


async def test_redirects_are_not_followed() -> None:
    async with running_lab(webhook_tries=1) as lab:
        lab.receiver.answers = [RedirectResponse(lab.receiver.url)]
        order_id = await pushed(lab, state="gave up")
        (delivery,) = (await lab.ask(f"orders/{order_id}"))["webhooks"]
        assert [attempt["status"] for attempt in delivery["attempts"]] == [307]
        assert len(lab.receiver.got) == 1


async def test_a_receiver_that_is_down_is_tried_again() -> None:
    async with running_lab(webhook_spacing=0) as lab:
        await lab.tell("receivers", urls=["http://127.0.0.1:9/hook"])
        order_id = await pushed(lab, state="gave up")
        (delivery,) = (await lab.ask(f"orders/{order_id}"))["webhooks"]
        assert [attempt["status"] for attempt in delivery["attempts"]] == [None] * 3
        assert {attempt["error"] for attempt in delivery["attempts"]} == {"ConnectError"}


async def test_a_receiver_that_never_answers_times_out() -> None:
    async with running_lab(webhook_timeout=0.05, webhook_tries=1) as lab:
        lab.receiver.answers = [NeverAnswered()]
        order_id = await pushed(lab, state="gave up")
        (delivery,) = (await lab.ask(f"orders/{order_id}"))["webhooks"]
        assert [attempt["error"] for attempt in delivery["attempts"]] == ["timeout"]


async def test_every_receiver_gets_the_event(lab: Lab) -> None:
    await lab.tell("receivers", urls=[lab.receiver.url, lab.receiver.url])
    await pushed(lab, 2)
    assert len(lab.receiver.got) == 2


async def test_the_secret_can_change(lab: Lab) -> None:
    await lab.tell("receivers", secret="another")
    await pushed(lab)
    headers, body = lab.receiver.got[0]
    assert headers["x-webhook-signature"] == signature_of(body, "another")


async def test_the_next_webhook_can_be_lost(lab: Lab) -> None:
    await lab.tell("faults/webhook", trick="lose")
    order_id = await pushed(lab, state="lost")
    assert lab.receiver.got == []
    await lab.tell(f"orders/{order_id}/webhook")
    await lab.wait(order_id=order_id, webhooks=1)
    assert len(lab.receiver.got) == 1


async def test_every_webhook_can_be_lost(lab: Lab) -> None:
    await lab.tell("faults/webhook", trick="lose", times=None)
    for _ in range(3):
        order = await lab.created()
        await lab.wait(order_id=order["id"], webhooks=1, webhook_state="lost")
    assert lab.receiver.got == []


async def test_the_next_webhook_can_be_repeated(lab: Lab) -> None:
    await lab.tell("faults/webhook", trick="repeat", value=9)
    await pushed(lab, 10)
    assert len(lab.receiver.got) == 10
    assert len({body for _, body in lab.receiver.got}) == 1


async def test_the_next_webhook_can_be_mis_signed(lab: Lab) -> None:
    await lab.tell("faults/webhook", trick="mis-sign")
    await pushed(lab)
    headers, body = lab.receiver.got[0]
    assert headers["x-webhook-signature"].startswith("sha256=")
    assert headers["x-webhook-signature"] != signature_of(body)


async def test_an_armed_trick_strikes_as_often_as_it_says(lab: Lab) -> None:
    await lab.tell("faults/webhook", trick="null item", times=2)
    for _ in range(3):
        order = await lab.created()
        await lab.wait(order_id=order["id"], webhooks=1)
    assert [event["item_id"] for event in lab.receiver.bodies] == [None, None, 4090]


async def test_a_webhook_can_arrive_before_the_create_reply(lab: Lab) -> None:
    await lab.tell("faults/webhook", trick="early")
    order = await lab.created(merchant_order_id="po-1")
    assert [event["order_id"] for event in lab.receiver.bodies] == [order["id"]]
    assert order["status"] == "pending"
    assert (await lab.read(order["id"]))["status"] == "completed"


async def test_an_early_webhook_that_is_refused_is_tried_again() -> None:
    async with running_lab(webhook_spacing=0) as lab:
        lab.receiver.answers = [Response(status_code=503)]
        await lab.tell("faults/webhook", trick="early")
        await pushed(lab)
        assert len(lab.receiver.got) == 2


async def test_a_delayed_webhook_comes_after_the_order_can_be_read_as_settled(lab: Lab) -> None:
    await lab.tell("faults/webhook", trick="delay", value=3600)
    order = await lab.created(merchant_order_id="po-1")
    await lab.wait(reference="po-1", statuses=["completed"])
    assert (await lab.read(order["id"]))["status"] == "completed"
    assert lab.receiver.got == []


async def test_the_guard_refuses_addresses_that_are_not_public() -> None:
    async with running_lab(webhook_guard=True, webhook_tries=1) as lab:
        order_id = await pushed(lab, state="gave up")
        (delivery,) = (await lab.ask(f"orders/{order_id}"))["webhooks"]
        assert [attempt["error"] for attempt in delivery["attempts"]] == ["the address is not public"]
        assert lab.receiver.got == []


async def test_an_open_order_has_no_webhook_to_send_again(holding: Lab) -> None:
    order = await holding.created()
    assert (await holding.api.post(f"/sandbox/orders/{order['id']}/webhook")).status_code == 409


async def test_a_partial_event_says_what_came_and_what_was_refunded(holding: Lab) -> None:
    order = await holding.created(quantity=3)
    await holding.tell(f"orders/{order['id']}/settle", **{"as": "partial", "delivered": 2})
    await holding.wait(order_id=order["id"], webhooks=1)
    (event,) = holding.receiver.bodies
    assert (event["status"], event["delivered_quantity"], event["refund_amount"]) == ("partial", 2, Decimal(9))
    assert len(event["codes"]) == 2
    assert (event["error"], event["error_message"]) == ("", "")
