"""Stops, kills and restarts at bad moments: conversations go on, and every order is bought once and delivered."""

from collections.abc import Callable

import pytest

from tests.journeys import goods
from tests.journeys.people import Message, Person
from tests.journeys.world import World

Down = Callable[[World], None]


def stopped(world: World) -> None:
    """As an operator restarts it."""
    assert world.bot.stop() == 0


def killed(world: World) -> None:
    """As a power cut ends it."""
    world.bot.kill()


def up_again(world: World) -> None:
    """Take faults back and start."""
    world.telegram.post("faults/clear")
    world.bot.start()


def confirm_card(person: Person) -> Message:
    """Up to the last question of an order of one key."""
    goods.buys(person, goods.KEY)
    person.says("1")
    return person.sees("Please check your order")


def delivered_once(person: Person, world: World) -> None:
    """Exactly one order was bought, and its codes arrive."""
    result = person.sees("Delivered", button="Copy the code")
    (order,) = world.voodoo.orders()
    assert order["codes"][0] in result["text"]


@pytest.mark.parametrize("down", [stopped, killed])
def test_every_question_is_still_open_after_a_restart(own_world: Callable[..., World], down: Down) -> None:
    world = own_world()
    ada = world.admin()

    def restart() -> None:
        down(world)
        up_again(world)

    goods.buys(ada, goods.TOPUP)
    restart()
    ada.says("3")
    ada.sees("Player ID", button="Cancel")
    restart()
    ada.says("77")
    choice = ada.sees("Choose", button="Asia")
    restart()
    ada.taps("Asia", choice)
    card = ada.sees("Please check your order")
    assert "Quantity: 3\nPlayer ID: 77\nServer: Asia" in card["text"]
    restart()
    ada.taps("Confirm", card)
    ada.sees(r"Delivered.*Details")
    (order,) = world.voodoo.orders()
    assert (order["quantity"], order["create_calls"]) == (3, 1)


def test_an_answer_cut_off_by_a_kill_is_not_taken_twice(own_world: Callable[..., World]) -> None:
    world = own_world()
    ada = world.admin()
    goods.buys(ada, goods.TOPUP)
    world.telegram.post("faults/slow", method="editMessageReplyMarkup", delay=60)
    ada.says("3")
    asked = ada.sees("Player ID", button="Cancel")
    world.bot.kill()
    up_again(world)
    again = ada.sees("Player ID", button="Cancel", min_id=asked["id"] + 1)
    assert "3" not in again["text"]
    ada.says("77")
    ada.sees("Choose", button="Asia")
    ada.taps("Asia")
    assert "Quantity: 3\nPlayer ID: 77" in ada.sees("Please check your order")["text"]


def test_a_kill_right_after_confirm_buys_once(own_world: Callable[..., World]) -> None:
    world = own_world()
    ada = world.admin()
    card = confirm_card(ada)
    # The order is written down and nothing was sent: the supplier keeps its token to itself.
    world.voodoo.expire_tokens()
    world.voodoo.fault("token", "hang")
    ada.taps("Confirm", card)
    world.bot.kill()
    assert world.voodoo.orders() == []
    world.voodoo.server.post("faults/clear")
    up_again(world)
    delivered_once(ada, world)


def test_a_kill_while_the_supplier_takes_the_order_buys_once(own_world: Callable[..., World]) -> None:
    world = own_world()
    ada = world.admin()
    card = confirm_card(ada)
    world.voodoo.switch("outcome", "hold")
    world.voodoo.fault("create", "hang", moment="after")
    ada.taps("Confirm", card)
    world.voodoo.waits(endpoint="create", calls=1)
    world.bot.kill()
    up_again(world)
    ada.sees("Not confirmed yet.*Please do not order it again")
    world.voodoo.settle(str(world.voodoo.newest()["id"]), "completed")
    delivered_once(ada, world)


@pytest.mark.parametrize("down", [stopped, killed])
def test_a_webhook_sent_while_the_bot_is_down_is_made_up_for(own_world: Callable[..., World], down: Down) -> None:
    world = own_world()
    ada = world.admin()
    world.voodoo.switch("outcome", "hold")
    reference = goods.orders_keys(ada)
    ada.sees(f"In progress.*{reference[4:]}")
    order = str(world.voodoo.newest()["id"])
    down(world)
    world.voodoo.settle(order, "completed")
    world.voodoo.waits(order_id=order, webhooks=1, webhook_state="gave up")
    up_again(world)
    delivered_once(ada, world)


def test_a_kill_while_a_result_is_being_sent_loses_no_code(own_world: Callable[..., World]) -> None:
    world = own_world()
    ada = world.admin()
    world.voodoo.switch("outcome", "hold")
    reference = goods.orders_keys(ada)
    ada.sees(f"In progress.*{reference[4:]}")
    world.telegram.post("faults/slow", method="sendMessage", delay=60)
    world.voodoo.settle(str(world.voodoo.newest()["id"]), "completed")
    ada.sees(f"Delivered.*{reference[4:]}")
    world.bot.kill()
    up_again(world)
    delivered_once(ada, world)


@pytest.mark.parametrize("down", [stopped, killed])
def test_what_was_said_while_the_bot_was_down_is_answered_once(own_world: Callable[..., World], down: Down) -> None:
    world = own_world()
    ada = world.admin()
    card = confirm_card(ada)
    ada.says("/help")
    ada.sees("What you can do")
    down(world)
    ada.taps_without_waiting("Confirm", card, times=2)
    ada.says("/orders")
    up_again(world)
    ada.sees("Orders · All")
    assert len([text for text in ada.bot_texts() if "Orders · All" in text]) == 1
    ada.mark = card["version"]
    delivered_once(ada, world)


@pytest.mark.parametrize("down", [stopped, killed])
def test_a_refresh_that_was_cut_off_is_answered_in_the_next_life(own_world: Callable[..., World], down: Down) -> None:
    world = own_world()
    ada = world.admin()
    before = len(world.voodoo.calls("catalog"))
    world.voodoo.fault("catalog", "hang")
    ada.says("/catalog refresh")
    ada.sees("Reading the catalog")
    world.voodoo.waits(endpoint="catalog", calls=before + 1)
    down(world)
    world.voodoo.server.post("faults/clear")
    up_again(world)
    ada.sees("The catalog is new")
    ada.says("/balance")
    ada.sees("Voodoo Center")
