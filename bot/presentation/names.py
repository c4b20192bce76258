"""Names that strangers give themselves and their groups, made fit to stand among our own words."""

import re
import unicodedata

LONGEST = 200
"""Characters; Telegram's own names are shorter (64 and 64 of a person, 128 of a group)."""

JOINER = "\u200d"
"""Holds emoji together; every other invisible character goes, those that turn the line around among them."""

APART = "\u2060"
"""Shown as nothing: what stands before it and after it is no link, no mention and no command any more."""

# What Telegram's apps turn into something to tap: addresses, tg:// links, @names and /commands.
TAPPABLE = re.compile(r"(?<=[\w-])\.(?=[^\W\d_]{2})|:(?=//)|(?<!\w)[@/](?=\w)")

UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def legible(name: str) -> str:
    """A name in one line, without what cannot be seen, and without anything to tap; ``""`` when nothing is left."""
    seen = "".join(one for one in " ".join(name.split()) if one == JOINER or unicodedata.category(one) not in UNSEEN)
    flat = " ".join(seen.replace(JOINER, "").split()) and " ".join(seen.split())
    return TAPPABLE.sub(lambda found: found[0] + APART, flat[:LONGEST])
