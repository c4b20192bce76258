"""Finding the word somebody meant: deletion variants to look candidates up by, and a distance to judge them. Pure."""

from itertools import combinations

SHORTEST = 4
"""Below this many letters a typo makes another word."""

LONG = 8
"""From this many letters two typos are forgiven."""

STEM = 8
"""Letters of a word that its variants are made of; the distance then judges the whole word."""


def forgiven(word: str) -> int:
    """How many typos a word of this length may hold; none when it has digits, which say exactly what they mean."""
    if len(word) < SHORTEST or any(character.isdigit() for character in word):
        return 0
    return 1 if len(word) < LONG else 2


def variants(word: str) -> set[str]:
    """The word's stem with up to ``forgiven`` letters left out; two words within that distance share one."""
    stem = word[:STEM]
    return {
        "".join(kept)
        for missing in range(min(forgiven(word), len(stem)) + 1)
        for kept in combinations(stem, len(stem) - missing)
    }


def distance(one: str, other: str, limit: int) -> int:
    """Typos between two words, a swap of neighbours being one; anything above ``limit`` comes back as ``limit + 1``."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        current = [row]
        for column, against in enumerate(other, start=1):
            cost = min(above[column] + 1, current[-1] + 1, above[column - 1] + (letter != against))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == against:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before, above = above, current
    return min(above[-1], limit + 1)
