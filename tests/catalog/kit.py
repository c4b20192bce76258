"""Catalog files, feeds and hooks that the tests of refreshing share."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path

from bot.catalog.reports import (
    CatalogError,
    CatalogPolicy,
    ImportReport,
)
from bot.catalog.service import Catalog
from bot.sandbox.goods.export import write_catalog
from bot.sandbox.goods.generator import generate
from bot.sandbox.goods.items import Good
from bot.suppliers.feeds import Feed

POLICY = CatalogPolicy(timeout=timedelta(seconds=60))
GOODS = tuple(generate(120))
LINE = b'{"id":"%s","name":"%s","type":"key","price":%s}\n'

Opener = Callable[..., Catalog]
"""Makes a catalog of feeds; every one made in a test shares its directory."""


class News:
    """What the hooks were told."""

    def __init__(self) -> None:
        self.refused: list[CatalogError] = []
        self.imported: list[ImportReport] = []

    async def on_refused(self, error: CatalogError) -> None:
        self.refused.append(error)

    async def on_imported(self, report: ImportReport) -> None:
        self.imported.append(report)


def voodoo(*sources: str) -> Feed:
    """A feed in Voodoo's format."""
    return Feed("voodoo", "voodoo", sources, "USD")


def corner(*sources: str, **options: str) -> Feed:
    """A feed of a second supplier, in JSON Lines."""
    return Feed("corner", "jsonl", sources, "USD", options)


def archive(folder: Path, goods: Iterable[Good] = GOODS, name: str = "catalog.lmdb.zst") -> str:
    """Write a Voodoo catalog and return its path."""
    write_catalog(folder / name, goods)
    return str(folder / name)


def items_in(catalog: Catalog) -> int:
    """How many items the present snapshot holds."""
    return catalog.snapshot.info.items if catalog.snapshot else 0


def packed(folder: Path, goods: Iterable[Good] = GOODS) -> bytes:
    """The bytes of a Voodoo catalog."""
    return Path(archive(folder, goods, "packed.lmdb.zst")).read_bytes()
