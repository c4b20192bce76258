"""Codes that a supplier shows only in outline: recognised, never stored, never taken for new. Pure."""

import re
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from storage.records.orders import Code

STARS: Final = "*•●∗＊⁎·∙◦▪■█"
"""Signs that stand for hidden letters; no code that we know of contains one."""

CERTAIN: Final = re.compile(rf"[{STARS}]{{3}}|\A[{STARS}\s-]+\Z")
"""Masks beyond doubt; a single sign may just be part of a code."""

CROSSED_OUT: Final = re.compile(r"X{8}", re.IGNORECASE)
"""A run of X that no code has; clear samples in documentation have at most four in a row."""

CROSSES_OF_A_MASK: Final = 8
"""This many X in a row, or most of a part and at least so many, are a mask wherever a code may come masked."""

CROSSES_OF_AN_OUTLINE: Final = 4
"""Beside a stored code that agrees everywhere else, fewer X than in a mask show that it is the same one."""


@dataclass(frozen=True, slots=True)
class Sifted:
    """What a report's codes are beside the stored ones: ``new`` in clear, and how many others show only an outline.

    ``guessed`` says whether one was set aside that may be clear after all: its reply must not be thrown away.
    """

    new: tuple[Code, ...] = field(default=(), repr=False)
    hidden: int = 0
    guessed: bool = False


def is_masked(code: Code, *, doubtful: bool = False) -> bool:
    """Whether a supplier shows only the outline of a code; broken runs of X count only where it may come masked at all.

    A masked PIN makes a card number useless. Clear samples in documentation look like STEAM-XXXX-XXXX-XXXX
    (octopus.md 16, 1).
    """
    parts = _parts(code)
    return not any(parts) or any(_starred(part) or (doubtful and is_crossed(part)) for part in parts)


def is_crossed(part: str) -> bool:
    """Whether a part is mostly the letter X, as some suppliers mask."""
    crosses = part.upper().count("X")
    if crosses < CROSSES_OF_A_MASK:
        return False
    return "X" * CROSSES_OF_A_MASK in part.upper() or crosses * 2 > sum(letter.isalpha() for letter in part)


def outlines(shown: Code, stored: Code) -> bool:
    """Whether a code shows no more than a stored one: equal wherever it is not masked or missing."""
    return _Unmet([stored]).meet(shown)


def sifted(reported: Sequence[Code], stored: Sequence[Code], *, clear: bool = False, doubtful: bool = False) -> Sifted:
    """Sort out a report's codes: each stored one is met once, exactly or in outline; the clear rest is new.

    ``clear`` says that the report's codes are what they look like, masked or not (the answer to a create).
    """
    others, rest = _apart(reported, stored)
    if clear:
        return Sifted(tuple(code for code in others if any(_parts(code))))
    unmet = _Unmet(rest)
    new: list[Code] = []
    hidden: list[Code] = []
    # Masks are met first: a clear code must not take a stored one that is another's outline.
    for code in sorted(others, key=is_masked, reverse=True):
        if unmet.meet(code):
            continue
        if is_masked(code, doubtful=doubtful):
            hidden.append(code)
        else:
            new.append(code)
    # With as many codes as are shown none is missing: those set aside are others' outlines.
    missing = len(stored) + len(new) < len(reported)
    return Sifted(tuple(new), len(hidden), missing and any(map(_guessed, hidden)))


Shape = tuple[tuple[int, tuple[int, ...]] | None, ...]
"""What a code lets through of each part: its length and the places that are no masks; None for a part that it lacks."""


class _Unmet:
    """Stored codes that no shown one has met yet, found by what is let through: orders have thousands of codes."""

    def __init__(self, codes: Sequence[Code]) -> None:
        self._codes = [_parts(code) for code in codes]
        self._met: set[int] = set()
        self._waiting: dict[Shape, dict[tuple[str, ...], deque[int]]] = {}

    def meet(self, shown: Code) -> bool:
        """Take the first stored code that the shown one outlines; says whether there was one."""
        parts = _parts(shown)
        if len(self._met) == len(self._codes) or not any(parts):
            return False
        shape = tuple(map(_shape, parts))
        if shape not in self._waiting:
            self._waiting[shape] = self._sorted(shape)
        waiting = self._waiting[shape].get(_let_through(parts, shape), deque())
        while waiting and waiting[0] in self._met:
            waiting.popleft()
        if waiting:
            self._met.add(waiting.popleft())
            return True
        return False

    def _sorted(self, shape: Shape) -> dict[tuple[str, ...], deque[int]]:
        waiting: dict[tuple[str, ...], deque[int]] = {}
        for index, parts in enumerate(self._codes):
            if all(one is None or one[0] == len(part) for one, part in zip(shape, parts, strict=True)):
                waiting.setdefault(_let_through(parts, shape), deque()).append(index)
        return waiting


def _apart(reported: Sequence[Code], stored: Sequence[Code]) -> tuple[list[Code], list[Code]]:
    """Reported and stored codes that have no exact twin; an expiry or a serial makes no other code."""
    known = Counter(map(_parts, stored))
    others: list[Code] = []
    for code in reported:
        if known[_parts(code)]:
            known[_parts(code)] -= 1
        else:
            others.append(code)
    unmet: list[Code] = []
    for code in stored:
        if known[_parts(code)]:
            known[_parts(code)] -= 1
            unmet.append(code)
    return others, unmet


def _parts(code: Code) -> tuple[str, str, str]:
    return code.value, code.pin, code.link


def _starred(part: str) -> bool:
    return (
        any(sign in part for sign in STARS) or (bool(part) and not part.strip("- ")) or bool(CROSSED_OUT.search(part))
    )


def _guessed(code: Code) -> bool:
    return any(_parts(code)) and not any(CERTAIN.search(part) for part in _parts(code) if part)


def _shape(part: str) -> tuple[int, tuple[int, ...]] | None:
    if not part:
        return None
    crossed = part.upper().count("X") >= CROSSES_OF_AN_OUTLINE
    signs = STARS + "Xx" if crossed else STARS
    return len(part), tuple(place for place, sign in enumerate(part) if sign not in signs)


def _let_through(parts: tuple[str, ...], shape: Shape) -> tuple[str, ...]:
    pairs = zip(parts, shape, strict=True)
    return tuple("" if one is None else "".join([part[place] for place in one[1]]) for part, one in pairs)
