"""Kills and restarts in the middle of gift-card orders: each is bought once, and no code that was shown is lost."""

from collections.abc import Callable

from tests.journeys import goods
from tests.journeys.cards import MANY, STEAM, asks_for, orders_cards, parts, sees_cards, theirs
from tests.journeys.octopus import WALLETS
from tests.journeys.orders import sees_order
from tests.journeys.people import Person
from tests.journeys.supplier import Order
from tests.journeys.world import World

Worlds = Callable[..., World]


def up_again(world: World) -> None:
    """Take faults back and start."""
    world.octopus.server.post("faults/clear")
    world.bot.start()


def to_confirm(person: Person, quantity: int) -> None:
    """Up to the last question of an order of Steam cards."""
    asks_for(person, STEAM)
    person.says("10")
    person.sees("How many")
    person.says(str(quantity))
    person.sees("Please check your order")


def bought_once(world: World, reference: str) -> Order:
    """The one order that the supplier has, paid once."""
    order = theirs(world.octopus, reference)
    (only,) = world.octopus.orders()
    assert only["id"] == order["id"]
    assert [one["type"] for one in world.octopus.transactions(order["id"])] == ["DEBIT"]
    return order


def test_kills_at_each_question_and_right_after_confirm_lose_nothing(own_world: Worlds) -> None:
    world = own_world()
    ada = world.admin()
    values = asks_for(ada, STEAM)
    world.bot.kill()
    up_again(world)
    ada.taps("10 USD", values)
    ada.sees("How many", button="Cancel")
    world.bot.kill()
    up_again(world)
    ada.says(str(MANY))
    card = ada.sees("Please check your order")
    assert "Value: 10 USD\nQuantity: 6" in card["text"]
    # The order is written down and nothing was sent: the supplier keeps its token to itself.
    world.octopus.server.post("tokens/expire", kind="all")
    world.octopus.fault("auth", "hang", times=None)
    reference = goods.confirms(ada)
    world.bot.kill()
    assert world.octopus.orders() == []
    up_again(world)
    sees_order(ada, reference, "Delivered")
    order = bought_once(world, reference)
    # A create that went out under the expired token did nothing.
    assert [call["status"] for call in world.octopus.calls("create") if call["status"] != 401] == [201]
    sees_cards(ada, reference, order)


def test_kills_while_the_order_is_on_the_wire_and_while_it_is_pending_buy_once(own_world: Worlds) -> None:
    world = own_world()
    ada = world.admin()
    world.octopus.switch("outcome", "hold")
    world.octopus.fault("create", "delay", moment="after", seconds=60)
    to_confirm(ada, MANY)
    reference = goods.confirms(ada)
    world.octopus.waits(order_id=1234, held=True)
    world.bot.kill()
    up_again(world)
    sees_order(ada, reference, "In progress")
    order = bought_once(world, reference)
    world.bot.kill()
    world.octopus.settle(order["id"], "delivered")
    world.octopus.waits(order_id=order["id"], attempts=1)
    up_again(world)
    sees_order(ada, reference, "Delivered")
    order = bought_once(world, reference)
    assert order["create_calls"] == 1
    sees_cards(ada, reference, order)


def test_a_kill_between_the_reply_and_its_settling_delivers_the_codes_of_the_reply(own_world: Worlds) -> None:
    # What is paid from a wallet of another currency is looked up before it is settled: there the kill strikes.
    world = own_world(OCTOPUS_WALLET_ID=str(WALLETS["EUR"]))
    ada = world.admin()
    world.octopus.fault("transactions", "hang", times=None)
    to_confirm(ada, 2)
    asked = len(world.octopus.calls("transactions"))
    reference = goods.confirms(ada)
    world.octopus.waits(endpoint="transactions", calls=asked + 1)
    world.bot.kill()
    assert not any("Delivered" in text for text in ada.bot_texts())
    up_again(world)
    sees_order(ada, reference, "Delivered")
    order = bought_once(world, reference)
    assert (order["create_calls"], order["reads"]) == (1, 0), "the reply was kept: nothing had to be asked"
    sees_cards(ada, reference, order)


def test_a_kill_between_a_look_and_its_settling_keeps_the_one_clear_view(own_world: Worlds) -> None:
    world = own_world(OCTOPUS_WALLET_ID=str(WALLETS["EUR"]))
    ada = world.admin()
    world.octopus.switch("outcome", "hold")
    reference = orders_cards(ada, MANY, STEAM, "10")
    sees_order(ada, reference, "In progress")
    order = world.octopus.waits(order_id=theirs(world.octopus, reference)["id"], held=True)
    world.octopus.fault("transactions", "hang", times=None)
    asked = len(world.octopus.calls("transactions"))
    world.octopus.settle(order["id"], "delivered")
    world.octopus.waits(endpoint="transactions", calls=asked + 1)
    world.bot.kill()
    assert not any("Delivered" in text for text in ada.bot_texts())
    world.octopus.switch("views", "always-masked")
    up_again(world)
    sees_order(ada, reference, "Delivered")
    order = bought_once(world, reference)
    assert len(parts(order)) == 2 * MANY
    sees_cards(ada, reference, order)
