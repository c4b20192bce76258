"""The snapshot's file: its tables and how they are opened. Another layout needs another version."""

import sqlite3
from pathlib import Path

SNAPSHOT = "snapshot.db"
"""The file's name in the catalog directory; it is only ever replaced whole."""

APPLICATION_ID = 0x4F524443
VERSION = 2

TABLES = """
CREATE TABLE info (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE categories (
    rank INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    items INTEGER NOT NULL, in_stock INTEGER NOT NULL
);
-- rank is the order people see: what can be bought first, then by name; searches return it without sorting.
CREATE TABLE items (
    rank INTEGER PRIMARY KEY, supplier TEXT NOT NULL, id TEXT NOT NULL, category TEXT NOT NULL,
    place INTEGER NOT NULL, body BLOB NOT NULL
);
"""

INDEXES = (
    "CREATE UNIQUE INDEX items_key ON items (supplier, id)",
    "CREATE UNIQUE INDEX items_place ON items (category, place)",
)

# The texts are folded and split before they get here, so the ascii tokenizer sees exactly our words.
# The snapshot keeps the texts in its items only: contentless tables hold nothing but the index.
SEARCH = """
CREATE VIRTUAL TABLE names USING fts5 (
    name, about, content = '', tokenize = 'ascii', prefix = '1 2 3', columnsize = 0
);
CREATE TABLE vocabulary (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE, uses INTEGER NOT NULL);
CREATE VIRTUAL TABLE grams USING fts5 (word, content = '', tokenize = 'trigram', columnsize = 0);
CREATE TABLE variants (variant TEXT NOT NULL, word INTEGER NOT NULL, PRIMARY KEY (variant, word)) WITHOUT ROWID;
"""


class SnapshotUnreadable(Exception):
    """A file that is no snapshot of this version."""


def open_readonly(path: Path) -> sqlite3.Connection:
    """Open a finished snapshot, which nobody will ever write to again; raises ``SnapshotUnreadable``."""
    try:
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False, isolation_level=None
        )
    except sqlite3.Error as error:
        raise SnapshotUnreadable(f"the snapshot cannot be opened: {error}") from error
    try:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.Error as error:
        connection.close()
        raise SnapshotUnreadable(f"the snapshot cannot be read: {error}") from error
    if (application, version) != (APPLICATION_ID, VERSION):
        connection.close()
        raise SnapshotUnreadable(f"the file is not a catalog snapshot of version {VERSION}")
    return connection
