"""Quiet hours, and an operator's chat that chooses what it is told."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.journeys import goods
from tests.journeys.orders import sees_order, spoken
from tests.journeys.people import Person
from tests.journeys.resellers import does, reseller
from tests.journeys.world import ADMINS, World


def sleeps(person: Person) -> None:
    """Choose quiet hours that have begun and last for hours."""
    now = datetime.now(UTC)
    span = f"{now - timedelta(hours=1):%H:%M}-{now + timedelta(hours=6):%H:%M}"
    does(person, f"/notify {span}", "Quiet hours: .*–")


def test_at_night_results_come_and_what_may_wait_comes_later(world: World) -> None:
    seller = reseller(world)
    sleeps(seller.owner)
    seller.credited("50")
    reference = goods.orders_keys(seller.owner)
    sees_order(seller.owner, reference, "Delivered")
    assert "$50.00 credited" not in "\n".join(seller.owner.bot_texts())
    does(seller.owner, "/notify off", "Quiet hours: none")
    seller.owner.sees(r"\$50\.00 credited to your balance")
    assert len([text for text in seller.owner.bot_texts() if "$50.00 credited" in text]) == 1


def test_the_quiet_hours_of_one_owner_are_nobody_elses(world: World) -> None:
    seller = reseller(world)
    sleeps(seller.buyer)
    seller.owner.mark = seller.owner.version()
    seller.credited("50")
    seller.owner.sees(r"\$50\.00 credited to your balance")


def test_what_waits_for_the_morning_outlives_a_kill(own_world: Callable[..., World]) -> None:
    world = own_world()
    seller = reseller(world)
    sleeps(seller.owner)
    seller.credited("50")
    world.bot.kill()
    world.bot.start()
    does(seller.owner, "/notify off", "Quiet hours: none")
    seller.owner.sees(r"\$50\.00 credited to your balance")


def test_the_operators_chat_hears_the_orders_that_it_chose(own_world: Callable[..., World]) -> None:
    world = own_world(ADMIN_CHAT_ID=str(ADMINS[0]))
    seller = reseller(world, credit="100")
    boss = seller.boss
    assert boss.id == ADMINS[0]
    sees_order(seller.buyer, goods.orders_keys(seller.buyer), "Delivered")
    does(boss, "/notify", "Everybody's orders told here")
    boss.taps("🔕 New orders")
    boss.sees("New orders, Delivered in part")
    boss.taps("🔕 Delivered")
    boss.sees("New orders, Delivered, Delivered in part")
    boss.mark = boss.version()
    reference = goods.orders_keys(seller.buyer)
    sees_order(seller.buyer, reference, "Delivered")
    new = boss.sees(f"New order {spoken(reference)}")["text"]
    assert f"Sold to {seller.name} for " in new
    boss.sees(f"Order {spoken(reference)} was delivered")
    told = [text for text in boss.bot_texts() if "was delivered" in text or "New order " in text]
    assert all(spoken(reference) in text for text in told)
    assert len(told) == 2
