"""Where catalogs come from: conditional downloads, the personal one first, and sources that fail."""

from dataclasses import replace
from pathlib import Path

import pytest
from starlette.responses import RedirectResponse, Response

from bot.catalog.reports import (
    CatalogRefused,
    CatalogUnavailable,
    FeedOutcome,
)
from tests.catalog.kit import GOODS, POLICY, News, Opener, archive, items_in, packed, voodoo
from tests.catalog.shelf import running_shop


async def test_an_unchanged_file_is_not_read_again(tmp_path: Path, catalog_of: Opener) -> None:
    catalog = catalog_of(archive(tmp_path))
    await catalog.refresh()
    (feed,) = (await catalog.refresh()).feeds
    await catalog.close()
    assert (feed.outcome, feed.items) == (FeedOutcome.UNCHANGED, len(GOODS))


async def test_a_download_is_conditional_and_a_change_is_imported(tmp_path: Path, catalog_of: Opener) -> None:
    async with running_shop(global_=packed(tmp_path)) as shop:
        catalog = catalog_of(f"{shop.url}/global_")
        await catalog.refresh()
        second = await catalog.refresh()
        shop.files["/global_"] = packed(tmp_path, GOODS[:-1])
        third = await catalog.refresh()
        await catalog.close()
    assert [condition is not None for _, condition in shop.asked] == [False, True, True]
    assert [report.feeds[0].outcome for report in (second, third)] == [FeedOutcome.UNCHANGED, FeedOutcome.IMPORTED]
    assert third.items == len(GOODS) - 1


async def test_an_unchanged_download_is_read_again_when_its_reading_changed(tmp_path: Path, catalog_of: Opener) -> None:
    async with running_shop(file=packed(tmp_path)) as shop:
        feed = voodoo(f"{shop.url}/file")
        for described in (feed, replace(feed, options={"price": "subscriber_price"})):
            catalog = catalog_of(described)
            await catalog.open()
            report = await catalog.refresh()
            await catalog.close()
    assert [condition for _, condition in shop.asked] == [None, None]
    assert report.feeds[0].outcome is FeedOutcome.IMPORTED


async def test_the_personal_catalog_is_preferred_and_replaced_by_the_global_one_on_404_only(
    tmp_path: Path, catalog_of: Opener
) -> None:
    data = packed(tmp_path)
    async with running_shop(everyone=data) as shop:
        catalog = catalog_of(voodoo(f"{shop.url}/mine", f"{shop.url}/everyone"))
        fallen_back = await catalog.refresh()
        shop.files["/mine"] = data
        personal = await catalog.refresh()
        shop.instead["/mine"] = Response(status_code=403)
        with pytest.raises(CatalogRefused, match="403"):
            await catalog.refresh()
        await catalog.close()
    assert fallen_back.feeds[0].source.endswith("/everyone")
    assert personal.feeds[0].source.endswith("/mine")
    assert shop.asked[-1][0] == "/mine"


async def test_a_server_that_keeps_the_file_from_us_is_told_to_the_operators(
    tmp_path: Path, catalog_of: Opener, news: News
) -> None:
    async with running_shop(file=packed(tmp_path)) as shop:
        catalog = catalog_of(f"{shop.url}/file")
        await catalog.refresh()
        shop.instead["/file"] = Response(status_code=403)
        with pytest.raises(CatalogRefused):
            await catalog.refresh()
        assert items_in(catalog) == len(GOODS)
        await catalog.close()
    assert len(news.refused) == 1


async def test_a_redirect_of_the_downloads_is_followed(tmp_path: Path, catalog_of: Opener) -> None:
    async with running_shop(file=packed(tmp_path)) as shop:
        shop.instead["/old"] = RedirectResponse("/file")
        catalog = catalog_of(f"{shop.url}/old")
        assert (await catalog.refresh()).items == len(GOODS)
        await catalog.close()


@pytest.mark.parametrize("status", [404, 429, 500])
async def test_a_server_that_has_no_file_leaves_the_last_good_snapshot(
    tmp_path: Path, catalog_of: Opener, news: News, status: int
) -> None:
    async with running_shop(file=packed(tmp_path)) as shop:
        catalog = catalog_of(f"{shop.url}/file")
        await catalog.refresh()
        shop.instead["/file"] = Response(status_code=status)
        with pytest.raises(CatalogUnavailable):
            await catalog.refresh()
        assert items_in(catalog) == len(GOODS)
        assert catalog.trouble is not None
        await catalog.close()
    assert news.refused == [], "a fresh snapshot is good enough for now"


async def test_a_download_larger_than_allowed_is_refused(catalog_of: Opener, tmp_path: Path) -> None:
    source = archive(tmp_path)
    async with running_shop(file=packed(tmp_path)) as shop:
        for described in (source, f"{shop.url}/file"):
            catalog = catalog_of(described, policy=replace(POLICY, max_bytes=100))
            with pytest.raises(CatalogRefused, match="larger than 100"):
                await catalog.refresh()
            await catalog.close()


@pytest.mark.parametrize("source", ["http://127.0.0.1:1/file", "http://[", "/nowhere/file", "/"])
async def test_a_source_that_cannot_be_had_is_unavailable_and_told_when_there_is_no_snapshot(
    catalog_of: Opener, news: News, source: str
) -> None:
    catalog = catalog_of(source)
    for _ in range(2):
        with pytest.raises(CatalogUnavailable):
            await catalog.refresh()
    await catalog.close()
    assert len(news.refused) == 1
