"""A reseller's money and people over kills and restarts: nothing is lost, nothing happens twice."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from tests.journeys import goods
from tests.journeys.orders import sees_order
from tests.journeys.resellers import Holdings, entries, holdings, invites, reseller
from tests.journeys.world import World

PRICE = Decimal("9.90")


def left(balance: str, held: str, available: str) -> Holdings:
    return Holdings(Decimal(balance), Decimal(held), Decimal(available))


def test_a_kill_while_an_order_is_placed_neither_loses_the_hold_nor_charges_twice(
    own_world: Callable[..., World],
) -> None:
    world = own_world()
    seller = reseller(world)
    world.voodoo.switch("outcome", "hold")
    world.voodoo.fault("create", "hang", moment="after")
    reference = goods.orders_keys(seller.buyer)
    world.voodoo.waits(endpoint="create", calls=1)
    world.bot.kill()
    world.voodoo.server.post("faults/clear")
    world.bot.start()
    sees_order(seller.buyer, reference, "Not confirmed yet")
    assert holdings(seller) == left("100.00", "9.90", "90.10")
    world.voodoo.settle(world.voodoo.newest()["id"], "completed")
    sees_order(seller.buyer, reference, "Delivered")
    assert holdings(seller) == left("90.10", "0.00", "90.10")
    assert entries(seller) == [-PRICE, Decimal(100)]
    assert len(world.voodoo.orders()) == 1


def test_a_hold_outlives_a_kill_and_is_settled_by_what_happened_meanwhile(own_world: Callable[..., World]) -> None:
    world = own_world()
    seller = reseller(world)
    world.voodoo.switch("outcome", "hold")
    reference = goods.orders_keys(seller.buyer, 2)
    sees_order(seller.buyer, reference, "In progress")
    world.bot.kill()
    world.voodoo.settle(world.voodoo.newest()["id"], "partial")
    world.bot.start()
    sees_order(seller.buyer, reference, "Partly delivered")
    assert holdings(seller) == left("90.10", "0.00", "90.10")


@pytest.mark.parametrize("command", ["credit", "debit"])
def test_a_kill_amid_money_moved_moves_it_once(own_world: Callable[..., World], command: str) -> None:
    world = own_world()
    seller = reseller(world)
    seller.boss.says(f"/{command} {seller.name} 25")
    world.bot.kill()
    world.bot.start()
    seller.boss.sees(f"25.00 {command}ed")
    world.telegram.post("faults/redeliver", count=5)
    moved = Decimal(25) if command == "credit" else Decimal(-25)
    assert holdings(seller).balance == 100 + moved
    assert sorted(entries(seller)) == sorted([moved, Decimal(100)])


def test_an_invite_and_what_it_made_outlive_a_kill(own_world: Callable[..., World]) -> None:
    world = own_world()
    seller = reseller(world)
    link = invites(seller.boss, seller.name)["start"]
    zoe, yara = world.newcomer(), world.newcomer()
    zoe.opens(link)
    world.bot.kill()
    world.bot.start()
    zoe.sees(f"order for {seller.name}")
    yara.opens(link)
    yara.sees("used already")
    assert "$9.90" in goods.opens(zoe, goods.KEY)["text"]
