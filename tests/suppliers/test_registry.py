"""Suppliers are built from plain configuration."""

import pytest

from bot.suppliers.octopus.config import OctopusConfig
from bot.suppliers.registry import READERS, build_suppliers
from bot.suppliers.voodoo.config import CATALOG_URL, VoodooConfig, catalog_format, catalog_sources
from bot.suppliers.voodoo.records import UnknownAttribute
from tests.suppliers.desk import Journal


async def test_a_configured_supplier_is_found_by_its_name_and_its_feed_can_be_read() -> None:
    suppliers = build_suppliers([VoodooConfig("ak_1", client_id="me", currency="EUR")], Journal().record)
    voodoo = suppliers["voodoo"]
    feed = voodoo.feed()
    await voodoo.close()
    assert (voodoo.name, voodoo.title, voodoo.pushes) == ("voodoo", "Voodoo Center", False)
    assert feed.format in READERS
    assert feed.currency == "EUR"
    assert feed.sources == ("https://downloads.voodoo.center/me.lmdb.zst", CATALOG_URL)


async def test_both_suppliers_are_built_side_by_side_and_say_what_they_can() -> None:
    configs = [VoodooConfig("ak_1"), OctopusConfig("k", "s", webhook_secrets=("w",))]
    suppliers = build_suppliers(configs, Journal().record)
    octopus = suppliers["octopus"]
    feed = octopus.feed()
    for supplier in suppliers.values():
        await supplier.close()
    assert [(name, supplier.finds) for name, supplier in suppliers.items()] == [("voodoo", False), ("octopus", True)]
    assert (octopus.name, octopus.title, octopus.pushes) == ("octopus", "Octopus Cards", True)
    assert feed.format in READERS
    assert feed.sources == ("octopus.jsonl",)


@pytest.mark.parametrize(
    ("catalog", "client_id", "sources"),
    [
        (CATALOG_URL, None, (CATALOG_URL,)),
        ("var/catalog.lmdb.zst", "me", ("var/catalog.lmdb.zst",)),
        ("http://h:1/a/c.lmdb.zst?v=1", "me", ("http://h:1/a/me.lmdb.zst?v=1", "http://h:1/a/c.lmdb.zst?v=1")),
    ],
)
def test_the_personal_catalog_comes_before_the_global_one(
    catalog: str, client_id: str | None, sources: tuple[str, ...]
) -> None:
    assert catalog_sources(catalog, client_id) == sources


@pytest.mark.parametrize(
    ("catalog", "format_"),
    [
        (CATALOG_URL, "voodoo"),
        ("/srv/items.jsonl", "jsonl"),
        ("/srv/items.jsonl.zst", "jsonl"),
        ("https://example.com/items.jsonl.gz?v=1", "jsonl"),
    ],
)
def test_the_reader_follows_from_the_file_name(catalog: str, format_: str) -> None:
    assert catalog_format(catalog) == format_


def test_a_correction_of_an_unknown_attribute_stops_the_start() -> None:
    with pytest.raises(UnknownAttribute, match="there are id, name"):
        VoodooConfig("ak_1", field_names={"colour": "color"})
