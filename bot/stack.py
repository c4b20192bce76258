"""Tracebacks fit for a log: where it happened and what kind it was, without the values that foreign messages quote."""

import re
import traceback
from collections.abc import Iterator
from typing import cast

OURS = ("bot.", "storage.")
"""Whose messages are written with a log in mind. Libraries quote what they stumbled over: a typed value, a code."""

LONGEST_MESSAGE = 1000
MOST_FRAMES = 60
MOST_LINKS = 8
CUT = "…"

BYTES = re.compile(r"""(?:\bbytearray\(|\bmemoryview\()?\bb(['"])(?:\\.|(?!\1).)*(?:\1\)?|$)""", re.DOTALL)
"""A literal of bytes, whole or cut short: HTTP libraries quote what came over the wire."""

# An apostrophe inside a word opens nothing; what is not closed goes to the end.
QUOTED = re.compile(r"""(?<![^\W_])(?:(['"`])(?:\\.|(?!\1).)*(?:\1|$)|[‘“«][^’”»]*(?:[’”»]|$))""", re.DOTALL)


def without_bytes(text: str) -> str:
    """``text`` with a mark for every literal of bytes."""
    return BYTES.sub(CUT, text)


def without_quotes(text: str) -> str:
    """``text`` with a mark for everything it quotes."""
    return QUOTED.sub(CUT, without_bytes(text))


def told(error: BaseException) -> str:
    """An error and what caused it, oldest first; frames without locals, foreign messages without quotations."""
    return "\n".join(_links(error))


def _links(error: BaseException) -> list[str]:
    links: list[str] = []
    seen: set[int] = set()
    link: BaseException | None = error
    joint = ""
    while link is not None and id(link) not in seen and len(links) < MOST_LINKS:
        seen.add(id(link))
        links.append("\n".join([*_told_alone(link), *([joint] if joint else [])]))
        joint = "\nand that was the cause of:\n" if link.__cause__ else "\nand while that was handled:\n"
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return links[::-1]


def _told_alone(error: BaseException) -> Iterator[str]:
    frames = traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__), limit=-MOST_FRAMES)
    yield "Traceback (most recent call last):"
    yield "".join(frames.format()).rstrip("\n")
    yield _named(error)
    if isinstance(error, BaseExceptionGroup):
        group = cast("BaseExceptionGroup[BaseException]", error)
        for each in group.exceptions[:MOST_LINKS]:
            yield "  one of them: " + told(each).replace("\n", "\n  ")


def _named(error: BaseException) -> str:
    kind = type(error)
    words = _words(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    if not name.startswith(OURS):
        words = without_quotes(words)
    return f"{name}: {words[:LONGEST_MESSAGE]}" if words else name


def _words(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - an error that cannot be said must still be logged
        return "it cannot say what it is"
