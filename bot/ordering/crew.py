"""A bounded crew: takes claimed work off a queue, a few pieces at a time, one slow piece never holding the others."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import TypeVar

import structlog

from storage.errors import Outage

log = structlog.get_logger()

T = TypeVar("T")


class Crew:
    """Runs at most ``size`` pieces of work side by side, and never two with the same key."""

    def __init__(self, size: int, drain_seconds: float) -> None:
        self._size = size
        self._drain_seconds = drain_seconds
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._changed = asyncio.Event()

    async def keep_busy(
        self,
        claim: Callable[[int], Awaitable[Sequence[T]]],
        job: Callable[[T], tuple[str, Coroutine[None, None, None]]],
        idle: Callable[[], Awaitable[None]],
    ) -> None:
        """Claim and start work until cancelled; then let what is in hand finish, for a bounded time."""
        try:
            while True:
                await self._room()
                if not await self._claim_some(claim, job):
                    await idle()
        finally:
            await self._drain()

    async def _claim_some(
        self,
        claim: Callable[[int], Awaitable[Sequence[T]]],
        job: Callable[[T], tuple[str, Coroutine[None, None, None]]],
    ) -> bool:
        try:
            claimed = await claim(self._size - len(self._tasks))
        except Outage:
            return False  # the store has said why; it may be back at the next tick
        except Exception:  # the worker's edge: the store may be back at the next tick
            log.exception("work cannot be claimed")
            return False
        for piece in claimed:
            self._start(*job(piece))
        return bool(claimed)

    def _start(self, key: str, work: Coroutine[None, None, None]) -> None:
        if key in self._tasks:
            work.close()
            return
        self._tasks[key] = asyncio.create_task(self._guarded(key, work))

    async def _guarded(self, key: str, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except Outage as error:
            log.warning("a piece of work waits for the store", piece=key, reason=str(error))
        except Exception:  # the worker's edge: the piece's lease runs out and it is claimed again
            log.exception("a piece of work failed", piece=key)
        finally:
            # Not once the task is done, a step later: the piece may have been claimed again by then.
            self._ended(key)

    def _ended(self, key: str) -> None:
        del self._tasks[key]
        self._changed.set()

    async def _room(self) -> None:
        while len(self._tasks) >= self._size:
            self._changed.clear()
            await self._changed.wait()

    async def _drain(self) -> None:
        """A call cut in the middle is an order in doubt: better to wait a little for its answer."""
        if not self._tasks:
            return
        late = (await asyncio.wait(self._tasks.values(), timeout=self._drain_seconds))[1]
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
