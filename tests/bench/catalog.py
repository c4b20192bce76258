"""Row: a catalog of 100 000 items: its import, what it costs the bot, and looking through it."""

import asyncio
from pathlib import Path
from typing import Any

from bot.sandbox.goods.export import write_catalog
from bot.sandbox.goods.generator import generate
from tests.bench.children import child
from tests.bench.houses import settings_for
from tests.bench.pauses import Pauses, pauses_during
from tests.bench.report import Finding, milliseconds, quantile

TITLE = "A catalog of 100 000 items"
ITEMS = 100_000
NOWHERE = "http://127.0.0.1:9"


async def measure(folder: Path) -> list[Finding]:
    """Import after a small catalog, so that what grows is the catalog's; then search as people do."""
    large = folder / "large.lmdb.zst"
    write_catalog(large, generate(ITEMS))
    config = {"settings": settings_for(folder, NOWHERE, 1), "large": str(large)}
    async with child("tests.bench.shop_catalog", config) as shop:
        await shop.hear()
        importing = asyncio.create_task(shop.hear())
        beside = await pauses_during(importing)
        return _import(importing.result(), beside) + _use(await shop.hear())


def _import(said: dict[str, float], beside: Pauses) -> list[Finding]:
    """An idle process beside the bot waits for its turn just as long: only what the bot waits beyond it is a pause."""
    seconds, longest = said["seconds"], said["longest"]
    return [
        Finding.held("import, in its own process", f"{seconds:.1f} s", "under 15 s", met=seconds < 15),
        Finding.held(
            "longest pause of the bot's loop meanwhile",
            f"{milliseconds(longest)}; {milliseconds(beside.longest)} beside it",
            "under 50 ms more",
            met=longest - beside.longest < 0.05,
        ),
        Finding.held(
            "the most that the loop itself did at a stretch",
            milliseconds(said["busiest"]),
            "under 50 ms",
            met=said["busiest"] < 0.05,
        ),
    ]


def _use(said: dict[str, Any]) -> list[Finding]:
    assert said["items"] == ITEMS
    grown = max(said["grown"], said["grown_in_use"]) / 1e6
    search, page = quantile(said["searches"], 0.99), quantile(said["pages"], 0.99)
    return [
        Finding.held("memory of the bot's own, grown by", f"{grown:.1f} MB", "under 30 MB", met=grown < 30),
        Finding.held("search, 99th percentile", milliseconds(search), "under 10 ms", met=search < 0.01),
        Finding("search, median", milliseconds(quantile(said["searches"], 0.5))),
        Finding.held("a page of a category, 99th percentile", milliseconds(page), "under 10 ms", met=page < 0.01),
        Finding("one item, 99th percentile", milliseconds(quantile(said["gets"], 0.99))),
    ]
