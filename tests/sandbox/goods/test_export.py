"""The catalog file: a zstd-compressed single-file LMDB with the documented keys and members."""

import json
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import zstandard

from bot.sandbox.goods import broken
from bot.sandbox.goods.export import write_catalog
from bot.sandbox.goods.generator import generate
from bot.sandbox.goods.landmarks import LANDMARKS
from bot.sandbox.goods.record import value_of
from tests.sandbox.goods.reading import entries, inflate, records


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where a catalog is written."""
    return tmp_path / "catalog.lmdb.zst"


def test_a_catalog_is_read_back_in_ascending_order(target: Path, tmp_path: Path) -> None:
    goods = tuple(generate(12_000))
    assert write_catalog(target, goods) == 12_000
    assert list(records(target.read_bytes(), tmp_path)) == [good.id for good in goods]


def test_a_key_is_the_id_in_eight_bytes_big_endian(target: Path, tmp_path: Path) -> None:
    write_catalog(target, LANDMARKS[:1])
    assert entries(target.read_bytes(), tmp_path)[0][0] == bytes.fromhex("0000000000000ffa")


def test_a_value_is_compact_json_with_its_whole_form(target: Path, tmp_path: Path) -> None:
    write_catalog(target, LANDMARKS)
    record = records(target.read_bytes(), tmp_path)[4211]
    assert {"id", "name", "product_type", "price", "subscriber_price", "stock", "fields"} <= record.keys()
    assert [(field["name"], field["type"]) for field in record["fields"]] == [
        ("player_id", "text"),
        ("server", "choice"),
    ]
    assert {"id": 17, "name": "Europe (EU-West)"} in record["fields"][1]["options"]


def test_decimals_are_written_exactly() -> None:
    good = replace(LANDMARKS[0], price=Decimal("0.10"), max_quantity=Decimal("123456789.123456789"))
    assert b'"price":0.10,' in value_of(good)
    assert b'"max_quantity":123456789.123456789,' in value_of(good)


def test_writing_again_replaces_the_file_and_leaves_nothing_else(target: Path, tmp_path: Path) -> None:
    write_catalog(target, generate(50))
    write_catalog(target, generate(40))
    assert len(records(target.read_bytes(), tmp_path)) == 40
    assert {path.name for path in tmp_path.iterdir()} == {"catalog.lmdb.zst", "inflated.lmdb"}


def test_the_same_goods_give_the_same_file(target: Path) -> None:
    write_catalog(target, generate(300))
    first = target.read_bytes()
    write_catalog(target, generate(300))
    assert target.read_bytes() == first


def test_the_command_writes_a_catalog_and_says_what_it_holds(target: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bot.sandbox.goods", "--items", "120", "--out", str(target)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert json.loads(said) == {"items": 120, "bytes": target.stat().st_size, "path": str(target)}
    assert len(records(target.read_bytes(), tmp_path)) == 120


def test_a_truncated_catalog_is_shorter_than_its_pages(target: Path, tmp_path: Path) -> None:
    write_catalog(target, generate(500))
    whole = inflate(target.read_bytes(), tmp_path).stat().st_size
    broken.write_truncated(target, generate(500))
    assert inflate(target.read_bytes(), tmp_path).stat().st_size == whole // 2


def test_a_cut_archive_ends_before_its_frame(target: Path) -> None:
    write_catalog(target, generate(500))
    whole = zstandard.ZstdDecompressor().decompressobj()
    whole.decompress(target.read_bytes())
    broken.write_cut_archive(target, generate(500))
    cut = zstandard.ZstdDecompressor().decompressobj()
    cut.decompress(target.read_bytes())
    assert (whole.eof, cut.eof) == (True, False)


def test_an_empty_catalog_opens_and_has_no_records(target: Path, tmp_path: Path) -> None:
    broken.write_empty(target)
    assert records(target.read_bytes(), tmp_path) == {}


def test_what_is_not_a_catalog_is_still_an_archive(target: Path, tmp_path: Path) -> None:
    broken.write_not_lmdb(target)
    assert b"<html>" in inflate(target.read_bytes(), tmp_path).read_bytes()


@pytest.mark.parametrize(("state_size", "stated"), [(True, 2**24 + 5), (False, -1)])
def test_a_bomb_is_small_and_may_hide_its_size(target: Path, tmp_path: Path, state_size: bool, stated: int) -> None:
    broken.write_bomb(target, 2**24 + 5, state_size=state_size)
    content = target.read_bytes()
    assert len(content) < 2**24 // 1000
    assert zstandard.frame_content_size(content) == stated
    assert inflate(content, tmp_path).stat().st_size == 2**24 + 5


def test_bad_records_stand_among_whole_ones(target: Path, tmp_path: Path) -> None:
    assert broken.write_with_bad_records(target, LANDMARKS) == len(LANDMARKS)
    held = dict(entries(target.read_bytes(), tmp_path))
    assert len(held) == len(LANDMARKS) + 4
    assert any(len(key) != 8 for key in held)
    with pytest.raises(json.JSONDecodeError):
        json.loads(held[(2**40 + 1).to_bytes(8, "big")])


def test_two_of_three_items_can_go_missing() -> None:
    assert len(list(broken.every_third(LANDMARKS))) == -(-len(LANDMARKS) // 3)
