"""Decompression bombs, cut files, and files in several frames."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox.goods.broken import write_bomb
from bot.suppliers.feeds import FeedRefused
from bot.suppliers.unpack import unpacked

Pack = Callable[[bytes], bytes]


def content(path: Path, max_bytes: int = 1 << 20) -> bytes:
    return b"".join(unpacked(path, max_bytes))


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=5_000), min_size=1, max_size=4))
def test_frames_come_out_as_they_went_in(tmp_path: Path, parts: list[bytes]) -> None:
    path = tmp_path / "file"
    for pack in (zstd, gzip.compress):
        path.write_bytes(b"".join(pack(part) for part in parts))
        assert content(path) == b"".join(parts)


def test_a_plain_file_is_passed_through(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b'{"id":"1"}\n')
    assert content(path) == b'{"id":"1"}\n'


def test_a_skippable_frame_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"\x50\x2a\x4d\x18\x04\x00\x00\x00notezzz"[:12] + zstd(b"data"))
    assert content(path) == b"data"


@pytest.mark.parametrize("state_size", [True, False])
def test_a_bomb_is_refused_whether_or_not_it_admits_to_it(tmp_path: Path, state_size: bool) -> None:
    path = tmp_path / "bomb"
    write_bomb(path, 64 << 20, state_size=state_size)
    with pytest.raises(FeedRefused, match="unpacks to"):
        content(path)


def test_a_bomb_behind_a_harmless_frame_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(zstd(b"harmless") + zstd(bytes(4 << 20)))
    with pytest.raises(FeedRefused, match="says that it unpacks"):
        content(path)


def test_a_gzip_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(gzip.compress(bytes(4 << 20)))
    with pytest.raises(FeedRefused, match="more than"):
        content(path)


@pytest.mark.parametrize("pack", [zstd, gzip.compress])
@pytest.mark.parametrize("kept", [0.1, 0.5, 0.99])
def test_a_cut_file_is_refused(tmp_path: Path, pack: Pack, kept: float) -> None:
    packed = pack(bytes(range(256)) * 1_000 + b"end")
    path = tmp_path / "file"
    path.write_bytes(packed[: max(5, int(len(packed) * kept))])
    with pytest.raises(FeedRefused):
        content(path)


@pytest.mark.parametrize("pack", [zstd, gzip.compress])
def test_a_damaged_file_is_refused(tmp_path: Path, pack: Pack) -> None:
    packed = bytearray(pack(bytes(range(256)) * 4))
    packed[4:16] = b"\xff" * 12
    path = tmp_path / "file"
    path.write_bytes(packed)
    with pytest.raises(FeedRefused):
        content(path)


def test_rubbish_after_a_frame_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(zstd(b"data") + b"rubbish that is no frame")
    with pytest.raises(FeedRefused, match="damaged"):
        content(path)
