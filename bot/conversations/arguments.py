"""What operators write after a command: a name of several words, an amount with a note, a markup, bounds. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from babel.numbers import list_currencies

from bot.resellers.naming import closest_reading, folded
from storage.records.resellers import MarkupScope

LONGEST_NAME: Final = 64
MOST_MEANT: Final = 5
GROUP: Final = re.compile(r"\d{3}(?:[.,][\d.,]*)?")
HEAD: Final = re.compile(r"\D?\d{1,3}")
OFF: Final = "off"
SCOPES: Final = {scope.value: scope for scope in MarkupScope}
CURRENCIES: Final = frozenset(list_currencies())


@dataclass(frozen=True, slots=True)
class Named:
    """A reseller called exactly so, and what follows its name."""

    reseller_id: int
    rest: str


@dataclass(frozen=True, slots=True)
class NotNamed:
    """No reseller is called so: what was probably meant to be a name, and whose names are closest to it.

    Without ``words`` several are: who is meant depends on whether a number belongs to the name or follows it.
    """

    words: str
    meant: Sequence[int]


def name_first(text: str, names: Mapping[str, int], stops: Sequence[str] = ()) -> Named | NotNamed:
    """Find the longest known name that the text begins with; ``stops`` are words that end a name nobody has."""
    words = text.split()
    counts = range(min(len(words), LONGEST_NAME), 0, -1)
    found = {count: names[name] for count in counts if (name := folded(" ".join(words[:count]))) in names}
    if found:
        return _longest(words, found)
    ends = (index for index, word in enumerate(words) if index and (_numeric(word) or word.lower() in stops))
    end = next(ends, len(words))
    return NotNamed(" ".join(words[:end]), _meant(words, (end, len(words)), names))


def _longest(words: Sequence[str], found: Mapping[int, int]) -> Named | NotNamed:
    """The longest name: but "Nova 2 100" may be 100 for "Nova 2" or 2 100 for "Nova", and is nobody's then."""
    counted = [reseller_id for count, reseller_id in found.items() if count < len(words) and _numeric(words[count])]
    count, reseller_id = next(iter(found.items()))
    if len(counted) > 1 and counted[0] == reseller_id:
        return NotNamed("", counted)
    return Named(reseller_id, " ".join(words[count:]))


def whole_name(text: str, names: Mapping[str, int]) -> Named | NotNamed:
    """Find the reseller that the whole text names."""
    name = " ".join(text.split())
    reseller_id = names.get(folded(name))
    return NotNamed(name, _meant([name], (1,), names)) if reseller_id is None else Named(reseller_id, "")


@dataclass(frozen=True, slots=True)
class Noted:
    """An amount as it was written, and the note behind it."""

    amount: str
    note: str


@dataclass(frozen=True, slots=True)
class TwoReadings:
    """``50 200 cards``: fifty with a note, or fifty thousand two hundred."""

    shorter: str
    longer: str


def noted(text: str, currency: str) -> Noted | TwoReadings:
    """Tell an amount from the note that follows it."""
    words = text.split()
    first = 2 if len(words) > 1 and (_is_sign(words[0]) or words[0].upper() == currency) else 1
    end = first
    if words and HEAD.fullmatch(words[first - 1]):
        while end < len(words) and GROUP.fullmatch(words[end]):
            end += 1
    grouped = end > first
    if end < len(words) and _is_currency(words[end], currency, last=end == len(words) - 1):
        end += 1
    elif grouped and end < len(words):
        return TwoReadings(" ".join(words[:first]), " ".join(words[:end]))
    return Noted(" ".join(words[:end]), " ".join(words[end:]))


@dataclass(frozen=True, slots=True)
class MarkupText:
    """A percentage as it was written, None to take a markup away; without a ``scope`` it is for everything."""

    percent: str | None
    scope: MarkupScope | None = None
    target: str = ""


def markup_text(text: str) -> MarkupText | None:
    """Read ``7.5``, ``5 category Steam``, ``off item voodoo:4711``; None for anything else."""
    percent, *rest = text.replace(" %", "%").split(maxsplit=2) or [""]
    wanted = None if percent.lower() == OFF else percent
    if not rest:
        return MarkupText(wanted) if wanted else None
    scope = SCOPES.get(rest[0].lower())
    if scope is None or len(rest) < 2:
        return None
    return MarkupText(wanted, scope, rest[1].strip())


BOUNDS: Final = ("minute", "day", "order", "low")


def bounds_text(text: str) -> dict[str, str] | None:
    """Read ``minute 5 day 1 000 order off`` into what is written behind each word; None for anything else."""
    found: dict[str, str] = {}
    bound = ""
    for word in text.split():
        if word.lower() in BOUNDS:
            bound = word.lower()
            if bound in found:
                return None
            found[bound] = ""
        elif not bound:
            return None
        else:
            found[bound] = f"{found[bound]} {word}".strip()
    return found if found and all(found.values()) else None


def _meant(words: Sequence[str], counts: Sequence[int], names: Mapping[str, int]) -> list[int]:
    """Whose names are closest to the words: to one of these many, or to as many as the name itself has."""

    def readings(name: str) -> list[str]:
        return [" ".join(words[:count]) for count in (*counts, len(name.split()))]

    return [names[name] for name in closest_reading(readings, names, MOST_MEANT)]


def _numeric(word: str) -> bool:
    return bool(re.match(r"[+\-\N{MINUS SIGN}]?\W?\d", word))


def _is_sign(word: str) -> bool:
    sign = word.lstrip("+-\N{MINUS SIGN}")
    return bool(sign) and all(unicodedata.category(letter) == "Sc" for letter in sign)


def _is_currency(word: str, own: str, *, last: bool) -> bool:
    """Whether a word behind an amount is its currency; a foreign one in small letters only when nothing follows."""
    code = word.upper()
    return _is_sign(word) or code == own or (code in CURRENCIES and (last or word.isupper()))
