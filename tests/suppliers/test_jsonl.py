"""Our own catalog format."""

import gzip
from decimal import Decimal
from pathlib import Path

import pytest
import zstandard

from bot.suppliers.feeds import BadRecord, Feed, FeedRefused
from bot.suppliers.jsonl import LONGEST_LINE, read_jsonl
from storage.records.catalog import Availability, Choice, FieldKind, Item, ItemField, ItemKey, ProductType

FEED = Feed("corner", "jsonl", (), "EUR")

FULL = (
    '{"id":"t-1","name":"Top <up>","category":"Games","type":"topup","price":1.10,"region":"EU","description":"d",'
    '"stock":12,"min":0.5,"max":"99.5","fields":[{"name":"player"},{"name":"server","label":"Server",'
    '"required":false,"choices":[{"id":17,"label":"EU"}]}]}'
)


def read(tmp_path: Path, *lines: str | bytes) -> list[Item | BadRecord]:
    path = tmp_path / "catalog.jsonl"
    path.write_bytes(b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines))
    return list(read_jsonl(path, FEED, tmp_path))


def test_a_full_line_reads_completely(tmp_path: Path) -> None:
    assert read(tmp_path, FULL) == [
        Item(
            key=ItemKey("corner", "t-1"),
            name="Top <up>",
            category="Games",
            product_type=ProductType.TOPUP,
            price=Decimal("1.10"),
            currency="EUR",
            region="EU",
            description="d",
            availability=Availability.IN_STOCK,
            stock=12,
            min_quantity=Decimal("0.5"),
            max_quantity=Decimal("99.5"),
            fields=(
                ItemField("player", "player", FieldKind.TEXT),
                ItemField("server", "Server", FieldKind.CHOICE, required=False, choices=(Choice(17, "EU"),)),
            ),
        )
    ]


@pytest.mark.parametrize(
    ("stock", "availability"),
    [("null", "unknown"), ("true", "in_stock"), ("false", "out_of_stock"), ("0", "out_of_stock")],
)
def test_stock_is_a_number_a_boolean_or_unknown(tmp_path: Path, stock: str, availability: str) -> None:
    (item,) = read(tmp_path, f'{{"id":"1","name":"A","type":"key","price":1,"stock":{stock}}}')
    assert isinstance(item, Item)
    assert item.availability == availability


def test_a_bad_line_is_named_by_its_number_and_the_rest_is_read(tmp_path: Path) -> None:
    first, second, third = read(tmp_path, "{", "", FULL, b"\xff\xfe", "")
    assert isinstance(first, BadRecord)
    assert first.key == "line 1"
    assert isinstance(second, Item)
    assert isinstance(third, BadRecord)
    assert third.key == "line 4"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"t-1"', '"has space"'),
        ('"t-1"', '"' + "x" * 33 + '"'),
        ('"t-1"', "7"),
        ('"Top <up>"', '" "'),
        ("1.10", "0"),
        ("1.10", "-1"),
        ("1.10", '"NaN"'),
        ("1.10", "1e30"),
        ("0.5", "0"),
        ("0.5", "100"),
        ('"topup"', '"voucher"'),
        ('"player"', '" "'),
        ('"player"', '"server"'),
        ('"EU"}]', '""}]'),
        ('{"id":17', '{"id":1,"label":"x"},{"id":1'),
        ('{"id":17', '{"id":1000000000000001'),
        ('"fields":[', '"fields":[[],'),
    ],
)
def test_a_line_that_breaks_a_rule_is_a_bad_record(tmp_path: Path, old: str, new: str) -> None:
    (record,) = read(tmp_path, FULL.replace(old, new, 1))
    assert isinstance(record, BadRecord)
    assert record.reason


def test_compressed_files_are_read(tmp_path: Path) -> None:
    for packed in (gzip.compress(FULL.encode()), zstandard.ZstdCompressor().compress(FULL.encode())):
        path = tmp_path / "catalog"
        path.write_bytes(packed)
        assert len(list(read_jsonl(path, FEED, tmp_path))) == 1


def test_a_line_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FeedRefused, match="longer than"):
        read(tmp_path, "x" * (LONGEST_LINE + 300_000))
