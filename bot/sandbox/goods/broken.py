"""Catalog files that went wrong in the ways real ones do, for readers to refuse or survive."""

import tempfile
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import zstandard

from bot.sandbox.goods.export import compress, records_of, write_catalog, write_lmdb, write_records
from bot.sandbox.goods.items import Good
from bot.sandbox.goods.record import key_of

BLOCK = bytes(2**20)


def write_empty(path: Path) -> None:
    """A well-formed catalog with no record in it."""
    write_records(path, ())


def write_truncated(path: Path, goods: Iterable[Good], keep: float = 0.5) -> None:
    """An intact archive around an LMDB cut after ``keep`` of its bytes: mapping it raises SIGBUS."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".broken-") as workspace:
        raw = Path(workspace, "catalog.lmdb")
        write_lmdb(raw, records_of(goods))
        with raw.open("r+b") as file:
            file.truncate(int(raw.stat().st_size * keep))
        compress(raw, path)


def write_cut_archive(path: Path, goods: Iterable[Good], keep: float = 0.5) -> None:
    """An archive whose download ended after ``keep`` of its bytes."""
    write_catalog(path, goods)
    with path.open("r+b") as file:
        file.truncate(int(path.stat().st_size * keep))


def write_not_lmdb(path: Path) -> None:
    """An intact archive of something that is no LMDB."""
    path.write_bytes(zstandard.ZstdCompressor().compress(b"<html>We are upgrading. Please come back later.</html>"))


def write_bomb(path: Path, inflated: int, *, state_size: bool = True) -> None:
    """A small archive of ``inflated`` zero bytes; its frame admits to the size only with ``state_size``."""
    compressor = zstandard.ZstdCompressor(level=1)
    blocks, rest = divmod(inflated, len(BLOCK))
    size = inflated if state_size else -1
    with path.open("wb") as packed, compressor.stream_writer(packed, size=size) as writer:
        for _ in range(blocks):
            writer.write(BLOCK)
        writer.write(BLOCK[:rest])


def write_with_bad_records(path: Path, goods: Iterable[Good]) -> int:
    """Whole goods and four records that are none: cut JSON, a list, no price, a key of text; returns the whole ones."""
    bad = (
        (key_of(2**40 + 1), b'{"id":1099511627777,"name":"Cut sho'),
        (key_of(2**40 + 2), b'["not","an","object"]'),
        (key_of(2**40 + 3), b'{"id":1099511627779,"name":"No price","product_type":"key","fields":[]}'),
        (b"generated_at", b'"2026-07-05T12:00:00Z"'),
    )
    return write_records(path, chain(records_of(goods), bad)) - len(bad)


def every_third(goods: Iterable[Good]) -> Iterable[Good]:
    """A third of the goods, as after a bad export: more is gone than a shop takes for granted."""
    return (good for index, good in enumerate(goods) if index % 3 == 0)
