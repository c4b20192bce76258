"""The control API and the panel: whoever drives the sandbox sees everything and never has to sleep."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from tests.sandbox.voodoo.lab import Json, Lab, running_lab, token_for


async def panel_of(lab: Lab) -> Json:
    """The panel as the page gets it."""
    return await lab.ask("panel")


async def press(lab: Lab, action: Json) -> None:
    """Post what a button posts."""
    reply = await lab.api.post(
        action["path"], content=msgspec.json.Encoder(decimal_format="number").encode(action["body"])
    )
    assert reply.is_success, reply.text


def another_value(switch: Json) -> Any:
    """Another value than the present one, as a page would send it."""
    match switch["kind"]:
        case "toggle":
            return not switch["value"]
        case "number":
            return "2"
        case _:
            return switch["choices"][-1]


async def test_the_state_names_switches_faults_and_money(lab: Lab) -> None:
    await lab.tell("faults", endpoint="create", fate="drop")
    state = await lab.ask("state")
    assert state["switches"]["outcome"] == "completed"
    assert [fault["fate"] for fault in state["faults"]] == ["drop"]
    assert (state["balance"], state["orders"]) == (5000, 0)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("switches", {"name": "outcome", "value": "exploded"}),
        ("switches", {"name": "no_such_switch", "value": 1}),
        ("switches", {"name": "settle_after", "value": -1}),
        ("faults", {"endpoint": "create"}),
        ("faults", {"endpoint": "create", "fate": "drop", "times": 0}),
        ("faults", {"endpoint": "create", "fate": "drop", "colour": "red"}),
        ("faults/webhook", {"trick": "sing"}),
        ("balance", {"value": "much"}),
        ("catalog/publish", {"value": "gold"}),
        ("items/4090", {"id": 5}),
        ("wait", {"statuses": ["lost"]}),
    ],
)
async def test_a_control_call_that_makes_no_sense_is_refused_with_a_reason(lab: Lab, path: str, body: Json) -> None:
    reply = await lab.api.post(f"/sandbox/{path}", json=body)
    assert reply.status_code == 422
    assert reply.json()["error"]


async def test_an_unknown_order_cannot_be_settled(lab: Lab) -> None:
    assert (await lab.api.post("/sandbox/orders/x/settle", json={"as": "failed"})).status_code == 404


async def test_an_order_cannot_be_settled_as_held(holding: Lab) -> None:
    order = await holding.created()
    assert (await holding.api.post(f"/sandbox/orders/{order['id']}/settle", json={"as": "hold"})).status_code == 422


async def test_an_ended_order_cannot_be_held(lab: Lab) -> None:
    order = await lab.created()
    await lab.wait(order_id=order["id"], statuses=["completed"])
    assert (await lab.api.post(f"/sandbox/orders/{order['id']}/hold")).status_code == 409


async def test_a_wait_that_is_in_vain_says_so(holding: Lab) -> None:
    order = await holding.created()
    body = {"order_id": order["id"], "statuses": ["completed"], "timeout": 0.01}
    reply = await holding.api.post("/sandbox/wait", json=body)
    assert (reply.status_code, reply.json()["held"]) == (408, False)
    assert reply.json()["order"]["id"] == order["id"]


async def test_a_wait_for_an_order_nobody_made_is_in_vain(lab: Lab) -> None:
    for condition in ({"reference": "po-1"}, {"reference": "po-1", "statuses": ["completed"]}):
        reply = await lab.api.post("/sandbox/wait", json={**condition, "timeout": 0.01})
        assert (reply.status_code, reply.json()["order"]) == (408, None)


async def test_calls_of_one_kind_can_be_waited_for(lab: Lab) -> None:
    await lab.balance()
    await lab.balance()
    await lab.wait(endpoint="balance", calls=2)
    reply = await lab.api.post("/sandbox/wait", json={"endpoint": "balance", "calls": 3, "timeout": 0.01})
    assert reply.status_code == 408


async def test_a_low_balance_can_be_set(lab: Lab) -> None:
    await lab.tell("balance", value="8.99")
    assert await lab.balance() == Decimal("8.99")
    assert (await lab.order(4090)).json()["code"] == "insufficient_balance"


async def test_orders_can_be_found_by_reference(lab: Lab) -> None:
    await lab.created(merchant_order_id="po-1")
    await lab.created(merchant_order_id="po-2")
    assert len((await lab.ask("orders"))["orders"]) == 2
    assert [order["reference"] for order in (await lab.ask("orders?reference=po-2"))["orders"]] == ["po-2"]
    assert (await lab.ask("orders?reference=po-3"))["orders"] == []


async def test_webhook_deliveries_can_be_listed(lab: Lab) -> None:
    order = await lab.created(merchant_order_id="po-1")
    await lab.wait(reference="po-1", webhooks=1)
    (delivery,) = (await lab.ask("webhooks"))["deliveries"]
    assert (delivery["order_id"], delivery["url"], delivery["state"]) == (order["id"], lab.receiver.url, "delivered")


async def test_items_can_be_listed_by_kind(lab: Lab) -> None:
    items = (await lab.ask("items?kind=service&limit=1"))["items"]
    assert [(item["id"], item["kind"]) for item in items] == [(5000, "service")]


async def test_a_listing_without_sense_is_refused(lab: Lab) -> None:
    assert (await lab.api.get("/sandbox/items?limit=many")).status_code == 422


async def test_a_reset_begins_again_but_keeps_the_receivers(lab: Lab) -> None:
    await lab.tell("receivers", secret="kept")
    await lab.tell("faults", endpoint="get", fate="drop")
    await lab.switch("outcome", "failed")
    await lab.tell("items/4090/remove")
    await lab.created(4211, quantity=1, fields={"player_id": "1", "server": 17})
    await lab.tell("reset")
    state = await lab.ask("state")
    assert (state["orders"], state["faults"], state["balance"]) == (0, [], 5000)
    assert (state["switches"]["outcome"], state["webhook_urls"]) == ("completed", [lab.receiver.url])
    lab.api.headers["Authorization"] = f"Bearer {(await token_for(lab.api)).json()['access_token']}"
    assert (await lab.order(4090)).status_code == 201


async def test_the_panel_shows_the_newest_order_first_with_its_buttons(holding: Lab) -> None:
    await holding.created(merchant_order_id="po-1")
    await holding.created(4090, quantity=2, merchant_order_id="po-2")
    orders = (await panel_of(holding))["orders"]
    assert [order["reference"] for order in orders] == ["po-2", "po-1"]
    labels = [[action["label"] for action in order["actions"]] for order in orders]
    assert [set(one) - {"Hold"} for one in labels] == [{"Complete", "Partial", "Fail"}, {"Complete", "Fail"}]


@pytest.mark.parametrize(("label", "status"), [("Complete", "completed"), ("Partial", "partial"), ("Fail", "failed")])
async def test_the_buttons_of_an_order_settle_it(holding: Lab, label: str, status: str) -> None:
    await holding.created(quantity=2, merchant_order_id="po-1")
    (order,) = (await panel_of(holding))["orders"]
    await press(holding, next(action for action in order["actions"] if action["label"] == label))
    await holding.wait(reference="po-1", statuses=[status], webhooks=1)
    (after,) = (await panel_of(holding))["orders"]
    assert after["status"] == status
    assert [action["label"] for action in after["actions"]] == ["Send webhook again"]


async def test_the_hold_button_holds_an_order() -> None:
    async with running_lab(settle_after=3600) as lab:
        await lab.created()
        (order,) = (await panel_of(lab))["orders"]
        await press(lab, next(action for action in order["actions"] if action["label"] == "Hold"))
        assert (await panel_of(lab))["orders"][0]["status"] == "pending (held)"


async def test_every_switch_of_the_panel_can_be_moved(lab: Lab) -> None:
    for switch in (await panel_of(lab))["switches"]:
        if switch["kind"] != "action":
            wanted = another_value(switch)
            reply = await lab.api.post(switch["path"], json={"name": switch["name"], "value": wanted})
            assert reply.is_success, (switch["name"], reply.text)
    moved = {switch["name"]: switch for switch in (await panel_of(lab))["switches"]}
    assert moved["outcome"]["value"] == "hold"
    assert moved["webhook_tries"]["value"] == 2
    assert moved["balance"]["value"] == 2
    assert moved["extra_fields"]["value"] is True


async def test_every_button_of_the_panel_works(lab: Lab) -> None:
    actions = [switch for switch in (await panel_of(lab))["switches"] if switch["kind"] == "action"]
    for action in actions:
        await press(lab, action)
    assert {"drop_reply", "expire_tokens", "webhook_lose", "error_429", "reset"} <= {one["name"] for one in actions}


async def test_every_lasting_switch_is_on_the_panel(lab: Lab) -> None:
    shown = {switch["name"] for switch in (await panel_of(lab))["switches"]}
    assert set((await lab.ask("state"))["switches"]) <= shown


async def test_the_panel_tells_how_the_last_webhook_went(lab: Lab) -> None:
    await lab.created(merchant_order_id="po-1")
    await lab.wait(reference="po-1", webhooks=1)
    facts = {fact["label"]: fact["value"] for fact in (await panel_of(lab))["facts"]}
    assert facts["Last webhook"] == "delivered, answered 200"


async def test_the_panel_tells_why_the_last_webhook_did_not_arrive() -> None:
    async with running_lab(webhook_tries=1) as lab:
        await lab.tell("receivers", urls=["http://127.0.0.1:9/hook"])
        await lab.created(merchant_order_id="po-1")
        await lab.wait(reference="po-1", webhooks=1, webhook_state="gave up")
        facts = {fact["label"]: fact["value"] for fact in (await panel_of(lab))["facts"]}
    assert facts["Last webhook"] == "gave up, ConnectError"


async def test_all_prices_can_be_raised_at_once(lab: Lab) -> None:
    await lab.tell("prices", percent=10)
    assert (await lab.created(4090))["price"] == Decimal("9.9")


async def test_the_panel_counts_what_is_open_and_armed(holding: Lab) -> None:
    await holding.created(4090)
    await holding.tell("faults", endpoint="create", fate="drop")
    facts = {fact["label"]: fact["value"] for fact in (await panel_of(holding))["facts"]}
    assert (facts["Balance"], facts["Orders"], facts["Armed faults"]) == ("4,991.00", "1, 1 open", "1")
