"""Catalogs that a supplier's client brings itself, side by side with those that are downloaded."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.catalog.reports import CatalogRefused, CatalogUnavailable, FeedOutcome
from bot.suppliers.errors import MalformedReport, SupplierMisconfigured, SupplierUnavailable
from bot.suppliers.exact import encode
from bot.suppliers.feeds import Feed
from bot.suppliers.octopus.feed import COUNTRY, PRODUCT, line
from storage.records.catalog import ItemKey
from tests.catalog.kit import LINE, POLICY, News, Opener, corner, items_in
from tests.catalog.shelf import names

OCTOPUS = Feed("octopus", "octopus", ("octopus.jsonl",), "USD")
COUNTRIES = {"US": "United States", "DE": "Germany", "GB": "United Kingdom"}

Gather = Callable[[Path], Awaitable[None]]


def card(id_: int, name: str = "Steam Card", country: str = "US", currency: str = "USD") -> bytes:
    values = [{"min_value": 10, "max_value": 10, "discount": Decimal("2.5")}]
    record = {"id": id_, "name": name, "category": "Gaming", "country_code": country, "currency_code": currency}
    return line(PRODUCT, encode(record | {"available_denominations": values}))


def bringing(*lines: bytes) -> Gather:
    """A gatherer that always brings this file, and leaves it alone when it is there."""
    countries = (line(COUNTRY, encode({"alpha_2": code, "name": name})) for code, name in COUNTRIES.items())
    content = b"".join([*countries, *lines])

    async def gather(folder: Path) -> None:
        path = folder / "octopus.jsonl"
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)

    return gather


def failing(error: Exception) -> Gather:
    async def gather(_folder: Path) -> None:
        raise error

    return gather


def shelf(folder: Path, *goods: str) -> Feed:
    """A second supplier's feed with these goods."""
    path = folder / "items.jsonl"
    path.write_bytes(b"".join(LINE % (str(n).encode(), good.encode(), b"1") for n, good in enumerate(goods, start=1)))
    return corner(str(path))


async def test_what_a_client_gathers_is_imported_beside_what_is_downloaded(tmp_path: Path, catalog_of: Opener) -> None:
    feed = shelf(tmp_path, "Corner Card")
    catalog = catalog_of(feed, OCTOPUS, gather={"octopus": bringing(card(1), card(2))})
    first = await catalog.refresh()
    second = await catalog.refresh()
    assert first.items == items_in(catalog) == 3
    assert [report.outcome for report in second.feeds] == [FeedOutcome.UNCHANGED] * 2
    await catalog.close()


async def test_one_name_is_listed_by_country_and_found_by_country_code_and_currency(catalog_of: Opener) -> None:
    cards = [card(1), card(2, country="DE", currency="EUR"), card(3, country="GB", currency="GBP"), card(4, "Apple")]
    catalog = catalog_of(OCTOPUS, gather={"octopus": bringing(*cards)})
    await catalog.refresh()
    snapshot = catalog.snapshot
    assert snapshot is not None
    (shelf_,) = await snapshot.categories()
    page = await snapshot.page(shelf_.id, 0, 10)
    assert [(item.name, item.region) for item in page] == [
        ("Apple", "United States"),
        ("Steam Card", "Germany"),
        ("Steam Card", "United Kingdom"),
        ("Steam Card", "United States"),
    ]
    for words in ("steam germany", "steam de", "steam eur", "germany", "eur gaming"):
        assert [item.key.id for item in await snapshot.search(words, 0, 10)] == ["2"], words
    assert names(await snapshot.search("apple usd", 0, 10)) == ["Apple"]
    await catalog.close()


@pytest.mark.parametrize(
    ("error", "kind", "told"),
    [
        (SupplierUnavailable("busy"), CatalogUnavailable, 0),
        (SupplierMisconfigured("this address is not allowed"), CatalogRefused, 1),
        (MalformedReport("not a list"), CatalogRefused, 1),
        (OSError(28, "No space left on device"), CatalogUnavailable, 0),
    ],
)
async def test_what_cannot_be_gathered_keeps_its_rows_and_nobody_else_waits_for_it(
    tmp_path: Path, catalog_of: Opener, news: News, error: Exception, kind: type[Exception], told: int
) -> None:
    gather = {"octopus": bringing(card(1))}
    catalog = catalog_of(shelf(tmp_path, "Cup"), OCTOPUS, gather=gather)
    await catalog.refresh()
    await catalog.close()

    again = catalog_of(shelf(tmp_path, "Cup", "Plate"), OCTOPUS, gather={"octopus": failing(error)})
    await again.open()
    for _ in range(2):
        with pytest.raises(kind, match=r"^octopus: "):
            await again.refresh()
    assert items_in(again) == 3
    assert len(news.refused) == told, "a fresh snapshot is good enough for a passing trouble"
    assert again.trouble is not None
    assert news.imported[-1].items == 2, "the other supplier's refresh is no failure"
    await again.close()


async def test_a_supplier_never_imported_is_told_even_if_the_others_are_fresh(
    tmp_path: Path, catalog_of: Opener, news: News
) -> None:
    gather = {"octopus": failing(SupplierUnavailable("busy"))}
    catalog = catalog_of(shelf(tmp_path, "Cup"), OCTOPUS, gather=gather)
    for _ in range(2):
        with pytest.raises(CatalogUnavailable):
            await catalog.refresh()
    assert [error.supplier for error in news.refused] == ["octopus"]
    assert items_in(catalog) == 1
    assert catalog.stale
    await catalog.close()


async def test_each_suppliers_trouble_and_recovery_is_told_by_itself(
    tmp_path: Path, catalog_of: Opener, news: News
) -> None:
    gather = {"octopus": failing(SupplierMisconfigured("the key is refused"))}
    missing = corner(str(tmp_path / "items.jsonl"))
    catalog = catalog_of(missing, OCTOPUS, gather=gather)
    with pytest.raises(CatalogUnavailable, match=r"^corner: "):
        await catalog.refresh()
    assert {error.supplier for error in news.refused} == {"corner", "octopus"}
    shelf(tmp_path, "Cup")
    with pytest.raises(CatalogRefused, match=r"^octopus: "):
        await catalog.refresh()
    assert len(news.refused) == 2
    assert [report.recovered for report in news.imported] == [("corner",)]
    await catalog.close()


async def test_gathering_that_takes_too_long_is_given_up(catalog_of: Opener) -> None:
    async def forever(_folder: Path) -> None:
        await asyncio.Event().wait()

    policy = replace(POLICY, timeout=timedelta(0))
    catalog = catalog_of(OCTOPUS, gather={"octopus": forever}, policy=policy)
    with pytest.raises(CatalogUnavailable, match="took longer"):
        await catalog.refresh()
    await catalog.close()


async def test_a_slow_client_keeps_nobody_elses_catalog_waiting(tmp_path: Path, catalog_of: Opener, news: News) -> None:
    imported = asyncio.Event()

    async def after_the_other(folder: Path) -> None:
        await imported.wait()
        await bringing(card(1))(folder)

    catalog = catalog_of(shelf(tmp_path, "Cup"), OCTOPUS, gather={"octopus": after_the_other})

    def watch(_progress: object) -> None:
        imported.set()

    report = await catalog.refresh(watch)
    assert report.items == 2
    await catalog.close()


async def test_a_supplier_that_is_switched_off_takes_its_rows_along(tmp_path: Path, catalog_of: Opener) -> None:
    feed = shelf(tmp_path, "Cup")
    both = catalog_of(feed, OCTOPUS, gather={"octopus": bringing(card(1))})
    await both.refresh()
    await both.close()
    one = catalog_of(feed)
    await one.open()
    await one.refresh()
    assert one.snapshot is not None
    assert await one.snapshot.get(ItemKey("octopus", "1")) is None
    assert items_in(one) == 1
    await one.close()


async def test_rows_of_a_supplier_that_is_not_refreshed_can_be_kept(tmp_path: Path, catalog_of: Opener) -> None:
    both = catalog_of(shelf(tmp_path, "Cup"), OCTOPUS, gather={"octopus": bringing(card(1))})
    await both.refresh()
    await both.close()
    one = catalog_of(shelf(tmp_path, "Cup", "Plate"), keep=["octopus"])
    await one.refresh()
    assert one.snapshot is not None
    assert await one.snapshot.get(ItemKey("octopus", "1")) is not None
    assert items_in(one) == 3
    await one.close()


async def test_a_catalog_that_lost_most_of_its_products_is_refused_until_it_is_accepted(catalog_of: Opener) -> None:
    many = catalog_of(OCTOPUS, gather={"octopus": bringing(*(card(id_) for id_ in range(1, 11)))})
    await many.refresh()
    await many.close()
    few = catalog_of(OCTOPUS, gather={"octopus": bringing(card(1))})
    with pytest.raises(CatalogRefused, match="lost 9 of its 10 items"):
        await few.refresh()
    assert (await few.refresh(accept_drop=True)).items == 1
    await few.close()
