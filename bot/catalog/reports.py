"""What catalog code tells its callers: policy, progress, reports of imports, and why one was refused."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from bot.suppliers.feeds import BadRecord


@dataclass(frozen=True, slots=True)
class CatalogPolicy:
    """How catalogs are kept fresh. ``max_drop`` is a share of 1; ``max_bytes`` caps a download; ``timeout`` an import.

    Older than ``max_age`` the snapshot is called stale, and the operator is told.
    """

    refresh_every: timedelta = timedelta(minutes=30)
    max_age: timedelta = timedelta(hours=24)
    max_drop: Decimal = Decimal("0.5")
    max_bytes: int = 256 << 20
    timeout: timedelta = timedelta(minutes=10)


class Phase(StrEnum):
    """What an import is busy with; ``DOWNLOAD`` counts bytes, the others records."""

    DOWNLOAD = "download"
    READ = "read"
    MERGE = "merge"
    INDEX = "index"


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far an import has come; ``total`` is None where nobody knows."""

    supplier: str
    phase: Phase
    done: int
    total: int | None = None


class FeedOutcome(StrEnum):
    """How one supplier's refresh ended well."""

    IMPORTED = "imported"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class FeedReport:
    """One supplier's refresh: items it has now and had before, and a sample of the records that were skipped."""

    supplier: str
    outcome: FeedOutcome
    source: str
    items: int
    previous_items: int = 0
    bad_records: int = 0
    bad_samples: tuple[BadRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What succeeded of a refresh; ``recovered`` names the suppliers whose trouble had been told before."""

    feeds: tuple[FeedReport, ...]
    seconds: float
    recovered: tuple[str, ...] = ()

    @property
    def items(self) -> int:
        """Items of all suppliers."""
        return sum(feed.items for feed in self.feeds)


class CatalogError(Exception):
    """A refresh that did not happen; the last good snapshot stays."""

    def __init__(self, supplier: str, reason: str) -> None:
        super().__init__(f"{supplier}: {reason}")
        self.supplier = supplier
        self.reason = reason


class CatalogRefused(CatalogError):
    """The catalog cannot be trusted (damaged, empty, too much smaller than before), or the server keeps it from us."""


class CatalogUnavailable(CatalogError):
    """The catalog could not be had: no connection, an HTTP error, no file, no time, another import at work."""


ProgressListener = Callable[[ImportProgress], None]
Gather = Callable[[Path], Awaitable[None]]
"""``await gather(folder)`` brings what a feed reads into the catalog directory; raises ``SupplierError``."""

OnRefused = Callable[[CatalogError], Awaitable[None]]
OnImported = Callable[[ImportReport], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Category:
    """A shelf of the catalog. ``name`` is ``""`` for items without one; ``in_stock`` counts what is not sold out."""

    id: str
    name: str
    items: int
    in_stock: int


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """Where a supplier's part of a snapshot came from, and what makes the next download conditional."""

    source: str
    items: int
    bad_records: int
    imported_at: datetime
    fingerprint: str = ""
    validators: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class SnapshotInfo:
    """What a snapshot holds, in total and by supplier; times are UTC."""

    built_at: datetime
    items: int
    bad_records: int
    sources: dict[str, SourceInfo]
