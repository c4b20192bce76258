"""Row: signed webhooks stored and answered, against a bare route that checks an HMAC and commits one row."""

import time
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import Any

from tests.bench.children import Child, child
from tests.bench.events import SECRET, completed, signed
from tests.bench.load import Answered, Line, lines, pour
from tests.bench.report import Finding, median, milliseconds, quantile
from tests.journeys.processes import free_port

TITLE = "A signed webhook, stored and answered 200"
CONNECTIONS = 32
WARM_UP = 300
REQUESTS = 2_000
REPEATS = 5

_serial = count(1)


@dataclass(frozen=True, slots=True)
class Round:
    """One server's share of a turn: requests a second by the clock and by its processor time, seconds of each."""

    by_clock: float
    by_cpu: float
    seconds: list[float]


async def measure(folder: Path) -> list[Finding]:
    """Pour the same requests into both servers by turns."""
    ours, bare = free_port(), free_port()
    async with (
        ready("tests.bench.shop_web", folder / "ours.db", ours) as our_child,
        ready("tests.bench.bare_webhook", folder / "bare.db", bare) as bare_child,
        lines(ours, CONNECTIONS) as our_lines,
        lines(bare, CONNECTIONS) as bare_lines,
    ):
        await pour(our_lines, signed_events(WARM_UP))
        await pour(bare_lines, signed_events(WARM_UP))
        pairs = [(await _round(our_child, our_lines), await _round(bare_child, bare_lines)) for _ in range(REPEATS)]
    return _findings(pairs)


@asynccontextmanager
async def ready(module: str, database: Path, port: int) -> AsyncGenerator[Child]:
    """Run a server; yields it once it listens."""
    config = {"database": str(database), "port": port, "secret": SECRET}
    async with child(module, config, database.with_suffix(".log")) as server:
        await server.hear()
        yield server


def signed_events(number: int) -> list[bytes]:
    """Requests with events of orders nobody knows, each with bytes of its own."""
    return [signed(_event(serial)) for serial in islice(_serial, number)]


def _event(serial: int) -> dict[str, Any]:
    ids = f"0b7c1f52-0000-4000-8000-{serial:012x}", f"7e0c5d6a-0000-4000-8000-{serial:012x}"
    return completed(*ids, (f"SAMPLE-{serial:08}-A", f"SAMPLE-{serial:08}-B"))


async def _round(server: Child, opened: list[Line]) -> Round:
    requests = signed_events(REQUESTS)
    before, began = await server.usage(), time.perf_counter()
    answers = await pour(opened, requests)
    seconds, after = time.perf_counter() - began, await server.usage()
    _all_stored(answers)
    return Round(REQUESTS / seconds, REQUESTS / (after.cpu - before.cpu), [answer.seconds for answer in answers])


def _all_stored(answers: Iterable[Answered]) -> None:
    refused = sum(answer.status != 200 for answer in answers)
    assert not refused, f"{refused} webhooks were not answered 200, so nothing was measured"


def _findings(pairs: list[tuple[Round, Round]]) -> list[Finding]:
    share = median([ours.by_clock / bare.by_clock for ours, bare in pairs])
    cpu_share = median([ours.by_cpu / bare.by_cpu for ours, bare in pairs])
    worst = median([quantile(ours.seconds, 0.99) for ours, _ in pairs])
    return [
        Finding("stored and answered, 32 connections", f"{median([ours.by_clock for ours, _ in pairs]):.0f} /s"),
        Finding("the bare route", f"{median([bare.by_clock for _, bare in pairs]):.0f} /s"),
        Finding.held("throughput by the clock", f"{share:.2f} of bare", "at least 0.50", met=share >= 0.5),
        Finding("throughput for the same processor time", f"{cpu_share:.2f} of bare"),
        Finding.held("answer, 99th percentile", milliseconds(worst), "under 50 ms", met=worst < 0.05),
        Finding(
            "the bare route, 99th percentile", milliseconds(median([quantile(bare.seconds, 0.99) for _, bare in pairs]))
        ),
    ]
