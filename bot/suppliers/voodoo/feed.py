"""Voodoo's catalog file: a zstd-compressed single-file LMDB, one JSON record per item (CATALOG page).

A truncated LMDB kills whoever maps it with SIGBUS, so its size is compared with its own meta pages first, and
only the import process ever opens one.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

import lmdb

from bot.suppliers.exact import NotJson, decode_object
from bot.suppliers.feeds import BadRecord, Feed, FeedRefused
from bot.suppliers.unpack import unpacked
from bot.suppliers.voodoo.records import FieldNames, RecordReader, Unusable
from storage.records.catalog import Item

_KEY = struct.Struct(">Q")

# LMDB's data format 1 on 64-bit little-endian machines: a 16-byte page header, then the meta record.
_HEADER = 16
_META = struct.Struct("<II QQ 48s 48s QQ")
_MAGIC = 0xBEEFC0DE
_VERSION = 1
_PAGE_SIZES = {1 << bits for bits in range(9, 17)}


def read_voodoo(path: Path, feed: Feed, workspace: Path) -> Iterator[Item | BadRecord]:
    """Yield the file's records by ascending id; keys that are not 8 bytes long are no items and are passed over."""
    reader = RecordReader(FieldNames.corrected(feed.options), feed.currency)
    raw = workspace / "catalog.lmdb"
    with raw.open("wb") as target:
        for piece in unpacked(path):
            target.write(piece)
    check_size(raw)
    try:
        yield from _records(raw, reader)
    except lmdb.Error as error:
        raise FeedRefused(f"the LMDB file is damaged: {error}") from None


def check_size(path: Path) -> None:
    """Refuse a file that is no LMDB, or shorter than its meta pages say; must precede every mapping."""
    with path.open("rb") as file:
        page_size, last_page = _meta(file.read(_HEADER + _META.size))
        file.seek(page_size)
        _, other_last_page = _meta(file.read(_HEADER + _META.size))
        needed = (max(last_page, other_last_page) + 1) * page_size
        if file.seek(0, 2) < needed:
            raise FeedRefused(f"the LMDB file is cut short: {file.tell()} of {needed} bytes")


def _meta(page: bytes) -> tuple[int, int]:
    """The page size and the number of the last page, from one of the two meta pages."""
    if len(page) < _HEADER + _META.size:
        raise FeedRefused("the file is too short to be an LMDB")
    magic, version, _, _, free_list, _, last_page, _ = _META.unpack_from(page, _HEADER)
    (page_size,) = struct.unpack_from("<I", free_list)
    if magic != _MAGIC or version != _VERSION or page_size not in _PAGE_SIZES:
        raise FeedRefused("the file is not an LMDB of a known format")
    return page_size, last_page


def _records(path: Path, reader: RecordReader) -> Iterator[Item | BadRecord]:
    environment = lmdb.open(str(path), subdir=False, readonly=True, lock=False, max_dbs=0, readahead=True)
    with environment, environment.begin() as transaction, transaction.cursor() as cursor:
        for key, value in cursor:
            if len(key) == _KEY.size:
                yield _read(_KEY.unpack(key)[0], value, reader)


def _read(key: int, value: bytes, reader: RecordReader) -> Item | BadRecord:
    try:
        return reader.read(key, decode_object(value))
    except (NotJson, Unusable) as error:
        return BadRecord(str(key), str(error))
    except RecursionError:
        return BadRecord(str(key), "nested too deep")
