"""A migration is whole or not at all, whenever the power goes, and every older database comes with all that it held."""

import os
import shutil
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData, event, insert, select

from storage.crypto import Vault
from storage.database import SqliteFile
from storage.migrations import upgrade as migrations
from storage.migrations.upgrade import upgrade
from storage.records.orders import Draft, Order
from storage.store import Store
from storage.tables import Tables
from tests.drill.disk import Answer, Deed, Shim
from tests.factories import NOW, keys, make_chat, make_delivery, make_draft, make_order, make_update

OLDER = ["0001", "0002"]


def bring_to(path: Path, revision: str) -> None:
    """Make an empty database as the version with this revision did."""
    file = SqliteFile(path)
    file.prepare()
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    with file.migrations().connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


@dataclass(frozen=True, slots=True)
class Past:
    """What a database held before it was brought up to date."""

    order: Order
    draft: Draft

    async def is_there(self, store: Store) -> bool:
        async def look(tables: Tables) -> bool:
            order, draft = await tables.orders.by_id(self.order.id), await tables.drafts.by_id(self.draft.id)
            codes = await tables.orders.codes(self.order.id)
            queues = [await queue.waiting() for queue in (tables.updates, tables.events, tables.outbox)]
            return (order, draft, codes, queues) == (self.order, self.draft, keys("first", "second"), [1, 1, 1])

        return await store.read(look)


async def fill(store: Store) -> Past:
    """Something in every table of the first release that the bot works on."""

    async def work(tables: Tables) -> Past:
        order = await tables.orders.add(make_order())
        await tables.orders.add_codes(order.id, keys("first", "second"))
        await tables.outbox.add(make_delivery(order_id=order.id), NOW)
        await tables.chats.seen(make_chat())
        await tables.updates.add(make_update(), NOW)
        await tables.events.add("voodoo", b"{}", NOW)
        await tables.journal.add(order.id, "voodoo", b"{}", NOW)
        draft = make_draft()
        await tables.drafts.save(draft)
        return Past(order, draft)

    return await store.write(work)


async def older_database(path: Path, revision: str, vault: Vault) -> Past:
    """A database of an older version, with what it would have held."""
    newest = path.with_name("newest.db")
    store = await Store.open(f"sqlite:///{newest}", vault)
    past = await fill(store)
    await store.close()
    bring_to(path, revision)
    was = MetaData()
    with SqliteFile(newest).migrations().connect() as now, SqliteFile(path).migrations().connect() as old, old.begin():
        was.reflect(old)
        for table in was.sorted_tables:
            if table.name != "alembic_version" and (rows := now.execute(select(*table.columns)).mappings().all()):
                old.execute(insert(table), [dict(row) for row in rows])
    return past


@pytest.mark.parametrize("revision", OLDER)
async def test_a_database_of_an_older_version_comes_with_everything_it_held(
    tmp_path: Path, vault: Vault, revision: str
) -> None:
    past = await older_database(tmp_path / "orderline.db", revision, vault)
    store = await Store.open(f"sqlite:///{tmp_path / 'orderline.db'}", vault)
    assert await past.is_there(store)
    await store.close()


class Steps:
    """Counts every statement, and everything that is asked of the disk; the last one never happens."""

    def __init__(self, last: int | None) -> None:
        self.taken = 0
        self._last = last

    def asked(self, deed: Deed, path: Path, place: int, data: bytes) -> Answer:
        self._step()
        return Answer.WELL

    def statement(self, *_ignored: object) -> None:
        self._step()

    def _step(self) -> None:
        self.taken += 1
        if self.taken == self._last:
            os.kill(os.getpid(), signal.SIGKILL)


def migrate(path: Path, steps: Steps) -> None:
    """Bring a database up to date, step by step."""
    with Shim(steps):
        engine = SqliteFile(path).migrations()
        event.listen(engine, "before_cursor_execute", steps.statement)
        with engine.connect() as connection, connection.begin():
            upgrade(connection)


def in_a_child(work: Callable[[], None]) -> int:
    """Do something in a process of its own; returns how it ended, negative for a signal."""
    child = os.fork()
    if not child:
        try:
            work()
        except BaseException:  # noqa: BLE001 - nothing may get out of the child, where a second pytest would go on
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return list(connection.iterdump())


def revision_of(path: Path) -> str | None:
    with closing(sqlite3.connect(path)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
            return None
        return connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]


def some_of(steps: int) -> list[int]:
    """Steps to die at, from the first to beyond the last; those around the commit, the last few, are all among them."""
    return sorted({*range(1, steps, max(1, steps // 8)), *range(steps - 3, steps + 2)})


@pytest.mark.parametrize("revision", [None, *OLDER])
async def test_a_migration_that_is_killed_at_any_step_is_made_up_for_by_the_next_start(
    tmp_path: Path, vault: Vault, revision: str | None
) -> None:
    before = tmp_path / "before.db"
    if revision:
        await older_database(before, revision, vault)
    else:
        SqliteFile(before).prepare()
    whole = tmp_path / "whole.db"
    shutil.copy(before, whole)
    counted = Steps(None)
    migrate(whole, counted)
    reached: set[str | None] = set()
    for last in some_of(counted.taken):
        path = tmp_path / f"killed at {last}.db"
        shutil.copy(before, path)
        ended = in_a_child(lambda path=path, last=last: migrate(path, Steps(last)))
        assert ended == (-signal.SIGKILL if last <= counted.taken else 0)
        reached.add(revision_of(path))
        migrate(path, Steps(None))
        assert dump(path) == dump(whole)
    assert reached == {revision, revision_of(whole)}
