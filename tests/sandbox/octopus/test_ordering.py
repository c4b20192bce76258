"""What a create call answers and what it leaves behind (CREATE page)."""

from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.octopus.lab import Lab, error_of, exact

CREATE_MEMBERS = {
    "id", "product_id", "product_name", "denomination", "quantity", "amount", "discount", "client_reference",
    "wallet_id", "status", "base_currency", "deduction_currency", "message", "email", "vouchers",
}  # fmt: skip


async def test_a_small_order_is_answered_with_its_vouchers(lab: Lab) -> None:
    order = await lab.created(quantity=5, client_reference="A-1", email="ada@example.com")
    assert set(order) == CREATE_MEMBERS
    assert (order["status"], order["amount"], order["discount"]) == ("DELIVERED", 250, Decimal("8.75"))
    assert (order["product_id"], order["denomination"], order["quantity"]) == (123, 50, 5)
    assert (order["client_reference"], order["email"], order["wallet_id"]) == ("A-1", "ada@example.com", 1)
    assert (order["base_currency"], order["deduction_currency"]) == ("USD", "USD")
    assert order["message"] == "Order created successfully"
    assert len({voucher["card_number"] for voucher in order["vouchers"]}) == 5
    assert await lab.balance() == Decimal("4758.75")


async def test_a_large_order_is_answered_pending_and_delivered_later(holding: Lab) -> None:
    order = await holding.created(quantity=6, client_reference="B-1")
    assert (order["status"], order["vouchers"]) == ("PENDING", [])
    assert await holding.balance() == Decimal("4710.50")
    await holding.wait(reference="B-1", held=True)
    await holding.settle(order, "delivered")
    read = await holding.read(f"orders/{order['id']}")
    assert (read["status"], len(read["vouchers"]), read["delivered_quantity"]) == ("DELIVERED", 6, 6)


async def test_what_was_not_sent_is_not_echoed(lab: Lab) -> None:
    assert CREATE_MEMBERS - set(await lab.created()) == {"client_reference", "email"}


@pytest.mark.parametrize(
    ("item", "face", "filled"),
    [
        (123, 50, {"card_number", "pin_code", "expires_at", "voucher_reference_number"}),
        (124, 7.5, {"card_number", "expires_at"}),
        (132, 25, {"card_number", "claim_url", "expires_at", "voucher_reference_number"}),
        (133, 50, {"card_number", "voucher_reference_number"}),
        (456, 10, {"claim_url", "expires_at"}),
    ],
)
async def test_vouchers_have_the_shape_of_their_product(lab: Lab, item: int, face: float, filled: set[str]) -> None:
    (voucher,) = (await lab.created(item, face, wallet_id=1))["vouchers"]
    assert set(voucher) == {"card_number", "pin_code", "claim_url", "expires_at", "voucher_reference_number"}
    assert {name for name, value in voucher.items() if value is not None} == filled


async def test_an_order_from_another_wallet_is_converted(lab: Lab) -> None:
    order = await lab.created(456, 25, 2, wallet_id=2)
    assert (order["amount"], order["discount"]) == (50, Decimal("1.50"))
    assert (order["base_currency"], order["deduction_currency"], order["wallet_id"]) == ("GBP", "EUR", 2)
    assert await lab.balance(2) == Decimal("2943.25")
    (debit, *_) = await lab.read("transactions")
    assert (debit["amount"], debit["forex_rate"], debit["conversion_charges"]) == (Decimal("56.75"), Decimal("1.17"), 0)
    assert (debit["source_currency"], debit["destination_currency"]) == ("GBP", "EUR")


async def test_a_reference_is_used_once_and_for_all(lab: Lab) -> None:
    first = await lab.created(client_reference="A-1")
    for item, face in ((123, 50), (124, 7)):
        refused = await lab.order(item, face, client_reference="A-1")
        assert error_of(refused) == (400, "BAD_REQUEST", "Duplicate client_reference")
    assert [order["id"] for order in (await lab.ask("orders"))["orders"]] == [first["id"]]
    assert await lab.balance() == Decimal("4951.75")


async def test_a_refused_call_does_not_use_up_its_reference(lab: Lab) -> None:
    await lab.tell("wallets/1", value=10)
    assert error_of(await lab.order(client_reference="A-1"))[1] == "INSUFFICIENT_FUNDS"
    await lab.tell("wallets/1", value=100)
    assert (await lab.order(client_reference="A-1")).status_code == 201


async def test_orders_without_a_reference_are_never_duplicates(lab: Lab) -> None:
    assert (await lab.created())["id"] != (await lab.created())["id"]


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        ("400 INSUFFICIENT_FUNDS", 400, "INSUFFICIENT_FUNDS"),
        ("402 INSUFFICIENT_FUNDS", 402, "INSUFFICIENT_FUNDS"),
        ("400 BAD_REQUEST", 400, "BAD_REQUEST"),
    ],
)
async def test_a_wallet_that_cannot_pay_refuses_and_keeps_its_money(
    lab: Lab, answer: str, status: int, code: str
) -> None:
    await lab.switch(funds_answer=answer)
    await lab.tell("wallets/1", value="48.24")
    assert error_of(await lab.order()) == (status, code, "Insufficient wallet balance")
    assert await lab.balance() == Decimal("48.24")
    assert (await lab.ask("orders"))["orders"] == []
    await lab.tell("wallets/1", value="48.25")
    await lab.created()
    assert await lab.balance() == 0


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"product_id": None}, "Invalid product_id: required"),
        ({"product_id": "123"}, "Invalid product_id: must be an integer"),
        ({"client_reference": 5}, "Invalid client_reference: must be a string"),
        ({"client_reference": "x" * 256}, "Invalid client_reference: at most 255 characters"),
        ({"client_reference": "é"}, "Invalid client_reference: printable ASCII only"),
        ({"email": "nobody"}, "Invalid email: must be a valid email address"),
        ({"email": "a@b"}, "Invalid email: must be a valid email address"),
        ({"email": "a b@example.com"}, "Invalid email: must be a valid email address"),
        ({"email": "a" * 243 + "@example.com"}, "Invalid email: must be a valid email address"),
    ],
)
async def test_a_field_that_is_wrong_is_named(lab: Lab, body: dict[str, Any], message: str) -> None:
    wish = {"product_id": 123, "denomination": 50, "quantity": 1, **body}
    assert error_of(await lab.api.post("/api/v1/orders", json=wish)) == (400, "VALIDATION_FAILURE", message)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"null"])
async def test_a_body_that_is_no_object_is_refused(lab: Lab, body: bytes) -> None:
    reply = await lab.api.post("/api/v1/orders", content=body)
    assert error_of(reply) == (400, "VALIDATION_FAILURE", "Invalid request body")


async def test_unknown_members_are_ignored(lab: Lab) -> None:
    assert (await lab.order(ref="old-style", colour="red")).status_code == 201


async def test_fields_are_checked_before_the_reference(lab: Lab) -> None:
    await lab.created(client_reference="A-1")
    assert error_of(await lab.order(quantity=0, client_reference="A-1"))[1] == "VALIDATION_FAILURE"


async def test_create_may_answer_200(lab: Lab) -> None:
    await lab.switch(created_status="200")
    assert (await lab.order()).status_code == 200


async def test_a_fixed_value_goes_before_a_range_that_covers_it(lab: Lab) -> None:
    wide = {"min_value": 1, "max_value": 100, "discount": 9}
    await lab.tell("items/123", denominations=[wide, {"min_value": 50, "max_value": 50, "discount": 1}])
    assert (await lab.created(face=50))["discount"] == Decimal("0.5")
    assert (await lab.created(face=51))["discount"] == Decimal("4.59")


async def test_orders_are_listed_newest_first_without_vouchers(lab: Lab) -> None:
    ids = [(await lab.created(client_reference=f"A-{number}"))["id"] for number in range(3)]
    reply = await lab.api.get("/api/v1/orders", params={"limit": 2})
    assert [order["id"] for order in reply.json()] == ids[:0:-1]
    assert all("vouchers" not in order for order in reply.json())
    assert (reply.headers["x-total-count"], reply.headers["x-has-more"]) == ("3", "true")


async def test_an_order_is_found_by_its_exact_reference(lab: Lab) -> None:
    order = await lab.created(client_reference="A-1")
    (found,) = await lab.read("orders?client_reference=A-1")
    assert (found["id"], found["status"], found["quantity"]) == (order["id"], "DELIVERED", 1)
    assert await lab.read("orders?client_reference=a-1") == []
    assert await lab.read("orders?client_reference=A") == []


async def test_a_look_up_can_be_blind_for_some_calls(lab: Lab) -> None:
    await lab.switch(lookup_blind_calls=2)
    await lab.created(client_reference="A-1")
    seen = [len(await lab.read("orders?client_reference=A-1")) for _ in range(3)]
    assert seen == [0, 0, 1]


async def test_a_look_up_can_be_blind_for_some_time(lab: Lab) -> None:
    await lab.switch(lookup_blind_seconds=3600)
    order = await lab.created(client_reference="A-1")
    assert await lab.read("orders?client_reference=A-1") == []
    assert (await lab.read(f"orders/{order['id']}"))["id"] == order["id"]
    await lab.switch(lookup_blind_seconds=0)
    assert len(await lab.read("orders?client_reference=A-1")) == 1


@pytest.mark.parametrize(("path", "status"), [("orders/1", 404), ("orders/x", 400), ("orders/0", 400)])
async def test_an_order_that_is_not_there_is_refused(lab: Lab, path: str, status: int) -> None:
    assert error_of(await lab.api.get(f"/api/v1/{path}"))[0] == status


async def test_a_request_id_is_echoed_or_made_up(lab: Lab) -> None:
    assert (await lab.api.get("/api/v1/wallets", headers={"X-Request-Id": "mine"})).headers["x-request-id"] == "mine"
    assert (await lab.api.get("/api/v1/orders/1")).headers["x-request-id"]


async def test_amounts_are_exact_in_every_style(lab: Lab) -> None:
    await lab.switch(numbers="18")
    order = exact(await lab.order(quantity=2))
    assert (str(order["amount"]), str(order["discount"])) == ("100", "3.5")
