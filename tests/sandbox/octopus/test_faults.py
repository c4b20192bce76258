"""What can go wrong with a call, and whether the order is there and paid afterwards."""

import asyncio
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.sandbox.octopus.lab import Json, Lab, error_of, login, running_lab

# A client's patience in seconds: endless where the supplier hangs up, short where nothing would ever come.
NETWORK_FAULTS = [
    ("drop", httpx.RemoteProtocolError, 30.0),
    ("hang", httpx.ReadTimeout, 0.2),
]


async def books(lab: Lab, reference: str = "A-1") -> list[Json]:
    """What the supplier has under a reference."""
    orders: list[Json] = (await lab.ask(f"orders?reference={reference}"))["orders"]
    return orders


async def fail_to_order(lab: Lab, error: type[httpx.HTTPError], patience: float) -> None:
    """Make a call that gets no answer, and let the supplier come to its end."""
    body = {"product_id": 123, "denomination": 50, "quantity": 1, "client_reference": "A-1"}
    with pytest.raises(error):
        await lab.api.post("/api/v1/orders", json=body, timeout=patience)
    await lab.wait(endpoint="create", calls=1)


@pytest.mark.parametrize(("fate", "error", "patience"), NETWORK_FAULTS)
async def test_a_reply_lost_after_the_debit_leaves_a_masked_order(
    lab: Lab, fate: str, error: type[httpx.HTTPError], patience: float
) -> None:
    await lab.tell("faults", endpoint="create", fate=fate, moment="after")
    await fail_to_order(lab, error, patience)
    (order,) = await books(lab)
    assert (order["create_calls"], order["charged"], order["status"]) == (1, Decimal("48.25"), "DELIVERED")
    assert error_of(await lab.order(client_reference="A-1"))[2] == "Duplicate client_reference"
    (voucher,) = (await lab.read(f"orders/{order['id']}"))["vouchers"]
    assert "*" in voucher["card_number"]


@pytest.mark.parametrize(("fate", "error", "patience"), NETWORK_FAULTS)
async def test_a_call_lost_before_the_effect_leaves_nothing(
    lab: Lab, fate: str, error: type[httpx.HTTPError], patience: float
) -> None:
    await lab.tell("faults", endpoint="create", fate=fate)
    await fail_to_order(lab, error, patience)
    assert await books(lab) == []
    assert await lab.balance() == 5000
    assert (await lab.order(client_reference="A-1")).status_code == 201


async def test_a_reply_can_be_cut_half_way(lab: Lab) -> None:
    await lab.tell("faults", endpoint="create", fate="cut")
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        await lab.order(client_reference="A-1")
    assert len(await books(lab)) == 1


async def test_a_cut_read_uses_up_the_one_clear_view(lab: Lab) -> None:
    order = await lab.created(quantity=6, client_reference="A-1")
    await lab.wait(reference="A-1", statuses=["DELIVERED"])
    await lab.tell("faults", endpoint="order", fate="cut")
    with pytest.raises(httpx.RemoteProtocolError):
        await lab.api.get(f"/api/v1/orders/{order['id']}")
    assert all("*" in one["card_number"] for one in (await lab.read(f"orders/{order['id']}"))["vouchers"])


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize(("moment", "orders"), [("before", 0), ("after", 1)])
async def test_a_5xx_may_come_with_or_without_an_order(lab: Lab, status: int, moment: str, orders: int) -> None:
    await lab.tell("faults", endpoint="create", fate="reply", status=status, moment=moment)
    assert error_of(await lab.order(client_reference="A-1"))[0] == status
    assert len(await books(lab)) == orders


async def test_a_gateway_answers_in_html_before_any_effect(lab: Lab) -> None:
    await lab.tell("faults", endpoint="create", fate="reply", status=502, json=False)
    reply = await lab.order(client_reference="A-1")
    assert (reply.status_code, reply.text.startswith("<html>")) == (502, True)
    assert reply.headers["content-type"].startswith("text/html")
    assert await books(lab) == []


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_slow_reply_outlasts_the_client_but_the_order_is_made(lab: Lab, moment: str) -> None:
    await lab.tell("faults", endpoint="create", fate="delay", moment=moment, seconds=0.3)
    await fail_to_order(lab, httpx.ReadTimeout, 0.2)
    assert (await lab.wait(reference="A-1", statuses=["DELIVERED"]))["create_calls"] == 1


async def test_an_answer_is_kept_back_until_it_is_released(lab: Lab) -> None:
    await lab.tell("faults", endpoint="create", fate="delay", moment="after", seconds=3600)
    ordering = asyncio.create_task(lab.order())
    await lab.wait(orders=1)
    await lab.tell("faults/release")
    assert (await ordering).status_code == 201


async def test_every_answer_can_be_slow() -> None:
    async with running_lab() as lab:
        await lab.switch(slow=3600)
        with pytest.raises(httpx.ReadTimeout):
            await lab.api.get("/api/v1/wallets", timeout=0.1)


@pytest.mark.parametrize(
    ("endpoint", "struck"),
    [
        ("create", ["create"]),
        ("charges", ["charges"]),
        ("login", ["login"]),
        ("auth", ["login"]),
        ("read", ["wallets", "lookup", "products", "countries"]),
        ("lookup", ["lookup"]),
        ("any", ["create", "charges", "login", "wallets", "lookup", "products", "countries"]),
    ],
)
async def test_a_429_strikes_the_class_it_is_meant_for(lab: Lab, endpoint: str, struck: list[str]) -> None:
    await lab.tell("faults", endpoint=endpoint, fate="reply", status=429, retry_after="12", times=None)
    replies = {
        "create": await lab.order(),
        "charges": await lab.charges(),
        "login": await login(lab.api),
        "wallets": await lab.api.get("/api/v1/wallets"),
        "lookup": await lab.api.get("/api/v1/orders", params={"client_reference": "A"}),
        "products": await lab.api.get("/api/v1/products"),
        "countries": await lab.api.get("/api/v1/countries"),
    }
    assert [name for name, reply in replies.items() if reply.status_code == 429] == struck
    for name in struck:
        assert replies[name].headers["retry-after"] == "12"
        assert error_of(replies[name])[1:] == ("TOO_MANY_REQUESTS", "Rate limit exceeded, retry after 12 seconds")


async def test_a_429_may_say_nothing_of_when(lab: Lab) -> None:
    await lab.tell("faults", endpoint="create", fate="reply", status=429)
    reply = await lab.order()
    assert "retry-after" not in reply.headers
    assert error_of(reply) == (429, "TOO_MANY_REQUESTS", "Rate limit exceeded")


async def test_any_refusal_can_be_had(lab: Lab) -> None:
    await lab.tell("faults", endpoint="create", fate="reply", status=400, code="OUT_OF_STOCK", message="Sold out")
    assert error_of(await lab.order()) == (400, "OUT_OF_STOCK", "Sold out")


async def test_faults_strike_in_the_order_they_were_armed_and_as_often_as_they_say(lab: Lab) -> None:
    await lab.tell("faults", endpoint="wallets", fate="reply", status=500, times=2)
    await lab.tell("faults", endpoint="read", fate="reply", status=401)
    seen = [(await lab.api.get("/api/v1/wallets")).status_code for _ in range(4)]
    assert seen == [500, 500, 401, 200]


async def test_faults_can_be_cleared(lab: Lab) -> None:
    await lab.tell("faults", endpoint="any", fate="drop", times=None)
    await lab.tell("faults/order", trick="fail", times=None)
    await lab.tell("faults/webhook", trick="lose", times=None)
    assert len((await lab.ask("state"))["faults"]) == 3
    await lab.tell("faults/clear")
    assert (await lab.created())["status"] == "DELIVERED"


async def test_the_log_names_every_call_and_its_fate(lab: Lab) -> None:
    await lab.tell("faults", endpoint="create", fate="drop", moment="after")
    await fail_to_order(lab, httpx.RemoteProtocolError, 30)
    await lab.read("orders?client_reference=A-1")
    calls: list[dict[str, Any]] = (await lab.ask("calls"))["calls"]
    assert [(call["endpoint"], call["status"], call["fate"], call["reference"]) for call in calls] == [
        ("login", 200, None, None),
        ("create", None, "drop", "A-1"),
        ("lookup", 200, None, "A-1"),
    ]
    assert (calls[1]["method"], calls[1]["path"]) == ("POST", "/api/v1/orders")
