"""Consistent copies of the database: made beside a running bot, checked before one replaces an older one, and marked.

The mark tells a copy from the original when it is started in its place: what was done after the copy was made is then
known to suppliers and Telegram only (``storage.repositories.copies``).
"""

import fcntl
import os
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from storage.errors import DamagedDatabase, NotWritable
from storage.meanings import explained, reason

OWNER_ONLY: Final = 0o600
DAMAGED: Final = "the database is damaged, so no copy of it takes the place of an older one"
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

MARK: Final = "user_version"
"""A number in the file's header that SQLite leaves to applications (sqlite.org/pragma.html): 0 in an original, in a
copy the minute in which it was made, counted from 1970."""


def copy_database(source: Path, target: Path, now: datetime) -> None:
    """Copy what is committed while others write; ``target`` changes only when all of it is copied and sound.

    Raises ``NotWritable``, or ``DamagedDatabase`` when the source is not worth replacing an older copy.
    """
    unfinished = target.with_name(target.name + ".unfinished")
    try:
        if not source.exists():
            raise NotWritable(f"there is no database {source}")
        if target.exists() and target.samefile(source):
            raise NotWritable(f"the backup {target} would overwrite the database itself")
        with _alone(unfinished, target):
            _make_private(unfinished)
            _copy(source, unfinished, now)
            unfinished.replace(target)
            _sync(target.parent)
    except OSError as error:
        raise NotWritable(f"the backup {target} cannot be written: {error.strerror}") from error
    except sqlite3.Error as error:
        if isinstance(explained(error), DamagedDatabase):
            raise DamagedDatabase(DAMAGED) from error
        raise NotWritable(f"the backup {target} cannot be written: {reason(error)}") from error


def marked(number: int) -> datetime | None:
    """When the copy with this mark was made, to the minute; None for an original."""
    return EPOCH + timedelta(minutes=number) if number else None


@contextmanager
def _alone(unfinished: Path, target: Path) -> Generator[None]:
    """Keep other backups to the same place out, and leave nothing unfinished behind; raises ``NotWritable``.

    Two that write one file would each find it damaged. The file itself is not locked: where ``flock`` is made of
    SQLite's own kind of locks, as on network disks, that would keep SQLite out.
    """
    path = unfinished.with_name(unfinished.name + ".lock")
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, OWNER_ONLY)
    try:
        _take(lock, target)
        try:
            yield
        finally:
            unfinished.unlink(missing_ok=True)
            path.unlink(missing_ok=True)
    finally:
        os.close(lock)


def _take(lock: int, target: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise NotWritable(f"another backup to {target} is being made") from None


def _make_private(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
    try:
        os.fchmod(descriptor, OWNER_ONLY)
    finally:
        os.close(descriptor)


def _copy(source: Path, target: Path, now: datetime) -> None:
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as live,
        closing(sqlite3.connect(target, isolation_level=None)) as copy,
    ):
        live.backup(copy)
        # In one file, with no log beside it that could be forgotten when it is moved.
        copy.execute("PRAGMA journal_mode = DELETE")
        _check(copy)
        copy.execute(f"PRAGMA {MARK} = {(now - EPOCH) // timedelta(minutes=1)}")


def _check(copy: sqlite3.Connection) -> None:
    (found,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise DamagedDatabase(DAMAGED)


def _sync(folder: Path) -> None:
    """Make the new name durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
