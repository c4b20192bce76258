"""The catalog as the bot knows it: the present snapshot, and its refreshes."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from bot.catalog.child import run_import
from bot.catalog.messages import ImportRequest
from bot.catalog.reports import (
    CatalogError,
    CatalogPolicy,
    CatalogRefused,
    CatalogUnavailable,
    FeedReport,
    ImportProgress,
    ImportReport,
    OnImported,
    OnRefused,
    ProgressListener,
)
from bot.catalog.schema import SNAPSHOT, SnapshotUnreadable
from bot.catalog.snapshot import Snapshot
from bot.suppliers.feeds import Feed
from storage.clock import Clock, utc_now

FIRST_RETRY = timedelta(seconds=30)
"""After a failed refresh the next comes this soon, then after twice as long, up to the usual interval."""

log = structlog.get_logger()


async def ignore(_news: CatalogError | ImportReport) -> None:
    """The hook of whoever needs none."""


class Catalog:
    """Owns the snapshot of all feeds. ``on_refused`` hears of each trouble once, ``on_imported`` of each success."""

    def __init__(
        self,
        feeds: Sequence[Feed],
        directory: Path,
        policy: CatalogPolicy,
        *,
        on_refused: OnRefused = ignore,
        on_imported: OnImported = ignore,
        clock: Clock = utc_now,
    ) -> None:
        self._feeds = tuple(feeds)
        self._directory = directory
        self._policy = policy
        self._on_refused = on_refused
        self._on_imported = on_imported
        self._clock = clock
        self._snapshot: Snapshot | None = None
        self._checked_at: datetime | None = None
        self._trouble: str | None = None
        self._told: str | None = None
        self._flight: asyncio.Task[ImportReport] | None = None
        self._listeners: list[ProgressListener] = []

    @property
    def snapshot(self) -> Snapshot | None:
        """The last good snapshot, None before the first. Whoever holds it may read on: a refresh never closes it."""
        return self._snapshot

    @property
    def age(self) -> timedelta | None:
        """Time since the supplier last confirmed what the snapshot says, None without one."""
        return None if self._checked_at is None else max(timedelta(0), self._clock() - self._checked_at)

    @property
    def stale(self) -> bool:
        """Whether there is no snapshot, or an older one than the policy wants."""
        return self.age is None or self.age > self._policy.max_age

    @property
    def trouble(self) -> str | None:
        """Why the last refresh failed, None when it did not."""
        return self._trouble

    async def open(self) -> None:
        """Open the last good snapshot if there is one; never touches the network."""
        await asyncio.to_thread(self._directory.mkdir, parents=True, exist_ok=True)
        path = self._directory / SNAPSHOT
        try:
            self._snapshot = await Snapshot.open(path)
        except FileNotFoundError:
            log.info("no catalog snapshot yet, the first refresh makes one", path=str(path))
            return
        except SnapshotUnreadable as error:
            log.warning("the catalog snapshot cannot be used, the next refresh replaces it", reason=str(error))
            return
        stat = await asyncio.to_thread(path.stat)
        self._checked_at = datetime.fromtimestamp(stat.st_mtime, UTC)

    async def refresh(self, progress: ProgressListener | None = None, *, accept_drop: bool = False) -> ImportReport:
        """Refresh every feed; whoever calls during a refresh joins it.

        Raises ``CatalogRefused`` or ``CatalogUnavailable`` of the first feed that failed, when the others are done.
        ``accept_drop`` takes a catalog however small, and reads it even if it did not change.
        """
        if accept_drop and self._flight is not None:
            await asyncio.wait([self._flight])  # it would have refused what we are to accept
        if progress is not None:
            self._listeners.append(progress)
        try:
            return await asyncio.shield(self._flight or self._take_off(accept_drop))
        finally:
            if progress is not None:
                self._listeners.remove(progress)

    def _take_off(self, accept_drop: bool) -> asyncio.Task[ImportReport]:
        self._flight = asyncio.create_task(self._refresh(accept_drop), name="catalog refresh")
        self._flight.add_done_callback(self._landed)
        return self._flight

    def _landed(self, flight: asyncio.Task[ImportReport]) -> None:
        self._flight = None
        if not flight.cancelled():
            flight.exception()  # whoever waited has it too; unread it would warn when nobody waited any more

    async def _refresh(self, accept_drop: bool) -> ImportReport:
        began = time.monotonic()
        reports: list[FeedReport] = []
        troubles: list[CatalogError] = []
        for feed in self._feeds:
            try:
                reports.append(await self._import(feed, accept_drop))
            except (CatalogRefused, CatalogUnavailable) as error:
                troubles.append(error)
        if troubles:
            await self._failed(troubles)
            raise troubles[0]
        report = ImportReport(tuple(reports), time.monotonic() - began, recovered=self._told is not None)
        self._trouble = self._told = None
        log.info("catalog refreshed", items=report.items, seconds=round(report.seconds, 2))
        await self._on_imported(report)
        return report

    async def _import(self, feed: Feed, accept_drop: bool) -> FeedReport:
        request = ImportRequest(
            feed=feed,
            keep=tuple(other.supplier for other in self._feeds if other is not feed),
            directory=str(self._directory),
            max_bytes=self._policy.max_bytes,
            max_drop=self._policy.max_drop,
            accept_drop=accept_drop,
        )
        report = await run_import(request, self._policy.timeout, self._tell)
        if report.bad_records:
            first = report.bad_samples[0]
            log.warning(
                "catalog records skipped",
                supplier=feed.supplier,
                skipped=report.bad_records,
                first=first.key,
                reason=first.reason,
            )
        await self.open()
        return report

    async def _failed(self, troubles: Sequence[CatalogError]) -> None:
        """Log every failure; tell the operator of a refusal, or of a catalog out of reach for too long, once."""
        for trouble in troubles:
            log.warning("catalog not refreshed, the last good snapshot stays", reason=str(trouble), stale=self.stale)
        news = next((trouble for trouble in troubles if isinstance(trouble, CatalogRefused)), None)
        if news is None and self.stale:
            news = troubles[0]
        self._trouble = str(news or troubles[0])
        if news is not None and self._trouble != self._told:
            self._told = self._trouble
            await self._on_refused(news)

    def _tell(self, progress: ImportProgress) -> None:
        for listener in self._listeners:
            listener(progress)

    async def run(self) -> None:
        """Refresh now and at the policy's interval, sooner after a failure, until cancelled."""
        usual, retry = self._policy.refresh_every, FIRST_RETRY
        while True:
            try:
                await self.refresh()
                wait, retry = usual, FIRST_RETRY
            except CatalogError:
                wait, retry = min(retry, usual), min(retry * 2, usual)
            except Exception:  # a worker's edge: a full disk today must not end the refreshes for good
                log.exception("the catalog refresh failed in a way nobody foresaw, it is tried again")
                wait = usual
            await asyncio.sleep(wait.total_seconds())

    async def close(self) -> None:
        """End a refresh that is under way, and let go of the snapshot."""
        if self._flight is not None:
            self._flight.cancel()
            await asyncio.gather(self._flight, return_exceptions=True)
        if self._snapshot is not None:
            self._snapshot.close()
            self._snapshot = None
