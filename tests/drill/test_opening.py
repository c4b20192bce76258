"""What stands in the way of a start is one line and status 1, and the database is left as it was."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from storage.database import SqliteFile
from storage.migrations.upgrade import upgrade
from tests.drill.ailing import STATE
from tests.drill.disk import Answer
from tests.journeys.commands import orderline
from tests.journeys.processes import ROOT, free_port

Settings = dict[str, str]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database of this version, where the settings expect it."""
    path = tmp_path / "data" / "orderline.db"
    file = SqliteFile(path)
    file.prepare()
    with file.migrations().connect() as connection, connection.begin():
        upgrade(connection)
    return path


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with which a start would get as far as its first call."""
    return {
        "BOT_TOKEN": "1234567890:orderline-local-telegram-demo-token",
        "BOT_API_URL": "http://127.0.0.1:9",
        "ADMIN_IDS": "1001",
        "DATA_DIR": str(tmp_path / "data"),
        "SECRET_KEYS": Fernet.generate_key().decode(),
        "WEB_PORT": str(free_port()),
        "VOODOO_API_KEY": "ak_example",
    }


def refused(tmp_path: Path, settings: Settings) -> str:
    """The one line with which ``orderline run`` ends."""
    done = orderline(tmp_path, settings, "run")
    assert (done.status, len(done.complaints)) == (1, 1), done.err
    assert "Traceback" not in done.err
    return done.complaints[0]


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def damaged(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(100)  # behind the header, where the first page begins
        file.write(b"\xff" * 3000)


def no_database(path: Path) -> None:
    path.write_bytes(b"this is not a database, however long one reads it " * 100)


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


@pytest.mark.parametrize(
    ("harm", "line"),
    [
        (newer, "the database has schema 9999, which this version does not know; start the newer Orderline"),
        (damaged, "the database cannot be used: it is damaged; restore a backup"),
        (cut_off, "the database cannot be used: it is damaged; restore a backup"),
        (no_database, "the database cannot be used: it is not a SQLite database; restore a backup"),
    ],
)
def test_a_database_that_cannot_be_worked_with_is_refused_and_left_alone(
    tmp_path: Path, database: Path, settings: Settings, harm: Callable[[Path], None], line: str
) -> None:
    harm(database)
    before = database.read_bytes()
    assert refused(tmp_path, settings).startswith(line)
    assert database.read_bytes() == before


def test_a_database_that_another_program_keeps_locked_is_refused(
    tmp_path: Path, database: Path, settings: Settings
) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as tool:
        tool.execute("BEGIN IMMEDIATE")
        line = refused(tmp_path, settings)
    assert line == "the database cannot be used: another process keeps it locked; close whatever else has it open"


def test_a_first_start_on_a_full_disk_says_so(tmp_path: Path, settings: Settings) -> None:
    state = tmp_path / "disk"
    state.write_text(Answer.FULL.name)
    done = subprocess.run(
        [sys.executable, "-m", "tests.drill.ailing"],
        env={"PYTHONPATH": str(ROOT), STATE: str(state), **settings},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines() == ["the database cannot be used: there is no room left on its disk; make room"]
