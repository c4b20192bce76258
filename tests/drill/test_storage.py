"""The bot on a disk that is full, broken or locked: nothing is lost, nobody is misled, and all goes on afterwards."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.drill.ailing import AilingBot
from tests.drill.disk import Answer
from tests.drill.own import read_own
from tests.journeys import goods
from tests.journeys.cards import STEAM, asks_for, sees_cards
from tests.journeys.events import event_of, post, signature, wire
from tests.journeys.orders import results, sees_order
from tests.journeys.people import Person
from tests.journeys.supplier import Order, Supplier
from tests.journeys.world import World, build_world

AILMENTS = [Answer.FULL, Answer.BROKEN]
TROUBLE = "nothing can be stored; what was begun is undone"
WELL_AGAIN = "what is written can be stored again"
HELD = "a reply cannot be stored; it is held until it can be"


@pytest.fixture(scope="module")
def world_of_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The world these tests share."""
    world = build_world(tmp_path_factory.mktemp("ailing"), AilingBot)
    yield world
    world.close()


@pytest.fixture
def world(world_of_all: World) -> Iterator[World]:
    """The shared world with a healthy disk, before and after."""
    world_of_all.calm()
    yield world_of_all
    disk_is(world_of_all, Answer.WELL)
    world_of_all.calm()


@pytest.fixture
def ada(world: World) -> Person:
    """An operator in a private chat with the bot."""
    return world.admin()


def disk_is(world: World, answer: Answer) -> None:
    assert isinstance(world.bot, AilingBot)
    world.bot.disk_is(answer)


def database(world: World) -> Path:
    return Path(world.bot.environment["DATA_DIR"], "orderline.db")


def ready(world: World) -> dict[str, Any]:
    """What the readiness probe says of the store."""
    answer = httpx.get(f"{world.bot.url}/readyz", timeout=20)
    store = answer.json()["parts"]["store"]
    assert (answer.status_code == 200) == store["ok"]
    return store


def held_order(world: World, person: Person) -> tuple[str, Order]:
    """An order that the supplier has and does not end by itself: its reference here, and the supplier's books."""
    world.voodoo.switch("outcome", "hold")
    reference = goods.orders_keys(person)
    sees_order(person, reference, "In progress")
    return reference, world.voodoo.waits(order_id=world.voodoo.newest()["id"], held=True)


def confirms_into_full_disk(world: World, person: Person, supplier: Supplier, ailment: Answer) -> Order:
    """Confirm on the card seen last; the disk takes nothing any more when the supplier's reply comes."""
    person.sees("Please check your order")
    made, before = len(supplier.orders()), world.bot.log_end()
    supplier.fault("create", "delay", moment="after", seconds=60)
    person.taps("Confirm")
    supplier.waits(orders=made + 1)
    disk_is(world, ailment)
    supplier.release()
    world.bot.logged(HELD, after=before)
    return supplier.newest()


def bought_once(supplier: Supplier, order: Order) -> None:
    same = [other for other in supplier.orders() if other["reference"] == order["reference"]]
    assert [(one["id"], one["create_calls"]) for one in same] == [(order["id"], 1)]


@pytest.mark.parametrize("ailment", AILMENTS)
def test_what_was_said_while_nothing_could_be_stored_is_answered_once_afterwards(
    world: World, ada: Person, ailment: Answer
) -> None:
    before = world.bot.log_end()
    disk_is(world, ailment)
    ada.says("/help")
    world.bot.logged("updates cannot be stored; telegram keeps them", after=before)
    assert ready(world) == {"ok": False, "detail": "the database cannot be written"}
    assert ada.heard() == []
    disk_is(world, Answer.WELL)
    ada.sees("What you can do")
    world.bot.logged(WELL_AGAIN, after=before)
    assert ready(world)["ok"]
    assert len([text for text in ada.bot_texts() if "What you can do" in text]) == 1
    told = [line for line in world.bot.log_entries(before) if line["event"] == TROUBLE]
    assert len(told) == 1
    assert not [line for line in world.bot.log_entries(before) if "exception" in line]


@pytest.mark.parametrize("ailment", AILMENTS)
def test_a_webhook_that_cannot_be_stored_is_asked_for_again_and_its_codes_come(
    world: World, ada: Person, ailment: Answer
) -> None:
    reference, order = held_order(world, ada)
    disk_is(world, ailment)
    body = wire(event_of(order, codes=[f"CODE-FOR-{order['id']}"]))
    assert post(world, body, signature(body)) == 503
    disk_is(world, Answer.WELL)
    assert post(world, body, signature(body)) == 200
    ada.sees(f"CODE-FOR-{order['id']}")
    assert len(results(ada, reference)) == 1


@pytest.mark.parametrize("ailment", AILMENTS)
def test_a_reply_that_cannot_be_stored_is_held_and_its_order_delivered_from_it(
    world: World, ada: Person, ailment: Answer
) -> None:
    goods.buys(ada, goods.KEY)
    ada.says("1")
    world.voodoo.webhook_fault("lose", times=5)
    order = confirms_into_full_disk(world, ada, world.voodoo, ailment)
    disk_is(world, Answer.WELL)
    world.bot.logged("the reply that was held is stored", order=order["reference"])
    ada.sees("Delivered", button="Copy the code")
    bought_once(world.voodoo, order)


def test_the_only_clear_view_of_codes_outlives_a_full_disk(world: World, ada: Person) -> None:
    asks_for(ada, STEAM)
    ada.says("10")
    ada.sees("How many")
    ada.says("2")
    order = confirms_into_full_disk(world, ada, world.octopus, Answer.FULL)
    disk_is(world, Answer.WELL)
    reference = goods.reference_in(ada.sees("Delivered"))
    sees_cards(ada, reference, world.octopus.order(order["id"]))
    bought_once(world.octopus, order)


def test_a_kill_while_a_reply_is_held_buys_nothing_twice(world: World, ada: Person) -> None:
    goods.buys(ada, goods.KEY)
    ada.says("1")
    world.voodoo.switch("outcome", "hold")
    order = confirms_into_full_disk(world, ada, world.voodoo, Answer.FULL)
    world.bot.kill()
    disk_is(world, Answer.WELL)
    world.bot.start()
    ada.sees("Not confirmed yet.*Please do not order it again")
    world.voodoo.settle(order["id"], "completed")
    ada.sees("Delivered", button="Copy the code")
    assert [one["id"] for one in world.voodoo.orders() if one["reference"] == order["reference"]] == [order["id"]]


def test_a_stop_on_a_full_disk_is_clean_and_what_waits_is_done_after_the_next_start(world: World, ada: Person) -> None:
    disk_is(world, Answer.FULL)
    before = world.bot.log_end()
    ada.says("/help")
    world.bot.logged("updates cannot be stored; telegram keeps them", after=before)
    assert world.bot.stop() == 0
    disk_is(world, Answer.WELL)
    world.bot.start()
    ada.sees("What you can do")


def test_a_start_on_a_full_disk_waits_for_room(world: World, ada: Person) -> None:
    assert world.bot.stop() == 0
    disk_is(world, Answer.FULL)
    ada.says("/help")
    before = world.bot.log_end()
    world.bot.launch()
    world.bot.logged("updates cannot be stored; telegram keeps them", after=before)
    assert not ready(world)["ok"]
    disk_is(world, Answer.WELL)
    ada.sees("What you can do")
    assert ready(world)["ok"]


def test_a_tool_that_keeps_the_database_locked_delays_everything_and_loses_nothing(world: World, ada: Person) -> None:
    reference, order = held_order(world, ada)
    before = world.bot.log_end()
    with closing(sqlite3.connect(database(world), isolation_level=None)) as tool:
        tool.execute("BEGIN IMMEDIATE")
        body = wire(event_of(order, codes=[f"LOCKED-OUT-{order['id']}"]))
        assert post(world, body, signature(body)) == 503
        ada.says("/help")
        assert "another process keeps it locked" in str(world.bot.logged(TROUBLE, after=before)["reason"])
        assert not ready(world)["ok"]
        tool.execute("ROLLBACK")
    ada.sees("What you can do")
    assert post(world, body, signature(body)) == 200
    ada.sees(f"LOCKED-OUT-{order['id']}")
    assert len(results(ada, reference)) == 1


def test_nothing_is_left_behind(world: World, ada: Person) -> None:
    ada.says("/help")
    ada.sees("What you can do")
    world.bot.stop()
    own = read_own(database(world))
    world.bot.start()
    assert own.waiting == ()
    assert {row.state for row in own.rows} == {"completed"}
