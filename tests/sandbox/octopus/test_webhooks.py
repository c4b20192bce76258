"""Signed pushes without codes (WEBHOOKS and VERIFICATION pages)."""

import pytest
from starlette.responses import RedirectResponse, Response

from bot.sandbox.shop.replies import NeverAnswered
from tests.sandbox.octopus.lab import SECRET, Json, Lab, running_lab, signature_of

DATA_MEMBERS = {
    "id", "reference_code", "client_reference", "status", "product_name", "denomination", "quantity", "amount",
    "delivered_quantity", "delivered_on", "created_at",
}  # fmt: skip


async def pushed(lab: Lab, deliveries: int = 1, state: str = "delivered", quantity: int = 6) -> Json:
    """Make an order with reference ``B-1`` and wait for its webhooks; returns the supplier's view of it."""
    await lab.created(quantity=quantity, client_reference="B-1")
    return await lab.wait(reference="B-1", webhooks=deliveries, webhook_state=state)


async def test_a_delivered_order_is_pushed_without_codes(lab: Lab) -> None:
    order = await pushed(lab)
    ((headers, body),) = lab.receiver.got
    (event,) = lab.receiver.bodies
    assert set(event) == {"id", "type", "created_at", "data"}
    assert event["type"] == "order.delivered"
    assert set(event["data"]) == DATA_MEMBERS
    assert (event["data"]["id"], event["data"]["status"]) == (order["id"], "DELIVERED")
    assert (event["data"]["reference_code"], event["data"]["client_reference"]) == ("B-1", "B-1")
    assert (event["data"]["quantity"], event["data"]["delivered_quantity"], event["data"]["amount"]) == (6, 6, 300)
    assert not [code for code in order["codes"] if code.encode() in body]
    assert headers["x-event-id"] == event["id"]
    assert event["id"].startswith("evt_")


async def test_the_headers_are_the_documented_ones(lab: Lab) -> None:
    await pushed(lab)
    ((headers, body),) = lab.receiver.got
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"] == "octopusrewards.com/webhook-agent"
    assert headers["x-signature"] == signature_of(body)
    assert headers["x-octopus-webhook-token"] == SECRET
    assert (headers["x-webhook-id"], headers["x-event-type"]) == ("1", "order.delivered")
    assert int(headers["x-timestamp"]) > 1_700_000_000


@pytest.mark.parametrize(
    ("outcome", "event", "status", "delivered"),
    [
        ("delivered", "order.delivered", "DELIVERED", 6),
        ("partial", "order.partially_delivered", "PARTIALLY_DELIVERED", 3),
        ("failed", "order.failed", "FAILED", 0),
        ("cancelled", "order.cancelled", "CANCELLED", 0),
    ],
)
async def test_every_end_has_its_event(outcome: str, event: str, status: str, delivered: int) -> None:
    async with running_lab(outcome=outcome) as lab:
        await pushed(lab)
        (body,) = lab.receiver.bodies
        assert (body["type"], body["data"]["status"]) == (event, status)
        assert body["data"]["delivered_quantity"] == delivered


async def test_small_orders_are_pushed_too_unless_told_otherwise(lab: Lab) -> None:
    await pushed(lab, quantity=1)
    await lab.switch(sync_events=False)
    await lab.created(client_reference="A-2")
    await lab.created(quantity=6, client_reference="B-3")
    await lab.wait(reference="B-3", webhooks=1)
    assert [body["data"]["client_reference"] for body in lab.receiver.bodies] == ["B-1", "B-3"]


async def test_debits_and_credits_are_pushed() -> None:
    async with running_lab(wallet_events=True, outcome="failed", sync_events=False) as lab:
        await lab.created()
        await lab.receiver.gets(2)
        debit, credit = sorted(lab.receiver.bodies, key=lambda body: body["type"], reverse=True)
        assert (debit["type"], credit["type"]) == ("wallet.debited", "wallet.credited")
        assert (debit["data"]["wallet_id"], debit["data"]["currency"], debit["data"]["balance"]) == (1, "USD", 4951.75)
        assert credit["data"]["remarks"].startswith("USD Wallet credited by amount 48.25")


@pytest.mark.parametrize("status", [200, 201, 204])
async def test_any_2xx_is_an_acknowledgement(status: int) -> None:
    async with running_lab(webhook_spacing=0) as lab:
        lab.receiver.answers = [Response(status_code=status)]
        await pushed(lab)
        assert len(lab.receiver.got) == 1


@pytest.mark.parametrize("status", [304, 400, 401, 404, 500, 503])
async def test_anything_else_is_tried_again_with_the_same_bytes(status: int) -> None:
    async with running_lab(webhook_spacing=0) as lab:
        lab.receiver.answers = [Response(status_code=status)]
        order = await pushed(lab)
        (delivery,) = order["webhooks"]
        assert [attempt["status"] for attempt in delivery["attempts"]] == [status, 204]
        assert len({body for _, body in lab.receiver.got}) == 1
        assert len({headers["x-event-id"] for headers, _ in lab.receiver.got}) == 1


async def test_five_tries_and_then_never_again() -> None:
    async with running_lab(webhook_spacing=0) as lab:
        lab.receiver.answers = [Response(status_code=503)] * 9
        await pushed(lab, state="gave up")
        assert len(lab.receiver.got) == 5


async def test_a_receiver_that_is_down_or_silent_is_tried_again() -> None:
    async with running_lab(webhook_spacing=0, webhook_timeout=0.05, webhook_tries=2) as lab:
        lab.receiver.answers = [NeverAnswered()]
        order = await pushed(lab)
        assert order["webhooks"][0]["attempts"][0]["error"] == "timeout"
        await lab.tell("receivers", urls=["http://127.0.0.1:9/hook"])
        await lab.created(client_reference="A-2")
        gone = await lab.wait(reference="A-2", webhooks=1, webhook_state="gave up")
        assert {attempt["error"] for attempt in gone["webhooks"][0]["attempts"]} == {"ConnectError"}


async def test_redirects_are_not_followed() -> None:
    async with running_lab(webhook_tries=1) as lab:
        lab.receiver.answers = [RedirectResponse(lab.receiver.url)]
        await pushed(lab, state="gave up")
        assert len(lab.receiver.got) == 1


async def test_plain_http_may_be_refused() -> None:
    async with running_lab(webhook_https=True, webhook_tries=1) as lab:
        order = await pushed(lab, state="gave up")
        assert order["webhooks"][0]["attempts"][0]["error"] == "the address is not https"
        assert lab.receiver.got == []


async def test_every_receiver_gets_the_same_event_with_its_own_number(lab: Lab) -> None:
    await lab.tell("receivers", urls=[lab.receiver.url, lab.receiver.url])
    await pushed(lab, 2)
    assert sorted(headers["x-webhook-id"] for headers, _ in lab.receiver.got) == ["1", "2"]
    assert len({body for _, body in lab.receiver.got}) == 1


async def test_the_secret_can_change(lab: Lab) -> None:
    await lab.tell("receivers", secret="another")
    await pushed(lab)
    headers, body = lab.receiver.got[0]
    assert headers["x-signature"] == signature_of(body, "another")


async def test_the_next_webhook_can_be_lost_and_sent_by_hand(lab: Lab) -> None:
    await lab.tell("faults/webhook", trick="lose")
    order = await pushed(lab, state="lost")
    assert lab.receiver.got == []
    await lab.tell(f"orders/{order['id']}/webhook")
    await lab.wait(reference="B-1", webhooks=1)
    assert lab.receiver.types == ["order.delivered"]


async def test_the_next_webhook_can_be_repeated(lab: Lab) -> None:
    await lab.tell("faults/webhook", trick="repeat", value=4)
    await pushed(lab, 5)
    assert len(lab.receiver.got) == 5
    assert len({headers["x-event-id"] for headers, _ in lab.receiver.got}) == 1


async def test_the_next_webhook_can_be_mis_signed(lab: Lab) -> None:
    await lab.tell("faults/webhook", trick="mis-sign")
    order = await pushed(lab)
    headers, body = lab.receiver.got[0]
    assert headers["x-signature"] != signature_of(body)
    assert order["webhooks"][0]["mis_signed"] is True


async def test_the_next_webhook_can_be_late(lab: Lab) -> None:
    await lab.tell("faults/webhook", trick="delay", value=3600)
    await lab.created(quantity=6, client_reference="B-1")
    await lab.wait(reference="B-1", statuses=["DELIVERED"])
    assert lab.receiver.got == []


async def test_the_next_webhook_can_come_after_the_one_after_it(holding: Lab) -> None:
    order = await holding.created(quantity=6, client_reference="B-1")
    await holding.tell("faults/webhook", trick="out of order")
    await holding.settle(order, "partial")
    await holding.settle(order, "delivered")
    await holding.wait(reference="B-1", webhooks=2)
    assert holding.receiver.types == ["order.delivered", "order.partially_delivered"]


@pytest.mark.parametrize(("value", "sent"), [(None, 0), (77, 77)])
async def test_the_next_webhook_can_carry_another_orders_id(lab: Lab, value: int | None, sent: int) -> None:
    await lab.tell("faults/webhook", trick="other order", value=value)
    await pushed(lab)
    (headers, body), (event,) = lab.receiver.got[0], lab.receiver.bodies
    assert (event["data"]["id"], event["data"]["client_reference"]) == (sent, "B-1")
    assert headers["x-signature"] == signature_of(body)


async def test_a_webhook_can_come_before_the_create_reply_while_the_order_is_pending(lab: Lab) -> None:
    await lab.switch(settle_after=3600)
    await lab.tell("faults/webhook", trick="early")
    order = await lab.created(quantity=6)
    (event,) = lab.receiver.bodies
    assert (event["data"]["id"], event["data"]["status"]) == (order["id"], "DELIVERED")
    assert (await lab.read(f"orders/{order['id']}"))["status"] == "PENDING"


async def test_an_early_webhook_does_not_come_again(lab: Lab) -> None:
    await lab.tell("faults/webhook", trick="early")
    await lab.created(quantity=6, client_reference="B-1")
    order = await lab.wait(reference="B-1", statuses=["DELIVERED"])
    assert len(order["webhooks"]) == 1


async def test_a_small_orders_webhook_can_come_before_its_reply(lab: Lab) -> None:
    lab.receiver.answers = [Response(status_code=503)]
    await lab.switch(webhook_spacing=0)
    await lab.tell("faults/webhook", trick="early")
    await lab.created(client_reference="A-1")
    assert len(lab.receiver.got) >= 1
    await lab.wait(reference="A-1", webhooks=1)
    assert lab.receiver.types == ["order.delivered"] * 2


async def test_a_status_can_be_told_that_the_order_has_not(holding: Lab) -> None:
    order = await holding.created(quantity=6, client_reference="B-1")
    assert (await holding.api.post(f"/sandbox/orders/{order['id']}/webhook", json={})).status_code == 409
    await holding.tell(f"orders/{order['id']}/webhook", status="FAILED")
    await holding.wait(reference="B-1", webhooks=1)
    assert holding.receiver.types == ["order.failed"]
    assert (await holding.read(f"orders/{order['id']}"))["status"] == "PENDING"


async def test_an_order_can_be_settled_in_silence(holding: Lab) -> None:
    order = await holding.created(quantity=6)
    settled = await holding.settle(order, "delivered", silent=True)
    assert (settled["status"], settled["webhooks"]) == ("DELIVERED", [])


async def test_any_event_can_be_forged_with_any_secret(lab: Lab) -> None:
    forged = await lab.tell("webhooks/forge", type="order.failed", data={"id": 5, "amount": 1.5}, event_id="evt_1")
    assert [attempt["status"] for attempt in forged["deliveries"][0]["attempts"]] == [204]
    await lab.tell("webhooks/forge", secret="wrong")
    (right, body), (wrong, other) = lab.receiver.got
    assert (right["x-signature"], right["x-event-id"]) == (signature_of(body), "evt_1")
    assert lab.receiver.bodies[0]["data"] == {"id": 5, "amount": 1.5}
    assert wrong["x-signature"] == signature_of(other, "wrong") != signature_of(other)


async def test_a_forged_event_can_have_any_header(lab: Lab) -> None:
    await lab.tell("webhooks/forge", headers={"X-Timestamp": "1", "X-Signature": "", "X-Event-ID": "evt_other"})
    ((headers, _),) = lab.receiver.got
    assert (headers["x-timestamp"], headers["x-signature"], headers["x-event-id"]) == ("1", "", "evt_other")


async def test_an_event_can_be_replayed_byte_for_byte(lab: Lab) -> None:
    order = await pushed(lab)
    event_id = order["webhooks"][0]["event_id"]
    replayed = await lab.tell(f"webhooks/{event_id}/replay")
    assert [one["event_id"] for one in replayed["deliveries"]] == [event_id]
    assert len({body for _, body in lab.receiver.got}) == 1
    assert len(lab.receiver.got) == 2
    assert (await lab.api.post("/sandbox/webhooks/evt_none/replay")).status_code == 404
