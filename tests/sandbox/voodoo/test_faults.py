"""What can go wrong with a call, and whether the order is there afterwards."""

import asyncio
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.sandbox.voodoo.lab import Lab, token_for

# A client's patience in seconds: endless where the supplier hangs up, short where nothing would ever come.
NETWORK_FAULTS = [
    ("drop", httpx.RemoteProtocolError, 30.0),
    ("hang", httpx.ReadTimeout, 0.2),
]


async def books(lab: Lab, reference: str = "po-1") -> list[dict[str, Any]]:
    """What the supplier has under a reference."""
    orders: list[dict[str, Any]] = (await lab.ask(f"orders?reference={reference}"))["orders"]
    return orders


async def fail_to_order(lab: Lab, error: type[httpx.HTTPError], patience: float) -> None:
    """Make a call that gets no answer, and let the supplier come to its end."""
    with pytest.raises(error):
        await lab.api.post("/api/v1/orders", json={"item_id": 4090, "merchant_order_id": "po-1"}, timeout=patience)
    await lab.wait(endpoint="create", calls=1)


@pytest.mark.parametrize(("fate", "error", "patience"), NETWORK_FAULTS)
async def test_a_reply_lost_after_the_effect_leaves_an_order(
    lab: Lab, fate: str, error: type[httpx.HTTPError], patience: float
) -> None:
    await lab.tell("faults", endpoint="create", fate=fate, moment="after")
    await fail_to_order(lab, error, patience)
    (order,) = await books(lab)
    assert (order["create_calls"], order["charged"]) == (1, Decimal(9))
    assert (await lab.order(merchant_order_id="po-1")).status_code == 400
    assert (await books(lab))[0]["create_calls"] == 2


@pytest.mark.parametrize(("fate", "error", "patience"), NETWORK_FAULTS)
async def test_a_call_lost_before_the_effect_leaves_nothing(
    lab: Lab, fate: str, error: type[httpx.HTTPError], patience: float
) -> None:
    await lab.tell("faults", endpoint="create", fate=fate, moment="before")
    await fail_to_order(lab, error, patience)
    assert await books(lab) == []
    assert await lab.balance() == 5000
    assert (await lab.order(merchant_order_id="po-1")).status_code == 201


async def test_a_reply_can_be_cut_half_way(lab: Lab) -> None:
    await lab.tell("faults", endpoint="create", fate="cut")
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        await lab.order(merchant_order_id="po-1")
    assert len(await books(lab)) == 1


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_slow_reply_outlasts_the_client_but_the_order_is_made(lab: Lab, moment: str) -> None:
    await lab.tell("faults", endpoint="create", fate="delay", moment=moment, seconds=0.3)
    await fail_to_order(lab, httpx.ReadTimeout, 0.2)
    assert (await lab.wait(reference="po-1", statuses=["completed"]))["charged"] == 9


async def test_a_short_delay_only_takes_time(lab: Lab) -> None:
    await lab.tell("faults", endpoint="create", fate="delay", moment="after", seconds=0.01)
    assert (await lab.order()).status_code == 201


async def test_an_answer_is_kept_back_until_it_is_released(lab: Lab) -> None:
    await lab.tell("faults", endpoint="create", fate="delay", moment="after", seconds=3600)
    ordering = asyncio.create_task(lab.order())
    await lab.wait(orders=1)
    await lab.tell("faults/release")
    assert (await ordering).status_code == 201


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize(("moment", "orders"), [("before", 0), ("after", 1)])
async def test_a_5xx_may_come_with_or_without_an_order(lab: Lab, status: int, moment: str, orders: int) -> None:
    await lab.tell("faults", endpoint="create", fate="reply", status=status, moment=moment)
    reply = await lab.order(merchant_order_id="po-1")
    assert (reply.status_code, reply.json()["code"]) == (status, "internal_error")
    assert len(await books(lab)) == orders


async def test_a_5xx_may_be_a_page_of_html(lab: Lab) -> None:
    await lab.tell("faults", endpoint="create", fate="reply", status=502, json=False)
    reply = await lab.order()
    assert reply.headers["content-type"].startswith("text/html")
    assert reply.text.startswith("<html>")


@pytest.mark.parametrize("retry_after", ["7", "Sun, 05 Jul 2026 12:00:00 GMT", None])
async def test_a_429_may_say_when_to_come_back(lab: Lab, retry_after: str | None) -> None:
    await lab.tell("faults", endpoint="get", fate="reply", status=429, retry_after=retry_after)
    reply = await lab.api.get("/api/v1/orders/x")
    assert (reply.status_code, reply.headers.get("Retry-After")) == (429, retry_after)


async def test_a_fault_strikes_as_often_as_it_says(lab: Lab) -> None:
    await lab.tell("faults", endpoint="balance", fate="reply", times=2)
    statuses = [(await lab.api.get("/api/v1/account/balance")).status_code for _ in range(3)]
    assert statuses == [503, 503, 200]


async def test_a_fault_without_end_strikes_until_it_is_cleared(lab: Lab) -> None:
    await lab.tell("faults", endpoint="balance", fate="reply", times=None)
    statuses = {(await lab.api.get("/api/v1/account/balance")).status_code for _ in range(5)}
    await lab.tell("faults/clear")
    assert statuses == {503}
    assert (await lab.api.get("/api/v1/account/balance")).status_code == 200


async def test_a_fault_strikes_only_its_endpoint(lab: Lab) -> None:
    await lab.tell("faults", endpoint="create", fate="reply")
    assert (await lab.api.get("/api/v1/account/balance")).status_code == 200
    assert (await lab.order()).status_code == 503


async def test_a_fault_may_strike_whatever_comes_first(lab: Lab) -> None:
    await lab.tell("faults", endpoint="any", fate="reply", status=503)
    assert (await lab.api.get("/catalog.lmdb.zst")).status_code == 503
    assert (await lab.api.get("/api/v1/account/balance")).status_code == 200


async def test_faults_strike_in_the_order_they_were_armed(lab: Lab) -> None:
    for status in (500, 429):
        await lab.tell("faults", endpoint="token", fate="reply", status=status)
    replies = [await token_for(lab.api) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [500, 429, 200]
    assert replies[0].json().keys() == {"error"}


async def test_a_download_can_be_cut(lab: Lab) -> None:
    await lab.tell("faults", endpoint="catalog", fate="cut")
    with pytest.raises(httpx.RemoteProtocolError):
        await lab.api.get("/catalog.lmdb.zst")


async def test_a_single_401_can_be_had_with_a_good_token(lab: Lab) -> None:
    await lab.tell("faults", endpoint="create", fate="reply", status=401)
    refused = await lab.order(merchant_order_id="po-1")
    assert (refused.status_code, refused.json()["code"]) == (401, "not_authenticated")
    assert (await lab.order(merchant_order_id="po-1")).status_code == 201


async def test_the_log_names_every_call_and_its_fate(lab: Lab) -> None:
    await lab.tell("faults", endpoint="create", fate="drop", moment="after")
    await fail_to_order(lab, httpx.RemoteProtocolError, 30)
    await lab.balance()
    calls = (await lab.ask("calls"))["calls"]
    assert [(call["endpoint"], call["status"], call["fate"]) for call in calls] == [
        ("token", 200, None),
        ("create", None, "drop"),
        ("balance", 200, None),
    ]
    assert calls[1]["reference"] == "po-1"
