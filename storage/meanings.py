"""What SQLite's errors mean to an operator, where the reason lies outside of Orderline."""

import sqlite3
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError

from storage.errors import DamagedDatabase, DiskFull, NotWritable, StoreBusy, StoreError


@dataclass(frozen=True, slots=True)
class Meaning:
    """``what`` happened, said of any SQLite file, and what to do when it is the bot's database."""

    kind: type[StoreError]
    what: str
    advice: str


OWNER = "look at the owner and the mode of its file and folder"
RESTORE = "restore a backup"

MEANINGS = {
    sqlite3.SQLITE_FULL: Meaning(DiskFull, "there is no room left on its disk", "make room"),
    sqlite3.SQLITE_READONLY: Meaning(NotWritable, "it is read-only", OWNER),
    sqlite3.SQLITE_CANTOPEN: Meaning(NotWritable, "it cannot be opened", OWNER),
    sqlite3.SQLITE_PERM: Meaning(NotWritable, "it may not be written", OWNER),
    sqlite3.SQLITE_BUSY: Meaning(StoreBusy, "another process keeps it locked", "close whatever else has it open"),
    sqlite3.SQLITE_NOTADB: Meaning(DamagedDatabase, "it is not a SQLite database", RESTORE),
    sqlite3.SQLITE_CORRUPT: Meaning(DamagedDatabase, "it is damaged", RESTORE),
    sqlite3.SQLITE_IOERR: Meaning(NotWritable, "its disk answers with errors", "look at its health, quota and mount"),
}


def explained(error: BaseException) -> BaseException:
    """The operator's sentence for a driver's error, or the error itself when it is none of the environment's."""
    meaning = _meaning(error)
    return error if meaning is None else meaning.kind(f"the database cannot be used: {meaning.what}; {meaning.advice}")


def reason(error: BaseException) -> str:
    """What happened to some other SQLite file, in a few words."""
    meaning = _meaning(error)
    return str(error) if meaning is None else meaning.what


def _meaning(error: BaseException) -> Meaning | None:
    driver = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(driver, "sqlite_errorcode", None)
    # Extended codes carry their primary code in the low byte (sqlite.org/rescode.html).
    return None if code is None else MEANINGS.get(code & 0xFF)
