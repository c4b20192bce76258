"""Backups: consistent, private, checked before they replace an older one, and marked as the copies they are."""

import asyncio
import fcntl
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.copying import copy_database
from storage.crypto import Vault
from storage.errors import DamagedDatabase, NotWritable, StoreError
from storage.store import Store
from storage.tables import Tables
from tests.drill.disk import Answer, Deed, Shim
from tests.factories import NOW, keys, make_delivery, make_draft, make_order, make_update


def content(path: Path) -> bytes:
    return path.read_bytes()


def damage_the_middle(path: Path) -> None:
    whole, hole = path.read_bytes(), 8 * 4096
    middle = len(whole) // 2
    path.write_bytes(whole[:middle] + bytes(hole) + whole[middle + hole :])


def modes(directory: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir()}


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where the copy goes: a folder of its own."""
    (tmp_path / "copies").mkdir()
    return tmp_path / "copies" / "copy.db"


async def test_a_backup_taken_while_units_are_written_is_consistent_and_opens(
    store: Store, tmp_path: Path, vault: Vault
) -> None:
    async def pair(tables: Tables) -> None:
        order = await tables.orders.add(make_order())
        await tables.orders.add_codes(order.id, keys("AAAA-1", "AAAA-2"))
        await tables.outbox.add(make_delivery(order_id=order.id), NOW)

    writers = [asyncio.create_task(store.write(pair)) for _ in range(150)]
    await store.write(pair)
    target = tmp_path / "copy" / "orderline.db"
    target.parent.mkdir()
    await store.backup(target)
    await asyncio.gather(*writers)

    copy = await Store.open(f"sqlite:///{target}", vault)

    async def contents(tables: Tables) -> tuple[int, int]:
        return await tables.outbox.waiting(), sum((await tables.orders.counts()).by_open_state.values())

    deliveries, orders = await copy.read(contents)
    assert deliveries == orders
    assert 1 <= orders <= 151
    await copy.close()


async def test_a_backup_that_cannot_be_written_is_named(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nowhere"):
        await store.backup(tmp_path / "nowhere" / "copy.db")


async def test_a_backup_over_the_database_itself_is_refused(store: Store, tmp_path: Path) -> None:
    order = await store.write(lambda tables: tables.orders.add(make_order()))
    with pytest.raises(NotWritable, match="itself"):
        await store.backup(tmp_path / "orderline.db")
    assert await store.read(lambda tables: tables.orders.by_id(order.id)) == order


async def test_a_newer_backup_takes_the_place_of_the_older_one(store: Store, tmp_path: Path, vault: Vault) -> None:
    target = tmp_path / "copies" / "copy.db"
    target.parent.mkdir()
    await store.backup(target)
    order = await store.write(lambda tables: tables.orders.add(make_order()))
    await store.backup(target)
    assert modes(target.parent) == {"copy.db": 0o600}
    copy = await Store.open(f"sqlite:///{target}", vault)
    assert await copy.read(lambda tables: tables.orders.by_id(order.id)) == order
    await copy.close()


@pytest.mark.parametrize("killed", [False, True], ids=["stopped", "killed"])
async def test_a_backup_of_a_bot_that_does_not_run_holds_everything(
    tmp_path: Path, target: Path, vault: Vault, killed: bool
) -> None:
    store = await Store.open(f"sqlite:///{tmp_path / 'orderline.db'}", vault)
    order = await store.write(lambda tables: tables.orders.add(make_order()))
    source = tmp_path / "orderline.db"
    if killed:
        # What a dead process leaves: its latest commits stand in the log beside the file.
        (tmp_path / "dead").mkdir()
        for left in (source, source.with_name("orderline.db-wal")):
            (tmp_path / "dead" / left.name).write_bytes(left.read_bytes())
        source = tmp_path / "dead" / "orderline.db"
    await store.close()
    copy_database(source, target, NOW)
    assert modes(target.parent) == {"copy.db": 0o600}
    copy = await Store.open(f"sqlite:///{target}", vault)
    assert await copy.read(lambda tables: tables.orders.by_id(order.id)) == order
    await copy.close()


class FullBackupDisk:
    """The disk of the backup is full, that of the database is not."""

    def asked(self, deed: Deed, path: Path, place: int, data: bytes) -> Answer:
        return Answer.FULL if path.parent.name == "copies" else Answer.WELL


async def test_a_backup_onto_a_full_disk_is_named_and_leaves_the_older_one(store: Store, target: Path) -> None:
    await store.backup(target)
    older = content(target)
    with (
        Shim(FullBackupDisk()),
        pytest.raises(NotWritable, match=r"copy\.db cannot be written: there is no room left on its disk"),
    ):
        await store.backup(target)
    assert modes(target.parent).keys() == {"copy.db"}
    assert content(target) == older
    assert await store.healthy()


async def test_what_a_broken_off_backup_left_is_replaced_and_made_private(store: Store, target: Path) -> None:
    left = target.with_name("copy.db.unfinished")
    left.write_bytes(b"half of a copy")
    left.chmod(0o644)
    await store.backup(target)
    assert modes(target.parent) == {"copy.db": 0o600}


async def test_two_backups_to_one_place_do_not_spoil_each_other(store: Store, target: Path) -> None:
    await store.backup(target)
    older = content(target)
    begun = target.with_name("copy.db.unfinished")
    begun.write_bytes(b"what the other one has copied so far")
    with begun.with_name("copy.db.unfinished.lock").open("wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(NotWritable, match=r"another backup to .*copy\.db is being made"):
            await store.backup(target)
        assert content(target) == older
        assert begun.read_bytes() == b"what the other one has copied so far"
    await store.backup(target)
    assert modes(target.parent) == {"copy.db": 0o600}


async def test_a_backup_in_the_place_of_a_folder_is_named_and_leaves_nothing(store: Store, target: Path) -> None:
    with pytest.raises(NotWritable, match="Is a directory"):
        await store.backup(target.parent)
    assert modes(target.parent.parent).keys() & {"copies", "copies.unfinished"} == {"copies"}


def test_a_backup_of_no_database_is_named_and_leaves_nothing(tmp_path: Path, target: Path) -> None:
    with pytest.raises(NotWritable, match=r"there is no database .*nowhere\.db"):
        copy_database(tmp_path / "nowhere.db", target, NOW)
    assert modes(target.parent) == {}


async def test_a_damaged_database_does_not_replace_the_last_sound_backup(
    tmp_path: Path, target: Path, vault: Vault
) -> None:
    store = await Store.open(f"sqlite:///{tmp_path / 'orderline.db'}", vault)
    for _ in range(30):
        await store.write(lambda tables: tables.orders.add(make_order()))
    await store.close()
    source = tmp_path / "orderline.db"
    copy_database(source, target, NOW)
    older = content(target)
    damage_the_middle(source)
    with pytest.raises(DamagedDatabase, match="no copy of it takes the place of an older one"):
        copy_database(source, target, NOW)
    assert content(target) == older


async def test_a_copy_knows_when_it_was_made_until_it_is_taken_up(store: Store, target: Path, vault: Vault) -> None:
    draft, update = make_draft(), make_update()

    async def talk(tables: Tables) -> None:
        await tables.drafts.save(draft)
        await tables.updates.add(update, NOW)

    await store.write(talk)
    assert await store.read(lambda tables: tables.copies.made_at()) is None
    copy_database(target.parent.parent / "orderline.db", target, datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC))
    copy = await Store.open(f"sqlite:///{target}", vault)
    assert await copy.read(lambda tables: tables.copies.made_at()) == datetime(2026, 3, 14, 15, 9, tzinfo=UTC)
    assert await copy.read(lambda tables: tables.updates.waiting()) == 1
    await copy.write(lambda tables: tables.copies.take_up(NOW))
    await copy.close()
    again = await Store.open(f"sqlite:///{target}", vault)
    assert await again.read(lambda tables: tables.copies.made_at()) is None
    assert await again.read(lambda tables: tables.updates.waiting()) == 0
    assert await again.read(lambda tables: tables.drafts.by_id(draft.id)) is None
    assert await again.write(lambda tables: tables.updates.add(update, NOW)) is False, "it is still known"
    await again.close()
