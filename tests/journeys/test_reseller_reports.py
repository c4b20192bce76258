"""Reports by the real bot: the daily summary over restarts and kills, and figures as a picture of their own process."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys import goods
from tests.journeys.world import World

A_DAY = 24 * 60 * 60 * 1_000_000
"""In the microseconds that the store counts in."""


def becomes_yesterdays(folder: Path) -> None:
    """Move every order a day back, while the bot is down."""
    with sqlite3.connect(folder / "orderline.db") as database:
        database.execute("UPDATE orders SET created_at = created_at - ?", (A_DAY,))


def summaries(world: World) -> list[str]:
    """What the operators were told of days."""
    return [text for text in world.operators.bot_texts() if text.startswith("🌅")]


def stopped(world: World) -> None:
    """As an operator restarts it."""
    assert world.bot.stop() == 0


def killed(world: World) -> None:
    """As a power cut ends it."""
    world.bot.kill()


@pytest.mark.parametrize("down", [stopped, killed])
def test_yesterday_is_summed_up_once_over_restarts(
    own_world: Callable[..., World], tmp_path: Path, down: Callable[[World], None]
) -> None:
    world = own_world(SUMMARY_AT="00:00")
    ada = world.admin()
    goods.orders_keys(ada)
    ada.sees("Delivered")
    assert summaries(world) == []
    world.bot.stop()
    becomes_yesterdays(tmp_path)
    world.bot.start()
    told = world.desk()
    told.mark = 0
    assert "Orders: 1" in told.sees("🌅")["text"]
    # A kill between a message and its mark sends it again: the next one to the same chat shows that it is marked.
    world.voodoo.switch("outcome", "hold")
    goods.orders_keys(ada)
    ada.sees("In progress")
    world.voodoo.settle(world.voodoo.newest()["id"], "failed")
    told.sees("Order .* failed")
    down(world)
    world.bot.start()
    # Whatever a start owes is sent before an answer to what came after it.
    ada.says("/status")
    ada.sees("Running for")
    assert len(summaries(world)) == 1


def test_nobody_is_told_where_summaries_are_off(own_world: Callable[..., World], tmp_path: Path) -> None:
    world = own_world(SUMMARY_AT="00:00")
    ada = world.admin()
    goods.orders_keys(ada)
    ada.sees("Delivered")
    world.bot.stop()
    becomes_yesterdays(tmp_path)
    world.bot.start(SUMMARY_AT="off")
    ada.says("/stats 2")
    ada.sees("Orders: 1")
    assert summaries(world) == []


def test_figures_come_as_a_picture_and_orders_as_a_table(world: World) -> None:
    ada = world.admin()
    goods.orders_keys(ada)
    ada.sees("Delivered")
    ada.says("/stats 1")
    ada.sees("📊")
    # A caption holds less than a message: a long text follows its picture.
    (picture,) = [message["photo"] for message in ada.heard() if message["photo"]]
    assert picture["size"] > 10_000
    ada.says("/export 1")
    document = ada.sees("order", document=True)["document"]
    assert document["name"].startswith("orders-")
