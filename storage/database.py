"""Everything that depends on which database it is: URLs, engines, pragmas, the lock and what SQLite's errors mean."""

import fcntl
import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool, StaticPool

from storage.errors import BadDatabaseUrl, DamagedDatabase, DiskFull, NotWritable, StoreBusy, StoreError

BUSY_SECONDS = 5
READERS = 4
OWNER_ONLY = 0o600


class Cursor(Protocol):
    """The part of a DBAPI cursor that pragmas need."""

    def execute(self, sql: str, /) -> Any:
        """Run one statement."""
        ...

    def close(self) -> None:
        """Release it."""
        ...


class DriverConnection(Protocol):
    """The part of a DBAPI connection that pragmas need."""

    def cursor(self) -> Cursor:
        """Open a cursor."""
        ...


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

    def migrations(self) -> "Callable[[], Connection]":
        """A synchronous connection for migrations, whose DDL is part of its transaction."""
        engine = create_engine(URL.create("sqlite", database=str(self.path)), poolclass=NullPool)
        _configure(engine, "BEGIN IMMEDIATE")
        return engine.connect

    def writer(self) -> AsyncEngine:
        """The engine of the one connection that writes."""
        engine = create_async_engine(self._async_url(), poolclass=StaticPool)
        _configure(engine.sync_engine, "BEGIN IMMEDIATE")
        return engine

    def readers(self) -> AsyncEngine:
        """The engine of the connections that only read, each transaction one snapshot."""
        engine = create_async_engine(self._async_url(), pool_size=READERS, max_overflow=0)
        _configure(engine.sync_engine, "BEGIN", "PRAGMA query_only = ON")
        return engine

    def copy_to(self, target: Path) -> None:
        """Copy a consistent state while others write; raises ``StoreError``."""
        fresh = os.open(target, os.O_RDWR | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
        os.close(fresh)
        source = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)
        try:
            copy = sqlite3.connect(target)
            try:
                source.backup(copy)
            finally:
                copy.close()
        finally:
            source.close()

    def _async_url(self) -> URL:
        return URL.create("sqlite+aiosqlite", database=str(self.path))


def _configure(engine: Any, begin: str, *more: str) -> None:
    @event.listens_for(engine, "connect")
    def pragmas(connection: Any, _record: object) -> None:  # pyright: ignore[reportUnusedFunction] - registered
        # The driver's own transaction handling is switched off: it begins late and commits around DDL.
        connection.isolation_level = None
        cursor: Cursor = connection.cursor()
        for pragma in (
            f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "PRAGMA foreign_keys = ON",
            *more,
        ):
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:  # pyright: ignore[reportUnusedFunction] - registered
        connection.exec_driver_sql(begin)


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


MEANINGS: tuple[tuple[int, type[StoreError], str], ...] = (
    (sqlite3.SQLITE_FULL, DiskFull, "there is no room left on the disk of the database"),
    (sqlite3.SQLITE_READONLY, NotWritable, "the database is read-only"),
    (sqlite3.SQLITE_CANTOPEN, NotWritable, "the database cannot be opened"),
    (sqlite3.SQLITE_PERM, NotWritable, "the database may not be written"),
    (sqlite3.SQLITE_BUSY, StoreBusy, "another process keeps the database locked"),
    (sqlite3.SQLITE_NOTADB, DamagedDatabase, "the file is not a SQLite database"),
    (sqlite3.SQLITE_CORRUPT, DamagedDatabase, "the database is damaged; restore a backup"),
    (sqlite3.SQLITE_IOERR, NotWritable, "the disk of the database answers with errors"),
)


def explained(error: BaseException) -> BaseException:
    """The operator's sentence for a driver's error, or the error itself when it is none of the environment's."""
    driver = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(driver, "sqlite_errorcode", None)
    if code is None:
        return error
    for primary, kind, sentence in MEANINGS:
        # Extended codes carry their primary code in the low byte (sqlite.org/rescode.html).
        if code & 0xFF == primary:
            return kind(sentence)
    return error
