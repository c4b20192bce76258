"""The catalog at the command line: import one now, look at one item."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

from bot.catalog.reports import CatalogError, ImportProgress, Phase
from bot.catalog.service import Catalog
from bot.configuration import (
    NO_SUPPLIER,
    CannotBuild,
    catalog_dir,
    catalog_policy,
    make_data_dir,
    supplier_configs,
)
from bot.settings import Settings
from bot.suppliers.feeds import Feed, is_url
from bot.suppliers.jsonl import is_jsonl
from bot.suppliers.registry import build_suppliers, never_recorded
from storage.records.catalog import Denomination, FieldKind, Item, ItemField, ItemKey

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


async def import_from(settings: Settings, source: str, supplier: str | None = None) -> str:
    """Import one file or URL in place of a supplier's own catalog, the first one's unless named; the others' stay.

    Raises ``CatalogCommandFailed``.
    """
    feeds = await _feeds(settings)
    feed = _chosen(feeds, supplier)
    others = [other.supplier for other in feeds if other is not feed]
    async with AsyncExitStack() as stack:
        catalog = await _open(settings, [_from(source, feed)], stack, keep=others)
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
    feeds = await _feeds(settings)
    key = _key(feeds[0].supplier, item_id)
    async with AsyncExitStack() as stack:
        catalog = await _open(settings, feeds, stack)
        if catalog.snapshot is None:
            raise CatalogCommandFailed("there is no catalog yet; `orderline catalog import` reads one")
        item = await catalog.snapshot.get(key)
        built_at = catalog.snapshot.info.built_at
    if item is None:
        raise CatalogCommandFailed(f"{key} is not in the catalog of {built_at:%Y-%m-%d %H:%M} UTC")
    return [*_facts(item), *map(_field, item.fields), f"as of {built_at:%Y-%m-%d %H:%M} UTC"]


def _chosen(feeds: Sequence[Feed], supplier: str | None) -> Feed:
    feed = next((feed for feed in feeds if supplier in {None, feed.supplier}), None)
    if feed is None:
        on = ", ".join(feed.supplier for feed in feeds)
        raise CatalogCommandFailed(f"{supplier} is no supplier that is switched on; there is {on}")
    return feed


def _from(source: str, feed: Feed) -> Feed:
    """The feed with another source, read as JSON Lines if its name says so and the supplier's own would not."""
    where = source if is_url(source) else str(Path(source).absolute())
    format_ = "jsonl" if is_jsonl(source) and not feed.gathered else feed.supplier
    return replace(feed, sources=(where,), format=format_)


async def _open(settings: Settings, feeds: Sequence[Feed], stack: AsyncExitStack, keep: Sequence[str] = ()) -> Catalog:
    """The bot's own catalog, read from other feeds; closes with ``stack``."""
    try:
        make_data_dir(settings)
    except CannotBuild as reason:
        raise CatalogCommandFailed(str(reason)) from reason
    catalog = Catalog(feeds, catalog_dir(settings), catalog_policy(settings), keep=keep)
    stack.push_async_callback(catalog.close)
    await catalog.open()
    return catalog


def _key(supplier: str, item_id: str) -> ItemKey:
    try:
        return ItemKey.parse(item_id) if ":" in item_id else ItemKey(supplier, item_id)
    except ValueError:
        raise CatalogCommandFailed(f"{item_id} is no item; name one by its id, such as 4090 or octopus:123") from None


async def _feeds(settings: Settings) -> list[Feed]:
    try:
        configs = supplier_configs(settings)
    except CannotBuild as reason:
        raise CatalogCommandFailed(str(reason)) from reason
    if not configs:
        raise CatalogCommandFailed(f"VOODOO_API_KEY: {NO_SUPPLIER}, so nobody knows whose catalog this is")
    suppliers = build_suppliers(configs, never_recorded)
    feeds = [supplier.feed() for supplier in suppliers.values()]
    for supplier in suppliers.values():
        await supplier.close()
    return feeds


def _facts(item: Item) -> list[str]:
    price = f"from {item.price} {item.currency}" if item.denominations else f"{item.price} {item.currency} each"
    bounds = f"{item.min_quantity or 'any'} to {item.max_quantity or 'any'}"
    stock = item.availability.value.replace("_", " ") + (f" ({item.stock})" if item.stock is not None else "")
    return [
        f"{item.key}  {item.name}",
        f"  {item.product_type.value} in {item.category or 'no category'}, {item.region or 'no region'}",
        f"  {price}, {stock}, quantity {bounds}",
        *([f"  values {', '.join(map(_values, item.denominations))} {item.currency}"] if item.denominations else []),
    ]


def _values(denomination: Denomination) -> str:
    values = f"{denomination.least}" if denomination.fixed else f"{denomination.least} to {denomination.most}"
    return values if denomination.discount is None else f"{values} (-{denomination.discount} %)"


def _field(field: ItemField) -> str:
    needed = "required" if field.required else "optional"
    choices = f": {', '.join(choice.label for choice in field.choices)}" if field.kind is FieldKind.CHOICE else ""
    return f"  {field.name} ({field.label}), {field.kind.value}, {needed}{choices}"
