"""Voodoo's catalog file, whole and broken. Whatever maps an LMDB here was checked before; what kills runs elsewhere."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pytest

from bot.sandbox.goods import broken, landmarks
from bot.sandbox.goods.export import compress, write_catalog, write_lmdb, write_records
from bot.sandbox.goods.generator import generate
from bot.sandbox.goods.record import key_of
from bot.suppliers.feeds import BadRecord, Feed, FeedRefused
from bot.suppliers.voodoo.feed import check_size, read_voodoo
from storage.records.catalog import Availability, FieldKind, Item, ProductType

FEED = Feed("voodoo", "voodoo", (), "USD")


def read(path: Path, feed: Feed = FEED) -> list[Item | BadRecord]:
    workspace = path.parent / "work"
    workspace.mkdir(exist_ok=True)
    return list(read_voodoo(path, feed, workspace))


def items_by_id(records: Iterable[Item | BadRecord]) -> dict[int, Item]:
    return {int(record.key.id): record for record in records if isinstance(record, Item)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalog.lmdb.zst"


def test_every_generated_good_becomes_the_item_it_is(path: Path) -> None:
    goods = list(generate(800))
    write_catalog(path, goods)
    items = items_by_id(read(path))
    assert items.keys() == {good.id for good in goods}
    for good in goods:
        item = items[good.id]
        assert (item.price, item.product_type, item.category) == (good.price, good.kind.value, good.category)
        assert (item.min_quantity, item.max_quantity) == (good.min_quantity, good.max_quantity)
        options = [[option.id for option in question.options] for question in good.questions]
        assert [[choice.id for choice in field.choices] for field in item.fields] == options


def test_stock_is_a_count_a_word_or_unknown(path: Path) -> None:
    write_catalog(path, landmarks.LANDMARKS)
    items = items_by_id(read(path))
    assert items[landmarks.SOLD_OUT].availability is Availability.OUT_OF_STOCK
    assert items[landmarks.SOLD_OUT_FLAG].availability is Availability.OUT_OF_STOCK
    assert items[landmarks.UNTRACKED].availability is Availability.UNKNOWN
    assert items[landmarks.FEW_LEFT].stock == 3
    assert items[landmarks.SAMPLE_TOPUP].fields[0].kind is FieldKind.TEXT
    assert items[landmarks.SAMPLE_SERVICE].product_type is ProductType.SERVICE


def test_an_uncompressed_file_is_read_too(tmp_path: Path) -> None:
    raw = tmp_path / "catalog.lmdb"
    write_lmdb(raw, [(key_of(7), b'{"price":1.10,"type":"key"}')])
    (item,) = read(raw)
    assert isinstance(item, Item)
    assert (item.name, item.price) == ("item 7", Decimal("1.10"))


def test_bad_records_are_named_and_other_keys_passed_over(path: Path) -> None:
    whole = broken.write_with_bad_records(path, landmarks.LANDMARKS)
    records = read(path)
    bad = [record for record in records if isinstance(record, BadRecord)]
    assert len(records) - len(bad) == whole
    assert [record.reason for record in bad] == ["not JSON: DecodeError", "not a JSON object", "the price is unknown"]
    assert bad[0].key == str(2**40 + 1)


def test_a_record_nested_deeper_than_anybody_reads_is_bad_and_the_rest_is_read(path: Path) -> None:
    category = b"[" * 700 + b'"a"' + b"]" * 700
    deep = b'{"price":1,"type":"key","category":' + category + b"}"
    write_records(path, [(key_of(1), deep), (key_of(2), b'{"price":1,"type":"key"}')])
    bad, item = read(path)
    assert isinstance(bad, BadRecord)
    assert isinstance(item, Item)


def test_names_of_a_setting_are_tried_first(path: Path) -> None:
    write_records(path, [(key_of(1), b'{"kind":"key","price":5,"cost":"4.5","title":"A"}')])
    feed = Feed("voodoo", "voodoo", (), "USD", {"product_type": "kind", "price": "unit_cost, cost"})
    (item,) = read(path, feed)
    assert isinstance(item, Item)
    assert item.price == Decimal("4.5")


def test_an_empty_file_yields_nothing(path: Path) -> None:
    broken.write_empty(path)
    assert read(path) == []


@pytest.mark.parametrize("keep", [0.0, 0.001, 0.3, 0.9])
def test_a_truncated_lmdb_is_refused_before_it_is_mapped(path: Path, keep: float) -> None:
    broken.write_truncated(path, islice(generate(2_000), 2_000), keep)
    with pytest.raises(FeedRefused):
        read(path)


def test_an_lmdb_short_of_its_last_page_is_refused(tmp_path: Path) -> None:
    raw = tmp_path / "catalog.lmdb"
    write_lmdb(raw, ((key_of(n), b"{}" * 40) for n in range(1, 2_000)))
    check_size(raw)
    with raw.open("r+b") as file:
        file.truncate(raw.stat().st_size - 1)
    with pytest.raises(FeedRefused, match="cut short"):
        check_size(raw)


def test_a_cut_archive_is_refused(path: Path) -> None:
    broken.write_cut_archive(path, generate(2_000))
    with pytest.raises(FeedRefused, match="cut short"):
        read(path)


def test_something_else_in_the_archive_is_refused(path: Path) -> None:
    broken.write_not_lmdb(path)
    with pytest.raises(FeedRefused):
        read(path)


def test_a_file_of_the_right_size_that_is_no_lmdb_is_refused(tmp_path: Path) -> None:
    raw = tmp_path / "catalog.lmdb"
    raw.write_bytes(b"<html>" * 10_000)
    with pytest.raises(FeedRefused, match="not an LMDB"):
        read(raw)


def test_an_lmdb_whose_pages_are_scrambled_is_refused_or_read_as_damaged(tmp_path: Path) -> None:
    raw = tmp_path / "plain.lmdb"
    write_lmdb(raw, [(key_of(7), b'{"price":1,"type":"key"}')])
    with raw.open("r+b") as file:
        page_size = 4096
        for meta in (0, 1):
            file.seek(meta * page_size + 16 + 24 + 48 + 40)  # the root of the main database
            file.write((10**6).to_bytes(8, "little"))
    archive = tmp_path / "catalog.lmdb.zst"
    compress(raw, archive)
    with pytest.raises(FeedRefused, match="damaged"):
        read(archive)
