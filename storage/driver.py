"""aiosqlite with one thread hop per statement, and transactions that begin with their first statement.

SQLAlchemy's adapter asks aiosqlite for a cursor, an execution, the rows and a close: four hops to the connection's
thread where one does. Beginning and marking a unit ride along with the statement that follows them.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Self, TypeVar

from aiosqlite import Connection

T = TypeVar("T")
Row = tuple[Any, ...]

MARK = "SAVEPOINT unit"
UNMARK = "RELEASE unit"
UNDO = "ROLLBACK TO unit"


class TransactionLost(sqlite3.OperationalError):
    """SQLite gave up the transaction by itself, as it does when the disk is full: nothing more may run in it."""


class FusedConnection(Connection):
    """A connection whose statements each cost one hop. Between ``begin`` and its end nothing runs outside of it."""

    def __init__(self, path: Path, begin: str, *, reads: bool = False) -> None:
        """``reads`` promises that nothing is ever written, so that nobody need wait for a transaction's end."""
        super().__init__(lambda: sqlite3.connect(path, isolation_level=None), iter_chunk_size=64)
        self._thread.daemon = True
        self._begin = begin
        self._reads = reads
        self._first: list[str] = []
        self._expected = False
        self._begun = False
        self._marked = False
        self._changes = 0
        self.changed = False
        """Whether the last commit had anything to make durable."""

    def cursor(self) -> "FusedCursor":  # pyright: ignore[reportIncompatibleMethodOverride] - the adapter needs no more
        """A cursor that stays on the loop's side."""
        return FusedCursor(self)

    def begin(self) -> None:
        """Begin a transaction with the next statement."""
        self._forget()
        self._expected = True
        self._first = [self._begin]

    def mark(self) -> None:
        """Let the next statement begin what ``undo`` takes back."""
        if self._first[-1:] == [MARK]:
            return
        if self._marked:
            self._first.append(UNMARK)
        self._first.append(MARK)

    async def undo(self) -> None:
        """Take back what ran since ``mark``; raises ``TransactionLost`` when more than that is gone."""
        if self._first[-1:] != [MARK]:
            await self.run(lambda connection: connection.execute(UNDO).close())

    async def commit(self) -> None:
        """Make the transaction durable; one that ran nothing costs nothing."""
        self.changed = False
        if self._begun:
            await self._hop(self._commit_now)
        self._forget()

    async def rollback(self) -> None:
        """Undo the transaction; one that ran nothing costs nothing."""
        begun = self._begun
        self._forget()
        if begun and self._reads:
            # The snapshot ends before whatever is asked next, and there is nothing that could be lost.
            self._tx.put_nowait((None, self._conn.rollback))  # pyright: ignore[reportUnknownMemberType] - as in _hop
        elif begun:
            await self._hop(self._conn.rollback)

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run ``work`` on the connection's thread, after what must come first."""
        first, self._first = self._first, []
        self._begun = self._begun or self._expected

        def prepared() -> T:
            self._prepare(first)
            return work(self._conn)

        return await self._hop(prepared)

    async def _hop(self, work: Callable[[], T]) -> T:
        return await self._execute(work)  # pyright: ignore[reportUnknownMemberType] - the library leaves it untyped

    def _forget(self) -> None:
        self._first = []
        self._expected = self._begun = self._marked = False

    def _prepare(self, first: Sequence[str]) -> None:
        for sql in first:
            if sql == self._begin:
                self._changes = self._conn.total_changes
            else:
                self._must_be_open()
            self._conn.execute(sql).close()
        if self._expected:
            self._must_be_open()
        self._marked = self._marked or MARK in first

    def _commit_now(self) -> None:
        self._must_be_open()
        self._conn.commit()
        self.changed = self._conn.total_changes != self._changes

    def _must_be_open(self) -> None:
        if not self._conn.in_transaction:
            raise TransactionLost("the transaction was given up by the database")


class FusedCursor:
    """What SQLAlchemy's adapter uses of a cursor: a statement and all of its rows in one hop."""

    __slots__ = ("_connection", "_rows", "arraysize", "description", "lastrowid", "rowcount")

    def __init__(self, connection: FusedConnection) -> None:
        self._connection = connection
        self._rows: list[Row] = []
        self.arraysize = 1
        self.description: Any = None
        self.lastrowid: int | None = None
        self.rowcount = -1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> Self:
        """Run one statement and fetch its rows."""
        await self._connection.run(lambda connection: self._keep(connection.execute(sql, tuple(parameters))))
        return self

    async def executemany(self, sql: str, parameters: Iterable[Sequence[Any]]) -> Self:
        """Run one statement for each set of parameters."""
        await self._connection.run(lambda connection: self._keep(connection.executemany(sql, parameters)))
        return self

    async def fetchall(self) -> list[Row]:
        """The rows that the statement brought."""
        return self._rows

    async def close(self) -> None:
        """Nothing is left open: the real cursor was closed in the statement's own hop."""

    def _keep(self, cursor: sqlite3.Cursor) -> None:
        self.description = cursor.description
        # Rows first: an INSERT ... RETURNING counts its rows only once they are fetched.
        self._rows = cursor.fetchall() if cursor.description else []
        self.rowcount = cursor.rowcount
        self.lastrowid = cursor.lastrowid
        cursor.close()
