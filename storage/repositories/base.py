"""What every repository is built from: one open transaction and what goes with it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import msgspec
import structlog
from sqlalchemy import Column, RowMapping, Table, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.clock import Clock
from storage.crypto import Unreadable, Vault
from storage.signals import Topic

T = TypeVar("T")

ASIDE: Final = timedelta(hours=1)
"""How long a row that cannot be read keeps out of the way of those behind it; a restart tries it at once."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Unit:
    """One open transaction. ``wake`` names the topics that are signalled if it commits."""

    connection: AsyncConnection
    vault: Vault
    clock: Clock
    wake: Callable[[Topic], None]

    def due(self, at: datetime | None) -> bool:
        """Whether a moment has come."""
        return at is not None and at <= self.clock()


class Repository:
    """The operations of one family of tables inside one unit.

    Statements are built once, at import: building one costs more than SQLite takes to run it.
    """

    __slots__ = ("_db", "_unit", "_vault")

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._db = unit.connection
        self._vault = unit.vault

    async def _claimed(
        self, key: Column[Any], rows: Iterable[RowMapping], read: Callable[[Vault, RowMapping], T], now: datetime
    ) -> list[T]:
        """Read the rows that were just leased; one that cannot be read is put aside instead of stopping its queue."""
        found, damaged = readable(key, rows, lambda row: read(self._vault, row))
        if damaged:
            table = key.table
            assert isinstance(table, Table)  # noqa: S101 - keys are columns of tables
            await self._db.execute(update(table).where(key.in_(damaged)).values(leased_until=now + ASIDE))
        return found


def readable(
    key: Column[Any], rows: Iterable[RowMapping], read: Callable[[RowMapping], T]
) -> tuple[list[T], list[Any]]:
    """What could be read, and the keys of the rows that could not."""
    found: list[T] = []
    damaged: list[Any] = []
    for row in rows:
        try:
            found.append(read(row))
        except (Unreadable, msgspec.DecodeError) as error:
            damaged.append(row[key])
            log.error(  # noqa: TRY400 - the traceback would say no more
                "a row cannot be read; if SECRET_KEYS lost a key, put it back",
                table=str(key.table),
                row=row[key],
                reason=str(error),
            )
    return found, damaged
