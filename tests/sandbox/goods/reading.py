"""Reads a published catalog the plain way, for tests that know it is sound."""

import json
import struct
from pathlib import Path
from typing import Any

import lmdb
import zstandard


def inflate(content: bytes, workspace: Path) -> Path:
    """Decompress an archive into a file."""
    target = workspace / "inflated.lmdb"
    with target.open("wb") as raw:
        raw.write(zstandard.ZstdDecompressor().decompressobj().decompress(content))
    return target


def entries(content: bytes, workspace: Path) -> list[tuple[bytes, bytes]]:
    """Every key and value in the file's order."""
    with (
        lmdb.open(str(inflate(content, workspace)), subdir=False, readonly=True, lock=False) as environment,
        environment.begin() as transaction,
    ):
        return [(bytes(key), bytes(value)) for key, value in transaction.cursor()]


def records(content: bytes, workspace: Path) -> dict[int, dict[str, Any]]:
    """Every item by the id in its key."""
    return {struct.unpack(">Q", key)[0]: json.loads(value) for key, value in entries(content, workspace)}
