"""How a supplier's catalog reaches the import process: a description that crosses the process boundary as JSON."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from storage.records.catalog import Item


def is_url(source: str) -> bool:
    """Whether a source is to be downloaded, rather than a path."""
    return source.startswith(("http://", "https://"))


@dataclass(frozen=True, slots=True)
class Feed:
    """Where one supplier's catalog is. ``sources`` are URLs or paths tried in order; a 404 moves on to the next.

    Relative paths are in the catalog folder: files that the supplier's client gathers. ``format`` names the reader,
    ``jsonl`` or the supplier's own, which has its name; ``options`` are the reader's, such as field names.
    """

    supplier: str
    format: str
    sources: tuple[str, ...]
    currency: str
    options: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def gathered(self) -> bool:
        """Whether the supplier's client brings the files, in a format that nobody else writes."""
        return not any(is_url(source) or Path(source).is_absolute() for source in self.sources)


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record that could not become an item: its key as text, and why."""

    key: str
    reason: str


class FeedRefused(Exception):
    """The file as a whole cannot be trusted (truncated, not the promised format, too large), or is kept from us."""


ReportProgress = Callable[[int], None]
"""Called with the number of records or bytes handled since the last call."""


class FeedReader(Protocol):
    """Turns one downloaded file into items; runs only in the import process."""

    def __call__(self, path: Path, feed: Feed, workspace: Path) -> Iterator[Item | BadRecord]:
        """Yield items and bad records in the file's order; raises ``FeedRefused``."""
        ...
