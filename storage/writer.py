"""Group commit: one task owns SQLite's writing connection and lets queued units share a transaction."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.database import explained
from storage.errors import CommitFailed, StoreClosed
from storage.signals import Topic

T = TypeVar("T")
Wake = Callable[[Topic], None]
Run = Callable[[AsyncConnection, Wake], Awaitable[Any]]

WAITING_UNITS = 4096
"""Callers beyond these wait for room in the queue."""

SHARED_COMMIT = 64
"""Most units that one commit makes durable together."""

log = structlog.get_logger()


@dataclass(slots=True)
class Job:
    """One unit of work and whoever waits for it."""

    run: Run
    done: asyncio.Future[Any]
    topics: set[Topic] = field(default_factory=set[Topic])
    result: Any = None


class BatchLost(Exception):
    """The whole transaction is gone, not only the unit that failed."""


class Writer:
    """Runs units one after another; each either happened completely and durably, or not at all."""

    def __init__(self, engine: AsyncEngine, notify: Wake) -> None:
        self._engine = engine
        self._notify = notify
        self._jobs: asyncio.Queue[Job | None] = asyncio.Queue(WAITING_UNITS)
        self._task: asyncio.Task[None] | None = None
        self._closing = False

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
        return await job.done

    async def close(self) -> None:
        """Finish what is queued, then stop."""
        if self._closing or self._task is None:
            return
        self._closing = True
        await self._jobs.put(None)
        await self._task

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
        written: list[Job] = []
        try:
            async with self._engine.connect() as connection, connection.begin():
                for job in batch:
                    if not job.done.done() and await _run(connection, job):
                        written.append(job)
        except Exception as error:  # noqa: BLE001 - every waiting caller must learn of it, and the writer goes on
            self._fail(batch, error)
        else:
            self._publish(written)

    def _publish(self, written: list[Job]) -> None:
        for topic in {topic for job in written for topic in job.topics}:
            self._notify(topic)
        for job in written:
            if not job.done.done():
                job.done.set_result(job.result)

    def _fail(self, batch: list[Job], error: Exception) -> None:
        reason = explained(error.__cause__ if isinstance(error, BatchLost) and error.__cause__ else error)
        log.error("database commit failed, its units were undone", units=len(batch), reason=str(reason))
        for job in batch:
            if not job.done.done():
                lost = CommitFailed(f"nothing was stored: {reason}")
                lost.__cause__ = error
                job.done.set_exception(lost)


async def _run(connection: AsyncConnection, job: Job) -> bool:
    savepoint = await connection.begin_nested()
    try:
        job.result = await job.run(connection, job.topics.add)
        await savepoint.commit()
    except BaseException as error:
        try:
            await savepoint.rollback()
        except Exception as lost:
            raise BatchLost from lost
        if not isinstance(error, Exception):
            raise
        if not job.done.done():
            job.done.set_exception(error)
        return False
    return True
