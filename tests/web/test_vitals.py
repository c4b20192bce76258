"""What readiness and the figures tell of each part."""

from pathlib import Path

from bot.catalog.service import Catalog
from bot.delivery.line import Line
from bot.intake.intake import Intake
from bot.web.metrics import CatalogFigures
from bot.web.vitals import catalog_figures, vital_signs
from storage.store import Store
from tests.catalog.kit import GOODS, POLICY, archive, voodoo
from tests.intake.reception import Handler, at_work


def catalog_in(folder: Path) -> Catalog:
    return Catalog([voodoo(archive(folder))], folder / "catalog", POLICY)


async def test_before_the_first_catalog_and_update_neither_part_is_ready(store: Store, tmp_path: Path):
    signs = vital_signs(store, catalog_in(tmp_path), Intake(store, Handler()), Line())
    assert {name: (await check()).ok for name, check in signs.items()} == {
        "store": True,
        "catalog": False,
        "intake": False,
    }


async def test_a_silent_telegram_is_named_and_keeps_nobody_from_being_ready(store: Store, tmp_path: Path):
    intake, line = Intake(store, Handler()), Line()
    taken_in = vital_signs(store, catalog_in(tmp_path), intake, line)["intake"]
    async with at_work(intake):
        assert (await taken_in()).detail == ""
        line.unheard()
        silent = await taken_in()
    assert silent.ok
    assert silent.detail.startswith("Telegram has not answered since ")


async def test_the_catalog_in_use_tells_its_age_and_its_items(store: Store, tmp_path: Path):
    catalog = catalog_in(tmp_path)
    assert catalog_figures(catalog) == CatalogFigures(0, None)
    await catalog.refresh()
    verdict = await vital_signs(store, catalog, Intake(store, Handler()), Line())["catalog"]()
    figures = catalog_figures(catalog)
    await catalog.close()
    assert verdict.ok
    assert verdict.detail.startswith("checked ")
    assert figures.items == len(GOODS)
    assert figures.built_at is not None
