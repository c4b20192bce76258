"""Group commit: one task owns SQLite's writing connection and lets queued units share a transaction."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.driver import FusedConnection, TransactionLost
from storage.errors import CommitFailed, Outage, StoreClosed, StoreError
from storage.meanings import explained
from storage.signals import Topic

T = TypeVar("T")
Wake = Callable[[Topic], None]
Run = Callable[[AsyncConnection, Wake], Awaitable[Any]]

WAITING_UNITS = 4096
"""Callers beyond these wait for room in the queue."""

SHARED_COMMIT = 64
"""Most units that one commit makes durable together."""

COMPLAIN_EVERY = 60.0
"""Seconds between two log lines about the same trouble, which every unit meets anew."""

log = structlog.get_logger()


@dataclass(slots=True)
class Job:
    """One unit of work and whoever waits for it."""

    run: Run
    done: asyncio.Future[Any]
    topics: set[Topic] = field(default_factory=set[Topic])
    result: Any = None


class Trouble:
    """Tells the operator that nothing can be stored: at once, again now and then, and when that is over."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._reason: str | None = None
        self._said_at = 0.0
        self._undone = 0

    def met(self, reason: BaseException, units: int) -> None:
        """So many units were undone."""
        now = self._now()
        self._undone += units
        if str(reason) == self._reason and now < self._said_at + COMPLAIN_EVERY:
            return
        log.error("nothing can be stored; what was begun is undone", reason=str(reason), units=self._undone)
        self._reason, self._said_at = str(reason), now

    def over(self) -> None:
        """A unit was stored."""
        if self._reason is not None:
            log.warning("what is written can be stored again", before=self._reason, units=self._undone)
        self._reason, self._undone = None, 0


class Writer:
    """Runs units one after another; each either happened completely and durably, or not at all."""

    def __init__(self, engine: AsyncEngine, notify: Wake, *, room: int = WAITING_UNITS) -> None:
        self._engine = engine
        self._notify = notify
        self._jobs: asyncio.Queue[Job | None] = asyncio.Queue(room)
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        self._stopped = False
        self._trouble = Trouble()

    def start(self) -> None:
        """Begin to work off the queue."""
        self._task = asyncio.create_task(self._work(), name="store writer")

    async def submit(self, run: Callable[[AsyncConnection, Wake], Awaitable[T]]) -> T:
        """Queue a unit and return its result once it is durable.

        Raises what the unit raised, ``CommitFailed`` or ``StoreClosed``. A caller that is cancelled takes its unit
        with it only while the unit has not begun.
        """
        if self._closing:
            raise StoreClosed("the store is closed")
        if asyncio.current_task() is self._task:
            raise RuntimeError("a unit must not write through the store: it would wait for itself")
        job = Job(run, asyncio.get_running_loop().create_future())
        await self._jobs.put(job)
        if self._stopped:
            # It waited for room in the queue while the writer worked off what was before it.
            raise StoreClosed("the store is closed")
        return await job.done

    async def close(self) -> None:
        """Finish what is queued, then stop."""
        if self._closing or self._task is None:
            return
        self._closing = True
        await self._jobs.put(None)
        await self._task
        self._stopped = True
        while not self._jobs.empty():
            if job := self._jobs.get_nowait():
                closed = StoreClosed("the store is closed")
                _refuse(job, closed, closed)

    async def _work(self) -> None:
        while (job := await self._jobs.get()) is not None:
            batch = [job]
            last = self._collect(batch)
            await self._commit_together(batch)
            if last:
                return

    def _collect(self, batch: list[Job]) -> bool:
        """Add what is queued already; True when the end of the queue was among it."""
        while len(batch) < SHARED_COMMIT and not self._jobs.empty():
            job = self._jobs.get_nowait()
            if job is None:
                return True
            batch.append(job)
        return False

    async def _commit_together(self, batch: list[Job]) -> None:
        try:
            written = await self._in_one_transaction(batch)
        except Exception as error:  # noqa: BLE001 - every waiting caller must learn of it, and the writer goes on
            self._fail(batch, error)
        else:
            self._publish(written)

    async def _in_one_transaction(self, batch: list[Job]) -> list[Job]:
        """Run the units and commit; returns those that did not fail alone."""
        # Not as a context manager: it would close in a task of its own, once for every commit.
        connection = await self._engine.connect()
        try:
            async with connection.begin():
                fused = _fused(connection)
                written = [job for job in batch if await self._run(connection, fused, job)]
            if fused.changed:
                self._trouble.over()
            return written
        finally:
            await connection.close()

    async def _run(self, connection: AsyncConnection, fused: FusedConnection, job: Job) -> bool:
        """Run one unit; False when it failed alone. Raises when the whole transaction is lost."""
        if job.done.cancelled():
            # A caller that gave up before its turn takes its unit with it.
            return False
        fused.mark()
        try:
            job.result = await job.run(connection, job.topics.add)
        except (Exception, asyncio.CancelledError) as error:
            if _stopping():
                raise
            await _take_back(fused, error)
            self._refuse(job, error)
            return False
        return True

    def _refuse(self, job: Job, error: BaseException) -> None:
        reason = explained(error)
        if isinstance(reason, Outage):
            self._trouble.met(reason, 1)
        _refuse(job, error, reason)

    def _publish(self, written: list[Job]) -> None:
        for topic in {topic for job in written for topic in job.topics}:
            self._notify(topic)
        for job in written:
            if not job.done.done():
                job.done.set_result(job.result)

    def _fail(self, batch: list[Job], error: Exception) -> None:
        reason = explained(error)
        self._trouble.met(reason, len(batch))
        for job in batch:
            if not job.done.done():
                job.done.set_exception(_undone(reason, error))


def _undone(reason: BaseException, error: Exception) -> StoreError:
    failure = (
        type(reason)(str(reason)) if isinstance(reason, StoreError) else CommitFailed(f"nothing was stored: {reason}")
    )
    failure.__cause__ = error
    return failure


def _fused(connection: AsyncConnection) -> FusedConnection:
    assert connection.sync_connection is not None  # noqa: S101 - it was just opened
    fused = connection.sync_connection.connection.driver_connection
    assert isinstance(fused, FusedConnection)  # noqa: S101 - the writer's engine makes no other
    return fused


def _stopping() -> bool:
    """Whether it is the writer that was cancelled, not something its unit waited for."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _take_back(fused: FusedConnection, error: BaseException) -> None:
    try:
        await fused.undo()
    except TransactionLost as lost:
        # What the unit met is the reason, not its consequence.
        raise (error if isinstance(error, Exception) else lost) from None


def _refuse(job: Job, error: BaseException, reason: BaseException) -> None:
    if job.done.done():
        return
    if isinstance(error, asyncio.CancelledError):
        job.done.cancel()
        return
    if reason is not error:
        reason.__cause__ = error
    job.done.set_exception(reason)
