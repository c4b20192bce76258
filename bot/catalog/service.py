"""The catalog as the bot knows it: the present snapshot, and its refreshes."""

import asyncio
import time
from collections.abc import Mapping, Sequence
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
    Gather,
    ImportProgress,
    ImportReport,
    OnImported,
    OnRefused,
    ProgressListener,
)
from bot.catalog.schema import SNAPSHOT, SnapshotUnreadable
from bot.catalog.snapshot import Snapshot
from bot.suppliers.errors import MalformedReport, SupplierError, SupplierMisconfigured
from bot.suppliers.feeds import Feed
from storage.clock import Clock, utc_now
from storage.records.catalog import Item, ItemKey

FIRST_RETRY = timedelta(seconds=30)
"""After a failed refresh the next comes this soon, then after twice as long, up to the usual interval."""

log = structlog.get_logger()


async def ignore(_news: CatalogError | ImportReport) -> None:
    """The hook of whoever needs none."""


class Catalog:
    """Owns the snapshot of all feeds. ``on_refused`` hears of each trouble once, ``on_imported`` of each success.

    ``gather`` fetches, by supplier, what no plain download can get. The rows of suppliers in ``keep`` stay as they are.
    """

    def __init__(
        self,
        feeds: Sequence[Feed],
        directory: Path,
        policy: CatalogPolicy,
        *,
        gather: Mapping[str, Gather] | None = None,
        keep: Sequence[str] = (),
        on_refused: OnRefused = ignore,
        on_imported: OnImported = ignore,
        clock: Clock = utc_now,
    ) -> None:
        self._feeds = tuple(feeds)
        self._directory = directory
        self._policy = policy
        self._gatherers = dict(gather or {})
        self._suppliers = (*(feed.supplier for feed in feeds), *keep)
        self._on_refused = on_refused
        self._on_imported = on_imported
        self._clock = clock
        self._snapshot: Snapshot | None = None
        self._checked: dict[str, datetime] = {}
        self._troubles: tuple[CatalogError, ...] = ()
        self._told: dict[str, str] = {}
        self._importing = asyncio.Lock()
        self._flight: asyncio.Task[ImportReport] | None = None
        self._listeners: list[ProgressListener] = []

    @property
    def snapshot(self) -> Snapshot | None:
        """The last good snapshot, None before the first. Whoever holds it may read on: a refresh never closes it."""
        return self._snapshot

    async def get(self, key: ItemKey) -> Item | None:
        """The item as the present snapshot has it; None when it is not sold, or nothing is known of any catalog yet."""
        return await self._snapshot.get(key) if self._snapshot else None

    @property
    def age(self) -> timedelta | None:
        """Time since every supplier confirmed what the snapshot says of it, None without one."""
        return self._since(min(self._checked.values())) if self._checked else None

    @property
    def stale(self) -> bool:
        """Whether a supplier is not in the snapshot, or confirmed it longer ago than the policy wants."""
        return any(self._stale(feed.supplier) for feed in self._feeds)

    @property
    def trouble(self) -> str | None:
        """Why the last refresh failed, by supplier; None when it did not."""
        return "; ".join(map(str, self._troubles)) or None

    def _stale(self, supplier: str) -> bool:
        checked = self._checked.get(supplier)
        return checked is None or self._since(checked) > self._policy.max_age

    def _since(self, instant: datetime) -> timedelta:
        return max(timedelta(0), self._clock() - instant)

    async def open(self) -> None:
        """Open the last good snapshot if there is one; never touches the network."""
        await asyncio.to_thread(self._directory.mkdir, parents=True, exist_ok=True)
        await self._open()

    async def _open(self, confirmed: str | None = None) -> None:
        """Open the snapshot's file, as old as it is, but for the supplier that has just ``confirmed`` its part."""
        path = self._directory / SNAPSHOT
        try:
            self._snapshot = await Snapshot.open(path)
        except FileNotFoundError:
            log.info("no catalog snapshot yet, the first refresh makes one", path=str(path))
            return
        except SnapshotUnreadable as error:
            log.warning("the catalog snapshot cannot be used, the next refresh replaces it", reason=str(error))
            return
        written = datetime.fromtimestamp((await asyncio.to_thread(path.stat)).st_mtime, UTC)
        before = {supplier: at for supplier, at in self._checked.items() if supplier != confirmed}
        self._checked = {supplier: before.get(supplier, written) for supplier in self._snapshot.info.sources}

    async def refresh(self, progress: ProgressListener | None = None, *, accept_drop: bool = False) -> ImportReport:
        """Gather and import every feed; whoever calls during a refresh joins it.

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
        # Side by side, so that one supplier's slow pages keep nobody else's catalog waiting; awaited to the last one.
        ends = await asyncio.gather(*(self._bring(feed, accept_drop) for feed in self._feeds), return_exceptions=True)
        self._troubles = tuple(end for end in ends if isinstance(end, CatalogError))
        reports = tuple(end for end in ends if isinstance(end, FeedReport))
        report = ImportReport(reports, time.monotonic() - began, self._recovered(reports))
        if reports:
            log.info("catalog refreshed", items=report.items, seconds=round(report.seconds, 2))
            await self._on_imported(report)
        await self._failed()
        for end in ends:
            if isinstance(end, BaseException):
                raise end
        return report

    async def _bring(self, feed: Feed, accept_drop: bool) -> FeedReport:
        await self._gather(feed.supplier)
        async with self._importing:  # each import takes over the rows that the others made
            return await self._import(feed, accept_drop)

    async def _gather(self, supplier: str) -> None:
        """Let the supplier's client bring its pages; what it could not bring stays as it was."""
        if supplier not in self._gatherers:
            return
        try:
            await asyncio.to_thread(self._directory.mkdir, parents=True, exist_ok=True)
            async with asyncio.timeout(self._policy.timeout.total_seconds()):
                await self._gatherers[supplier](self._directory)
        except (SupplierMisconfigured, MalformedReport) as error:
            raise CatalogRefused(supplier, str(error)) from error
        except SupplierError as error:
            raise CatalogUnavailable(supplier, str(error)) from error
        except TimeoutError:
            raise CatalogUnavailable(supplier, f"its pages took longer than {self._policy.timeout}") from None
        except OSError as error:
            raise CatalogUnavailable(supplier, f"its pages cannot be written: {error.strerror}") from error

    async def _import(self, feed: Feed, accept_drop: bool) -> FeedReport:
        request = ImportRequest(
            feed=feed,
            keep=tuple(supplier for supplier in self._suppliers if supplier != feed.supplier),
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
        await self._open(confirmed=feed.supplier)
        return report

    def _recovered(self, reports: Sequence[FeedReport]) -> tuple[str, ...]:
        """The suppliers of these reports that the operator believes to be in trouble; now they may be told anew."""
        return tuple(report.supplier for report in reports if self._told.pop(report.supplier, None) is not None)

    async def _failed(self) -> None:
        """Log every failure; tell the operator of a refusal, or of a catalog out of reach for too long, once."""
        for trouble in self._troubles:
            supplier, stale = trouble.supplier, self._stale(trouble.supplier)
            log.warning("catalog not refreshed, the last good snapshot stays", reason=str(trouble), stale=stale)
            if (stale or isinstance(trouble, CatalogRefused)) and self._told.get(supplier) != trouble.reason:
                self._told[supplier] = trouble.reason
                await self._on_refused(trouble)

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
