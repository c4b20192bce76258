"""The search cascade over a snapshot: prefix, spacing, substring, typos, and all again with the keyboard switched.

The first step that finds anything answers, for every page of it. A step turns each word of the query into an FTS5
expression; results come in the snapshot's own order (what can be bought first, then by name), so nothing is sorted.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence

from bot.catalog.folding import other_layouts, words
from bot.catalog.spelling import distance, forgiven, variants

MOST_WORDS = 8
"""Further words of a query are not looked at."""

DEEPEST = 10_000
"""Results beyond this many are not paged to."""

_MOST_EXPANSIONS = 48
_MOST_CANDIDATES = 200
_SHORTEST_PART = 3
_MOST_SPELT_OUT = 4
_AFTER_EVERY_LETTER = "\U0010ffff"

_LETTERS_OR_DIGITS = re.compile(r"[^\W\d_]+|\d+")

Ladder = tuple[str, ...]
"""FTS5 expressions from the narrowest to the widest, each including the one before it."""


def search(connection: sqlite3.Connection, text: str, offset: int, limit: int) -> list[int]:
    """The ranks of the items that a text means, one page of them."""
    for spelling in (text, *other_layouts(text)):
        terms = list(dict.fromkeys(words(spelling)))[:MOST_WORDS]
        for ladder in _ladders(connection, terms):
            if _any(connection, ladder[-1]):
                return _page(connection, ladder, min(offset, DEEPEST), limit)
    return []


def _ladders(connection: sqlite3.Connection, terms: Sequence[str]) -> Iterator[Ladder]:
    if not terms:
        return
    for spaced in (terms, *_respacings(connection, terms)):
        begun = [_beginning(connection, term) for term in spaced]
        if all(begun):
            yield _starting(spaced, begun)
    for expand in (_containing, _resembling):
        meant = [expand(connection, term) for term in terms]
        if any(meant):  # otherwise it would be the first step once more
            either = [_either(_beginning(connection, term), words_) for term, words_ in zip(terms, meant, strict=True)]
            if all(either):
                yield (" AND ".join(either),)


def _starting(terms: Sequence[str], begun: Sequence[str]) -> Ladder:
    """Whole words in the name, then word beginnings in the name, then in region and category too."""
    whole, beginnings = " AND ".join(_quoted(term) for term in terms), " AND ".join(begun)
    rungs = (f"{{name}} : ({whole})", f"{{name}} : ({beginnings})", f"({beginnings})")
    return tuple(dict.fromkeys(rungs))


def _beginning(connection: sqlite3.Connection, term: str) -> str:
    """What matches the words that begin with a term, ``""`` if there are none; a few words cost less than a prefix."""
    begun = connection.execute(
        "SELECT word FROM vocabulary WHERE word >= ? AND word < ? ORDER BY word LIMIT ?",
        (term, term + _AFTER_EVERY_LETTER, _MOST_SPELT_OUT + 1),
    ).fetchall()
    if len(begun) > _MOST_SPELT_OUT:
        return f"{_quoted(term)} *"
    return _either("", [word for (word,) in begun])


def _either(beginning: str, meant: Sequence[str]) -> str:
    parts = [beginning] * bool(beginning) + [_quoted(word) for word in meant]
    return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})" if parts else ""


def _quoted(word: str) -> str:
    return f'"{word}"'  # words hold letters and digits only


def _containing(connection: sqlite3.Connection, term: str) -> list[str]:
    """The most used words of the catalog with a term inside, beyond those beginning with it; trigrams need three."""
    if len(term) < _SHORTEST_PART:
        return []
    rows = connection.execute(
        "SELECT vocabulary.word FROM grams JOIN vocabulary ON vocabulary.id = grams.rowid"
        " WHERE grams MATCH ? ORDER BY grams.rowid LIMIT ?",
        (_quoted(term), _MOST_EXPANSIONS),
    )
    return [word for (word,) in rows if not word.startswith(term)]


def _resembling(connection: sqlite3.Connection, term: str) -> list[str]:
    """The words a typo or two away from a term, the nearest and most used first, and those with it inside."""
    limit = forgiven(term)
    if not limit:
        return _containing(connection, term)
    keys = sorted(variants(term))
    candidates = connection.execute(
        f"SELECT DISTINCT vocabulary.id, vocabulary.word FROM variants JOIN vocabulary ON vocabulary.id = variants.word"  # noqa: S608 - placeholders only
        f" WHERE variant IN ({', '.join('?' * len(keys))}) ORDER BY vocabulary.id LIMIT ?",
        (*keys, _MOST_CANDIDATES),
    ).fetchall()
    near = sorted((typos, id_, word) for id_, word in candidates if (typos := distance(term, word, limit)) <= limit)
    return [word for _, _, word in near[:_MOST_EXPANSIONS]] + _containing(connection, term)


def _respacings(connection: sqlite3.Connection, terms: Sequence[str]) -> Iterator[list[str]]:
    """The same letters with other gaps: ``10usd`` as ``10 usd``, ``play station`` joined, ``giftcard`` parted."""
    split = [part for term in terms for part in _LETTERS_OR_DIGITS.findall(term)]
    if len(split) > len(terms):
        yield split
    if len(terms) > 1:
        yield ["".join(terms)]
    parted = [part for term in terms for part in _parted(connection, term)]
    if len(parted) > len(terms):
        yield parted


def _parted(connection: sqlite3.Connection, term: str) -> Sequence[str]:
    """A term as the two catalog words that it is made of, if it is."""
    cuts = range(_SHORTEST_PART, len(term) - _SHORTEST_PART + 1)
    for cut in cuts:
        parts = (term[:cut], term[cut:])
        known = connection.execute("SELECT count(*) FROM vocabulary WHERE word IN (?, ?)", parts).fetchone()
        if known == (2,):
            return parts
    return (term,)


def _any(connection: sqlite3.Connection, expression: str) -> bool:
    found = connection.execute("SELECT 1 FROM names WHERE names MATCH ? LIMIT 1", (expression,))
    return found.fetchone() is not None


def _page(connection: sqlite3.Connection, ladder: Ladder, offset: int, limit: int) -> list[int]:
    """One page over the whole ladder: each rung without what the rung before it already showed."""
    found: list[int] = []
    for index, rung in enumerate(ladder):
        expression = f"{rung} NOT ({ladder[index - 1]})" if index else rung
        rows = connection.execute(
            "SELECT rowid FROM names WHERE names MATCH ? ORDER BY rowid LIMIT ? OFFSET ?",
            (expression, limit - len(found), offset),
        ).fetchall()
        found += [rank for (rank,) in rows]
        if len(found) == limit:
            break
        offset = 0 if rows or not offset else max(0, offset - _count(connection, expression))
    return found


def _count(connection: sqlite3.Connection, expression: str) -> int:
    (count,) = connection.execute("SELECT count(*) FROM names WHERE names MATCH ?", (expression,)).fetchone()
    return count
