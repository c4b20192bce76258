"""Stopping at bad moments: what is in hand is finished within a bounded time, nothing new begins, nothing is lost."""

import signal
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.drill.own import Row, read_own
from tests.journeys import goods
from tests.journeys.events import SIGNATURE, event_of, signature, wire
from tests.journeys.orders import results, sees_order, sees_result
from tests.journeys.people import Person
from tests.journeys.processes import select_pause
from tests.journeys.supplier import Order
from tests.journeys.world import World, build_world

GRACE = 30
"""Seconds that ``compose.yaml`` gives a stop before it is a kill (``stop_grace_period``)."""

STOPPING = "stopping; what is in hand is being finished"
Begin = Callable[[World, Person], None]


@pytest.fixture(scope="module")
def world_of_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The world these tests share: each stops its bot, and the next starts it."""
    world = build_world(tmp_path_factory.mktemp("stopping"))
    yield world
    world.close()


@pytest.fixture
def world(world_of_all: World) -> Iterator[World]:
    """The shared world, calm, with a bot that runs."""
    world_of_all.calm()
    if world_of_all.bot.process is None or world_of_all.bot.process.poll() is not None:
        world_of_all.bot.start()
    yield world_of_all
    world_of_all.calm()


@pytest.fixture
def ada(world: World) -> Person:
    """An operator in a private chat with the bot."""
    return world.admin()


def signalled(world: World, name: signal.Signals = signal.SIGTERM) -> None:
    """Ask the bot to stop; returns when it has heard."""
    before = world.bot.log_end()
    assert world.bot.process is not None
    world.bot.process.send_signal(name)
    world.bot.logged(STOPPING, after=before)


def ended(world: World) -> int:
    """Wait for the bot's end, as long as a container would; returns its exit status."""
    assert world.bot.process is not None
    return world.bot.process.wait(GRACE)


def confirm_card(person: Person) -> None:
    """Up to the last question of an order of one key."""
    goods.buys(person, goods.KEY)
    person.says("1")
    person.sees("Please check your order")


def confirms_into(world: World, person: Person, fate: str, **more: object) -> Order:
    """Confirm an order whose create takes effect, and whose answer then meets its fate."""
    confirm_card(person)
    made = len(world.voodoo.orders())
    world.voodoo.fault("create", fate, moment="after", **more)
    person.taps("Confirm")
    world.voodoo.waits(orders=made + 1)
    return world.voodoo.newest()


def until(world: World, query: str) -> None:
    """Return once the bot's database answers a query with something."""
    deadline = time.monotonic() + 20
    with closing(sqlite3.connect(f"file:{database(world)}?mode=ro", uri=True)) as connection:
        while connection.execute(query).fetchone() is None:
            assert time.monotonic() < deadline, f"never came true: {query}"
            select_pause()


def row_of(world: World, order: Order) -> Row:
    """What Orderline's database says of an order in the supplier's books."""
    (row,) = [row for row in read_own(database(world)).rows if row.id == order["reference"]]
    return row


def database(world: World) -> Path:
    return Path(world.bot.environment["DATA_DIR"], "orderline.db")


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_a_bot_that_asks_telegram_for_updates_stops_at_once_and_well(world: World, name: signal.Signals) -> None:
    signalled(world, name)
    assert ended(world) == 0
    assert world.bot.log_entries()[-1]["event"] == "orderline has stopped"


def test_a_create_in_flight_is_waited_for_and_its_answer_kept(world: World, ada: Person) -> None:
    world.voodoo.switch("outcome", "hold")
    order = confirms_into(world, ada, "delay", seconds=1)
    signalled(world)
    assert ended(world) == 0
    assert row_of(world, order).state == "accepted"
    world.bot.start()
    world.voodoo.settle(order["id"], "completed")
    sees_settled(world, ada, order)
    assert world.voodoo.order(order["id"])["create_calls"] == 1


def test_a_webhook_in_flight_is_taken_and_the_next_one_finds_the_door_closed(world: World, ada: Person) -> None:
    world.voodoo.switch("outcome", "hold")
    reference = goods.orders_keys(ada)
    sees_order(ada, reference, "In progress")
    order = world.voodoo.newest()
    body = wire(event_of(order, codes=["IN-FLIGHT-CODE"]))
    address = urlsplit(world.bot.url)
    head = (
        f"POST /webhooks/voodoo HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: application/json\r\n"
        f"{SIGNATURE}: {signature(body)}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with closing(socket.create_connection((address.hostname, address.port), timeout=20)) as pushing:
        pushing.sendall(head.encode() + body[:40])
        httpx.get(f"{world.bot.url}/healthz")  # by now the head was read, too
        signalled(world)
        pushing.sendall(body[40:])
        assert pushing.recv(4096).startswith(b"HTTP/1.1 200 ")
    assert ended(world) == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{world.bot.url}/healthz")
    world.bot.start()
    ada.sees("IN-FLIGHT-CODE")


def test_a_delivery_in_flight_is_finished_and_not_sent_again(world: World, ada: Person) -> None:
    world.voodoo.switch("outcome", "hold")
    reference = goods.orders_keys(ada)
    sees_order(ada, reference, "In progress")
    order = world.voodoo.newest()
    world.telegram.post("faults/slow", method="sendMessage", delay=1.5)
    world.voodoo.settle(order["id"], "completed")
    until(world, "SELECT 1 FROM outbox WHERE kind = 'result' AND leased_until IS NOT NULL")
    signalled(world)
    assert ended(world) == 0
    world.telegram.post("faults/clear")
    world.bot.start()
    sees_result(ada, reference, world.voodoo.order(order["id"]))
    ada.says("/help")
    ada.sees("What you can do")
    assert len(results(ada, reference)) == 1


def test_an_answer_in_hand_is_finished_and_the_conversation_goes_on(world: World, ada: Person) -> None:
    goods.buys(ada, goods.TOPUP)
    world.telegram.post("faults/slow", method="sendMessage", delay=1.5)
    ada.says("3")
    ada.says("77")
    until(world, "SELECT 1 FROM updates WHERE done_at IS NULL")
    signalled(world)
    assert ended(world) == 0
    world.telegram.post("faults/clear")
    world.bot.start()
    ada.sees("Choose", button="Asia")
    ada.taps("Asia")
    assert "Quantity: 3\nPlayer ID: 77\nServer: Asia" in ada.sees("Please check your order")["text"]


def everything_hangs(world: World, ada: Person) -> Order:
    """A create whose answer never comes, and messages that Telegram is long in taking."""
    world.voodoo.switch("outcome", "hold")
    order = confirms_into(world, ada, "hang")
    world.voodoo.waits(order_id=order["id"], held=True)
    world.telegram.post("faults/slow", delay=120, seconds=120)
    ada.says("/help")
    return order


def test_whatever_hangs_is_given_up_within_the_grace_of_a_container(world: World, ada: Person) -> None:
    order = everything_hangs(world, ada)
    signalled(world)
    assert ended(world) == 0
    world.calm()
    world.bot.start()
    world.voodoo.settle(order["id"], "completed")
    sees_settled(world, ada, order)
    ada.sees("What you can do")


def test_a_database_that_another_program_keeps_locked_does_not_hold_up_a_stop(world: World, ada: Person) -> None:
    with closing(sqlite3.connect(database(world), isolation_level=None)) as tool:
        tool.execute("BEGIN IMMEDIATE")
        ada.says("/help")
        signalled(world)
        assert ended(world) == 0
        tool.execute("ROLLBACK")
    world.bot.start()
    ada.sees("What you can do")


def test_a_second_signal_ends_it_at_once_and_loses_nothing(world: World, ada: Person) -> None:
    order = everything_hangs(world, ada)
    signalled(world)
    assert world.bot.process is not None
    world.bot.process.send_signal(signal.SIGINT)
    assert ended(world) == -signal.SIGINT
    world.calm()
    world.bot.start()
    world.voodoo.settle(order["id"], "completed")
    sees_settled(world, ada, order)
    ada.sees("What you can do")


def sees_settled(world: World, person: Person, order: Order) -> None:
    """It was bought once, and its codes came."""
    assert [one["id"] for one in world.voodoo.orders() if one["reference"] == order["reference"]] == [order["id"]]
    sees_result(person, row_of(world, order).reference, world.voodoo.order(order["id"]))
