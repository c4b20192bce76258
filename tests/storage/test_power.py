"""What returned is on the disk: synced before anybody is told, whatever else the disk forgets when the power goes."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from storage.crypto import Vault
from storage.database import SqliteFile
from storage.store import Store
from storage.tables import Tables
from tests.drill.disk import Deed, Platter, Shim
from tests.factories import NOW, keys, make_delivery, make_order

IN_EFFECT = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
"""``synchronous`` 2 is FULL (sqlite.org/pragma.html)."""


async def whole_order(tables: Tables) -> str:
    """One unit that touches three tables."""
    order = await tables.orders.add(make_order())
    await tables.orders.add_codes(order.id, keys("first", "second"))
    await tables.outbox.add(make_delivery(order_id=order.id, chat_id=order.number), NOW)
    return order.id


async def test_every_connection_syncs_each_commit_and_waits_for_others(tmp_path: Path) -> None:
    file = SqliteFile(tmp_path / "orderline.db")
    file.prepare()
    for engine, only_reads in ((file.writer(), 0), (file.readers(), 1)):
        async with engine.connect() as connection:
            for pragma, value in (*IN_EFFECT.items(), ("query_only", only_reads)):
                assert (await connection.exec_driver_sql(f"PRAGMA {pragma}")).scalar() == value, pragma
        await engine.dispose()
    with file.migrations().connect() as connection:
        for pragma, value in IN_EFFECT.items():
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value, pragma


async def test_a_unit_returns_after_its_commit_was_synced(tmp_path: Path, vault: Vault) -> None:
    platter = Platter()
    with Shim(platter):
        store = await Store.open(f"sqlite:///{tmp_path / 'orderline.db'}", vault)
        before = len(platter.deeds)
        await store.write(whole_order)
        deeds = platter.deeds[before:]
        await store.close()
    assert (Deed.WRITE, "orderline.db-wal") in deeds
    assert deeds[-1] == (Deed.SYNC, "orderline.db-wal")


@pytest.mark.parametrize("kept", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("units", [1, 7, 40, 160])
async def test_a_power_cut_takes_nothing_that_returned_and_leaves_no_half(
    tmp_path: Path, vault: Vault, units: int, kept: float
) -> None:
    platter, chance = Platter(), Random(units * 10 + kept)  # noqa: S311 - a test's chance
    returned: list[str] = []
    enough = asyncio.Event()
    with Shim(platter):
        store = await Store.open(f"sqlite:///{tmp_path / 'orderline.db'}", vault)

        async def keep_writing() -> None:
            while True:
                returned.append(await store.write(whole_order))
                if len(returned) >= units:
                    enough.set()

        writers = [asyncio.create_task(keep_writing()) for _ in range(4)]
        await enough.wait()
        known = tuple(returned)
        platter.after_a_power_cut(tmp_path / "after", lambda: chance.random() < kept)
        for writer in writers:
            writer.cancel()
        await asyncio.gather(*writers, return_exceptions=True)
        await store.close()

    again = await Store.open(f"sqlite:///{tmp_path / 'after' / 'orderline.db'}", vault)
    assert await again.read(lambda tables: codes_of(tables, known)) == [2] * len(known)
    stored = sum((await again.read(lambda tables: tables.orders.counts())).by_open_state.values())
    assert await again.read(lambda tables: tables.outbox.waiting()) == stored
    await again.close()


async def codes_of(tables: Tables, orders: Sequence[str]) -> list[int]:
    return [len(await tables.orders.codes(order)) for order in orders]
