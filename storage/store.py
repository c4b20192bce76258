"""The store: opens the database, runs units of work and reads, makes backups."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.clock import Clock, utc_now
from storage.crypto import Vault
from storage.database import FileLock, SqliteFile
from storage.errors import StoreClosed
from storage.meanings import explained
from storage.opening import make_ready
from storage.repositories.base import Unit
from storage.signals import Signals, Topic
from storage.tables import Tables
from storage.writer import Wake, Writer

T = TypeVar("T")
Work = Callable[[Tables], Awaitable[T]]


class Store:
    """Everything Orderline remembers. Made by ``Store.open``."""

    def __init__(self, file: SqliteFile, lock: FileLock, vault: Vault, clock: Clock) -> None:
        self.signals = Signals()
        self._file = file
        self._lock = lock
        self._vault = vault
        self._clock = clock
        self._write_engine = file.writer()
        self._read_engine = file.readers()
        self._writer = Writer(self._write_engine, self.signals.notify)
        self._closed = False

    @classmethod
    async def open(cls, url: str, vault: Vault, *, clock: Clock = utc_now) -> "Store":
        """Open, migrate and take over the database; raises a ``StoreError`` of one clear line."""
        file = SqliteFile.from_url(url)
        file.prepare()
        lock = file.lock()
        try:
            await asyncio.to_thread(_make_ready, file, vault)
        except BaseException:
            lock.release()
            raise
        store = cls(file, lock, vault, clock)
        store._writer.start()
        return store

    async def write(self, work: Work[T]) -> T:
        """Run ``work`` as one unit: durable when this returns, undone when it raises.

        Units wait in one queue on SQLite, so a unit must do nothing slower than its statements.
        """

        async def run(connection: AsyncConnection, wake: Wake) -> T:
            return await work(self._tables(connection, wake))

        return await self._writer.submit(run)

    async def read(self, work: Work[T]) -> T:
        """Run ``work`` on one snapshot of what is committed; it cannot write. Raises ``StoreClosed``."""
        if self._closed:
            # The engine would open a connection anew, and nobody would close it.
            raise StoreClosed("the store is closed")
        connection = await self._read_engine.connect()
        try:
            # The first statement begins the transaction, and giving the connection back ends it.
            return await work(self._tables(connection, _wake_nobody))
        finally:
            # As a context manager it would close in a task of its own, in case it is cancelled while it waits.
            # A reader's close waits for nothing.
            await connection.close()

    async def healthy(self) -> bool:
        """Whether a write would be durable now, tried with an empty unit."""

        async def touch(connection: AsyncConnection, _wake: Wake) -> None:
            await connection.execute(text("UPDATE alembic_version SET version_num = version_num"))

        try:
            await self._writer.submit(touch)
        except Exception:  # noqa: BLE001 - whatever the reason, the answer is no; the writer has logged it
            return False
        return True

    async def backup(self, path: Path) -> None:
        """Write a consistent copy to ``path`` while work goes on; raises ``StoreError``."""
        await asyncio.to_thread(self._file.copy_to, path, clock=self._clock)

    async def close(self) -> None:
        """Finish queued units, close every connection and let other processes in."""
        if self._closed:
            return
        self._closed = True
        await self._writer.close()
        await self._read_engine.dispose()
        await self._write_engine.dispose()
        self._lock.release()

    def _tables(self, connection: AsyncConnection, wake: Wake) -> Tables:
        return Tables(Unit(connection, self._vault, self._clock, wake))


def _make_ready(file: SqliteFile, vault: Vault) -> None:
    try:
        with file.migrations().connect() as connection, connection.begin():
            make_ready(connection, vault)
    except DBAPIError as error:
        raise explained(error) from error


def _wake_nobody(_topic: Topic) -> None:
    """A read commits nothing, so nobody need know."""
