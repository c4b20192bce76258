"""Rows that nobody can read any more, as a lost key or a bad disk leaves them."""

import sqlite3
from contextlib import closing
from pathlib import Path


def damage(path: Path, table: str, column: str, *keys: int) -> None:
    """Overwrite a sealed value behind the store's back; SQLite's ``rowid`` is every table's counted key."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for key in keys:
            connection.execute(f"UPDATE {table} SET {column} = x'00' WHERE rowid = ?", (key,))  # noqa: S608 - our own names
