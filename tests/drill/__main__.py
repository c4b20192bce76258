"""The whole drill: ``python -m tests.drill``, or ``make drill``; exits with 1 when anything was wrong.

``ladder`` climbs what is named, such as ``order``, ``order/key-pushed`` or the single run ``order/key-pushed/57``;
``storm`` repeats one storm, ``outages`` takes Telegram and a supplier away for an hour at a time.
"""

import argparse
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import takewhile
from pathlib import Path
from queue import Empty, SimpleQueue
from random import SystemRandom

from rich.console import Console

from tests.drill.evidence import Violation
from tests.drill.ladder import climb, leaks, play
from tests.drill.outages import run_outages
from tests.drill.report import Climb, show_ladders, show_outages, show_storms, show_violations
from tests.drill.rungs import Ladder, Rung, ladders, rung_named
from tests.drill.stage import build_stage
from tests.drill.storm import StormResult, run_storm

WORLDS = 2
"""Ladders climbed side by side."""

STORM_SECONDS = 120.0


def main() -> None:
    """Drill, and print what came of it."""
    # A world left behind would go on working: whoever ends us ends it too.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))
    chosen = _arguments()
    console = Console(width=max(140, Console().width), highlight=False)
    violations = list[Violation]()
    folder = Path(tempfile.mkdtemp(prefix="orderline-drill-"))
    if chosen.what in {"all", "ladder"}:
        violations += _climb(chosen, folder, console)
    if chosen.what in {"all", "storm"}:
        violations += _storms(chosen, folder, console)
    if chosen.what in {"all", "outages"}:
        violations += _outages(folder, console)
    show_violations(violations, console)
    if violations:
        console.print(f"Logs and databases are in {folder}")
        sys.exit(1)
    shutil.rmtree(folder)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.drill", description="Kill, break, and look what was lost.")
    parser.add_argument("what", nargs="?", choices=("all", "ladder", "storm", "outages"), default="all")
    parser.add_argument("only", nargs="*", metavar="NAME", help="ladders or runs, such as order/key-pushed/57")
    parser.add_argument("--stride", type=int, default=1, help="die at every so many-th step only")
    parser.add_argument("--first", type=int, default=1, help="the step to begin with")
    parser.add_argument("--minutes", type=float, default=30, help="how long storms rage, one after another")
    parser.add_argument("--seed", type=int, help="the first storm's seed")
    parser.add_argument("--seconds", type=float, help="one storm of so many seconds instead")
    chosen = parser.parse_args()
    known = {name for ladder in ladders() for name in (ladder.name, str(ladder.part))}
    if wrong := [name for name in chosen.only if name not in known and _rung(name) is None]:
        parser.error(f"no such ladder or run: {', '.join(wrong)}; there are {', '.join(sorted(known))}")
    return chosen


def _rung(name: str) -> Rung | None:
    try:
        return rung_named(name)
    except ValueError:
        return None


def _climb(chosen: argparse.Namespace, folder: Path, console: Console) -> list[Violation]:
    named: Sequence[str] = chosen.only
    rungs = [rung for name in named if (rung := _rung(name)) is not None]
    if rungs:
        return _runs(rungs, folder, console)
    work = SimpleQueue[Ladder]()
    for ladder in ladders():
        if not named or ladder.name in named or ladder.part in named:
            work.put(ladder)

    over = threading.Event()

    def worker(number: int) -> list[Climb]:
        return list(_climbs(work, folder / f"world-{number}", chosen, console, over))

    with ThreadPoolExecutor(WORLDS) as pool:
        try:
            climbs = [climb for done in pool.map(worker, range(WORLDS)) for climb in done]
        finally:
            # Whoever is interrupted waits for the runs in hand, not for all that were to come.
            over.set()
    show_ladders(climbs, console)
    return [violation for one in climbs for violation in one.violations]


def _next(work: SimpleQueue[Ladder]) -> Ladder | None:
    try:
        return work.get_nowait()
    except Empty:
        return None


def _climbs(
    work: SimpleQueue[Ladder], folder: Path, chosen: argparse.Namespace, console: Console, over: threading.Event
) -> Iterator[Climb]:
    """Climb ladder after ladder in a world of its own."""
    folder.mkdir()
    stage = build_stage(folder)
    try:
        while not over.is_set() and (ladder := _next(work)):
            began = time.monotonic()
            runs = tuple(
                takewhile(lambda _: not over.is_set(), climb(stage, ladder, first=chosen.first, stride=chosen.stride))
            )
            done = Climb(ladder.name, runs, leaks(stage, ladder))
            seconds = time.monotonic() - began
            console.print(f"{done.name}: {len(runs)} runs, {len(done.violations)} violations, {seconds:.0f} s")
            # At once, so that whoever interrupts an hour of runs has read what was found.
            for violation in done.violations:
                console.print(str(violation), style="red", markup=False)
            yield done
    finally:
        stage.close()


def _runs(rungs: Sequence[Rung], folder: Path, console: Console) -> list[Violation]:
    """Play single runs again, and say where each died."""
    stage = build_stage(folder)
    found = list[Violation]()
    try:
        for rung in rungs:
            run = play(stage, rung)
            deaths = " and at step ".join(run.deaths)
            console.print(f"{rung.name}: " + (f"died at step {deaths}" if deaths else "survived"), markup=False)
            found += run.violations
    finally:
        stage.close()
    return found


def _outages(folder: Path, console: Console) -> list[Violation]:
    """Telegram and a supplier away for an hour each time, in a time lapse."""
    world = folder / "outages"
    world.mkdir()
    results = run_outages(world)
    show_outages(results, console)
    return [violation for one in results for violation in one.violations]


def _storms(chosen: argparse.Namespace, folder: Path, console: Console) -> list[Violation]:
    """One storm after another, each with the next seed."""
    seed: int = SystemRandom().randrange(1_000_000) if chosen.seed is None else chosen.seed
    left = chosen.seconds or chosen.minutes * 60
    storms = list[StormResult]()
    while left > 0:
        seconds = chosen.seconds or min(left, STORM_SECONDS)
        storms.append(run_storm(seconds, seed, folder / f"storm-{seed}"))
        left, seed = left - seconds, seed + 1
        console.print(f"storm {storms[-1].seed}: {len(storms[-1].violations)} violations")
    if storms:
        show_storms(storms, console)
    return [violation for storm in storms for violation in storm.violations]


if __name__ == "__main__":
    main()
