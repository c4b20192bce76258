"""Measures every row, or those named: ``python -m tests.bench [conversation webhooks results catalog history]``."""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path

from rich.console import Console

from bot.log import configure_logging
from tests.bench import catalog, conversation, history, results, webhooks
from tests.bench.report import Finding, show
from tests.bench.serving import runner

Measure = Callable[[Path], Coroutine[None, None, list[Finding]]]

ROWS: Mapping[str, tuple[str, Measure]] = {
    "conversation": (conversation.TITLE, conversation.measure),
    "webhooks": (webhooks.TITLE, webhooks.measure),
    "results": (results.TITLE, results.measure),
    "catalog": (catalog.TITLE, catalog.measure),
    "history": (history.TITLE, history.measure),
}


def main() -> None:
    """Measure and print; slow is no failure, so the exit status is 0 whatever was measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure the speed bars.")
    parser.add_argument("rows", nargs="*", metavar="NAME", help=f"rows to measure: {', '.join(ROWS)}")
    chosen = parser.parse_args().rows or list(ROWS)
    if unknown := set(chosen) - set(ROWS):
        parser.error(f"no such row: {', '.join(sorted(unknown))}; there are {', '.join(ROWS)}")
    configure_logging("warning", "console")
    console = Console(width=max(128, Console().width))
    console.print(surroundings(), style="dim")
    for name in chosen:
        measured(name, console)


def surroundings() -> str:
    """What the timings by the clock depend on besides the code."""
    load, processors = os.getloadavg()[0], os.cpu_count() or 1
    busy = "; others use it now, so what the clock says is worse than it is" if load > processors / 2 else ""
    return f"{processors} processors, load {load:.1f}{busy}"


def measured(name: str, console: Console) -> None:
    """Measure one row in a folder of its own and print it."""
    title, measure = ROWS[name]
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="orderline-bench-") as folder, runner() as running:
        findings = running.run(measure(Path(folder)))
    show(f"{title} ({time.monotonic() - began:.0f} s)", findings, console)


if __name__ == "__main__":
    main()
