"""Creating and reading orders (REF-CREATE, REF-GET and ORDERS pages)."""

from decimal import Decimal
from uuid import UUID

import pytest

from bot.sandbox.goods import landmarks
from tests.sandbox.voodoo.lab import Json, Lab, exact, running_lab

ORDER_MEMBERS = {
    "id", "item", "item_name", "item_product_type", "quantity", "delivered_quantity", "price", "refund_amount",
    "fields", "status", "error", "error_message", "codes", "merchant_order_id", "source", "created_by",
    "created_at", "completed_at",
}  # fmt: skip

TOPUP: Json = {"quantity": 10, "fields": {"player_id": "123456789", "server": 17}}
SERVICE: Json = {"fields": {"account_email": "a@example.com"}}
BOOST: Json = {"account_email": "a@example.com", "realm": 1001, "platform": 41}


async def test_a_key_order_is_answered_201_and_pending(lab: Lab) -> None:
    reply = await lab.order(4090, quantity=2, merchant_order_id="po-10231")
    order = exact(reply)
    assert reply.status_code == 201
    assert order.keys() == ORDER_MEMBERS
    assert (order["item"], order["item_product_type"], order["status"]) == (4090, "key", "pending")
    assert (order["price"], order["quantity"], order["merchant_order_id"]) == (18, 2, "po-10231")
    assert (order["codes"], order["completed_at"], order["source"]) == ([], None, "api")


async def test_an_order_id_is_a_version_7_uuid(lab: Lab) -> None:
    assert UUID((await lab.created())["id"]).version == 7


async def test_a_key_order_without_quantity_is_for_one(lab: Lab) -> None:
    assert (await lab.created(4090))["quantity"] == 1


async def test_a_choice_is_sent_as_id_and_echoed_by_name(lab: Lab) -> None:
    order = await lab.created(4211, **TOPUP)
    assert order["fields"] == {"player_id": "123456789", "server": "Europe (EU-West)"}
    assert order["price"] == Decimal("12.5")


async def test_a_service_is_ordered_once_and_without_quantity(lab: Lab) -> None:
    order = await lab.created(5000, **SERVICE)
    assert (order["quantity"], order["item_product_type"], order["price"]) == (1, "service", 15)


async def test_a_topup_takes_decimals_and_is_charged_in_cents(lab: Lab) -> None:
    order = await lab.created(landmarks.DECIMAL_TOPUP, quantity=12.35, fields={"account_login": "someone"})
    assert (order["quantity"], order["price"]) == (Decimal("12.35"), Decimal("12.81"))


async def test_an_optional_field_may_stay_away(lab: Lab) -> None:
    order = await lab.created(landmarks.OPTIONAL_FIELD, fields=BOOST)
    assert order["fields"] == {"account_email": "a@example.com", "realm": "Amber Coast", "platform": "PC"}


async def test_the_balance_is_charged_at_create(lab: Lab) -> None:
    before = await lab.balance()
    await lab.created(4090, quantity=3)
    assert await lab.balance() == before - 27


async def test_an_order_is_read_back_by_its_id(holding: Lab) -> None:
    order = await holding.created(merchant_order_id="po-1")
    found = await holding.read(order["id"])
    assert found.keys() == ORDER_MEMBERS
    assert found["merchant_order_id"] == "po-1"


@pytest.mark.parametrize("order_id", ["0190f8a1-6b2c-7e33-9a10-4c1d2e3f5a6b", "not-a-uuid"])
async def test_an_absent_order_is_not_found(lab: Lab, order_id: str) -> None:
    reply = await lab.api.get(f"/api/v1/orders/{order_id}")
    assert (reply.status_code, reply.json()["code"]) == (404, "not_found")


REFUSED: dict[str, Json] = {
    "no item": {"item_id": None},
    "item as text": {"item_id": "4090"},
    "item as truth": {"item_id": True},
    "unknown item": {"item_id": 1},
    "out of stock by count": {"item_id": landmarks.SOLD_OUT},
    "out of stock by flag": {"item_id": landmarks.SOLD_OUT_FLAG},
    "more than the stock": {"item_id": landmarks.FEW_LEFT, "quantity": 4},
    "half a key": {"item_id": 4090, "quantity": 1.5},
    "zero": {"item_id": 4090, "quantity": 0},
    "negative": {"item_id": 4090, "quantity": -1},
    "quantity as text": {"item_id": 4090, "quantity": "2"},
    "quantity as truth": {"item_id": 4090, "quantity": True},
    "above the maximum": {"item_id": landmarks.LIMITED_KEY, "quantity": 6},
    "below the minimum": {"item_id": landmarks.DECIMAL_TOPUP, "quantity": 0.49, "fields": {"account_login": "x"}},
    "astronomic": {"item_id": landmarks.UNLIMITED_TOPUP, "quantity": 1e30, "fields": {"user_id": "x"}},
    "too fine": {"item_id": landmarks.UNLIMITED_TOPUP, "quantity": 1.123456789, "fields": {"user_id": "x"}},
    "top-up without quantity": {"item_id": 4211, "fields": TOPUP["fields"]},
    "service with quantity": {"item_id": 5000, "quantity": 1, **SERVICE},
    "key with fields": {"item_id": 4090, "fields": {"player_id": "1"}},
    "no fields": {"item_id": 4211, "quantity": 10},
    "fields as list": {"item_id": 4211, "quantity": 10, "fields": []},
    "a field missing": {"item_id": 4211, "quantity": 10, "fields": {"server": 17}},
    "a field empty": {"item_id": 4211, "quantity": 10, "fields": {"player_id": "  ", "server": 17}},
    "a field as number": {"item_id": 4211, "quantity": 10, "fields": {"player_id": 123, "server": 17}},
    "a field too long": {"item_id": 4211, "quantity": 10, "fields": {"player_id": "x" * 2001, "server": 17}},
    "an unknown field": {"item_id": 4211, "quantity": 10, "fields": {**TOPUP["fields"], "zone": "1"}},
    "a choice by its label": {
        "item_id": 4211, "quantity": 10, "fields": {"player_id": "1", "server": "Europe (EU-West)"},
    },
    "a choice that is none": {"item_id": 4211, "quantity": 10, "fields": {"player_id": "1", "server": 18}},
    "a choice as truth": {"item_id": 4211, "quantity": 10, "fields": {"player_id": "1", "server": True}},
    "reference too long": {"item_id": 4090, "merchant_order_id": "x" * 101},
    "reference as number": {"item_id": 4090, "merchant_order_id": 5},
}  # fmt: skip


async def test_a_bad_create_is_a_validation_error_and_charges_nothing(lab: Lab) -> None:
    replies = {name: await lab.api.post("/api/v1/orders", json=body) for name, body in REFUSED.items()}
    answers = {name: (reply.status_code, reply.json().get("code")) for name, reply in replies.items()}
    assert answers == dict.fromkeys(REFUSED, (400, "validation_error"))
    assert all(reply.json()["detail"] for reply in replies.values())
    assert await lab.balance() == 5000


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"item_id": 4090, "quantity": NaN}', b"\xff"])
async def test_a_create_that_is_no_json_object_is_a_validation_error(lab: Lab, body: bytes) -> None:
    reply = await lab.api.post("/api/v1/orders", content=body)
    assert (reply.status_code, reply.json()["code"]) == (400, "validation_error")


async def test_an_unavailable_item_is_called_not_available(lab: Lab) -> None:
    assert (await lab.order(landmarks.SOLD_OUT)).json()["detail"] == "Item is not available"


async def test_a_reference_of_100_characters_is_accepted(lab: Lab) -> None:
    assert (await lab.order(merchant_order_id="x" * 100)).status_code == 201


async def test_a_used_reference_is_refused_without_naming_the_order(lab: Lab) -> None:
    first = await lab.created(merchant_order_id="po-1")
    again = await lab.order(merchant_order_id="po-1")
    assert (again.status_code, again.json()["code"]) == (400, "validation_error")
    assert again.json().keys() == {"detail", "code"}
    assert first["id"] not in again.text
    assert await lab.balance() == 5000 - 9


async def test_a_used_reference_may_be_a_conflict(lab: Lab) -> None:
    await lab.switch("duplicate_status", "409")
    await lab.created(merchant_order_id="po-1")
    again = await lab.order(merchant_order_id="po-1")
    assert (again.status_code, again.json()["code"]) == (409, "already_exists")


async def test_a_refused_call_does_not_use_up_its_reference(lab: Lab) -> None:
    await lab.order(landmarks.SOLD_OUT, merchant_order_id="po-1")
    assert (await lab.order(4090, merchant_order_id="po-1")).status_code == 201


async def test_too_little_balance_is_said_as_such(lab: Lab) -> None:
    reply = await lab.order(landmarks.EXPENSIVE)
    assert (reply.status_code, reply.json()["code"]) == (400, "insufficient_balance")
    assert await lab.balance() == 5000


async def test_the_last_unit_is_sold_once(lab: Lab) -> None:
    await lab.created(landmarks.FEW_LEFT, quantity=3)
    assert (await lab.order(landmarks.FEW_LEFT)).status_code == 400


async def test_an_untracked_stock_never_ends(lab: Lab) -> None:
    assert (await lab.order(landmarks.UNTRACKED, quantity=100)).status_code == 201


async def test_negotiated_prices_are_what_is_charged() -> None:
    async with running_lab(personal_catalog=True) as lab:
        assert (await lab.created(4090, quantity=2))["price"] == Decimal("17.1")


@pytest.mark.parametrize(("method", "path", "status"), [("DELETE", "orders", 405), ("GET", "catalog", 404)])
async def test_what_the_pages_do_not_name_does_not_exist(lab: Lab, method: str, path: str, status: int) -> None:
    reply = await lab.api.request(method, f"/api/v1/{path}")
    assert reply.status_code == status
    assert reply.json().keys() == {"detail", "code"}
