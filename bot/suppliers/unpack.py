"""Decompression that trusts nobody: by magic number, streamed, counted, and refused when cut short."""

import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import zstandard

from bot.suppliers.feeds import FeedRefused

LARGEST = 2 << 30
"""Bytes that one catalog may unpack to."""

ZSTD_MAGIC = re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18")  # a frame, or one to be skipped (RFC 8878)
GZIP_MAGIC = b"\x1f\x8b"

# One compressed KiB of zstd becomes at most 32 MiB (256 repeated blocks), so memory stays bounded between counts.
_ZSTD_STEP = 1 << 10
_STEP = 1 << 18
_LARGEST_WINDOW = 1 << 27
_LARGEST_HEADER = 18


def unpacked(path: Path, max_bytes: int = LARGEST) -> Iterator[bytes]:
    """Yield a plain, gzip or zstd file's content in pieces; raises ``FeedRefused`` once it exceeds ``max_bytes``."""
    with path.open("rb") as file:
        magic = file.read(4)
        file.seek(0)
        if ZSTD_MAGIC.match(magic):
            pieces = _zstd(file, max_bytes)
        elif magic.startswith(GZIP_MAGIC):
            pieces = _gzip(file)
        else:
            pieces = iter(lambda: file.read(_STEP), b"")
        yield from _counted(pieces, max_bytes)


def _counted(pieces: Iterator[bytes], max_bytes: int) -> Iterator[bytes]:
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > max_bytes:
            raise FeedRefused(f"the catalog unpacks to more than {max_bytes} bytes")
        yield piece


def _gzip(file: BinaryIO) -> Iterator[bytes]:
    try:
        with gzip.GzipFile(fileobj=file) as unzipped:
            yield from iter(lambda: unzipped.read(_STEP), b"")
    except EOFError:
        raise FeedRefused("the gzip file is cut short") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise FeedRefused(f"the gzip file is damaged: {error}") from None


def _zstd(file: BinaryIO, max_bytes: int) -> Iterator[bytes]:
    """All frames. ``decompressobj`` rather than a stream reader, because only it tells that a frame ended."""
    decompressor = zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW)
    rest = b""
    while rest or (rest := file.read(_ZSTD_STEP)):
        _check_stated_size(rest, file, max_bytes)
        frame = decompressor.decompressobj()
        try:
            while not frame.eof:
                if not rest and not (rest := file.read(_ZSTD_STEP)):
                    raise FeedRefused("the zstd file is cut short")
                piece = frame.decompress(rest)
                rest = b""
                if piece:
                    yield piece
        except zstandard.ZstdError as error:
            raise FeedRefused(f"the zstd file is damaged: {error}") from None
        rest = frame.unused_data


def _check_stated_size(start: bytes, file: BinaryIO, max_bytes: int) -> None:
    """Refuse a bomb that admits to it before unpacking a byte (``max_output_size`` would not: zstandard ignores it)."""
    if len(start) < _LARGEST_HEADER:
        position = file.tell()
        start += file.read(_LARGEST_HEADER)
        file.seek(position)
    try:
        stated = zstandard.frame_content_size(start)
    except zstandard.ZstdError as error:
        raise FeedRefused(f"the zstd file is damaged: {error}") from None
    if stated > max_bytes:
        raise FeedRefused(f"the catalog says that it unpacks to {stated} bytes, more than {max_bytes}")
