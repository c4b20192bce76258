"""Reading a snapshot."""

import gc
import sqlite3
import threading
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from bot.catalog.builder import category_id
from bot.catalog.reports import Category
from bot.catalog.schema import SnapshotUnreadable
from bot.catalog.snapshot import Snapshot
from bot.sandbox.goods.export import write_catalog
from bot.sandbox.goods.generator import generate
from bot.suppliers.feeds import Feed
from bot.suppliers.voodoo.feed import read_voodoo
from storage.records.catalog import Availability, Choice, Fact, FactKind, FieldKind, Item, ItemField, ItemKey
from tests.catalog.shelf import BUILT_AT, build, make_item, names, snapshot_of

SOLD_OUT = Availability.OUT_OF_STOCK


async def test_an_item_comes_back_exactly_as_it_went_in(tmp_path: Path) -> None:
    item = make_item(
        "Top-up <b>",
        price=Decimal("0.000123"),
        min_quantity=Decimal("0.50"),
        region="EU",
        fields=(ItemField("server", "Server", FieldKind.CHOICE, choices=(Choice(17, "Europe"),)),),
        facts=(Fact(FactKind.VALIDITY, "12 months"),),
    )
    async with snapshot_of(tmp_path, [item]) as snapshot:
        assert await snapshot.get(item.key) == item
        assert await snapshot.get(ItemKey("voodoo", "other")) is None
        assert await snapshot.get(ItemKey("octopus", item.key.id)) is None


async def test_an_item_written_before_facts_were_kept_is_read_without_them(tmp_path: Path) -> None:
    path = tmp_path / "snapshot.db"
    build(path, [make_item("a", description="Delivery: Instant", facts=(Fact(FactKind.DELIVERY, "Instant"),))])
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE items SET body = CAST(json_remove(CAST(body AS TEXT), '$.facts') AS BLOB)")
        connection.commit()
    snapshot = await Snapshot.open(path)
    assert await snapshot.get(ItemKey("voodoo", "a")) == make_item("a", description="Delivery: Instant")
    snapshot.close()


async def test_a_page_shows_what_can_be_bought_first_and_counts_as_people_do(tmp_path: Path) -> None:
    items = [
        make_item("Card 100"),
        make_item("Card 5", availability=SOLD_OUT),
        make_item("card 20"),
        make_item("Card 3", availability=Availability.UNKNOWN),
        make_item("Elsewhere", category="Games"),
    ]
    async with snapshot_of(tmp_path, items) as snapshot:
        shelf = category_id("Gift cards")
        assert names(await snapshot.page(shelf, 0, 10)) == ["Card 3", "card 20", "Card 100", "Card 5"]
        assert names(await snapshot.page(shelf, 1, 2)) == ["card 20", "Card 100"]
        assert await snapshot.page(shelf, 4, 2) == []
        assert await snapshot.page("nowhere", 0, 2) == []


async def test_categories_are_counted_and_the_nameless_one_comes_last(tmp_path: Path) -> None:
    items = [
        make_item("a", category=""),
        make_item("b", category="Игры"),
        make_item("c", category="gift  CARDS"),
        make_item("d", category="Gift cards", availability=SOLD_OUT),
    ]
    async with snapshot_of(tmp_path, items) as snapshot:
        categories = await snapshot.categories()
        assert [(category.name, category.items, category.in_stock) for category in categories] == [
            ("Gift cards", 2, 1),
            ("Игры", 1, 1),
            ("", 1, 1),
        ]
        assert await snapshot.category(category_id("Игры")) == categories[1]
        assert await snapshot.category("gone") is None
    assert isinstance(categories[0], Category)


async def test_pages_cover_every_item_of_a_large_catalog_once(tmp_path: Path) -> None:
    archive = tmp_path / "catalog.lmdb.zst"
    write_catalog(archive, generate(1_500))
    records = read_voodoo(archive, Feed("voodoo", "voodoo", (), "USD"), tmp_path)
    async with snapshot_of(tmp_path, (record for record in records if isinstance(record, Item))) as snapshot:
        seen: list[ItemKey] = []
        for category in await snapshot.categories():
            for offset in range(0, category.items, 8):
                seen += [item.key for item in await snapshot.page(category.id, offset, 8)]
    assert len(seen) == len(set(seen)) == 1_500


async def test_a_snapshot_says_what_it_holds(tmp_path: Path) -> None:
    async with snapshot_of(tmp_path, [make_item("a"), make_item("b")]) as snapshot:
        assert (snapshot.info.built_at, snapshot.info.items) == (BUILT_AT, 2)


async def test_a_replaced_snapshot_serves_whoever_still_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "snapshot.db"
    build(path, [make_item("Old")])
    old = await Snapshot.open(path)
    build(tmp_path / "next.db", [make_item("New")])
    (tmp_path / "next.db").replace(path)
    new = await Snapshot.open(path)
    assert names(await old.search("old", 0, 5)) == ["Old"]
    assert names(await new.search("new", 0, 5)) == ["New"]
    old.close()
    new.close()


async def test_a_snapshot_that_nobody_holds_lets_go_of_its_file(tmp_path: Path) -> None:
    build(tmp_path / "snapshot.db", [make_item("a")])
    before = open_files(tmp_path)
    snapshot = await Snapshot.open(tmp_path / "snapshot.db")
    assert len(open_files(tmp_path)) > len(before)
    await snapshot.categories()
    del snapshot
    gc.collect()
    for thread in threading.enumerate():
        if thread.name.startswith("catalog"):
            thread.join()
    assert open_files(tmp_path) == before


def open_files(folder: Path) -> list[str]:
    """What this process has open below a folder."""
    links = [link.readlink() for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    return sorted(str(link) for link in links if link.is_relative_to(folder))


async def test_no_file_is_no_snapshot(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await Snapshot.open(tmp_path / "snapshot.db")


async def test_a_file_of_another_kind_is_no_snapshot(tmp_path: Path) -> None:
    path = tmp_path / "snapshot.db"
    for content in (b"", b"rubbish" * 1_000):
        path.write_bytes(content)
        with pytest.raises(SnapshotUnreadable):
            await Snapshot.open(path)


async def test_a_snapshot_of_another_version_or_without_its_facts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "snapshot.db"
    build(path, [make_item("a")])
    connection = sqlite3.connect(path)
    connection.execute("DELETE FROM info WHERE key = 'sources'")
    connection.commit()
    with pytest.raises(SnapshotUnreadable, match="incomplete"):
        await Snapshot.open(path)
    connection.execute("PRAGMA user_version = 99")
    connection.commit()
    connection.close()
    with pytest.raises(SnapshotUnreadable, match="version"):
        await Snapshot.open(path)
