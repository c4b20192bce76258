"""Texts of untrusted catalogs made fit for people: one line, no control characters, bounded."""

LONGEST_NAME = 300
LONGEST_DESCRIPTION = 2_000

_JOINER = "\u200d"  # holds emoji together


def tidy(text: str, limit: int = LONGEST_NAME) -> str:
    """Collapse white space, drop what cannot be seen (bidirectional overrides too) and cut at ``limit`` characters."""
    if not text.isprintable():
        text = "".join(_visible(character) for character in text)
    return " ".join(text.split())[:limit].rstrip()


def _visible(character: str) -> str:
    if character.isprintable() or character == _JOINER:
        return character
    return " " if character.isspace() else ""
