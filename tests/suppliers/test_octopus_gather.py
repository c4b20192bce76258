"""Gathering Octopus's catalog: from a scripted list of pages, and from a whole local server."""

import fcntl
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from bot.sandbox.octopus.app import build_app
from bot.sandbox.octopus.config import OctopusConfig
from bot.sandbox.octopus.landmarks import LANDMARKS
from bot.sandbox.octopus.switches import Edition, Switches
from bot.sandbox.serving import listening
from bot.suppliers.errors import MalformedReport, SupplierMisconfigured, SupplierUnavailable
from bot.suppliers.exact import encode
from bot.suppliers.feeds import BadRecord, Feed
from bot.suppliers.octopus import gather
from bot.suppliers.octopus.feed import read_octopus
from bot.suppliers.octopus.gather import COUNTRIES_PATH, CURRENCIES_PATH, FILE, PRODUCTS_PATH, gather_catalog
from storage.records.catalog import Item
from tests.suppliers.octopus import running_desk

Page = bytes | Exception


class Listed:
    """Pages as a script says; an exception in place of one is raised there."""

    def __init__(self, *products: Page, countries: Page = b"[]", currencies: Page = b"[]") -> None:
        self._lists: dict[str, tuple[Page, ...]] = {
            PRODUCTS_PATH: products,
            COUNTRIES_PATH: (countries,),
            CURRENCIES_PATH: (currencies,),
        }
        self.asked: list[tuple[str, Mapping[str, str]]] = []
        self.read = 0

    async def __call__(self, path: str, params: Mapping[str, str]) -> AsyncIterator[bytes]:
        self.asked.append((path, params))
        for page in self._lists[path]:
            if isinstance(page, Exception):
                raise page
            self.read += path == PRODUCTS_PATH
            yield page


def page(*ids: object) -> bytes:
    return encode([{"id": id_, "name": f"Card {id_}"} for id_ in ids])


def gathered(folder: Path) -> list[bytes]:
    return (folder / FILE).read_bytes().splitlines()


def items_in(folder: Path) -> list[Item | BadRecord]:
    return list(read_octopus(folder / FILE, Feed("octopus", "octopus", (FILE,), "USD"), folder))


async def test_each_record_is_one_line_and_references_come_first(tmp_path: Path) -> None:
    pages = Listed(b'[ {"id" : 1,\n "price": 1.50} ]', countries=b'[{"alpha_2":"US"}]', currencies=b'[{"id":9}]')
    await gather_catalog(pages, tmp_path)
    assert gathered(tmp_path) == [
        b'{"country":{"alpha_2":"US"}}',
        b'{"currency":{"id":9}}',
        b'{"product":{"id":1,"price":1.50}}',
    ]
    assert pages.asked == [(COUNTRIES_PATH, {}), (CURRENCIES_PATH, {}), (PRODUCTS_PATH, {"limit": "500"})]


async def test_a_product_that_moved_to_the_next_page_is_kept_once(tmp_path: Path) -> None:
    await gather_catalog(Listed(page(1, 2), page(2, "2", 3), page(None, None)), tmp_path)
    assert len(gathered(tmp_path)) == 5, "records without an id are for the importer to name"


async def test_a_server_that_repeats_one_page_for_ever_is_read_twice(tmp_path: Path) -> None:
    pages = Listed(*[page(1, 2)] * 50)
    await gather_catalog(pages, tmp_path)
    assert pages.read == 2
    assert len(gathered(tmp_path)) == 2


async def test_an_unchanged_catalog_keeps_its_file_and_a_changed_one_replaces_it(tmp_path: Path) -> None:
    await gather_catalog(Listed(page(1)), tmp_path)
    first = (tmp_path / FILE).stat()
    await gather_catalog(Listed(page(1)), tmp_path)
    second = (tmp_path / FILE).stat()
    await gather_catalog(Listed(page(1, 2)), tmp_path)
    assert (second.st_ino, second.st_mtime_ns) == (first.st_ino, first.st_mtime_ns)
    assert (tmp_path / FILE).stat().st_ino != first.st_ino
    assert not (tmp_path / f"{FILE}.part").exists()


@pytest.mark.parametrize(
    "broken",
    [
        Listed(page(1), SupplierUnavailable("busy")),
        Listed(page(1), SupplierMisconfigured("no")),
        Listed(page(1), b"<html>"),
        Listed(page(1), b'{"error":{"code":"NOT_FOUND"}}'),
        Listed(page(1), b"[" * 5_000),
        Listed(page(2), countries=SupplierUnavailable("busy")),
        Listed(page(2), currencies=b'"USD"'),
    ],
)
async def test_a_page_that_fails_leaves_the_last_good_file(tmp_path: Path, broken: Listed) -> None:
    await gather_catalog(Listed(page(7)), tmp_path)
    with pytest.raises((SupplierUnavailable, SupplierMisconfigured, MalformedReport)):
        await gather_catalog(broken, tmp_path)
    assert gathered(tmp_path) == [b'{"product":{"id":7,"name":"Card 7"}}']
    assert not (tmp_path / f"{FILE}.part").exists()


async def test_what_a_killed_gathering_left_behind_is_written_over(tmp_path: Path) -> None:
    (tmp_path / f"{FILE}.part").write_bytes(b"half a line")
    await gather_catalog(Listed(page(1)), tmp_path)
    assert gathered(tmp_path) == [b'{"product":{"id":1,"name":"Card 1"}}']


async def test_more_than_would_be_imported_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "LARGEST", 100)
    with pytest.raises(MalformedReport, match="larger than 100 bytes"):
        await gather_catalog(Listed(page(1, 2), page(3, 4)), tmp_path)
    assert not (tmp_path / FILE).exists()


async def test_two_processes_never_write_one_file(tmp_path: Path) -> None:
    with (tmp_path / "gather.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(SupplierUnavailable, match="another process gathers"):
            await gather_catalog(Listed(page(1)), tmp_path)


@pytest.mark.parametrize("headers", [True, False])
async def test_every_page_of_a_whole_server_is_gathered_and_read(tmp_path: Path, headers: bool) -> None:
    switches = Switches(pagination_headers=headers)
    async with (
        listening(build_app(OctopusConfig(items=1_234, switches=switches))) as url,
        running_desk(url) as desk,
    ):
        await desk.client.gather(tmp_path)
    items = items_in(tmp_path)
    assert len(items) == 1_234
    assert {type(item) for item in items} == {Item}
    steam = next(item for item in items if isinstance(item, Item) and item.key.id == "123")
    assert (steam.region, steam.decimals, steam.keywords) == ("United States", 2, "US USA USD")


async def test_records_that_break_the_schema_are_named_and_the_rest_is_sold(tmp_path: Path) -> None:
    switches = Switches(edition=Edition.BAD_RECORDS, wrapped=True, extra_fields=True)
    async with (
        listening(build_app(OctopusConfig(switches=switches), LANDMARKS)) as url,
        running_desk(url) as desk,
    ):
        await desk.client.gather(tmp_path)
    records = items_in(tmp_path)
    bad = {record.key: record.reason for record in records if isinstance(record, BadRecord)}
    assert set(bad) >= {"9001", "9002", "9003", "9004", "9005", "9006"}
    assert len(records) - len(bad) == len(LANDMARKS) + 1


async def test_an_address_that_is_not_allowed_is_a_matter_of_configuration(tmp_path: Path) -> None:
    async with (
        listening(build_app(OctopusConfig(switches=Switches(ip_allowed=False)))) as url,
        running_desk(url) as desk,
    ):
        with pytest.raises(SupplierMisconfigured):
            await desk.client.gather(tmp_path)
    assert not (tmp_path / FILE).exists()
