"""Everything that depends on which database it is: URLs, engines, pragmas and the lock."""

import fcntl
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from storage.clock import Clock, utc_now
from storage.copying import OWNER_ONLY, copy_database
from storage.driver import FusedConnection
from storage.errors import BadDatabaseUrl, NotWritable, StoreBusy

BUSY_SECONDS = 5
POOL_SECONDS = 30
READERS = 4


def insert_new(table: Table) -> sqlite.Insert:
    """INSERT that passes over a row whose key is taken; RETURNING tells which it was."""
    return sqlite.insert(table).on_conflict_do_nothing()


def insert_or_replace(table: Table, keys: Sequence[str]) -> sqlite.Insert:
    """INSERT that gives every other column of a row whose ``keys`` are taken the new values."""
    fresh = sqlite.insert(table)
    columns = {column.name: fresh.excluded[column.name] for column in table.columns if column.name not in keys}
    return fresh.on_conflict_do_update(index_elements=keys, set_=columns)


@dataclass(frozen=True, slots=True)
class SqliteFile:
    """A SQLite database on disk and the engines that open it."""

    path: Path

    @classmethod
    def from_url(cls, url: str) -> "SqliteFile":
        """Read ``sqlite:///path``; raises ``BadDatabaseUrl``."""
        try:
            parsed = make_url(url)
        except ArgumentError:
            # From None: a URL may carry a password.
            raise BadDatabaseUrl("DATABASE_URL is not a database URL such as sqlite:///var/orderline.db") from None
        if parsed.get_backend_name() == "postgresql":
            raise BadDatabaseUrl("this version keeps its data in SQLite only; set DATABASE_URL to sqlite:///PATH")
        if parsed.get_backend_name() != "sqlite":
            raise BadDatabaseUrl(f"DATABASE_URL names {parsed.get_backend_name()}, but only sqlite:///PATH is known")
        if not parsed.database or parsed.database == ":memory:":
            raise BadDatabaseUrl("DATABASE_URL names no file; orders must survive a restart, so set sqlite:///PATH")
        return cls(Path(parsed.database))

    def prepare(self) -> None:
        """Make the directory and the file, readable by their owner alone; raises ``NotWritable``."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, OWNER_ONLY))
            self.path.chmod(OWNER_ONLY)
        except OSError as error:
            raise NotWritable(f"the database {self.path} cannot be written: {error.strerror}") from error

    def lock(self) -> "FileLock":
        """Keep other processes out until released; raises ``StoreBusy``."""
        return FileLock.take(self.path.with_name(self.path.name + ".lock"), self.path)

    def migrations(self) -> Engine:
        """A synchronous engine for migrations, whose DDL is part of its transaction."""
        engine = create_engine(
            URL.create("sqlite", database=str(self.path)),
            poolclass=NullPool,
            connect_args={"isolation_level": None},
            hide_parameters=True,
        )
        event.listen(engine, "connect", _pragmas())
        event.listen(engine, "begin", _begin_immediately)
        return engine

    def writer(self) -> AsyncEngine:
        """The engine of the one connection that writes."""
        return self._engine("BEGIN IMMEDIATE", 1)

    def readers(self) -> AsyncEngine:
        """The engine of the connections that only read, each transaction one snapshot."""
        return self._engine("BEGIN", READERS, "PRAGMA query_only = ON", reads=True)

    def copy_to(self, target: Path, *, clock: Clock = utc_now) -> None:
        """Copy a consistent state while others write; raises ``StoreError``."""
        copy_database(self.path, target, clock())

    def _engine(self, begin: str, connections: int, *more: str, reads: bool = False) -> AsyncEngine:
        def connect(*_ignored: object, **_options: object) -> FusedConnection:
            return FusedConnection(self.path, begin, reads=reads)

        engine = create_async_engine(
            URL.create("sqlite+aiosqlite", database=str(self.path)),
            connect_args={"async_creator_fn": connect},
            pool_size=connections,
            max_overflow=0,
            pool_timeout=POOL_SECONDS,
            # A failing statement's parameters would otherwise be quoted in logs.
            hide_parameters=True,
        )
        event.listen(engine.sync_engine, "connect", _pragmas(*more))
        event.listen(engine.sync_engine, "begin", _begin_with_the_first_statement)
        return engine


def _pragmas(*more: str) -> Callable[[DBAPIConnection, object], None]:
    def run(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in (
            f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "PRAGMA foreign_keys = ON",
            *more,
        ):
            cursor.execute(pragma)
        cursor.close()

    return run


def _begin_immediately(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_with_the_first_statement(connection: Connection) -> None:
    fused = connection.connection.driver_connection
    assert isinstance(fused, FusedConnection)  # noqa: S101 - made by the creator above
    fused.begin()


@dataclass(frozen=True, slots=True)
class FileLock:
    """An advisory lock that the system lifts when the process ends, however it ends."""

    descriptor: int

    @classmethod
    def take(cls, path: Path, database: Path) -> "FileLock":
        """Lock ``path``; raises ``StoreBusy`` when another process has it."""
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, OWNER_ONLY)
        except OSError as error:
            raise NotWritable(f"the lock {path} cannot be written: {error.strerror}") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise StoreBusy(f"another process uses the database {database}; stop it first") from None
        return cls(descriptor)

    def release(self) -> None:
        """Let others in."""
        os.close(self.descriptor)
