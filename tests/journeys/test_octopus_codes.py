"""Codes that are shown once: what came in clear is kept, what did not is said honestly and never bought again."""

import re
from typing import Any

import pytest

from tests.journeys.cards import MANY, STEAM, XBOX, orders_cards, parts, resolves, sees_cards, theirs
from tests.journeys.orders import card_of, sees_order, spoken
from tests.journeys.people import Person, reference_in
from tests.journeys.supplier import Order
from tests.journeys.world import World

WAITING = "Waiting for the codes"


@pytest.fixture(autouse=True)
def calm(world: World) -> World:
    return world


def holds(world: World, person: Person, quantity: int = MANY) -> tuple[str, Order]:
    """An order of Steam cards that the supplier has and does not deliver by itself."""
    world.octopus.trick("hold")
    reference = orders_cards(person, quantity, STEAM, "10")
    sees_order(person, reference, "In progress")
    return reference, world.octopus.waits(order_id=theirs(world.octopus, reference)["id"], held=True)


def sees_hidden(world: World, person: Person, desk: Person, reference: str) -> Order:
    """The reseller hears the truth, and the operators what to ask for; nobody sees a mask, nothing is bought again."""
    told = sees_order(person, reference, WAITING)
    order = theirs(world.octopus, reference)
    assert "shows the codes hidden" in told["text"]
    assert "do not order it again" in told["text"]
    notice = desk.sees(f"shows the codes hidden.*{reference}")
    assert f"send the codes of order {order['id']} again" in notice["text"]
    assert order["reference"] in notice["text"]
    assert f"/resolve {reference} {order['id']}" in notice["text"]
    assert order["create_calls"] == 1
    assert shown_codes(person, order) == []
    return order


def shown_codes(person: Person, order: Order) -> list[str]:
    """What of an order's vouchers stands in the chat: the ends of their numbers would already be too much."""
    ends = [part[-4:] for part in parts(order)]
    return [text for text in person.bot_texts() if any(re.search(rf"[-*•X]{end}\b", text) for end in ends)]


def test_codes_of_a_lost_reply_are_asked_for_by_a_human_and_never_bought_again(ada: Person, world: World) -> None:
    desk = world.desk()
    world.octopus.fault("create", "drop", moment="after")
    reference = orders_cards(ada, 2, STEAM, "10")
    order = sees_hidden(world, ada, desk, reference)
    operator = world.admin()
    answer = resolves(operator, reference, str(order["id"]))
    assert "in progress" in answer, "looked at once more, and hidden still"
    sees_order(ada, reference, WAITING)
    assert "is settled: ❌ failed" in resolves(operator, reference, "none")
    ended = sees_order(ada, reference, "Not delivered")
    assert "The operator has closed it" in ended["text"]
    assert world.octopus.order(order["id"])["create_calls"] == 1


@pytest.mark.parametrize("mask", ["stars", "bullets", "crosses"])
def test_masked_codes_are_no_codes_in_any_style_until_the_supplier_shows_them(
    ada: Person, world: World, mask: str
) -> None:
    desk = world.desk()
    world.octopus.switch("views", "always-masked")
    world.octopus.switch("mask", mask)
    world.octopus.fault("create", "drop", moment="after")
    reference = orders_cards(ada, MANY, STEAM, "10")
    order = sees_hidden(world, ada, desk, reference)
    world.octopus.switch("views", "always-clear")
    assert "is settled: ✅ delivered" in resolves(world.admin(), reference, str(order["id"]))
    ada.mark = 0
    sees_order(ada, reference, "Delivered")
    sees_cards(ada, reference, order)


def test_codes_that_are_crossed_out_from_the_first_look_on_are_not_handed_over(ada: Person, world: World) -> None:
    desk = world.desk()
    world.octopus.switch("views", "always-masked")
    world.octopus.switch("mask", "crosses")
    sees_hidden(world, ada, desk, orders_cards(ada, MANY, STEAM, "10"))


@pytest.mark.parametrize(
    "fault",
    [{"fate": "cut"}, {"fate": "reply", "moment": "after", "status": 502, "json": False}],
    ids=["cut", "502"],
)
def test_a_clear_view_that_was_lost_on_its_way_is_owned_up_to(ada: Person, world: World, fault: dict[str, Any]) -> None:
    desk = world.desk()
    world.octopus.fault("order", **fault)
    reference = orders_cards(ada, MANY, STEAM, "10")
    order = sees_hidden(world, ada, desk, reference)
    assert order["reads"] == 2


def test_a_piece_that_was_lost_on_its_way_is_asked_for_while_the_rest_arrives(ada: Person, world: World) -> None:
    desk = world.desk()
    reference, order = holds(world, ada)
    world.octopus.fault("order", "cut")
    reads = world.octopus.order(order["id"])["reads"]
    world.octopus.settle(order["id"], "partial", delivered=1)
    world.octopus.waits(order_id=order["id"], reads=reads + 1)
    world.octopus.settle(order["id"], "delivered")
    sees_order(ada, reference, WAITING)
    lost, *came = world.octopus.order(order["id"])["codes"]
    shown = ada.sees(f"5 of 6 are here.*{came[0]}")
    assert all(code in shown["text"] for code in came)
    assert not any(lost in text for text in ada.bot_texts())
    assert str(order["id"]) in desk.sees(f"shows the codes hidden.*{reference}")["text"]
    assert "is settled: ⚠️ partly delivered" in resolves(world.admin(), reference, "none")
    assert "5 of 6 delivered; 1 is missing." in sees_order(ada, reference, "Partly delivered")["text"]


def test_a_small_order_that_is_answered_pending_is_followed_to_its_codes(ada: Person, world: World) -> None:
    world.octopus.trick("pending")
    reference = orders_cards(ada, 2, STEAM, "10")
    sees_order(ada, reference, "Delivered")
    order = theirs(world.octopus, reference)
    sees_cards(ada, reference, order)
    assert order["reads"] == 1, "the one clear view"


def test_pieces_of_a_delivery_arrive_as_they_come_and_the_result_has_all(ada: Person, world: World) -> None:
    reference, order = holds(world, ada)
    for delivered in (1, 4):
        ada.mark = ada.version()
        world.octopus.settle(order["id"], "partial", delivered=delivered)
        piece = ada.sees(f"{delivered} of 6 delivered so far; the rest is still coming.*PIN")
        assert all(part in piece["text"] for part in parts(world.octopus.order(order["id"])))
    world.octopus.settle(order["id"], "delivered")
    sees_order(ada, reference, "Delivered")
    whole = world.octopus.order(order["id"])
    sees_cards(ada, reference, whole)
    assert len(set(whole["codes"])) == MANY
    assert world.octopus.waits(order_id=order["id"], reads=3)["create_calls"] == 1


def test_fewer_vouchers_than_ordered_are_given_out_and_the_rest_is_asked_for(ada: Person, world: World) -> None:
    desk = world.desk()
    world.octopus.trick("short", value=1)
    reference = orders_cards(ada, 3, STEAM, "10")
    came = sees_order(ada, reference, WAITING)
    order = theirs(world.octopus, reference)
    (first, second) = order["codes"]
    came = ada.sees(f"2 of 3 are here.*{first}.*{second}")
    assert "do not order it again" in came["text"]
    notice = desk.sees(f"fewer codes than it counts.*{reference}")
    assert str(order["id"]) in notice["text"]
    assert "is settled: ⚠️ partly delivered" in resolves(world.admin(), reference, "none")
    part = sees_order(ada, reference, "Partly delivered")
    assert "2 of 3 delivered; 1 is missing." in part["text"]
    assert order["create_calls"] == 1


@pytest.mark.parametrize(
    ("outcome", "words"),
    [("failed", "The supplier could not deliver it."), ("cancelled", "The supplier cancelled it.")],
)
def test_an_order_that_comes_to_nothing_is_told_with_what_came_back(
    ada: Person, world: World, outcome: str, words: str
) -> None:
    desk, before = world.desk(), world.octopus.wallet()
    reference, order = holds(world, ada)
    world.octopus.settle(order["id"], outcome)
    failed = sees_order(ada, reference, "Not delivered")
    assert words in failed["text"]
    assert "Refunded: $57.90" in failed["text"]
    assert "failed" in desk.sees(spoken(reference))["text"]
    assert world.octopus.wallet() == before


@pytest.mark.parametrize("outcome", ["failed", "cancelled"])
def test_what_came_before_the_rest_failed_stays_delivered(ada: Person, world: World, outcome: str) -> None:
    desk = world.desk()
    reference, order = holds(world, ada)
    world.octopus.settle(order["id"], "partial", delivered=2)
    ada.sees("2 of 6 delivered so far")
    world.octopus.settle(order["id"], outcome)
    first, second = world.octopus.order(order["id"])["codes"]
    told = ada.sees(rf"Partly delivered · {spoken(reference)}.*{first}.*{second}")
    assert "2 of 6 delivered; 4 are missing." in told["text"]
    assert "Charged: $57.90\nRefunded: $38.60" in told["text"]
    assert "delivered in part" in desk.sees(spoken(reference))["text"]


def test_a_refund_that_is_not_seen_is_not_claimed(ada: Person, world: World) -> None:
    reference, order = holds(world, ada)
    world.octopus.settle(order["id"], "failed", refund=False)
    assert "has not reported a refund" in sees_order(ada, reference, "Not delivered")["text"]


def test_a_status_nobody_knows_is_shown_to_operators_and_followed_to_the_end(ada: Person, world: World) -> None:
    desk = world.desk()
    world.octopus.switch("open_word", "ON_HOLD")
    reference, order = holds(world, ada)
    notice = desk.sees("status that we do not know")
    assert reference_in(notice) == reference
    assert "ON_HOLD" in notice["text"]
    world.octopus.settle(order["id"], "delivered")
    sees_order(ada, reference, "Delivered")
    sees_cards(ada, reference, world.octopus.order(order["id"]))
    assert "do not know" not in card_of(ada, reference)


def test_a_wrong_id_never_uses_up_another_orders_one_clear_view(ada: Person, world: World) -> None:
    operator, bea = world.admin(), world.admin()
    world.octopus.fault("create", "drop", moment="after")
    hidden = orders_cards(ada)
    sees_order(ada, hidden, WAITING)
    reference, order = holds(world, bea)
    world.octopus.settle(order["id"], "delivered", silent=True)
    refused = resolves(operator, hidden, str(order["id"]))
    assert "is settled" not in refused
    sees_order(bea, reference, "Delivered")
    whole = world.octopus.order(order["id"])
    sees_cards(bea, reference, whole)
    assert whole["reads"] <= 2, "only ever read for its own sake"
    sees_order(ada, hidden, WAITING)


def test_naming_an_order_in_doubt_by_the_wrong_id_asks_for_ours_alone(ada: Person, world: World) -> None:
    operator, bea = world.admin(), world.admin()
    reference, order = holds(world, bea)
    world.octopus.fault("create", "drop")
    mine = orders_cards(ada)
    sees_order(ada, mine, "Not confirmed yet")
    refused = resolves(operator, mine, str(order["id"]))
    assert f"belongs to order /order_{reference}" in refused
    world.octopus.settle(order["id"], "delivered")
    sees_order(bea, reference, "Delivered")
    sees_cards(bea, reference, world.octopus.order(order["id"]))
    sees_order(ada, mine, "Delivered")
    assert XBOX.name in card_of(ada, mine)
