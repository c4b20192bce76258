"""The bot's side of a catalog import and of searches in it: ``python -m tests.bench.shop_catalog``."""

import asyncio
import gc
import time
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random
from typing import Any

from bot.app import build_house
from bot.catalog.service import Catalog
from bot.catalog.snapshot import Snapshot
from bot.conversations.browsing import ITEMS_A_PAGE
from bot.log import configure_logging
from bot.settings import Settings
from tests.bench.meter import configuration, heap, say
from tests.bench.pauses import pauses_during
from tests.bench.queries import queries_like
from tests.bench.serving import runner

QUESTIONS = 3_000


async def _run(config: dict[str, Any]) -> None:
    settings = Settings(_env_file=None, **config["settings"])  # pyright: ignore[reportCallIssue] - pydantic-settings' own
    async with AsyncExitStack() as stack:
        catalog = (await build_house(settings, stack)).catalog
        await catalog.refresh()
        await _use(catalog)
        before = _heap()
        await asyncio.to_thread(Path(config["large"]).replace, settings.voodoo_catalog)
        say(importing=True)
        began = time.perf_counter()
        pauses = await pauses_during(catalog.refresh())
        seconds = time.perf_counter() - began
        say(seconds=seconds, longest=pauses.longest, busiest=pauses.busiest)
        imported = _heap()
        searches, pages, gets = await _use(catalog)
        say(
            items=_snapshot(catalog).info.items,
            grown=imported - before,
            grown_in_use=_heap() - before,
            searches=searches,
            pages=pages,
            gets=gets,
        )


async def _use(catalog: Catalog) -> tuple[list[float], list[float], list[float]]:
    """Search, open pages and single items; returns the seconds of each."""
    snapshot, chance = _snapshot(catalog), Random(7)  # noqa: S311 - the same questions every time
    shelves = await snapshot.categories()
    searches: list[float] = []
    pages: list[float] = []
    gets: list[float] = []
    for _ in range(QUESTIONS // 10):
        shelf = chance.choice(shelves)
        offset = chance.randrange(shelf.items) // ITEMS_A_PAGE * ITEMS_A_PAGE
        items = await snapshot.page(shelf.id, offset, ITEMS_A_PAGE)
        wanted = chance.choice(items)
        for query in queries_like(wanted.name, chance):
            searches.append(await _timed(snapshot.search(query, 0, ITEMS_A_PAGE + 1)))
            pages.append(await _timed(_category_page(snapshot, shelf.id, offset)))
            gets.append(await _timed(snapshot.get(wanted.key)))
    return searches, pages, gets


async def _category_page(snapshot: Snapshot, shelf: str, offset: int) -> None:
    """What a tap on a category reads."""
    await snapshot.category(shelf)
    await snapshot.page(shelf, offset, ITEMS_A_PAGE)


async def _timed(work: Awaitable[Any]) -> float:
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


def _snapshot(catalog: Catalog) -> Snapshot:
    assert catalog.snapshot is not None
    return catalog.snapshot


def _heap() -> int:
    gc.collect()
    return heap()


def main() -> None:
    """Measure and tell."""
    configure_logging("warning", "json")
    with runner() as running:
        running.run(_run(configuration()))


if __name__ == "__main__":
    main()
