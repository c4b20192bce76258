"""What the store promises about units of work, its file and its backups."""

import asyncio
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from storage.crypto import Vault
from storage.errors import (
    BadDatabaseUrl,
    DamagedDatabase,
    NewerSchema,
    NotWritable,
    StoreBusy,
    StoreClosed,
)
from storage.signals import Topic
from storage.store import Store
from storage.tables import Tables
from tests.factories import NOW, make_chat, make_delivery, make_order
from tests.storage.listening import heard


async def test_a_unit_that_returned_is_there_for_readers(store: Store) -> None:
    order = make_order()
    added = await store.write(lambda tables: tables.orders.add(order))
    assert added.number == 1
    assert await store.read(lambda tables: tables.orders.by_id(order.id)) == added


async def test_a_unit_that_raised_left_nothing(store: Store) -> None:
    async def broken(tables: Tables) -> None:
        await tables.outbox.add(make_delivery(), NOW)
        raise LookupError("on purpose")

    with pytest.raises(LookupError):
        await store.write(broken)
    assert await store.read(lambda tables: tables.outbox.waiting()) == 0


async def test_units_survive_closing_and_opening_again(database_url: str, vault: Vault) -> None:
    first = await Store.open(database_url, vault)
    order = await first.write(lambda tables: tables.orders.add(make_order()))
    await first.close()
    second = await Store.open(database_url, vault)
    assert await second.read(lambda tables: tables.orders.by_id(order.id)) == order
    await second.close()


async def test_a_read_cannot_write(store: Store) -> None:
    with pytest.raises(Exception, match="readonly database"):
        await store.read(lambda tables: tables.outbox.add(make_delivery(), NOW))


async def test_a_read_sees_one_snapshot_however_long_it_takes(store: Store) -> None:
    async def around_a_write(tables: Tables) -> tuple[int, int]:
        before = await tables.outbox.waiting()
        await store.write(lambda other: other.outbox.add(make_delivery(), NOW))
        return before, await tables.outbox.waiting()

    assert await store.read(around_a_write) == (0, 0)
    assert await store.read(lambda tables: tables.outbox.waiting()) == 1


async def test_a_committed_unit_wakes_whom_it_named(store: Store) -> None:
    async def work(tables: Tables) -> None:
        tables.wake(Topic.EVENTS)

    await store.write(work)
    assert await heard(store.signals) == {Topic.EVENTS}


async def test_a_unit_that_raised_wakes_nobody(store: Store) -> None:
    async def broken(tables: Tables) -> None:
        await tables.outbox.add(make_delivery(), NOW)
        tables.wake(Topic.EVENTS)
        raise LookupError("on purpose")

    with pytest.raises(LookupError):
        await store.write(broken)
    assert await heard(store.signals) == set()


async def test_a_unit_that_writes_through_the_store_is_refused_instead_of_waiting_for_itself(store: Store) -> None:
    async def nested(tables: Tables) -> None:
        await store.write(lambda other: other.chats.seen(make_chat()))

    with pytest.raises(RuntimeError, match="wait for itself"):
        await store.write(nested)


def modes(directory: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir()}


async def test_every_file_of_the_database_is_readable_by_its_owner_alone(store: Store, tmp_path: Path) -> None:
    await store.write(lambda tables: tables.chats.seen(make_chat()))
    files = modes(tmp_path)
    assert {"orderline.db", "orderline.db-wal", "orderline.db.lock"} <= set(files)
    assert set(files.values()) == {0o600}


async def test_a_store_that_is_open_is_refused_to_another_process(store: Store, database_url: str) -> None:
    script = (
        "import asyncio, sys\n"
        "from storage.crypto import Vault\n"
        "from storage.errors import StoreBusy\n"
        "from storage.store import Store\n"
        "try:\n"
        "    asyncio.run(Store.open(sys.argv[1], Vault([sys.argv[2]])))\n"
        "except StoreBusy as error:\n"
        "    print(error)\n"
    )
    assert await store.healthy()
    command = [sys.executable, "-c", script, database_url, Fernet.generate_key().decode()]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("another process uses the database")
    assert done.stdout.count("\n") == 1


async def test_a_closed_store_lets_the_next_one_in_and_takes_no_more_units(database_url: str, vault: Vault) -> None:
    first = await Store.open(database_url, vault)
    await first.close()
    await first.close()
    with pytest.raises(StoreClosed):
        await first.write(lambda tables: tables.chats.seen(make_chat()))
    assert not await first.healthy()
    second = await Store.open(database_url, vault)
    await second.close()


async def test_a_closed_store_opens_no_connection_to_read(store: Store) -> None:
    await store.close()
    with pytest.raises(StoreClosed):
        await store.read(lambda tables: tables.events.waiting())


async def test_units_queued_before_closing_still_happen(database_url: str, vault: Vault) -> None:
    store = await Store.open(database_url, vault)
    late = [asyncio.create_task(store.write(lambda t: t.orders.add(make_order()))) for _ in range(200)]
    await asyncio.sleep(0)
    await store.close()
    assert sorted(order.number for order in await asyncio.gather(*late)) == list(range(1, 201))


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql://u:secret@host/db", "SQLite only"),
        ("mysql://u:secret@host/db", "mysql"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("var/orderline.db", "not a database URL"),
    ],
)
async def test_a_url_that_cannot_be_used_is_named_in_one_line_without_its_password(
    url: str, sentence: str, vault: Vault
) -> None:
    with pytest.raises(BadDatabaseUrl, match=sentence) as caught:
        await Store.open(url, vault)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


async def test_a_database_of_a_newer_version_is_refused(database_url: str, tmp_path: Path, vault: Vault) -> None:
    store = await Store.open(database_url, vault)
    await store.close()
    with sqlite3.connect(tmp_path / "orderline.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(NewerSchema, match="9999"):
        await Store.open(database_url, vault)


async def test_a_file_that_is_no_database_is_refused(database_url: str, tmp_path: Path, vault: Vault) -> None:
    (tmp_path / "orderline.db").write_bytes(b"this is not a database, however long one reads it " * 100)
    with pytest.raises(DamagedDatabase):
        await Store.open(database_url, vault)


async def test_a_directory_in_the_place_of_the_database_is_refused(
    database_url: str, tmp_path: Path, vault: Vault
) -> None:
    (tmp_path / "orderline.db").mkdir()
    with pytest.raises(NotWritable, match=r"orderline\.db"):
        await Store.open(database_url, vault)


async def test_a_lock_that_cannot_be_made_is_named(database_url: str, tmp_path: Path, vault: Vault) -> None:
    (tmp_path / "orderline.db.lock").mkdir()
    with pytest.raises(NotWritable, match="lock"):
        await Store.open(database_url, vault)


async def test_a_database_locked_by_a_foreign_tool_is_named_at_open(
    database_url: str, tmp_path: Path, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database.BUSY_SECONDS", 0)
    tool = sqlite3.connect(tmp_path / "orderline.db", isolation_level=None)
    tool.execute("PRAGMA journal_mode = WAL")
    tool.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy):
        await Store.open(database_url, vault)
    tool.execute("ROLLBACK")
    tool.close()


async def test_a_write_beside_a_foreign_lock_fails_with_a_clear_line_and_the_next_one_works(
    database_url: str, tmp_path: Path, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database.BUSY_SECONDS", 0)
    store = await Store.open(database_url, vault)
    tool = sqlite3.connect(tmp_path / "orderline.db", isolation_level=None)
    tool.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy, match="another process"):
        await store.write(lambda tables: tables.orders.add(make_order()))
    assert not await store.healthy()
    tool.execute("ROLLBACK")
    tool.close()
    assert await store.healthy()
    assert (await store.write(lambda tables: tables.orders.add(make_order()))).number == 1
    await store.close()
