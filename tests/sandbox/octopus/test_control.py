"""The control API and the panel: whoever drives the sandbox sees everything and never has to sleep."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from tests.sandbox.octopus.lab import Json, Lab, error_of, login, running_lab


async def press(lab: Lab, action: Json) -> None:
    """Post what a button posts."""
    body = msgspec.json.Encoder(decimal_format="number").encode(action["body"])
    reply = await lab.api.post(action["path"], content=body)
    assert reply.is_success, reply.text


def another_value(switch: Json) -> Any:
    """Another value than the present one, as a page would send it."""
    match switch["name"], switch["kind"]:
        case "item_leaves" | "denomination_leaves", _:
            return 123 if switch["name"] == "denomination_leaves" else 124
        case _, "toggle":
            return not switch["value"]
        case _, "number":
            return 2
        case _:
            return switch["choices"][-1]


async def facts_of(lab: Lab) -> dict[str, str]:
    """The panel's facts by their labels."""
    return {fact["label"]: fact["value"] for fact in (await lab.ask("panel"))["facts"]}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("switches", {"name": "outcome", "value": "exploded"}),
        ("switches", {"name": "no_such_switch", "value": 1}),
        ("switches", {"name": "settle_after", "value": -1}),
        ("faults", {"endpoint": "create"}),
        ("faults", {"endpoint": "create", "fate": "drop", "times": 0}),
        ("faults", {"endpoint": "create", "fate": "drop", "colour": "red"}),
        ("faults/order", {"trick": "sing"}),
        ("faults/webhook", {"trick": "sing"}),
        ("wallets/1", {"value": "much"}),
        ("rates", {"currency": "EUR", "usd": 0}),
        ("rates", {"currency": "XXX", "usd": 1}),
        ("items/123", {"id": 5}),
        ("wait", {"statuses": ["lost"]}),
        ("tokens/expire", {"kind": "some"}),
    ],
)
async def test_a_control_call_that_makes_no_sense_is_refused_with_a_reason(lab: Lab, path: str, body: Json) -> None:
    reply = await lab.api.post(f"/sandbox/{path}", json=body)
    assert reply.status_code == 422
    assert reply.json()["error"]


@pytest.mark.parametrize(
    "path", ["orders/1/settle", "wallets/9", "items/9", "items/9/remove", "items/9/denominations/drop"]
)
async def test_what_is_not_there_cannot_be_steered(lab: Lab, path: str) -> None:
    assert (await lab.api.post(f"/sandbox/{path}", json={"as": "failed"})).status_code == 404


async def test_an_order_cannot_be_settled_as_held(holding: Lab) -> None:
    order = await holding.created(quantity=6)
    assert (await holding.api.post(f"/sandbox/orders/{order['id']}/settle", json={"as": "hold"})).status_code == 422


async def test_an_order_that_is_not_pending_cannot_be_held(lab: Lab) -> None:
    order = await lab.created()
    assert (await lab.api.post(f"/sandbox/orders/{order['id']}/hold")).status_code == 409


async def test_a_wait_that_is_in_vain_says_so(holding: Lab) -> None:
    order = await holding.created(quantity=6)
    for condition in ({"statuses": ["DELIVERED"]}, {"reads": 1}, {"webhooks": 1}):
        reply = await holding.api.post("/sandbox/wait", json={"order_id": order["id"], **condition, "timeout": 0.01})
        assert (reply.status_code, reply.json()["held"]) == (408, False)
        assert reply.json()["order"]["id"] == order["id"]
    reply = await holding.api.post("/sandbox/wait", json={"reference": "A-1", "lookups": 1, "timeout": 0.01})
    assert (reply.status_code, reply.json()["order"]) == (408, None)


async def test_calls_of_one_kind_or_group_can_be_waited_for(lab: Lab) -> None:
    await lab.balance()
    await lab.read("countries")
    await lab.wait(endpoint="wallets", calls=1)
    await lab.wait(endpoint="read", calls=2)
    await lab.wait(endpoint="any", calls=3)
    reply = await lab.api.post("/sandbox/wait", json={"endpoint": "read", "calls": 3, "timeout": 0.01})
    assert reply.status_code == 408


async def test_an_order_is_shown_with_all_that_was_done_with_it(lab: Lab) -> None:
    await lab.read("orders?client_reference=A-1")
    created = await lab.created(456, 25, 2, wallet_id=2, client_reference="A-1", email="ada@example.com")
    await lab.order(456, 25, 2, wallet_id=2, client_reference="A-1")
    await lab.read(f"orders/{created['id']}")
    order = await lab.wait(reference="A-1", webhooks=1, create_calls=2, reads=1)
    assert (order["item"], order["quantity"], order["denomination"]) == (456, 2, 25)
    assert (order["charged"], order["currency"], order["rate"]) == (Decimal("56.75"), "EUR", Decimal("1.17"))
    assert (order["create_calls"], order["lookups"], order["reads"]) == (2, 1, 1)
    assert order["codes"] == [voucher["claim_url"] for voucher in created["vouchers"]]
    assert (await lab.ask("orders?reference=none"))["orders"] == []


async def test_deliveries_are_listed_with_their_events(lab: Lab) -> None:
    await lab.switch(wallet_events=True)
    await lab.created(client_reference="A-1")
    await lab.receiver.gets(2)
    deliveries = (await lab.ask("webhooks"))["deliveries"]
    assert {(one["event"], one["reference"]) for one in deliveries} == {
        ("wallet.debited", None),
        ("order.delivered", "A-1"),
    }


async def test_items_can_be_listed_and_shown(lab: Lab) -> None:
    items = (await lab.ask("items?currency=USD&limit=2"))["items"]
    assert [item["id"] for item in items] == [123, 124]
    assert (await lab.ask("items/131"))["denominations"] == [{"min_value": 500, "max_value": 30000, "discount": 2}]
    assert (await lab.api.get("/sandbox/items?limit=many")).status_code == 422


async def test_an_item_can_be_renamed(lab: Lab) -> None:
    assert (await lab.tell("items/123", name="Steam"))["name"] == "Steam"
    assert (await lab.read("products/123"))["name"] == "Steam"


async def test_a_reset_begins_again_but_keeps_receivers_and_goes_on_counting(lab: Lab) -> None:
    first = await lab.created(client_reference="A-1")
    await lab.tell("receivers", secret="kept")
    await lab.tell("faults", endpoint="any", fate="drop")
    await lab.switch(outcome="failed")
    await lab.tell("items/123/remove")
    await lab.tell("reset")
    state = await lab.ask("state")
    assert (state["orders"], state["faults"], state["wallets"][0]["amount"]) == (0, [], 5000)
    assert (state["switches"]["outcome"], state["webhook_urls"]) == ("delivered", [lab.receiver.url])
    assert error_of(await lab.api.get("/api/v1/wallets"))[0] == 401
    await lab.log_in()
    second = await lab.created(client_reference="A-1")
    assert second["id"] > first["id"]
    assert second["vouchers"] != first["vouchers"]


async def test_the_panel_shows_the_newest_order_first_with_its_buttons(holding: Lab) -> None:
    await holding.created(client_reference="A-1")
    await holding.created(quantity=6, client_reference="B-2")
    await holding.wait(reference="B-2", held=True)
    newest, oldest = (await holding.ask("panel"))["orders"]
    assert (newest["reference"], newest["status"], newest["price"]) == ("B-2", "pending (held)", "289.50 USD")
    assert newest["item"] == "Steam Wallet Card, 50 USD"
    labels = [{action["label"] for action in order["actions"]} for order in (newest, oldest)]
    assert labels[0] - labels[1] == {"Deliver part"}
    assert {"Deliver", "Fail", "Cancel", "Webhook: delivered"} <= labels[1]


@pytest.mark.parametrize(
    ("label", "status", "next_labels"),
    [
        ("Deliver", "delivered", {"Send webhook again"}),
        ("Deliver part", "partially delivered", {"Deliver", "Deliver part", "Fail", "Cancel", "Send webhook again"}),
        ("Fail", "failed", {"Send webhook again"}),
        ("Cancel", "cancelled", {"Send webhook again"}),
    ],
)
async def test_the_buttons_of_an_order_settle_it(holding: Lab, label: str, status: str, next_labels: set[str]) -> None:
    await holding.created(quantity=6, client_reference="B-1")
    (order,) = (await holding.ask("panel"))["orders"]
    await press(holding, next(action for action in order["actions"] if action["label"] == label))
    await holding.wait(reference="B-1", webhooks=1)
    (after,) = (await holding.ask("panel"))["orders"]
    assert after["status"] == status
    assert {action["label"] for action in after["actions"]} == next_labels


async def test_the_other_buttons_of_an_order_work() -> None:
    async with running_lab(settle_after=3600) as lab:
        await lab.created(quantity=6, client_reference="B-1")
        (order,) = (await lab.ask("panel"))["orders"]
        buttons = {action["label"]: action for action in order["actions"]}
        await press(lab, buttons["Webhook: delivered"])
        await press(lab, buttons["Hold"])
        await lab.wait(reference="B-1", held=True, webhooks=1)


async def test_every_switch_of_the_panel_can_be_moved(lab: Lab) -> None:
    for switch in (await lab.ask("panel"))["switches"]:
        if switch["kind"] != "action":
            body = {"name": switch["name"], "value": another_value(switch)}
            reply = await lab.api.post(switch["path"], json=body)
            assert reply.is_success, (switch["name"], reply.text)
    state = await lab.ask("state")
    assert state["switches"]["outcome"] == "hold"
    assert state["switches"]["handling_fee"] == "2"
    assert (state["wallets"][1]["amount"], state["items"]) == (2, 10)
    assert len((await lab.ask("items/123"))["denominations"]) == 4


async def test_every_button_of_the_panel_works(lab: Lab) -> None:
    actions = [switch for switch in (await lab.ask("panel"))["switches"] if switch["kind"] == "action"]
    for action in actions:
        await press(lab, action)
    names = [action["name"] for action in actions]
    assert len(set(names)) == len(names)
    assert {"next_drop_reply", "order_short", "webhook_early", "every_create_429", "expire_all", "reset"} <= set(names)


async def test_every_lasting_switch_is_on_the_panel(lab: Lab) -> None:
    shown = {switch["name"] for switch in (await lab.ask("panel"))["switches"]}
    assert set((await lab.ask("state"))["switches"]) <= shown


async def test_a_lasting_fault_of_the_panel_lasts(lab: Lab) -> None:
    switches = {switch["name"]: switch for switch in (await lab.ask("panel"))["switches"]}
    await press(lab, switches["every_login_429"])
    assert [(await login(lab.api)).status_code for _ in range(3)] == [429] * 3
    assert (await facts_of(lab))["Armed faults"] == "1"
    await press(lab, switches["clear_lasting"])
    assert (await login(lab.api)).status_code == 200


async def test_the_panel_tells_of_wallets_orders_and_webhooks(holding: Lab) -> None:
    await holding.created(456, 10, wallet_id=2)
    await holding.created(quantity=6, client_reference="B-1")
    await holding.settle((await holding.wait(reference="B-1", held=True)), "delivered")
    await holding.wait(reference="B-1", webhooks=1)
    facts = await facts_of(holding)
    assert (facts["USD wallet"], facts["EUR wallet"]) == ("4,710.50", "2,988.65")
    assert (facts["Orders"], facts["Items"], facts["Armed faults"]) == ("2, 1 open", "11", "none")
    assert facts["Last webhook"] == "delivered, answered 204"
