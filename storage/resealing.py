"""Sealing everything anew with the first of the keys, so that an older one can be retired."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Engine, Row, Select, Update, bindparam, select, tuple_, update
from sqlalchemy.exc import DBAPIError

from storage.crypto import Unreadable, Vault
from storage.database import SqliteFile
from storage.errors import StoreBusy, StoreError
from storage.meanings import explained
from storage.opening import make_ready
from storage.schema import SEALED

BATCH = 200
"""Values read, and sealed where they must be, in one short transaction, so that a running bot hardly waits."""


@dataclass(frozen=True, slots=True)
class Resealed:
    """How it went: values ``seen``, those sealed ``anew``, and those that none of the keys opens."""

    seen: int = 0
    anew: int = 0
    unreadable: int = 0

    def __add__(self, other: "Resealed") -> "Resealed":
        return Resealed(self.seen + other.seen, self.anew + other.anew, self.unreadable + other.unreadable)


def reseal(
    file: SqliteFile, vault: Vault, *, batch: int = BATCH, pause: Callable[[float], None] = time.sleep
) -> Resealed:
    """Seal every value with the vault's first key, while the bot runs or not; raises ``StoreError``.

    Every batch is a transaction: a run that was cut short is begun again and passes over what is done. ``pause`` is
    given the seconds that a batch took, and leaves the database to others as long.
    """
    _prepare(file, vault)
    engine = file.migrations()
    total = Resealed()
    try:
        for done, seconds in _batches(engine, vault, batch):
            total += done
            pause(seconds)
    except DBAPIError as error:
        raise _told(error) from error
    finally:
        engine.dispose()
    return total


def _prepare(file: SqliteFile, vault: Vault) -> None:
    """Bring a database that rests up to date; one in use is already, and its keeper goes on with it."""
    file.prepare()
    try:
        lock = file.lock()
    except StoreBusy:
        return
    try:
        with file.migrations().connect() as connection, connection.begin():
            make_ready(connection, vault)
    except DBAPIError as error:
        raise _told(error) from error
    finally:
        lock.release()


def _batches(engine: Engine, vault: Vault, size: int) -> Iterator[tuple[Resealed, float]]:
    for column in SEALED:
        after: Row[Any] | None = None
        while True:
            began = time.monotonic()
            with engine.connect() as connection, connection.begin():
                rows = connection.execute(_page(column, after, size)).all()
                done = _reseal(connection, vault, column, rows)
            if not rows:
                break
            after = rows[-1]
            yield done, time.monotonic() - began


def _page(column: Column[Any], after: Row[Any] | None, size: int) -> Select[Any]:
    """The next values, each with its row's key, in the order of the keys."""
    key = column.table.primary_key.columns
    page = select(*key, column.label("value")).where(column.is_not(None)).order_by(*key).limit(size)
    return page if after is None else page.where(tuple_(*key) > tuple_(*after[:-1]))


def _reseal(connection: Connection, vault: Vault, column: Column[Any], rows: Sequence[Row[Any]]) -> Resealed:
    changes: list[dict[str, Any]] = []
    unreadable = 0
    for row in rows:
        try:
            fresh = vault.reseal(row.value)
        except Unreadable:
            unreadable += 1
        else:
            if fresh is not None:
                changes.append({**_named(row[:-1]), "fresh": fresh})
    if changes:
        connection.execute(_replacing(column), changes)
    return Resealed(len(rows), len(changes), unreadable)


def _replacing(column: Column[Any]) -> Update:
    key = column.table.primary_key.columns
    whose = [one == bindparam(name) for one, name in zip(key, _named(tuple(key)), strict=True)]
    return update(column.table).where(*whose).values({column.name: bindparam("fresh")})


def _named(key: Sequence[Any]) -> dict[str, Any]:
    """The parts of a key under names that are no column's."""
    return {f"key_{position}": part for position, part in enumerate(key)}


def _told(error: DBAPIError) -> BaseException:
    reason = explained(error)
    return (
        StoreError("no value could be sealed anew: the database was made by another version")
        if reason is error
        else reason
    )
