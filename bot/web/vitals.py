"""How the parts of the house are: whether each can do its work, and what the figures show of the catalog."""

from bot.catalog.service import Catalog
from bot.delivery.line import Line
from bot.intake.intake import Intake
from bot.web.health import Check, Verdict
from bot.web.metrics import CatalogFigures
from storage.store import Store


def vital_signs(store: Store, catalog: Catalog, intake: Intake, line: Line) -> dict[str, Check]:
    """What readiness asks, by part."""

    async def stored() -> Verdict:
        healthy = await store.healthy()
        return Verdict(healthy, "" if healthy else "the database cannot be written")

    async def catalogued() -> Verdict:
        if catalog.snapshot is None:
            return Verdict(ok=False, detail="no catalog yet")
        return Verdict(ok=True, detail=_age(catalog))

    async def taken_in() -> Verdict:
        if not intake.accepting:
            return Verdict(ok=False, detail="Telegram is not reached yet, or too much waits")
        # Without Telegram there is work all the same: what suppliers push is stored, and orders go on.
        return Verdict(ok=True, detail=_quiet(line))

    return {"store": stored, "catalog": catalogued, "intake": taken_in}


def catalog_figures(catalog: Catalog) -> CatalogFigures:
    """What the figures show of the snapshot in use now."""
    snapshot = catalog.snapshot
    return CatalogFigures(snapshot.info.items, snapshot.info.built_at) if snapshot else CatalogFigures(0, None)


def _age(catalog: Catalog) -> str:
    return "" if catalog.age is None else f"checked {catalog.age.total_seconds():.0f} s ago"


def _quiet(line: Line) -> str:
    since = line.unheard_since
    return f"Telegram has not answered since {since:%H:%M:%S} UTC" if since else ""
