"""Codes that a supplier shows only in outline: recognised, never stored, never taken for new. Pure."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from storage.records.orders import Code

STARS: Final = "*•●∗＊⁎·∙◦▪■█"
"""Signs that stand for hidden letters; no code that we know of contains one."""

CERTAIN: Final = re.compile(rf"[{STARS}]{{3}}|\A[{STARS}\s-]+\Z")
"""Masks beyond doubt; a single sign may just be part of a code."""

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
    """Whether a supplier shows only the outline of a code; crosses count only where it may come masked at all.

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
    pairs = list(zip(_parts(shown), _parts(stored), strict=True))
    return any(_parts(shown)) and all(part in {"", whole} or _outlines(part, whole) for part, whole in pairs)


def sifted(reported: Sequence[Code], stored: Sequence[Code], *, clear: bool = False, doubtful: bool = False) -> Sifted:
    """Sort out a report's codes: each stored one is met once, exactly or in outline; the clear rest is new.

    ``clear`` says that the report's codes are what they look like, masked or not (the answer to a create).
    """
    others, unmet = _unmet(reported, stored)
    if clear:
        return Sifted(tuple(code for code in others if any(_parts(code))))
    new: list[Code] = []
    hidden: list[Code] = []
    # Masks are met first: of many codes few are left then that the clear ones must be compared with.
    for code in sorted(others, key=is_masked, reverse=True):
        met = next((known for known in unmet if outlines(code, known)), None)
        if met is not None:
            unmet.remove(met)
        elif is_masked(code, doubtful=doubtful):
            hidden.append(code)
        else:
            new.append(code)
    # With as many codes as are shown none is missing: those set aside are others' outlines.
    missing = len(stored) + len(new) < len(reported)
    return Sifted(tuple(new), len(hidden), missing and any(map(_guessed, hidden)))


def _unmet(reported: Sequence[Code], stored: Sequence[Code]) -> tuple[list[Code], list[Code]]:
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
    return any(sign in part for sign in STARS) or (bool(part) and not part.strip("- "))


def _guessed(code: Code) -> bool:
    return any(_parts(code)) and not any(CERTAIN.search(part) for part in _parts(code) if part)


def _outlines(part: str, whole: str) -> bool:
    if len(part) != len(whole):
        return False
    crossed = part.upper().count("X") >= CROSSES_OF_AN_OUTLINE
    signs = STARS + "Xx" if crossed else STARS
    return all(sign == letter or sign in signs for sign, letter in zip(part, whole, strict=True))
