"""What the store promises about reads: they end when they say so, and giving one up costs nobody else anything."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database import READERS
from storage.store import Store
from storage.tables import Tables
from tests.factories import make_chat


async def test_a_finished_read_holds_no_snapshot_that_would_keep_the_log_from_being_emptied(
    store: Store, tmp_path: Path
) -> None:
    reads = (store.read(lambda tables: tables.chats.get(1)) for _ in range(READERS))
    await asyncio.gather(*reads)
    await store.write(lambda tables: tables.chats.seen(make_chat()))
    # It waits for readers that are about to end; one that never ends would keep it busy.
    with closing(sqlite3.connect(tmp_path / "orderline.db", timeout=20)) as other:
        busy, _, _ = other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert busy == 0


async def test_the_statements_of_a_read_see_one_state(store: Store) -> None:
    async def twice(tables: Tables) -> tuple[object, object]:
        before = await tables.chats.get(1001)
        await store.write(lambda writing: writing.chats.seen(make_chat()))
        return before, await tables.chats.get(1001)

    assert await store.read(twice) == (None, None)
    assert await store.read(lambda tables: tables.chats.get(1001)) == make_chat()


async def test_a_read_that_failed_leaves_its_connection_usable(store: Store) -> None:
    async def broken(tables: Tables) -> None:
        await tables.chats.get(1001)
        raise LookupError("on purpose")

    for _ in range(2 * READERS):
        with pytest.raises(LookupError):
            await store.read(broken)
    await store.write(lambda tables: tables.chats.seen(make_chat()))
    assert await store.read(lambda tables: tables.chats.get(1001)) == make_chat()


async def test_reads_given_up_on_their_way_leave_every_connection_usable(store: Store) -> None:
    await store.write(lambda tables: tables.chats.seen(make_chat()))
    for turns in range(40):
        reading = asyncio.create_task(store.read(lambda tables: tables.chats.get(1001)))
        for _ in range(turns % 8):
            await asyncio.sleep(0)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
    found = await asyncio.gather(*(store.read(lambda tables: tables.chats.get(1001)) for _ in range(3 * READERS)))
    assert found == [make_chat()] * (3 * READERS)


async def test_a_read_begun_with_a_wrong_statement_does_not_spoil_the_next(store: Store) -> None:
    async def wrong(tables: Tables) -> None:
        connection = tables.chats._db  # pyright: ignore[reportPrivateUsage] - no repository would ask this
        await connection.execute(text("SELECT 1 FROM nowhere"))

    with pytest.raises(Exception, match="no such table"):
        await store.read(wrong)
    assert await store.read(lambda tables: tables.chats.get(1001)) is None
