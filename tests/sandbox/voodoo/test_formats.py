"""The ways the supplier may write what its pages leave open."""

import re

import pytest

from tests.sandbox.voodoo.lab import Lab


@pytest.mark.parametrize(("style", "price"), [("18", b"18"), ("18.0", b"18.0"), ("18.00", b"18.00")])
async def test_amounts_can_be_written_in_three_ways(lab: Lab, style: str, price: bytes) -> None:
    await lab.switch("numbers", style)
    reply = await lab.order(quantity=2, merchant_order_id="po-1")
    assert b'"price":' + price + b"," in reply.content
    await lab.wait(reference="po-1", webhooks=1)
    assert b'"total_price":' + price + b"}" in lab.receiver.got[0][1]


async def test_amounts_never_lose_digits(lab: Lab) -> None:
    await lab.switch("numbers", "18.0")
    reply = await lab.order(4211, quantity=1.125, fields={"player_id": "1", "server": 17})
    assert b'"quantity":1.125,' in reply.content
    assert b'"price":1.41,' in reply.content


@pytest.mark.parametrize(
    ("style", "shape"),
    [
        ("Z", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
        ("+00:00", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00"),
        ("fraction", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"),
        ("none", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"),
    ],
)
async def test_times_can_be_written_in_four_ways(lab: Lab, style: str, shape: str) -> None:
    await lab.switch("dates", style)
    order = await lab.created(merchant_order_id="po-1")
    await lab.wait(reference="po-1", webhooks=1)
    assert re.fullmatch(shape, order["created_at"])
    assert re.fullmatch(shape, lab.receiver.bodies[0]["completed_at"])


@pytest.mark.parametrize(
    ("style", "shown"),
    [("empty text", {"merchant_order_id": ""}), ("null", {"merchant_order_id": None}), ("absent", {})],
)
async def test_a_missing_reference_can_be_shown_in_three_ways(
    lab: Lab, style: str, shown: dict[str, str | None]
) -> None:
    await lab.switch("missing_reference", style)
    order = await lab.created()
    await lab.wait(order_id=order["id"], webhooks=1)
    for answer in (order, lab.receiver.bodies[0]):
        assert {name: value for name, value in answer.items() if name == "merchant_order_id"} == shown


async def test_fields_that_no_page_names_can_be_added_everywhere(lab: Lab) -> None:
    plain = await lab.created()
    await lab.wait(order_id=plain["id"], webhooks=1)
    await lab.switch("extra_fields", True)
    order = await lab.created()
    await lab.wait(order_id=order["id"], webhooks=1)
    assert order.keys() > plain.keys()
    first, second = lab.receiver.bodies
    assert second.keys() > first.keys()
    assert (await lab.api.get("/api/v1/account/balance")).json().keys() > {"balance"}
