"""Writes the catalog as the supplier publishes it: a zstd-compressed single-file LMDB (Voodoo CATALOG page)."""

import tempfile
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import lmdb
import zstandard

from bot.sandbox.goods.items import Good
from bot.sandbox.goods.record import key_of, value_of

MAP_SIZE = 8 * 2**30
"""Bytes of address space; the file itself grows only with its records."""

BATCH = 5_000
"""Records per transaction, which bounds the dirty pages held in memory."""

Record = tuple[bytes, bytes]


def records_of(goods: Iterable[Good]) -> Iterable[Record]:
    """The records of some goods, lazily and in their order."""
    return ((key_of(good.id), value_of(good)) for good in goods)


def write_lmdb(path: Path, records: Iterable[Record]) -> int:
    """Write records into a new single-file LMDB at ``path`` and return how many there were."""
    environment = lmdb.open(
        str(path), subdir=False, map_size=MAP_SIZE, lock=False, sync=False, metasync=False, writemap=False
    )
    written = 0
    pending = iter(records)
    with environment:
        while batch := list(islice(pending, BATCH)):
            with environment.begin(write=True) as transaction:
                for key, value in batch:
                    transaction.put(key, value)
            written += len(batch)
    return written


def compress(source: Path, target: Path, *, state_size: bool = False) -> None:
    """Compress a file with zstd; the frame names the content's size only when ``state_size`` asks for it."""
    size = source.stat().st_size if state_size else -1
    with source.open("rb") as raw, target.open("wb") as packed:
        zstandard.ZstdCompressor(level=6).copy_stream(raw, packed, size=size)


def write_records(path: Path, records: Iterable[Record]) -> int:
    """Publish records at ``path`` as one ``.lmdb.zst`` file, replaced in a single step; returns how many."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".catalog-") as workspace:
        raw, packed = Path(workspace, "catalog.lmdb"), Path(workspace, "catalog.lmdb.zst")
        written = write_lmdb(raw, records)
        compress(raw, packed)
        packed.replace(path)
    return written


def write_catalog(path: Path, goods: Iterable[Good]) -> int:
    """Publish goods at ``path`` as one ``.lmdb.zst`` file and return how many; memory stays bounded."""
    return write_records(path, records_of(goods))
