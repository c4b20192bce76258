"""What people type when they look for an item: its words, parts of them, slips of the finger, the wrong keyboard."""

from collections.abc import Iterator
from random import Random

LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,."
CYRILLIC = "йцукенгшщзхъфывапролджэячсмитьбю"
OTHER_LAYOUT = str.maketrans(LATIN, CYRILLIC)


def queries_like(name: str, chance: Random) -> Iterator[str]:
    """Ten searches for an item of this name, one of each kind."""
    words = name.split()
    longest = max(words, key=len)
    yield name
    yield " ".join(words[:2])
    yield words[0]
    yield words[0][:2]
    yield longest[1:]
    yield _slip(longest, chance)
    yield _slip(" ".join(words[:2]), chance)
    yield name.lower().translate(OTHER_LAYOUT)
    yield " ".join(reversed(words))
    yield f"{words[0]} qqxzv"


def _slip(text: str, chance: Random) -> str:
    """The text with two neighbouring letters swapped."""
    if len(text) < 4:
        return text
    at = chance.randrange(1, len(text) - 2)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
