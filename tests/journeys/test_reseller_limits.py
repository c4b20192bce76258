"""What bounds orders: suspension, orders a minute, value a day, the largest order; and floods of strangers."""

import re

import pytest

from tests.journeys import goods
from tests.journeys.orders import sees_order
from tests.journeys.people import Person
from tests.journeys.resellers import does, holdings, reseller
from tests.journeys.world import World

CARD = "Please check your order"


def confirms_in_vain(world: World, person: Person, quantity: int = 1) -> str:
    """Order keys as far as Confirm, which must order nothing; what the card and the tap say of it."""
    before = len(world.voodoo.orders())
    goods.buys(person, goods.KEY)
    person.says(str(quantity))
    card = person.sees(CARD)
    said = person.taps("Confirm", card)
    assert len(world.voodoo.orders()) == before
    assert said in card["text"]
    return said


def test_a_suspended_reseller_may_look_but_not_order_until_it_is_resumed(world: World) -> None:
    seller = reseller(world)
    goods.buys(seller.buyer, goods.KEY)
    seller.buyer.says("1")
    card = seller.buyer.sees(CARD)
    does(seller.boss, f"/suspend {seller.name}", "(?i)suspended")
    before = len(world.voodoo.orders())
    seller.buyer.taps("Confirm", card)
    seller.buyer.sees("(?i)suspend|paused|stopped")
    assert len(world.voodoo.orders()) == before
    seller.owner.sees("is suspended")
    shown = goods.opens(seller.buyer, goods.KEY)
    assert "suspended" in seller.buyer.taps("Buy", shown)
    does(seller.boss, f"/resume {seller.name}", re.escape(seller.name))
    seller.buyer.says("/cancel")
    seller.buyer.sees()
    goods.orders_keys(seller.buyer)
    seller.buyer.sees("Delivered")


def test_orders_under_way_end_well_while_their_reseller_is_suspended(world: World) -> None:
    seller = reseller(world)
    world.voodoo.switch("outcome", "hold")
    reference = goods.orders_keys(seller.buyer)
    sees_order(seller.buyer, reference, "In progress")
    does(seller.boss, f"/suspend {seller.name}", "(?i)suspended")
    world.voodoo.settle(world.voodoo.newest()["id"], "completed")
    sees_order(seller.buyer, reference, "Delivered")
    assert str(holdings(seller).balance) == "90.10"


def test_orders_a_minute_are_bounded_for_each_person(world: World) -> None:
    seller = reseller(world)
    does(seller.boss, f"/limits {seller.name} minute 1", "1")
    goods.orders_keys(seller.buyer)
    seller.buyer.sees("Delivered", button="Copy the code")
    assert "minute" in confirms_in_vain(world, seller.buyer)
    goods.orders_keys(seller.owner)
    seller.owner.sees("Delivered", button="Copy the code")


def test_the_value_of_a_day_is_bounded(world: World) -> None:
    seller = reseller(world)
    does(seller.boss, f"/limits {seller.name} day 25", "25")
    goods.orders_keys(seller.buyer, 2)
    seller.buyer.sees("Delivered", button="Copy all")
    assert "day" in confirms_in_vain(world, seller.owner)


def test_a_failed_order_counts_for_nothing_in_the_day(world: World) -> None:
    seller = reseller(world)
    does(seller.boss, f"/limits {seller.name} day 25", "25")
    world.voodoo.switch("outcome", "failed")
    goods.orders_keys(seller.buyer, 2)
    seller.buyer.sees("Not delivered")
    world.voodoo.switch("outcome", "completed")
    goods.orders_keys(seller.buyer, 2)
    seller.buyer.sees("Delivered", button="Copy all")


def test_the_price_of_one_order_is_bounded(world: World) -> None:
    seller = reseller(world)
    does(seller.boss, f"/limits {seller.name} order 15", "15")
    assert "15.00" in confirms_in_vain(world, seller.buyer, 2)
    seller.buyer.says("/cancel")
    seller.buyer.sees()
    goods.orders_keys(seller.buyer)
    seller.buyer.sees("Delivered")


@pytest.mark.parametrize("bounds", ["minute 0", "minute -1", "minute 1.5", "day x", "order 0", "hour 5", "minute", "5"])
def test_bounds_that_cannot_be_read_change_nothing(world: World, bounds: str) -> None:
    seller = reseller(world, credit="0")
    seller.boss.says(f"/limits {seller.name} {bounds}")
    assert "✅" not in seller.boss.sees()["text"]
    assert "as for everybody" in does(seller.boss, f"/reseller {seller.name}", "Balance")["text"]


def test_a_flood_of_strangers_leaves_others_their_answers(world: World) -> None:
    seller = reseller(world)
    strangers = [world.newcomer() for _ in range(20)]
    for stranger in strangers:
        for _ in range(10):
            stranger.says("/order")
    goods.orders_keys(seller.buyer)
    seller.buyer.sees("Delivered", button="Copy the code")
    for stranger in strangers:
        assert all("access" in text for text in stranger.bot_texts())


def test_a_members_flood_slows_nobody_else(world: World) -> None:
    seller, other = reseller(world), reseller(world)
    for _ in range(60):
        seller.buyer.says("/orders")
    for person in (seller.owner, other.buyer):
        goods.orders_keys(person)
        person.sees("Delivered", button="Copy the code")
