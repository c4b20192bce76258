"""Names of resellers: which are taken, when two are the same, and which one somebody may have meant. Pure."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from operator import neg
from typing import Final

MAX_NAME: Final = 64
"""Characters of a name at most."""

ENOUGH_ALIKE: Final = 0.6
PART_ALIKE: Final = 0.65
"""A part of a name is short, so that more of it must fit."""

NOTHING_ALIKE: Final = (0.0, 0.0)

JOINER: Final = "\N{ZERO WIDTH JOINER}"
"""Holds an emoji of several together; every other invisible character may make one name look like another."""


class WrongNameReason(StrEnum):
    """Why a name cannot be had."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    CONTROL_CHARACTERS = "control_characters"
    SLASH = "slash"


@dataclass(frozen=True, slots=True)
class WrongName:
    """A name that cannot be had, with the most characters that one may have."""

    reason: WrongNameReason
    max_length: int = MAX_NAME


def clean_name(text: str) -> str | WrongName:
    """The name with every run of spaces as one, if it is 1 to 64 visible characters and looks like no command."""
    name = re.sub(r"\s+", " ", text).strip()
    if any(unicodedata.category(letter)[0] == "C" and letter != JOINER for letter in name):
        return WrongName(WrongNameReason.CONTROL_CHARACTERS)
    if not folded(name):
        return WrongName(WrongNameReason.EMPTY)
    if len(name) > MAX_NAME:
        return WrongName(WrongNameReason.TOO_LONG)
    return WrongName(WrongNameReason.SLASH) if name.startswith("/") else name


def folded(name: str) -> str:
    """What two names have in common that people take for the same: case, accents, width and spaces do not matter."""
    decomposed = unicodedata.normalize("NFKD", name).casefold()
    visible = (letter for letter in unicodedata.normalize("NFKD", decomposed) if not _unseen(letter))
    return " ".join("".join(visible).split())


def closest(words: str, names: Iterable[str], limit: int = 5) -> list[str]:
    """The folded names that somebody may have meant, the likeliest first; none when nothing is near."""
    return closest_reading(lambda _name: [words], names, limit)


def closest_reading(readings: Callable[[str], Iterable[str]], names: Iterable[str], limit: int = 5) -> list[str]:
    """As ``closest``, where the words may be read in several ways: for a name by the one that fits it best."""
    likely = {name: max(_likeness(folded(words), name) for words in readings(name)) for name in names}
    near = [name for name in likely if likely[name] > NOTHING_ALIKE]
    return sorted(near, key=lambda name: (*map(neg, likely[name]), name))[:limit]


def _likeness(meant: str, name: str) -> tuple[float, float]:
    """How likely a name was meant: by its best part, then by the whole of it; zeros for not at all."""
    if not meant:
        return NOTHING_ALIKE
    whole, part = _alike(meant, name), _part_alike(meant, name)
    begins = name.startswith(meant) or _begins_a_word(meant, name)
    best = max(1.0 if begins else 0.0, whole if whole >= ENOUGH_ALIKE else 0.0, part if part >= PART_ALIKE else 0.0)
    return (best, whole) if best else NOTHING_ALIKE


def _begins_a_word(meant: str, name: str) -> bool:
    return any(word.startswith(meant) for word in name.split())


def _part_alike(meant: str, name: str) -> float:
    """How alike the words are to as many first words of a longer name, or one word to any of its words; from 0 to 1."""
    count, words = len(meant.split()), name.split()
    if len(words) <= count:
        return 0
    return max(_alike(meant, part) for part in {" ".join(words[:count]), *(words if count == 1 else ())})


def _alike(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, other, one).ratio()


def _unseen(letter: str) -> bool:
    return bool(unicodedata.combining(letter)) or unicodedata.category(letter) in {"Mn", "Me", "Cf"}
