"""The catalog at the command line: import one now, look at one item."""

from contextlib import AsyncExitStack
from dataclasses import replace

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

from bot.app import CannotBuild, catalog_dir, make_data_dir, supplier_configs
from bot.catalog.reports import CatalogError, CatalogPolicy, ImportProgress, Phase
from bot.catalog.service import Catalog
from bot.settings import Settings
from bot.suppliers.feeds import Feed
from bot.suppliers.registry import build_suppliers
from bot.suppliers.voodoo.config import catalog_format
from storage.records.catalog import FieldKind, Item, ItemField, ItemKey

PHASES = {
    Phase.DOWNLOAD: "Downloading",
    Phase.READ: "Reading",
    Phase.MERGE: "Merging",
    Phase.INDEX: "Indexing",
}


class CatalogCommandFailed(Exception):
    """The command could not do its work; the message is one clear line."""


class ProgressBar:
    """Shows an import's phases on a terminal; silent elsewhere."""

    def __init__(self) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._bar.disable = not self._bar.console.is_terminal
        self._phases: dict[Phase, TaskID] = {}

    def __enter__(self) -> "ProgressBar":
        self._bar.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._bar.stop()

    def show(self, progress: ImportProgress) -> None:
        """Move the bar of the phase at hand."""
        task = self._phases.get(progress.phase)
        if task is None:
            task = self._phases[progress.phase] = self._bar.add_task(PHASES[progress.phase], total=None)
        self._bar.update(task, completed=progress.done, total=progress.total)


async def import_from(settings: Settings, source: str) -> str:
    """Import one file or URL in place of the configured source; raises ``CatalogCommandFailed``."""
    feed, others = await _feeds(settings)
    chosen = replace(feed, sources=(source,), format=catalog_format(source))
    async with AsyncExitStack() as stack:
        catalog = await _open(settings, [chosen, *others], stack)
        try:
            with ProgressBar() as bar:
                report = await catalog.refresh(bar.show, accept_drop=True)
        except CatalogError as error:
            raise CatalogCommandFailed(f"not imported: {error.reason}") from error
    skipped = sum(entry.bad_records for entry in report.feeds)
    seconds = f"{report.seconds:.1f}"
    return f"{report.items} items are in the catalog, {skipped} records were skipped, in {seconds} s."


async def describe(settings: Settings, item_id: str) -> list[str]:
    """One item in a few lines; ``ID`` or ``supplier:ID``. Raises ``CatalogCommandFailed``."""
    feed, _others = await _feeds(settings)
    key = _key(feed.supplier, item_id)
    async with AsyncExitStack() as stack:
        catalog = await _open(settings, [feed], stack)
        if catalog.snapshot is None:
            raise CatalogCommandFailed("there is no catalog yet; `orderline catalog import` reads one")
        item = await catalog.snapshot.get(key)
        built_at = catalog.snapshot.info.built_at
    if item is None:
        raise CatalogCommandFailed(f"{key} is not in the catalog of {built_at:%Y-%m-%d %H:%M} UTC")
    return [*_facts(item), *map(_field, item.fields), f"as of {built_at:%Y-%m-%d %H:%M} UTC"]


async def _open(settings: Settings, feeds: list[Feed], stack: AsyncExitStack) -> Catalog:
    """The bot's own catalog, read from other feeds; closes with ``stack``."""
    try:
        make_data_dir(settings)
    except CannotBuild as reason:
        raise CatalogCommandFailed(str(reason)) from reason
    catalog = Catalog(feeds, catalog_dir(settings), CatalogPolicy(max_drop=settings.catalog_max_drop))
    stack.push_async_callback(catalog.close)
    await catalog.open()
    return catalog


def _key(supplier: str, item_id: str) -> ItemKey:
    try:
        return ItemKey.parse(item_id) if ":" in item_id else ItemKey(supplier, item_id)
    except ValueError:
        raise CatalogCommandFailed(f"{item_id} is no item; name one by its id, such as 4090") from None


async def _feeds(settings: Settings) -> tuple[Feed, list[Feed]]:
    try:
        configs = supplier_configs(settings)
    except CannotBuild as reason:
        raise CatalogCommandFailed(str(reason)) from reason
    if not configs:
        raise CatalogCommandFailed("VOODOO_API_KEY: is required to know whose catalog this is")
    suppliers = build_suppliers(configs, _never_recorded)
    feeds = [supplier.feed() for supplier in suppliers.values()]
    for supplier in suppliers.values():
        await supplier.close()
    return feeds[0], feeds[1:]


async def _never_recorded(_supplier: str, _order_id: str, _body: bytes) -> int:
    raise CatalogCommandFailed("a catalog command places no order")


def _facts(item: Item) -> list[str]:
    bounds = f"{item.min_quantity or 'any'} to {item.max_quantity or 'any'}"
    stock = item.availability.value.replace("_", " ") + (f" ({item.stock})" if item.stock is not None else "")
    return [
        f"{item.key}  {item.name}",
        f"  {item.product_type.value} in {item.category or 'no category'}, {item.region or 'no region'}",
        f"  {item.price} {item.currency} each, {stock}, quantity {bounds}",
    ]


def _field(field: ItemField) -> str:
    needed = "required" if field.required else "optional"
    choices = f": {', '.join(choice.label for choice in field.choices)}" if field.kind is FieldKind.CHOICE else ""
    return f"  {field.name} ({field.label}), {field.kind.value}, {needed}{choices}"
