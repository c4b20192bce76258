"""What every repository is built from: one open transaction and what goes with it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.clock import Clock
from storage.crypto import Vault
from storage.signals import Topic


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
