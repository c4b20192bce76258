"""The ladder of the catalog: a refresh is cut off at every step, and afterwards there is one that is new and whole."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

from bot.catalog.schema import SNAPSHOT
from tests.drill.evidence import Kind, Violation
from tests.drill.mortal import STILL
from tests.drill.rungs import Part, Run, Rung
from tests.drill.stage import Guardian, Stage
from tests.journeys.cards import AMAZON
from tests.journeys.goods import LONG_CODES
from tests.journeys.octopus import ITEMS
from tests.journeys.people import Person

NEW_WITHIN = 60.0
USED_WITHIN = 20.0
VOODOO_ITEMS = 300
NUMBERS = count(101)


def refreshed(stage: Stage, rung: Rung, guardian: Guardian) -> Run:
    """Let both suppliers change their catalogs, ask for a refresh, and look what the bot knows in the end."""
    news = _change(stage, next(NUMBERS))
    boss = stage.seller.boss
    stage.bot.stop()
    stage.bot.start(**{STILL: "1"})
    guardian.reborn = {STILL: ""}
    guardian.victim = rung.scene.ware if rung.part is Part.IMPORT else ""
    with guardian:
        boss.says("/catalog refresh")
        found = _until_new(stage, news)
        arrived = time.monotonic()
        while not guardian.deaths and not _answered(boss):
            assert time.monotonic() < arrived + NEW_WITHIN, "the operator was not answered"
        guardian.relent()
    recovery = arrived - guardian.started if 0 < guardian.started < arrived else None
    if not found and not _used(boss, news[1]):
        found = ["the new snapshot is not used"]
    violations = tuple(Violation(Kind.STUCK, "", words, rung.command) for words in found)
    return Run(rung, tuple(guardian.deaths), recovery, violations=violations)


def _answered(boss: Person) -> bool:
    try:
        boss.sees("The catalog is new", timeout=0.5)
    except AssertionError:
        return False
    return True


def _used(boss: Person, name: str) -> bool:
    """Whether a new name is found; the file may be there a moment before the bot opens it."""
    deadline = time.monotonic() + USED_WITHIN
    while time.monotonic() < deadline:
        boss.says(f"/find {name}")
        answer = boss.sees()
        if any(name in button["text"] for row in answer["buttons"] or () for button in row):
            return True
    return False


def _change(stage: Stage, number: int) -> tuple[str, str]:
    """A new price at the one, a new name at the other; returns how the snapshot shows them."""
    stage.world.voodoo.change(LONG_CODES.id, price=number)
    stage.world.voodoo.publish()
    name = f"{AMAZON.name} No {number}"
    stage.world.octopus.change(AMAZON.id, name=name)
    return str(number), name


def _until_new(stage: Stage, news: tuple[str, str]) -> list[str]:
    """Wait until the snapshot is new and nothing of the work is left; says what it lacks when that takes too long."""
    deadline = time.monotonic() + NEW_WITHIN
    while True:
        found = list(_wrong(stage.data / "catalog", news))
        if not found or time.monotonic() >= deadline:
            return found
        time.sleep(0.1)


def _wrong(folder: Path, news: tuple[str, str]) -> Iterator[str]:
    with closing(sqlite3.connect(f"file:{folder / SNAPSHOT}?mode=ro", uri=True)) as snapshot:
        items = dict(snapshot.execute("SELECT supplier, count(*) FROM items GROUP BY supplier"))
        named = snapshot.execute("SELECT body FROM items WHERE supplier = 'octopus' AND id = ?", (str(AMAZON.id),))
        priced = snapshot.execute("SELECT body FROM items WHERE supplier = 'voodoo' AND id = ?", (str(LONG_CODES.id),))
        bodies = str(named.fetchone()), str(priced.fetchone())
        sound = snapshot.execute("PRAGMA integrity_check").fetchone()
    if items != {"voodoo": VOODOO_ITEMS, "octopus": ITEMS}:
        yield f"the snapshot has {items}"
    if news[1] not in bodies[0] or news[0] not in bodies[1]:
        yield "the snapshot is not new"
    if sound != ("ok",):
        yield f"the snapshot is damaged: {sound}"
    if left := sorted(path.name for path in folder.iterdir() if path.name.startswith("work-")):
        yield f"of the work is left: {left}"
