"""Octopus's rate limits: whatever is too much at the moment is done a little later, once, and holds up nothing else."""

import pytest

from tests.journeys import goods
from tests.journeys.cards import MANY, asks_for, orders_cards, sees_cards, theirs
from tests.journeys.orders import sees_order
from tests.journeys.people import Person
from tests.journeys.world import World


@pytest.fixture(autouse=True)
def calm(world: World) -> World:
    return world


@pytest.mark.parametrize(
    "limit",
    [{"retry_after": "1"}, {"message": "Rate limit exceeded, retry after 1 seconds"}],
    ids=["with Retry-After", "in words alone"],
)
def test_an_order_that_is_one_too_many_is_placed_a_little_later(
    ada: Person, world: World, limit: dict[str, str]
) -> None:
    world.octopus.fault("create", "reply", status=429, **limit)
    reference = orders_cards(ada)
    assert "Nothing was charged; we keep trying" in ada.sees("does not answer at the moment")["text"]
    sees_order(ada, reference, "Delivered")
    order = theirs(world.octopus, reference)
    sees_cards(ada, reference, order)
    assert (order["create_calls"], order["lookups"]) == (2, 0), "refused for certain, so nothing is in doubt"


def test_reads_that_are_limited_hold_up_no_create(ada: Person, world: World) -> None:
    people = [ada, world.admin(), world.admin()]
    world.octopus.trick("hold")
    waiting = orders_cards(people[0], MANY)
    sees_order(people[0], waiting, "In progress")
    world.octopus.fault("read", "reply", status=429, retry_after="2", times=None)
    order = theirs(world.octopus, waiting)
    world.octopus.waits(order_id=order["id"], held=True)
    world.octopus.settle(order["id"], "delivered")
    for person in people[1:]:
        reference = orders_cards(person, 2)
        sees_order(person, reference, "Delivered")
        sees_cards(person, reference, theirs(world.octopus, reference))
    assert world.octopus.order(order["id"])["reads"] == 0
    world.octopus.server.post("faults/clear")
    sees_order(people[0], waiting, "Delivered")
    sees_cards(people[0], waiting, world.octopus.order(order["id"]))


def test_a_price_that_is_limited_can_be_asked_for_again(ada: Person, world: World) -> None:
    world.octopus.fault("charges", "reply", status=429, retry_after="0", times=2)
    asks_for(ada)
    ada.says("1")
    refused = ada.sees("The price cannot be had right now", button="Try again")
    assert "Nothing was ordered." in refused["text"]
    ada.taps("Try again")
    assert "Leaves the wallet: $14.09" in ada.sees("Please check your order")["text"]
    reference = goods.confirms(ada)
    sees_order(ada, reference, "Delivered")
    sees_cards(ada, reference, theirs(world.octopus, reference))
