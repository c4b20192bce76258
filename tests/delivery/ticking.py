"""A monotonic clock that moves only when a test says so, and a sleep that obeys it."""

import asyncio
import heapq
import itertools


class Ticking:
    """``now`` and ``sleep`` of one invented time, in seconds."""

    def __init__(self) -> None:
        self._time = 1000.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def now(self) -> float:
        return self._time

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._time + seconds, next(self._order), woken))
        await woken

    async def settle(self) -> None:
        """Let every task run as far as it can without time passing."""
        for _ in range(50):
            await asyncio.sleep(0)

    async def advance(self, seconds: float) -> None:
        """Move time on, waking sleepers one after another on the way."""
        until = self._time + seconds
        await self.settle()
        while self._sleepers and self._sleepers[0][0] <= until:
            at, _, woken = heapq.heappop(self._sleepers)
            self._time = max(self._time, at)
            if not woken.done():
                woken.set_result(None)
            await self.settle()
        self._time = until
        await self.settle()
