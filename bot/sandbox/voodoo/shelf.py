"""The published catalog files: written when first asked for, replaced only when published again."""

import asyncio
import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from bot.sandbox.goods import broken
from bot.sandbox.goods.export import write_catalog
from bot.sandbox.goods.items import Good
from bot.sandbox.voodoo.stockroom import negotiated

BOMB_SIZE = 3 * 2**30
"""Bytes that the zip bombs inflate to."""

Goods = tuple[Good, ...]


class Edition(StrEnum):
    """The shape a catalog is published in; every one but the first is a fault."""

    WHOLE = "whole"
    THIRD = "a third of the items"
    BAD_RECORDS = "some bad records"
    EMPTY = "empty"
    TRUNCATED = "truncated"
    CUT_ARCHIVE = "cut archive"
    NOT_LMDB = "not a catalog"
    BOMB = "zip bomb"
    SILENT_BOMB = "zip bomb of unstated size"


@dataclass(frozen=True, slots=True)
class Published:
    """One file as it is downloaded."""

    content: bytes = field(repr=False)
    etag: str
    at: datetime


class CatalogShelf:
    """Holds the goods as they were published, and the files made of them."""

    def __init__(self, goods: Goods, at: datetime) -> None:
        self._writing = asyncio.Lock()
        self.publish(goods, Edition.WHOLE, at)

    def publish(self, goods: Goods, edition: Edition, at: datetime) -> None:
        """Replace both files by new ones of these goods; they are written at the next download."""
        self._goods = goods
        self._edition = edition
        self._at = at
        self._files: dict[bool, Published] = {}

    async def file(self, *, personal: bool) -> Published:
        """The global file, or the personal one with negotiated prices."""
        async with self._writing:
            published = self._files.get(personal)
            if published is None:
                goods = tuple(map(negotiated, self._goods)) if personal else self._goods
                content = await asyncio.to_thread(_written, goods, self._edition)
                published = Published(content, f'"{hashlib.sha256(content).hexdigest()[:32]}"', self._at)
                self._files[personal] = published
            return published


def _written(goods: Goods, edition: Edition) -> bytes:
    with tempfile.TemporaryDirectory(prefix="orderline-catalog-") as folder:
        path = Path(folder, "catalog.lmdb.zst")
        _WRITERS[edition](path, goods)
        return path.read_bytes()


def _write_third(path: Path, goods: Goods) -> None:
    write_catalog(path, broken.every_third(goods))


_WRITERS: dict[Edition, Callable[[Path, Goods], object]] = {
    Edition.WHOLE: write_catalog,
    Edition.THIRD: _write_third,
    Edition.BAD_RECORDS: broken.write_with_bad_records,
    Edition.EMPTY: lambda path, _: broken.write_empty(path),
    Edition.TRUNCATED: broken.write_truncated,
    Edition.CUT_ARCHIVE: broken.write_cut_archive,
    Edition.NOT_LMDB: lambda path, _: broken.write_not_lmdb(path),
    Edition.BOMB: lambda path, _: broken.write_bomb(path, BOMB_SIZE),
    Edition.SILENT_BOMB: lambda path, _: broken.write_bomb(path, BOMB_SIZE, state_size=False),
}
