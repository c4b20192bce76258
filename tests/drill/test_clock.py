"""A clock that was a day ahead and is right again: what was planned meanwhile happens all the same."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.drill.mortal import SKEW
from tests.drill.nursery import MortalBot
from tests.drill.verdict import database_of
from tests.journeys import goods
from tests.journeys.orders import sees_order
from tests.journeys.world import FEW_ADMINS, World, build_world

pytestmark = pytest.mark.journey
DAY = 86_400
WITHIN = 20.0
PLANNED = "SELECT next_check_at / 1e6 - unixepoch() FROM orders WHERE reference = ?"


@pytest.fixture
def clock(tmp_path: Path) -> Path:
    """By how many seconds the bot's clock is wrong."""
    return tmp_path / "skew"


@pytest.fixture
def world(tmp_path: Path, clock: Path) -> Iterator[World]:
    built = build_world(tmp_path, MortalBot, **{"ADMIN_IDS": FEW_ADMINS, SKEW: str(clock)})
    yield built
    built.close()
    assert isinstance(built.bot, MortalBot)
    built.bot.nursery.close()


def waits_until_planned_for_tomorrow(world: World, reference: str) -> None:
    """Until the order has been looked up by the wrong clock."""
    deadline = time.monotonic() + WITHIN
    while True:
        with closing(sqlite3.connect(f"file:{database_of(world)}?mode=ro", uri=True)) as connection:
            (seconds,) = connection.execute(PLANNED, (reference,)).fetchone()
        if seconds > DAY / 2:
            return
        assert time.monotonic() < deadline, f"the next look is in {seconds} s"
        time.sleep(0.05)


@pytest.mark.parametrize("down", [False, True], ids=["while it runs", "while it is down"])
def test_an_order_is_followed_when_the_clock_is_right_again(world: World, clock: Path, down: bool) -> None:
    ada = world.admin()
    world.voodoo.switch("outcome", "hold")
    reference = goods.orders_keys(ada)
    sees_order(ada, reference, "In progress")
    clock.write_text(str(DAY))
    waits_until_planned_for_tomorrow(world, reference)
    if down:
        world.bot.kill()
    clock.write_text("0")
    world.voodoo.webhook_fault("lose")
    world.voodoo.settle(world.voodoo.newest()["id"], "completed")
    if down:
        world.bot.start()
    sees_order(ada, reference, "Delivered")
