"""One finished catalog, read only: categories, pages, single items and searches."""

import asyncio
import sqlite3
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

import msgspec

from bot.catalog.reports import Category, SnapshotInfo, SourceInfo
from bot.catalog.schema import SnapshotUnreadable, open_readonly
from bot.catalog.search import search
from storage.records.catalog import Item, ItemKey

READERS = 2
"""Connections, each with a thread: a slow search holds up nobody but one other reader."""

T = TypeVar("T")

_ITEM = msgspec.json.Decoder(Item)
_SOURCES = msgspec.json.Decoder(dict[str, SourceInfo])
_INSTANT = msgspec.json.Decoder(datetime)


class Snapshot:
    """A snapshot stays readable for as long as somebody holds it, also after its file was replaced."""

    def __init__(self, info: SnapshotInfo, connections: list[sqlite3.Connection]) -> None:
        self.info = info
        self._idle: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        for connection in connections:
            self._idle.put(connection)
        self._threads = ThreadPoolExecutor(len(connections), thread_name_prefix="catalog")
        # With its last holder go the connections, and with them a file that may long have no name.
        self._finalizer = weakref.finalize(self, _let_go, self._threads, self._idle)
        self._finalizer.atexit = False

    @classmethod
    async def open(cls, path: Path) -> "Snapshot":
        """Open a snapshot's file; raises ``SnapshotUnreadable``, or ``FileNotFoundError`` when there is none."""
        info, connections = await asyncio.to_thread(_open, path)
        return cls(info, connections)

    async def categories(self) -> list[Category]:
        """Every category in the order people see; the one without a name last."""
        return await self._read(_categories)

    async def category(self, category_id: str) -> Category | None:
        """One category, None when the snapshot has it no more."""
        return await self._read(lambda connection: _category(connection, category_id))

    async def page(self, category_id: str, offset: int, limit: int) -> list[Item]:
        """Items of a category: what can be bought first, then by name."""
        return await self._read(lambda connection: _items_of(connection, category_id, offset, limit))

    async def get(self, key: ItemKey) -> Item | None:
        """One item, None when the snapshot has it no more."""
        return await self._read(lambda connection: _get(connection, key))

    async def search(self, text: str, offset: int, limit: int) -> list[Item]:
        """Items that a text means, by the cascade of ``bot.catalog.search``."""
        return await self._read(lambda connection: _search(connection, text, offset, limit))

    async def _read(self, query: Callable[[sqlite3.Connection], T]) -> T:
        # Not a method: a thread must never be the last holder, for it could not wait for itself to end.
        return await asyncio.get_running_loop().run_in_executor(self._threads, _borrow, self._idle, query)

    def close(self) -> None:
        """Let go now, after the queries that are under way."""
        self._finalizer()
        self._threads.shutdown()


def read_info(connection: sqlite3.Connection) -> SnapshotInfo:
    """What a snapshot says of itself; raises ``SnapshotUnreadable``."""
    try:
        facts = dict(connection.execute("SELECT key, value FROM info").fetchall())
        sources = _SOURCES.decode(facts["sources"])
        built_at = _INSTANT.decode(facts["built_at"])
    except (sqlite3.Error, KeyError, msgspec.DecodeError) as error:
        raise SnapshotUnreadable(f"the snapshot is incomplete: {error}") from error
    items = sum(source.items for source in sources.values())
    return SnapshotInfo(built_at, items, sum(source.bad_records for source in sources.values()), sources)


def _open(path: Path) -> tuple[SnapshotInfo, list[sqlite3.Connection]]:
    if not path.exists():
        raise FileNotFoundError(path)
    connections: list[sqlite3.Connection] = []
    try:
        connections += (open_readonly(path) for _ in range(READERS))
        return read_info(connections[0]), connections
    except SnapshotUnreadable:
        _close(connections)
        raise


def _borrow(idle: SimpleQueue[sqlite3.Connection], query: Callable[[sqlite3.Connection], T]) -> T:
    connection = idle.get()
    try:
        return query(connection)
    finally:
        idle.put(connection)


def _let_go(threads: ThreadPoolExecutor, idle: SimpleQueue[sqlite3.Connection]) -> None:
    """Close every connection as it falls idle, in the snapshot's own threads, and end those; returns at once."""
    for _ in range(READERS):
        threads.submit(lambda: idle.get().close())
    threads.shutdown(wait=False)


def _close(connections: list[sqlite3.Connection]) -> None:
    for connection in connections:
        connection.close()


def _categories(connection: sqlite3.Connection) -> list[Category]:
    rows = connection.execute("SELECT id, name, items, in_stock FROM categories ORDER BY rank").fetchall()
    return [Category(*row) for row in rows]


def _category(connection: sqlite3.Connection, category_id: str) -> Category | None:
    query = "SELECT id, name, items, in_stock FROM categories WHERE id = ?"
    row = connection.execute(query, (category_id,)).fetchone()
    return Category(*row) if row else None


def _items_of(connection: sqlite3.Connection, category_id: str, offset: int, limit: int) -> list[Item]:
    query = "SELECT body FROM items WHERE category = ? AND place >= ? AND place < ? ORDER BY place"
    rows = connection.execute(query, (category_id, offset, offset + limit)).fetchall()
    return [_ITEM.decode(body) for (body,) in rows]


def _get(connection: sqlite3.Connection, key: ItemKey) -> Item | None:
    query = "SELECT body FROM items WHERE supplier = ? AND id = ?"
    row = connection.execute(query, (key.supplier, key.id)).fetchone()
    return _ITEM.decode(row[0]) if row else None


def _search(connection: sqlite3.Connection, text: str, offset: int, limit: int) -> list[Item]:
    ranks = search(connection, text, offset, limit)
    query = "SELECT body FROM items WHERE rank = ?"
    return [_ITEM.decode(connection.execute(query, (rank,)).fetchone()[0]) for rank in ranks]
