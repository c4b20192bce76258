"""Refreshing the catalog through the real import process, whole and broken."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest

from bot.catalog.reports import (
    CatalogError,
    CatalogRefused,
    ImportProgress,
    ImportReport,
    Phase,
)
from bot.sandbox.goods import broken
from bot.sandbox.goods.export import write_catalog
from bot.sandbox.goods.generator import generate
from storage.records.catalog import ItemKey
from tests.catalog.kit import GOODS, LINE, POLICY, News, Opener, archive, corner, items_in, packed
from tests.catalog.shelf import running_shop


async def test_a_file_is_imported_searched_and_found_again_after_a_restart(
    tmp_path: Path, catalog_of: Opener, news: News
) -> None:
    source = archive(tmp_path)
    catalog = catalog_of(source)
    await catalog.open()
    assert catalog.snapshot is None
    assert catalog.stale
    report = await catalog.refresh()
    await catalog.close()
    assert report.items == len(GOODS)
    assert news.imported == [report]
    assert not report.recovered

    again = catalog_of(source)
    await again.open()
    assert again.snapshot is not None
    assert again.age is not None
    assert not again.stale
    assert (await again.snapshot.search("sample gift card", 0, 5))[0].key == ItemKey("voodoo", "4090")
    await again.close()


async def test_an_item_is_read_from_the_snapshot_in_use_and_from_none_before_the_first(
    tmp_path: Path, catalog_of: Opener
) -> None:
    catalog = catalog_of(archive(tmp_path))
    assert await catalog.get(ItemKey("voodoo", "4090")) is None
    await catalog.refresh()
    found = await catalog.get(ItemKey("voodoo", "4090"))
    missing = await catalog.get(ItemKey("voodoo", "no such item"))
    await catalog.close()
    assert found is not None
    assert (found.key.id, missing) == ("4090", None)


async def test_progress_reaches_its_end(tmp_path: Path, catalog_of: Opener) -> None:
    seen: list[ImportProgress] = []
    catalog = catalog_of(archive(tmp_path))
    await catalog.refresh(seen.append)
    await catalog.close()
    last = seen[-1]
    assert (last.phase, last.done, last.total) == (Phase.INDEX, len(GOODS), len(GOODS))


def truncated(path: Path) -> None:
    broken.write_truncated(path, islice(generate(2_000), 2_000))


def cut(path: Path) -> None:
    broken.write_cut_archive(path, GOODS)


def bomb(path: Path) -> None:
    broken.write_bomb(path, 3 << 30)


def empty(path: Path) -> None:
    broken.write_empty(path)


def no_lmdb(path: Path) -> None:
    broken.write_not_lmdb(path)


def a_fifth(path: Path) -> None:
    write_catalog(path, GOODS[::5])


@pytest.mark.parametrize("spoil", [truncated, cut, bomb, empty, no_lmdb, a_fifth])
async def test_a_broken_catalog_is_refused_told_once_and_recovered_from(
    tmp_path: Path, catalog_of: Opener, news: News, spoil: Callable[[Path], None]
) -> None:
    path = Path(archive(tmp_path))
    catalog = catalog_of(str(path))
    await catalog.refresh()
    spoil(path)
    for _ in range(2):
        with pytest.raises(CatalogRefused):
            await catalog.refresh()
    assert items_in(catalog) == len(GOODS)
    assert len(news.refused) == 1
    archive(tmp_path)
    report = await catalog.refresh()
    await catalog.close()
    assert report.recovered
    assert not list((tmp_path / "catalog").glob("work-*"))


async def test_a_smaller_catalog_can_be_accepted_on_purpose(tmp_path: Path, catalog_of: Opener) -> None:
    path = Path(archive(tmp_path))
    catalog = catalog_of(str(path))
    await catalog.refresh()
    a_fifth(path)
    report = await catalog.refresh(accept_drop=True)
    await catalog.close()
    assert report.items == len(GOODS[::5])


async def test_bad_records_are_counted_and_named(tmp_path: Path, catalog_of: Opener) -> None:
    path = tmp_path / "catalog.lmdb.zst"
    whole = broken.write_with_bad_records(path, GOODS)
    catalog = catalog_of(str(path))
    (feed,) = (await catalog.refresh()).feeds
    info = catalog.snapshot.info if catalog.snapshot else None
    await catalog.close()
    assert (feed.items, feed.bad_records) == (whole, 3)
    assert feed.bad_samples[2].reason == "the price is unknown"
    assert info is not None
    assert info.bad_records == 3


async def test_a_repeated_id_counts_as_a_bad_record(tmp_path: Path, catalog_of: Opener) -> None:
    path = tmp_path / "items.jsonl"
    path.write_bytes(LINE % (b"1", b"first", b"1") + LINE % (b"1", b"second", b"2"))
    catalog = catalog_of(corner(str(path)))
    (feed,) = (await catalog.refresh()).feeds
    assert catalog.snapshot is not None
    item = await catalog.snapshot.get(ItemKey("corner", "1"))
    await catalog.close()
    assert (feed.items, feed.bad_records) == (1, 1)
    assert item is not None
    assert item.name == "first"


async def test_suppliers_share_a_snapshot_and_one_in_trouble_does_not_stop_the_other(
    tmp_path: Path, catalog_of: Opener
) -> None:
    lines = tmp_path / "items.jsonl"
    lines.write_bytes(LINE % (b"1", b"Corner Card", b"1"))
    lmdb = Path(archive(tmp_path))
    catalog = catalog_of(str(lmdb), corner(str(lines)))
    assert (await catalog.refresh()).items == len(GOODS) + 1

    empty(lmdb)
    lines.write_bytes(LINE % (b"1", b"Corner Card", b"1") + LINE % (b"2", b"Corner Cup", b"2"))
    with pytest.raises(CatalogRefused, match="voodoo"):
        await catalog.refresh()
    assert items_in(catalog) == len(GOODS) + 2
    assert catalog.snapshot is not None
    assert await catalog.snapshot.get(ItemKey("voodoo", "4090")) is not None
    await catalog.close()


async def test_a_supplier_that_is_no_longer_configured_leaves_the_snapshot(tmp_path: Path, catalog_of: Opener) -> None:
    lines = tmp_path / "items.jsonl"
    lines.write_bytes(LINE % (b"1", b"Corner Card", b"1"))
    both = catalog_of(archive(tmp_path), corner(str(lines)))
    await both.refresh()
    await both.close()
    one = catalog_of(corner(str(lines)))
    await one.open()
    await one.refresh()
    assert items_in(one) == 1
    await one.close()


async def test_a_damaged_snapshot_is_replaced(tmp_path: Path, catalog_of: Opener) -> None:
    source = archive(tmp_path)
    (tmp_path / "catalog").mkdir()
    (tmp_path / "catalog" / "snapshot.db").write_bytes(b"rubbish")
    catalog = catalog_of(source)
    await catalog.open()
    assert catalog.snapshot is None
    await catalog.refresh()
    assert items_in(catalog) == len(GOODS)
    await catalog.close()


async def test_whoever_asks_during_a_refresh_joins_it(catalog_of: Opener, tmp_path: Path) -> None:
    async with running_shop(file=packed(tmp_path)) as shop:
        catalog = catalog_of(f"{shop.url}/file")
        first, second = await asyncio.gather(catalog.refresh(), catalog.refresh())
        await catalog.close()
    assert first is second
    assert len(shop.asked) == 1


async def test_accepting_a_drop_waits_for_the_refresh_that_refuses_it(catalog_of: Opener, tmp_path: Path) -> None:
    path = Path(archive(tmp_path))
    catalog = catalog_of(str(path))
    await catalog.refresh()
    a_fifth(path)
    refused, accepted = await asyncio.gather(
        catalog.refresh(), catalog.refresh(accept_drop=True), return_exceptions=True
    )
    await catalog.close()
    assert isinstance(refused, CatalogRefused)
    assert isinstance(accepted, ImportReport)


async def test_the_schedule_refreshes_until_cancelled_and_survives_trouble(
    tmp_path: Path, catalog_of: Opener, news: News
) -> None:
    path = tmp_path / "items.jsonl"
    path.write_bytes(b"rubbish\n")
    told = asyncio.Event()

    async def on_refused(error: CatalogError) -> None:
        news.refused.append(error)
        path.write_bytes(LINE % (b"1", b"Card", b"1"))

    async def on_imported(report: ImportReport) -> None:
        news.imported.append(report)
        told.set()

    catalog = catalog_of(
        corner(str(path)),
        policy=replace(POLICY, refresh_every=timedelta(0)),
        on_refused=on_refused,
        on_imported=on_imported,
    )
    running = asyncio.create_task(catalog.run())
    await told.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await catalog.close()
    assert "no usable item" in news.refused[0].reason
    assert news.imported[0].recovered


async def test_a_hook_that_fails_does_not_end_the_schedule(tmp_path: Path, catalog_of: Opener) -> None:
    path = tmp_path / "items.jsonl"
    path.write_bytes(LINE % (b"1", b"Card", b"1"))
    calls: list[ImportReport] = []
    twice = asyncio.Event()

    async def on_imported(report: ImportReport) -> None:
        calls.append(report)
        if len(calls) == 2:
            twice.set()
        raise RuntimeError("the store is full")

    catalog = catalog_of(corner(str(path)), policy=replace(POLICY, refresh_every=timedelta(0)), on_imported=on_imported)
    running = asyncio.create_task(catalog.run())
    await twice.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await catalog.close()
