"""What every repository is built from: one open transaction and what goes with it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.clock import Clock
from storage.crypto import Vault
from storage.signals import Topic

Insert = sqlite.Insert | postgresql.Insert


@dataclass(frozen=True, slots=True)
class Unit:
    """One open transaction. ``wake`` names the topics that are signalled if it commits."""

    connection: AsyncConnection
    vault: Vault
    clock: Clock
    wake: Callable[[Topic], None]

    def insert(self, table: Table) -> Insert:
        """An INSERT that knows ON CONFLICT, which SQLAlchemy offers per dialect only."""
        if self.connection.dialect.name == "postgresql":
            return postgresql.insert(table)
        return sqlite.insert(table)

    def due(self, at: datetime | None) -> bool:
        """Whether a moment has come."""
        return at is not None and at <= self.clock()


class Repository:
    """The operations of one family of tables inside one unit."""

    __slots__ = ("_db", "_unit", "_vault")

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._db = unit.connection
        self._vault = unit.vault
