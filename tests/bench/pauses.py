"""How long a loop keeps its tasks waiting, and how much of that is its own work."""

import asyncio
import time
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

TICK = 0.001


@dataclass(slots=True)
class Pauses:
    """Seconds: the longest wait beyond a tick, and the most work of the loop's own thread between two ticks.

    On a busy machine a process also waits for its turn: that shows in ``longest`` of every process alike,
    and in ``busiest`` of none.
    """

    longest: float = 0.0
    busiest: float = 0.0

    async def watch(self) -> None:
        """Look until cancelled."""
        while True:
            began, worked = time.perf_counter(), time.thread_time()
            await asyncio.sleep(TICK)
            self.longest = max(self.longest, time.perf_counter() - began - TICK)
            self.busiest = max(self.busiest, time.thread_time() - worked)


async def pauses_during(work: Awaitable[Any]) -> Pauses:
    """The pauses of this loop while something goes on."""
    pauses = Pauses()
    watching = asyncio.create_task(pauses.watch())
    await work
    watching.cancel()
    return pauses
