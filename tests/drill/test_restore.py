"""A backup taken while orders run is restored as the README says: nothing is bought twice, nothing lost in silence."""

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drill.own import read_own
from tests.journeys import goods
from tests.journeys.cards import resolves
from tests.journeys.commands import orderline
from tests.journeys.orders import card_of, sees_order, sees_result, spoken
from tests.journeys.people import Person
from tests.journeys.supplier import Order, Supplier
from tests.journeys.world import World, build_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A world of its own, whose bot is to lose its database."""
    (tmp_path / "data").mkdir()
    world = build_world(tmp_path / "data")
    yield world
    world.close()


def data_folder(world: World) -> Path:
    return Path(world.bot.environment["DATA_DIR"])


def restore(world: World, backup: Path) -> None:
    """The four steps of the README."""
    data, kept = data_folder(world), data_folder(world).with_name("kept")
    assert world.bot.stop() == 0  # 1
    kept.mkdir()
    for name in ("orderline.db", "orderline.db-wal", "orderline.db-shm"):  # 2
        if (data / name).exists():
            (data / name).rename(kept / name)
    shutil.copy(backup, data / "orderline.db")  # 3
    world.bot.start()  # 4


def on_hold(world: World, person: Person) -> tuple[str, Order]:
    """An order that the supplier has and keeps to itself."""
    world.voodoo.switch("outcome", "hold")
    reference = goods.orders_keys(person)
    sees_order(person, reference, "In progress")
    order = world.voodoo.waits(order_id=world.voodoo.newest()["id"], held=True)
    world.voodoo.switch("outcome", "completed")
    return reference, order


def confirms_unsent(world: World, person: Person) -> str:
    """An order that is written down while its supplier keeps everybody waiting at the door."""
    world.voodoo.expire_tokens()
    world.voodoo.fault("token", "hang")
    asked = len(world.voodoo.calls("token"))
    goods.buys(person, goods.KEY)
    person.says("1")
    person.sees("Please check your order")
    person.taps("Confirm")
    world.voodoo.waits(endpoint="token", calls=asked + 1)
    return goods.reference_in(person.sees(r" · [0-9A-Z]{4}-[0-9A-Z]{4}"))


def bought(supplier: Supplier) -> dict[str, int]:
    """How often each reference was sent to a supplier; it has one order under each."""
    orders = supplier.orders()
    sent = {str(order["reference"]): int(order["create_calls"]) for order in orders}
    assert len(sent) == len(orders)
    return sent


def test_a_backup_of_a_busy_bot_is_restored_and_nothing_is_bought_twice(world: World, tmp_path: Path) -> None:
    ada, ben, cleo, desk = world.admin(), world.admin(), world.admin(), world.desk()
    delivered = goods.orders_keys(ada)
    sees_order(ada, delivered, "Delivered")
    open_reference, open_order = on_hold(world, ben)
    unsent = confirms_unsent(world, cleo)
    goods.buys(ada, goods.KEY)

    backup = tmp_path / "backup.db"
    done = orderline(tmp_path, world.bot.environment, "backup", str(backup))
    assert (done.status, done.complaints) == (0, [])
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert {path.name for path in tmp_path.glob("backup.db*")} == {"backup.db"}

    # What the copy does not know: an order that was only being placed, and one that was only being put together.
    world.voodoo.server.post("faults/clear")
    world.bot.kill()
    world.bot.start()
    sees_order(cleo, unsent, "Delivered")
    ada.says("1")
    after = goods.confirms(ada)
    sees_order(ada, after, "Delivered")
    sent = bought(world.voodoo)

    restore(world, backup)
    desk.sees("The bot runs on a backup")
    desk.sees(rf"{spoken(unsent)} needs a look")
    world.voodoo.settle(open_order["id"], "completed")
    sees_result(ben, open_reference, world.voodoo.order(open_order["id"]))
    assert "✅ delivered" in card_of(ada, delivered)
    ada.says(f"/order_{after}")
    ada.sees("There is no such order here")
    assert "waiting for the supplier's word" in card_of(cleo, unsent)
    assert bought(world.voodoo) == sent

    # The operator finds it on the supplier's dashboard, under a reference that begins with the same letters.
    (found,) = [order for order in world.voodoo.orders() if str(order["reference"]).startswith(unsent)]
    cleo.mark = cleo.version()
    resolves(world.admin(), unsent, found["id"])
    cleo.sees(found["codes"][0])

    fresh = goods.orders_keys(ada)
    sees_order(ada, fresh, "Delivered")
    sees_result(ada, fresh, world.voodoo.newest())
    ada.says("/help")
    ada.sees("What you can do")
    again = bought(world.voodoo)
    assert {reference: again[reference] for reference in sent} == sent
    assert len(again) == len(sent) + 1
    assert world.bot.stop() == 0
    own = read_own(data_folder(world) / "orderline.db")
    assert all(row.terminal and row.attention is None for row in own.rows)
    assert own.waiting == ()
