"""Octopus in trouble: what became of an order is found out by our reference, and nothing is bought twice meanwhile."""

from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.journeys import goods, octopus
from tests.journeys.cards import MANY, STEAM, XBOX, asks_for, orders_cards, sees_cards, theirs
from tests.journeys.orders import card_of, sees_order, spoken
from tests.journeys.people import Person, reference_in
from tests.journeys.supplier import Order
from tests.journeys.world import World


@pytest.fixture(autouse=True)
def calm(world: World) -> World:
    return world


def silent(world: World) -> None:
    """Let no webhook of the next order arrive, so that only look-ups tell of it."""
    world.octopus.webhook_fault("lose", times=3)


def ways(world: World, reference: str) -> list[str]:
    """In which order the supplier was sent and asked about an order, by our id."""
    found: Any = world.octopus.server.get("calls")
    asked = [call for call in found["calls"] if call["reference"] == reference]
    return [call["endpoint"] for call in asked]


def only(world: World, order: Order) -> None:
    """The supplier has one order under this reference, and was paid once."""
    same = [other["id"] for other in world.octopus.orders() if other["reference"] == order["reference"]]
    assert same == [order["id"]]
    debits = [one for one in world.octopus.transactions(order["id"]) if one["type"] == "DEBIT"]
    assert len(debits) == 1


@pytest.mark.parametrize(
    "fault",
    [{"fate": "drop", "moment": "after"}, {"fate": "reply", "moment": "after", "status": 500}, {"fate": "cut"}],
    ids=["dropped after the debit", "500 after the commit", "cut"],
)
def test_an_order_whose_reply_was_lost_is_owned_up_to_found_and_adopted(
    ada: Person, world: World, fault: dict[str, Any]
) -> None:
    silent(world)
    world.octopus.trick("pending")
    world.octopus.fault("create", **fault)
    reference = orders_cards(ada)
    doubtful = sees_order(ada, reference, "Not confirmed yet")
    assert "may or may not have gone through" in doubtful["text"]
    assert "do not order it again" in doubtful["text"]
    order = theirs(world.octopus, reference)
    sees_cards(ada, reference, order := world.octopus.waits(order_id=order["id"], reads=1))
    assert order["create_calls"] == 1
    only(world, order)


def test_a_webhook_has_an_order_in_doubt_found_at_once(ada: Person, world: World) -> None:
    world.octopus.fault("create", "drop", moment="after")
    reference = orders_cards(ada, MANY)
    sees_order(ada, reference, "Delivered")
    order = theirs(world.octopus, reference)
    sees_cards(ada, reference, order)
    assert ways(world, order["reference"])[0] == "create"
    assert order["create_calls"] == 1
    only(world, order)


def test_confirm_tapped_three_times_while_the_supplier_thinks_buys_once(ada: Person, world: World) -> None:
    before = world.octopus.wallet()
    world.octopus.fault("create", "delay", seconds=1)
    asks_for(ada)
    ada.says("1")
    ada.sees("Please check your order")
    ada.taps_without_waiting("Confirm", times=3)
    reference = reference_in(ada.sees("Delivered · .*Details"))
    order = theirs(world.octopus, reference)
    sees_cards(ada, reference, order)
    assert order["create_calls"] == 1
    assert world.octopus.wallet() == before - Decimal(str(order["charged"]))


def test_a_gateways_page_before_anything_happened_is_followed_by_look_ups_and_one_order(
    ada: Person, world: World
) -> None:
    before = world.octopus.wallet()
    world.octopus.fault("create", "reply", status=502, json=False)
    reference = orders_cards(ada)
    assert "do not order it again" in sees_order(ada, reference, "Not confirmed yet")["text"]
    sees_order(ada, reference, "Delivered")
    order = theirs(world.octopus, reference)
    sees_cards(ada, reference, order)
    first, *looks, last = ways(world, order["reference"])
    assert (first, last) == ("create", "create")
    assert set(looks) == {"lookup"}
    assert len(looks) >= 2, "asked until its silence could be believed"
    assert world.octopus.wallet() == before - Decimal(str(order["charged"]))


def test_a_slow_answer_is_waited_for_and_nothing_is_asked_meanwhile(ada: Person, world: World) -> None:
    world.octopus.fault("create", "delay", moment="after", seconds=3)
    reference = orders_cards(ada, 2, STEAM, "10")
    sees_order(ada, reference, "Delivered")
    order = theirs(world.octopus, reference)
    sees_cards(ada, reference, order)
    assert (ways(world, order["reference"]), order["reads"]) == (["create"], 0)


def test_an_order_that_look_ups_do_not_show_is_never_called_rejected_as_a_duplicate(ada: Person, world: World) -> None:
    silent(world)
    world.octopus.trick("pending")
    world.octopus.switch("lookup_blind_calls", 2)
    world.octopus.fault("create", "drop", moment="after")
    reference = orders_cards(ada)
    sees_order(ada, reference, "Not confirmed yet")
    order = world.octopus.waits(reference=theirs(world.octopus, reference)["reference"], create_calls=2)
    sees_order(ada, reference, "Delivered")
    sees_cards(ada, reference, world.octopus.order(order["id"]))
    assert ways(world, order["reference"])[:5] == ["create", "lookup", "lookup", "create", "lookup"]
    assert not any("Not placed" in text for text in ada.bot_texts())
    only(world, order)


def test_a_first_attempt_that_is_called_a_duplicate_is_looked_up_and_adopted(ada: Person, world: World) -> None:
    silent(world)
    world.octopus.trick("pending")
    duplicate = {"status": 400, "code": "BAD_REQUEST", "message": "Duplicate client_reference"}
    world.octopus.fault("create", "reply", moment="after", **duplicate)
    reference = orders_cards(ada)
    sees_order(ada, reference, "Delivered")
    order = theirs(world.octopus, reference)
    sees_cards(ada, reference, order)
    assert ways(world, order["reference"]) == ["create", "lookup"]
    only(world, order)


def test_a_refusal_without_a_definite_code_is_believed_when_no_look_up_shows_an_order(
    ada: Person, world: World
) -> None:
    before = len(world.octopus.orders())
    world.octopus.fault("create", "reply", status=400, code="BAD_REQUEST", message="Merchant is closed")
    reference = orders_cards(ada)
    refused = sees_order(ada, reference, "Not placed")
    assert "Merchant is closed" in refused["text"]
    assert "Nothing was charged." in refused["text"]
    assert len(world.octopus.orders()) == before
    first, *looks = ways(world, world.octopus.calls("create")[-1]["reference"])
    assert first == "create"
    assert len(looks) >= 2
    assert set(looks) == {"lookup"}


def test_look_ups_that_fail_never_lead_to_a_second_order(ada: Person, world: World) -> None:
    silent(world)
    world.octopus.trick("pending")
    world.octopus.fault("lookup", "reply", status=502, json=False, times=2)
    world.octopus.fault("create", "drop", moment="after")
    reference = orders_cards(ada)
    sees_order(ada, reference, "Delivered")
    order = theirs(world.octopus, reference)
    sees_cards(ada, reference, order)
    assert order["create_calls"] == 1
    only(world, order)


def place_by_hand(world: World, **order: object) -> None:
    """Place an order as somebody else who uses the same account would."""
    credentials = {"username": octopus.API_KEY, "password": octopus.API_SECRET}
    with httpx.Client(base_url=world.octopus.url, timeout=20) as client:
        token = client.post("/auth/login", json=credentials).json()["data"]["access_token"]
        placed = client.post("/api/v1/orders", json=order, headers={"Authorization": f"Bearer {token}"})
    assert placed.is_success, placed.text


@pytest.mark.parametrize(
    "changed",
    [{"product_id": XBOX.id, "denomination": 14.99}, {"denomination": 20}, {"quantity": 7}],
    ids=["another product", "another value", "another quantity"],
)
def test_an_order_for_other_goods_under_our_reference_is_shown_to_operators_and_not_given_out(
    ada: Person, world: World, changed: dict[str, object]
) -> None:
    desk = world.desk()
    world.octopus.fault("lookup", "reply", status=503, times=None)
    world.octopus.fault("create", "drop")
    asks_for(ada, STEAM)
    ada.says("10")
    ada.sees("How many")
    ada.says(str(MANY))
    reference = goods.confirms(ada)
    sees_order(ada, reference, "Not confirmed yet")
    ours = world.octopus.calls("create")[-1]["reference"]
    usual = {"product_id": STEAM.id, "denomination": 10, "quantity": MANY, "client_reference": ours}
    place_by_hand(world, **usual | changed)
    world.octopus.server.post("faults/clear")
    notice = desk.sees("something else than was ordered")
    assert reference_in(notice) == reference
    assert ours in notice["text"]
    card = card_of(ada, reference)
    assert "does not fit the order" in card
    assert "do not order it again" in card
    (order,) = [order for order in world.octopus.orders() if order["reference"] == ours]
    world.octopus.waits(order_id=order["id"], statuses=["DELIVERED"])
    assert not any(code in text for code in order["codes"] for text in ada.bot_texts())
    assert world.octopus.order(order["id"])["create_calls"] == 2, "ours once, theirs once"
    assert spoken(reference) in notice["text"]
