"""What SQLite really raises, in an operator's words."""

import os
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from storage.database import SqliteFile
from storage.errors import DamagedDatabase, DiskFull, NotWritable, StoreBusy, StoreError
from storage.meanings import explained, reason

NOBODY = 65534


def a_database(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE numbers (n)")
    return path


def full(folder: Path) -> None:
    with closing(sqlite3.connect(a_database(folder / "a.db"))) as connection:
        connection.execute("PRAGMA max_page_count = 2")
        connection.execute("INSERT INTO numbers VALUES (zeroblob(100000))")


def read_only(folder: Path) -> None:
    with closing(sqlite3.connect(f"{a_database(folder / 'a.db').as_uri()}?mode=ro", uri=True)) as connection:
        connection.execute("INSERT INTO numbers VALUES (1)")


def nowhere(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "nowhere" / "a.db")) as connection:
        connection.execute("SELECT 1")


def locked(folder: Path) -> None:
    path = a_database(folder / "a.db")
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as first,
        closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as second,
    ):
        first.execute("BEGIN IMMEDIATE")
        second.execute("BEGIN IMMEDIATE")


def no_database(folder: Path) -> None:
    (folder / "a.db").write_bytes(b"something else " * 100)
    with closing(sqlite3.connect(folder / "a.db")) as connection:
        connection.execute("SELECT * FROM numbers")


@pytest.mark.parametrize(
    ("trouble", "kind", "words"),
    [
        (full, DiskFull, "there is no room left on its disk"),
        (read_only, NotWritable, "it is read-only"),
        (nowhere, NotWritable, "it cannot be opened"),
        (locked, StoreBusy, "another process keeps it locked"),
        (no_database, DamagedDatabase, "it is not a SQLite database"),
    ],
)
def test_an_error_of_the_environment_is_a_sentence_with_advice(
    tmp_path: Path, trouble: Callable[[Path], None], kind: type[StoreError], words: str
) -> None:
    with pytest.raises(sqlite3.DatabaseError) as raised:
        trouble(tmp_path)
    assert reason(raised.value) == words
    sentence = explained(raised.value)
    assert type(sentence) is kind
    assert str(sentence).startswith(f"the database cannot be used: {words}; ")


def test_an_error_of_ours_stays_what_it_is() -> None:
    with closing(sqlite3.connect(":memory:")) as connection, pytest.raises(sqlite3.OperationalError) as raised:
        connection.execute("SELECT no_such_column")
    assert explained(raised.value) is raised.value


def prepared_by_nobody(path: Path) -> str:
    """What somebody without rights is told who opens a database; root's rights are given up in a child first."""
    heard, told = os.pipe()
    child = os.fork()
    if not child:
        try:
            if not os.geteuid():
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            SqliteFile(path).prepare()
        except NotWritable as error:
            os.write(told, str(error).encode())
        finally:
            os._exit(0)
    os.close(told)
    os.waitpid(child, 0)
    with os.fdopen(heard, "rb") as pipe:
        return pipe.read().decode()


def test_a_file_or_a_folder_that_may_not_be_written_is_named() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = a_database(folder / "a.db")
        path.chmod(0o444)
        folder.chmod(0o555)
        try:
            said = prepared_by_nobody(path), prepared_by_nobody(folder / "new.db")
        finally:
            folder.chmod(0o700)
    assert said == (
        f"the database {path} cannot be written: Permission denied",
        f"the database {folder / 'new.db'} cannot be written: Permission denied",
    )
