"""Writes a new snapshot: items are staged as they come, then ordered, shelved and indexed."""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Self

import msgspec

from bot.catalog.folding import natural_key, words
from bot.catalog.reports import SourceInfo
from bot.catalog.schema import APPLICATION_ID, INDEXES, SEARCH, TABLES, VERSION
from bot.catalog.spelling import variants
from storage.records.catalog import Availability, Item

BATCH = 2_000

MISSPELT = 60_000
"""Words, the most used first, that are found in spite of typos; each costs up to 37 rows."""

_STAGING = """
CREATE TEMP TABLE staged (
    n INTEGER PRIMARY KEY, supplier TEXT NOT NULL, id TEXT NOT NULL, category TEXT NOT NULL, shelf TEXT NOT NULL,
    sold_out INTEGER NOT NULL, sort TEXT NOT NULL, name TEXT NOT NULL, about TEXT NOT NULL, body BLOB NOT NULL
)
"""

# Sorted without the bodies, which are many times as large as what they are sorted by.
_RANKED = """
CREATE TEMP TABLE ranked AS
SELECT row_number() OVER (ORDER BY sold_out, sort, supplier, id) AS rank,
       row_number() OVER (PARTITION BY category ORDER BY sold_out, sort, supplier, id) - 1 AS place, n
FROM staged
"""

Tick = Callable[[int], None]


def category_id(name: str) -> str:
    """A short id that stays the same as long as the name does, whatever its case or spacing."""
    plain = " ".join(name.casefold().split())
    return hashlib.blake2s(plain.encode(), digest_size=5).hexdigest()


class Builder:
    """One snapshot in the making; leave the ``with`` block without ``finish`` and the file is worth nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = sqlite3.connect(path, isolation_level=None)

    def __enter__(self) -> Self:
        # The file is synced once, when it is complete: until then a crash may leave whatever it likes.
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "temp_store = FILE", "cache_size = -65536"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        self._connection.execute(f"PRAGMA user_version = {VERSION}")
        self._connection.executescript(TABLES + SEARCH)
        self._connection.execute(_STAGING)
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def stage(self, items: Iterable[Item]) -> None:
        """Take items in; no two may share a key."""
        rows = (_row(item) for item in items)
        self._connection.execute("BEGIN")
        while batch := list(islice(rows, BATCH)):
            self._connection.executemany("INSERT INTO staged VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)", batch)
        self._connection.execute("COMMIT")

    def count(self, supplier: str) -> int:
        """Items of one supplier staged so far."""
        return self._one("SELECT count(*) FROM staged WHERE supplier = ?", supplier)

    def finish(self, built_at: datetime, sources: dict[str, SourceInfo], tick: Tick) -> None:
        """Order, shelve and index what was staged, and sync the file; ``tick`` hears of items done."""
        self._connection.execute("BEGIN")
        self._shelve()
        for statement in INDEXES:
            self._connection.execute(statement)
        uses = self._index(tick)
        self._spell(uses)
        self._describe(built_at, sources)
        self._connection.execute("COMMIT")
        self._connection.executescript("DROP TABLE ranked; DROP TABLE staged;")
        self._connection.execute("PRAGMA optimize")
        self._connection.close()
        _sync(self._path)

    def _shelve(self) -> None:
        """Number items over the whole catalog and within their category, and count the categories."""
        self._connection.execute(_RANKED)
        self._connection.execute(
            "INSERT INTO items SELECT rank, supplier, id, category, place, body"
            " FROM ranked JOIN staged USING (n) ORDER BY rank"
        )
        self._connection.execute(
            """
            INSERT INTO categories (id, name, items, in_stock)
            SELECT category, min(shelf), count(*), sum(NOT sold_out) FROM staged GROUP BY category
            """
        )
        shelves = self._connection.execute("SELECT id, name FROM categories").fetchall()
        shelves.sort(key=lambda shelf: (not shelf[1], natural_key(shelf[1]), shelf[0]))
        ranks = [(-rank, id_) for rank, (id_, _) in enumerate(shelves, start=1)]
        self._connection.executemany("UPDATE categories SET rank = ? WHERE id = ?", ranks)
        self._connection.execute("UPDATE categories SET rank = -rank")

    def _index(self, tick: Tick) -> dict[str, int]:
        """Fill the index of names, and return how often each word is used."""
        uses: dict[str, int] = {}
        for batch in self._texts():
            self._connection.executemany("INSERT INTO names (rowid, name, about) VALUES (?, ?, ?)", batch)
            for _, name, about in batch:
                for word in {*name.split(), *about.split()}:
                    uses[word] = uses.get(word, 0) + 1
            tick(len(batch))
        self._connection.execute("INSERT INTO names (names) VALUES ('optimize')")
        return uses

    def _texts(self) -> Iterator[list[tuple[int, str, str]]]:
        rows = self._connection.cursor().execute(
            "SELECT rank, name, about FROM ranked JOIN staged USING (n) ORDER BY rank"
        )
        return iter(lambda: rows.fetchmany(BATCH), [])

    def _spell(self, uses: dict[str, int]) -> None:
        """Fill the word list with its substring index and its variants, the most used words first."""
        ranked = sorted(uses, key=lambda word: (-uses[word], word))
        entries = list(enumerate(ranked, start=1))
        self._connection.executemany(
            "INSERT INTO vocabulary VALUES (?, ?, ?)", ((id_, word, uses[word]) for id_, word in entries)
        )
        self._connection.executemany("INSERT INTO grams (rowid, word) VALUES (?, ?)", entries)
        self._connection.execute("INSERT INTO grams (grams) VALUES ('optimize')")
        found = sorted((variant, id_) for id_, word in entries[:MISSPELT] for variant in _misspellings(word))
        self._connection.executemany("INSERT INTO variants VALUES (?, ?)", found)

    def _describe(self, built_at: datetime, sources: dict[str, SourceInfo]) -> None:
        facts = {"built_at": built_at, "sources": sources}
        rows = [(key, msgspec.json.encode(value).decode()) for key, value in facts.items()]
        self._connection.executemany("INSERT INTO info VALUES (?, ?)", rows)

    def _one(self, query: str, *parameters: object) -> int:
        (value,) = self._connection.execute(query, parameters).fetchone()
        return value


def _misspellings(word: str) -> set[str]:
    """A word's variants; none for words that must be typed exactly."""
    found = variants(word)
    return found if len(found) > 1 else set()


def _row(item: Item) -> tuple[object, ...]:
    return (
        item.key.supplier,
        item.key.id,
        _shelf(item.category),
        item.category,
        item.availability is Availability.OUT_OF_STOCK,
        # One name is often sold in many countries.
        f"{natural_key(item.name)}\n{natural_key(item.region)}",
        " ".join(words(item.name)),
        _about(item.region, item.category, item.keywords),
        msgspec.json.encode(item),
    )


_shelf = lru_cache(category_id)


@lru_cache(4_096)  # categories times countries: most items share theirs with others
def _about(region: str, category: str, keywords: str) -> str:
    return " ".join(words(f"{region} {category} {keywords}"))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
