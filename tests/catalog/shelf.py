"""Snapshots and catalog servers for tests."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.catalog.builder import Builder
from bot.catalog.reports import SourceInfo
from bot.catalog.snapshot import Snapshot
from bot.sandbox.serving import listening
from storage.records.catalog import Availability, Item, ItemKey, ProductType

BUILT_AT = datetime(2026, 7, 5, 12, tzinfo=UTC)


def make_item(name: str, id_: str = "", **changes: Any) -> Item:
    """An item in stock; its id is its name unless told otherwise."""
    item = Item(
        key=ItemKey("voodoo", id_ or name.replace(" ", "-")),
        name=name,
        category="Gift cards",
        product_type=ProductType.KEY,
        price=Decimal("9.50"),
        currency="USD",
        availability=Availability.IN_STOCK,
    )
    return replace(item, **changes)


def build(path: Path, items: Sequence[Item]) -> None:
    """Write a snapshot of these items."""
    sources = {
        supplier: SourceInfo("test", sum(item.key.supplier == supplier for item in items), 0, BUILT_AT)
        for supplier in {item.key.supplier for item in items}
    }
    with Builder(path) as builder:
        builder.stage(items)
        builder.finish(BUILT_AT, sources, lambda _: None)


@asynccontextmanager
async def snapshot_of(folder: Path, items: Iterable[Item]) -> AsyncGenerator[Snapshot]:
    """A snapshot of these items, opened."""
    build(folder / "snapshot.db", list(items))
    snapshot = await Snapshot.open(folder / "snapshot.db")
    try:
        yield snapshot
    finally:
        snapshot.close()


def names(items: Iterable[Item]) -> list[str]:
    """The items' names, in order."""
    return [item.name for item in items]


@dataclass(slots=True)
class Shop:
    """A real HTTP server of catalog files: ``files`` by path, answers in place of them in ``instead``."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    instead: dict[str, Response] = field(default_factory=dict[str, Response])
    asked: list[tuple[str, str | None]] = field(default_factory=list[tuple[str, str | None]])

    async def answer(self, request: Request) -> Response:
        path = request.url.path
        condition = request.headers.get("if-none-match")
        self.asked.append((path, condition))
        if path in self.instead:
            return self.instead[path]
        if path not in self.files:
            return Response(status_code=404)
        etag = f'"{hash(self.files[path])}"'
        if condition == etag:
            return Response(status_code=304)
        return Response(self.files[path], headers={"ETag": etag})


@asynccontextmanager
async def running_shop(**files: bytes) -> AsyncGenerator[Shop]:
    """Serve files by name on a loopback port."""
    shop = Shop(files={f"/{name}": data for name, data in files.items()})
    async with listening(Starlette(routes=[Route("/{path:path}", shop.answer)])) as url:
        shop.url = url
        yield shop
