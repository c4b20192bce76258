"""The way in: an update is stored first, then handled once, in the lane of its chat and person."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import structlog

from bot.intake.backoff import Backoff
from bot.intake.lanes import Lanes
from bot.intake.updates import Raw, read_update
from storage.clock import Clock, utc_now
from storage.errors import StoreError
from storage.records.queues import StoredUpdate
from storage.store import Store
from storage.tables import Tables

log = structlog.get_logger()

Handle = Callable[[StoredUpdate], Awaitable[Collection[asyncio.Future[Any]] | None]]
"""Handles an update, and says what goes on beside its lane before it is done with, if anything does."""

PAGE = 500


class Result(StrEnum):
    """How an update ended, for the metrics."""

    HANDLED = "handled"
    REPEATED = "repeated"
    DROPPED = "dropped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Accepted:
    """Telegram may forget the updates: ``new`` were stored, ``repeated`` were there, ``dropped`` were a flood."""

    new: int
    repeated: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Full:
    """There is no room now, or we are starting or stopping; nothing was stored, Telegram must keep the updates."""


@dataclass(frozen=True, slots=True)
class IntakeLimits:
    """``per_lane`` and ``total`` updates wait at most; ``workers`` lanes are served at once; times in seconds.

    One person's surplus over ``per_lane`` is dropped unread: hundreds of unanswered taps are a flood, and answering
    the thousandth minutes later helps nobody. ``total`` is nobody's fault in particular, so Telegram keeps the rest.
    A worker mostly waits for its chat's turn to be answered, so there are many; ``per_chat`` of them at most serve
    one chat, because a group may hear 20 messages a minute and its people would soon keep all of them waiting.
    ``mark_seconds`` is the longest pause between tries to mark an update as handled.
    """

    per_lane: int = 100
    total: int = 5000
    workers: int = 128
    per_chat: int = 8
    handle_seconds: float = 120
    mark_seconds: float = 5
    stop_seconds: float = 10


class Intake:
    """Stores what Telegram sends and feeds it to ``handle``, each update until it was handled or failed once.

    An update whose handling was cut off by a kill is still stored and is handled again after the next start.
    """

    def __init__(
        self,
        store: Store,
        handle: Handle,
        limits: IntakeLimits | None = None,
        *,
        clock: Clock = utc_now,
        count: Callable[[Result, int], None] = lambda _result, _many: None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._handle = handle
        self._limits = limits or IntakeLimits()
        self._clock = clock
        self._count = count
        self._sleep = sleep
        self._lanes = Lanes(self._limits.per_lane, self._limits.total, self._limits.per_chat)
        self._open = asyncio.Event()
        self._closing = False
        self._room = asyncio.Event()
        self._busy: set[asyncio.Task[None]] = set()
        self._beside: set[asyncio.Task[None]] = set()

    @property
    def accepting(self) -> bool:
        """Whether updates can be taken now."""
        return self._open.is_set() and not self._closing and self._lanes.room() > 0

    @property
    def capacity(self) -> int:
        """How many updates may wait or be in hand at once."""
        return self._limits.total

    @property
    def waiting(self) -> int:
        """How many updates wait or are being handled."""
        return self._lanes.size

    async def opened(self) -> None:
        """Return once ``run`` has put back what an earlier life left, and updates can be taken."""
        await self._open.wait()

    async def accept(self, raw: Sequence[Raw]) -> Accepted | Full:
        """Store updates; they are durable when this returns. Raises ``MalformedUpdate`` or ``StoreError``."""
        batch = [read_update(one) for one in raw]
        if not self.accepting or self._lanes.room() < len(batch):
            return Full()
        kept = [update for update in batch if self._reserve(update)]
        new = await self._keep(kept) if kept else []
        dropped = len(batch) - len(kept)
        self._count(Result.DROPPED, dropped)
        self._count(Result.REPEATED, len(kept) - len(new))
        return Accepted(len(new), len(kept) - len(new), dropped)

    async def room(self, updates: int) -> None:
        """Return when so many updates would be taken; never while we stop."""
        await self._until(lambda: self.accepting and self._lanes.room() >= updates)

    async def idle(self) -> None:
        """Return when nothing waits and nothing is in hand."""
        await self._until(lambda: self._lanes.size == 0)

    async def settled(self) -> None:
        """Return when what goes on beside the lanes has ended and is marked."""
        await asyncio.gather(*self._beside)

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            self._room.clear()
            await self._room.wait()

    async def run(self) -> None:
        """Handle updates until cancelled; then take no more and finish those in hand, within ``stop_seconds``."""
        self._closing = False
        await self._restore()
        workers = {asyncio.create_task(self._work(), name=f"lane {number}") for number in range(self._limits.workers)}
        self._open.set()
        self._room.set()
        try:
            ended, _ = await asyncio.wait(workers, return_when=asyncio.FIRST_COMPLETED)
            ended.pop().result()  # a worker never ends by itself: this raises what killed it
        finally:
            self._closing = True
            await self._stop(workers)
            self._open.clear()

    def _reserve(self, update: StoredUpdate) -> bool:
        if self._lanes.reserve(update):
            return True
        if self._lanes.first_drop(update):
            log.warning("a flood of updates is being dropped", chat_id=update.chat_id, user_id=update.user_id)
        return False

    async def _keep(self, batch: list[StoredUpdate]) -> list[StoredUpdate]:
        async def work(tables: Tables) -> list[StoredUpdate]:
            return await tables.updates.add_many(batch, self._clock())

        placed: set[int] = set()
        try:
            new = await self._store.write(work)
            for update in new:
                self._lanes.put(update)
                placed.add(id(update))
            return new
        finally:
            for update in batch:
                if id(update) not in placed:
                    self._lanes.release(update)

    async def _restore(self) -> None:
        after, restored = 0, 0
        while page := await self._store.read(lambda tables, after=after: tables.updates.pending(PAGE, after)):
            for update in page:
                self._lanes.restore(update)
            after, restored = page[-1].update_id, restored + len(page)
        if restored:
            log.info("updates of the last run are handled first", updates=restored)

    async def _work(self) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine that runs has a task
        while not self._closing:
            update = await self._lanes.take()
            self._busy.add(task)
            try:
                await self._handle_once(update)
            finally:
                self._busy.discard(task)
                self._finished(update)

    async def _handle_once(self, update: StoredUpdate) -> None:
        result, beside = Result.FAILED, None
        try:
            async with asyncio.timeout(self._limits.handle_seconds):
                beside = await self._handle(update)
            result = Result.HANDLED
        except (Exception, asyncio.CancelledError):  # a lane's edge: one bad update must not stop it, nor come again
            if _stopping():
                raise
            log.exception("an update could not be handled and is given up", update_id=update.update_id)
        self._count(result, 1)
        if beside:
            task = asyncio.create_task(self._mark_after(beside, update), name=f"beside {update.update_id}")
            self._beside.add(task)
            task.add_done_callback(self._beside.discard)
        else:
            await self._mark_done(update)

    async def _mark_after(self, beside: Collection[asyncio.Future[Any]], update: StoredUpdate) -> None:
        """Mark an update when what it began has ended; its lane does not wait: to ask for it twice does no harm."""
        await asyncio.wait(beside)
        await self._mark_done(update)

    async def _mark_done(self, update: StoredUpdate) -> None:
        """Mark it, however long the store takes nothing: its lane waits.

        Were a later update of the lane marked before it, a restart would take this one for an answer to that one's
        question.
        """
        backoff = Backoff(longest=self._limits.mark_seconds)
        while not await self._marked(update):
            await self._sleep(backoff.next())

    async def _marked(self, update: StoredUpdate) -> bool:
        """Whether there is nothing more to try: what is not marked at a stop is handled again, harmlessly."""
        try:
            await self._store.write(lambda tables: tables.updates.done(update.update_id, self._clock()))
        except StoreError as error:
            log.warning("a handled update waits to be marked", update_id=update.update_id, reason=str(error))
            return self._closing
        except Exception:  # a lane's edge
            log.exception("a handled update could not be marked", update_id=update.update_id)
        return True

    def _finished(self, update: StoredUpdate) -> None:
        dropped = self._lanes.finished(update)
        if dropped:
            log.warning("the flood is over", dropped=dropped, chat_id=update.chat_id, user_id=update.user_id)
        self._room.set()

    async def _stop(self, workers: set[asyncio.Task[None]]) -> None:
        for idle in workers - self._busy:
            idle.cancel()
        in_hand = set(self._busy)
        if in_hand:
            _, late = await asyncio.wait(in_hand, timeout=self._limits.stop_seconds)
            for task in late:
                log.warning("an update is left unfinished and will be handled again", worker=task.get_name())
                task.cancel()
        await asyncio.gather(*workers, return_exceptions=True)


def _stopping() -> bool:
    """Whether it is this worker that is cancelled, not something its update waited for."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
