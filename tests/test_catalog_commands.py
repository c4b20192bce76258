"""The catalog at the command line, read from a real local supplier and from files."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.catalog_commands import CatalogCommandFailed, describe, import_from
from tests.deployment import Deployment, deployment

CARD = {
    "id": 5,
    "name": "Steam Card",
    "currency_code": "USD",
    "available_denominations": [
        {"min_value": 20, "max_value": 50, "discount": None},
        {"min_value": 10, "max_value": 10, "discount": 5},
    ],
}


@pytest.fixture
async def local(tmp_path: Path) -> AsyncIterator[Deployment]:
    async with deployment(tmp_path) as running:
        yield running


def a_file(folder: Path) -> str:
    item = {"id": "77", "name": "Steam 10 USD", "price": "9.50", "type": "key"}
    path = folder / "small.jsonl"
    path.write_text(json.dumps(item) + "\n")
    return str(path)


async def test_an_imported_catalog_is_what_the_bot_will_use(local: Deployment) -> None:
    settings = local.settings()
    assert (await import_from(settings, settings.voodoo_catalog)).startswith("100 items are in the catalog, ")
    assert (settings.data_dir / "catalog").is_dir()
    assert (settings.data_dir.stat().st_mode & 0o777) == 0o700


async def test_one_item_is_shown_with_and_without_its_suppliers_name(local: Deployment, tmp_path: Path) -> None:
    settings = local.settings()
    await import_from(settings, a_file(tmp_path))
    lines = await describe(settings, "77")
    assert lines[0] == "voodoo:77  Steam 10 USD"
    assert await describe(settings, "voodoo:77") == lines


async def test_an_import_leaves_the_other_suppliers_items_alone(local: Deployment, tmp_path: Path) -> None:
    settings = local.settings(**local.octopus)
    gathered = tmp_path / "octopus.jsonl"
    gathered.write_text(json.dumps({"product": CARD}) + "\n")
    assert (await import_from(settings, a_file(tmp_path))).startswith("1 items are in the catalog, ")
    await import_from(settings, str(gathered), "octopus")
    lines = await describe(settings, "octopus:5")
    assert lines[2:4] == [
        "  from 9.5000 USD, in stock, quantity any to any",
        "  values 10 (-5 %), 20 to 50 USD",
    ]
    assert (await describe(settings, "77"))[0] == "voodoo:77  Steam 10 USD"


async def test_a_supplier_that_is_switched_off_has_no_catalog(local: Deployment, tmp_path: Path) -> None:
    with pytest.raises(CatalogCommandFailed, match="octopus is no supplier that is switched on; there is voodoo"):
        await import_from(local.settings(), a_file(tmp_path), "octopus")


@pytest.mark.parametrize(
    ("item", "words"), [("78", "voodoo:78 is not in the catalog"), (":", "no item"), ("voodoo:", "no item")]
)
async def test_an_item_that_is_not_there_is_one_line(local: Deployment, tmp_path: Path, item: str, words: str) -> None:
    settings = local.settings()
    await import_from(settings, a_file(tmp_path))
    with pytest.raises(CatalogCommandFailed, match=words):
        await describe(settings, item)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"voodoo_api_key": None}, "VOODOO_API_KEY: is not set, and neither are OCTOPUS_API_KEY"),
        ({"voodoo_catalog_fields": {"colour": "x"}}, "VOODOO_CATALOG_FIELDS"),
        ({"data_dir": Path("/dev/null/x")}, "DATA_DIR: /dev/null/x cannot be used: Not a directory"),
        ({}, "not imported: no source has the file"),
    ],
)
async def test_what_stands_in_the_way_of_an_import_is_one_line(
    local: Deployment, changed: dict[str, Any], words: str
) -> None:
    with pytest.raises(CatalogCommandFailed, match=words):
        await import_from(local.settings(**changed), "/nowhere/catalog.lmdb.zst")


async def test_without_a_catalog_there_is_nothing_to_show(local: Deployment) -> None:
    with pytest.raises(CatalogCommandFailed, match="there is no catalog yet"):
        await describe(local.settings(), "77")
