"""The import process: ``python -m bot.catalog.importer``, a request on stdin, progress and a verdict on stdout.

It alone touches what suppliers send as a file: whatever such a file does to it, the bot and the last good snapshot
are out of reach. It ends with its parent, whose end closes stdin.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import msgspec

from bot.catalog.builder import Builder
from bot.catalog.download import NotModified, Obtained, Unobtainable, obtain
from bot.catalog.messages import (
    Finished,
    ImportRequest,
    Message,
    Progressed,
    Refused,
    Unavailable,
    Verdict,
    decode_request,
    encode,
)
from bot.catalog.reports import FeedOutcome, FeedReport, ImportProgress, Phase, SnapshotInfo, SourceInfo
from bot.catalog.schema import SNAPSHOT, VERSION, SnapshotUnreadable, open_readonly
from bot.catalog.snapshot import read_info
from bot.suppliers.feeds import BadRecord, FeedRefused
from bot.suppliers.registry import READERS
from storage.clock import utc_now
from storage.records.catalog import Item

LOCK = "import.lock"
WORKSPACE = "work-"

READING = 2
"""Another number when a reader makes other items of the same file: each is read once more, and the snapshot stays."""

SAMPLES = 20
"""Bad records that a report names; the others are counted."""

NICENESS = 10

_REPORT_EVERY = 0.1

Say = Callable[[Message], None]


class Import:
    """One run: obtain, read, check, build, swap."""

    def __init__(self, request: ImportRequest, say: Say, workspace: Path) -> None:
        self._request = request
        self._feed = request.feed
        self._say = say
        self._workspace = workspace
        self._target = Path(request.directory, SNAPSHOT)
        self._current = _present(self._target)
        self._bad: list[BadRecord] = []
        self._bad_count = 0
        self._said_at = float("-inf")

    def run(self) -> Verdict:
        """Do it all; whatever may go wrong with a supplier's file becomes a verdict."""
        try:
            report = self._import()
        except FeedRefused as error:
            return Refused(str(error))
        except Unobtainable as error:
            return Unavailable(str(error))
        except (OSError, sqlite3.OperationalError) as error:
            return Unavailable(f"the snapshot cannot be written: {error}")
        return Finished(report)

    def _import(self) -> FeedReport:
        file = self._workspace / "download"
        obtained = obtain(
            self._feed.sources,
            self._target.parent,
            self._known(),
            file,
            self._request.max_bytes,
            self._progress(Phase.DOWNLOAD),
        )
        before = self._before()
        if isinstance(obtained, NotModified) and before is not None:
            # Its age counts from the last time that somebody looked.
            os.utime(self._target)
            return FeedReport(self._feed.supplier, FeedOutcome.UNCHANGED, obtained.source, before.items, before.items)
        if isinstance(obtained, NotModified):
            raise Unobtainable("the server says that nothing changed since a file we do not have")
        return self._build(obtained, before.items if before else 0)

    def _build(self, obtained: Obtained, previous: int) -> FeedReport:
        fresh = self._workspace / SNAPSHOT
        with Builder(fresh) as builder:
            builder.stage(self._items(obtained))
            items = builder.count(self._feed.supplier)
            self._check(items, previous)
            sources = {self._feed.supplier: self._source(obtained, items)} | self._keep(builder)
            total = sum(source.items for source in sources.values())
            builder.finish(utc_now(), sources, _counter(self._progress(Phase.INDEX), total))
        _swap(fresh, self._target)
        return FeedReport(
            self._feed.supplier,
            FeedOutcome.IMPORTED,
            obtained.source,
            items,
            previous,
            self._bad_count,
            tuple(self._bad),
        )

    def _items(self, obtained: Obtained) -> Iterator[Item]:
        """The file's items; bad records are put aside, and so is an item whose id was seen before."""
        seen: set[str] = set()
        tick = self._progress(Phase.READ)
        reader = READERS[self._feed.format]
        for count, record in enumerate(reader(obtained.path, self._feed, self._workspace), start=1):
            tick(count, None)
            if isinstance(record, BadRecord):
                self._reject(record)
            elif record.key.id in seen:
                self._reject(BadRecord(record.key.id, "the id was already used"))
            else:
                seen.add(record.key.id)
                yield record

    def _reject(self, record: BadRecord) -> None:
        self._bad_count += 1
        if len(self._bad) < SAMPLES:
            self._bad.append(record)

    def _check(self, items: int, previous: int) -> None:
        if not items:
            first = f"; the first of {self._bad_count} bad records: {self._bad[0].reason}" if self._bad else ""
            raise FeedRefused(f"the catalog holds no usable item{first}")
        lost = previous - items
        if lost > previous * self._request.max_drop and not self._request.accept_drop:
            raise FeedRefused(f"the catalog lost {lost} of its {previous} items")

    def _keep(self, builder: Builder) -> dict[str, SourceInfo]:
        """Take over the other suppliers' rows from the present snapshot."""
        kept: dict[str, SourceInfo] = {}
        for supplier in self._request.keep:
            if self._current is not None and supplier in self._current.sources:
                with closing(open_readonly(self._target)) as connection:
                    builder.stage(_rows(connection, supplier))
                kept[supplier] = self._current.sources[supplier]
        return kept

    def _before(self) -> SourceInfo | None:
        return self._current.sources.get(self._feed.supplier) if self._current else None

    def _known(self) -> tuple[str, dict[str, str]] | None:
        """The source and validators of the present rows, if they would be read the same way today."""
        before = self._before()
        expected = {self._feed.supplier, *self._request.keep}
        if before is None or self._current is None or self._request.accept_drop:
            return None
        if before.fingerprint != self._fingerprint() or not set(self._current.sources) <= expected:
            return None
        return before.source, before.validators

    def _source(self, obtained: Obtained, items: int) -> SourceInfo:
        return SourceInfo(obtained.source, items, self._bad_count, utc_now(), self._fingerprint(), obtained.validators)

    def _fingerprint(self) -> str:
        """What, besides the file, decides how rows look: another value makes the next download unconditional."""
        feed = self._feed
        basis = msgspec.json.encode([VERSION, READING, feed.format, feed.currency, feed.options, feed.sources])
        return hashlib.blake2s(basis, digest_size=8).hexdigest()

    def _progress(self, phase: Phase) -> Callable[[int, int | None], None]:
        def tick(done: int, total: int | None) -> None:
            now = time.monotonic()
            if now - self._said_at >= _REPORT_EVERY or done == total:
                self._said_at = now
                self._say(Progressed(ImportProgress(self._feed.supplier, phase, done, total)))

        return tick


def _counter(tick: Callable[[int, int | None], None], total: int) -> Callable[[int], None]:
    done = 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        tick(done, total)

    return count


def _present(path: Path) -> SnapshotInfo | None:
    """What the present snapshot holds, None when there is none that can be read."""
    if not path.exists():
        return None
    try:
        with closing(open_readonly(path)) as connection:
            return read_info(connection)
    except SnapshotUnreadable:
        return None


def _rows(connection: sqlite3.Connection, supplier: str) -> Iterator[Item]:
    decode = msgspec.json.Decoder(Item).decode
    for (body,) in connection.execute("SELECT body FROM items WHERE supplier = ?", (supplier,)):
        yield decode(body)


def _swap(fresh: Path, target: Path) -> None:
    """Put a finished snapshot in place; whoever has the old one open keeps reading it."""
    fresh.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def run(request: ImportRequest, say: Say) -> Verdict:
    """Import under the directory's lock; what a killed import left behind is swept away first."""
    directory = Path(request.directory)
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return Unavailable("another import is at work")
        for left in directory.glob(f"{WORKSPACE}*"):
            shutil.rmtree(left)
        with tempfile.TemporaryDirectory(prefix=WORKSPACE, dir=directory) as workspace:
            return Import(request, say, Path(workspace)).run()


def _end_with_parent() -> None:
    """Nothing more is ever written to stdin, so its end is the parent's (os.read, for it holds no lock at exit)."""
    while os.read(0, 1):
        pass
    os._exit(1)


def main() -> None:
    """Read the request, import, and say how it went."""
    os.nice(NICENESS)
    request = decode_request(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, name="end with parent", daemon=True).start()

    def say(message: Message) -> None:
        sys.stdout.buffer.write(encode(message) + b"\n")
        sys.stdout.buffer.flush()

    say(run(request, say))


if __name__ == "__main__":
    main()
