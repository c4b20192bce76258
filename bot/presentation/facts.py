"""What a catalog says about an item: its facts in the reader's language, and its supplier's description."""

import re
from collections.abc import Mapping

from markupsafe import Markup

from bot.presentation.cards import clip
from bot.presentation.speech import Speech, marked
from storage.records.catalog import Fact, FactKind, Item

DESCRIPTION_LENGTH = 600
FACT_LENGTH = 100

KNOWN: Mapping[str, str] = {
    "code": marked("Code"),
    "code with pin": marked("Code with PIN"),
    "code and url": marked("Code and link"),
    "url": marked("Link"),
    "instant": marked("instant"),
    "no expiry": marked("no expiry"),
}
"""Words that suppliers use for facts, in ours."""

SPAN = re.compile(r"(?P<count>[1-9][0-9]{0,3}) (?P<unit>day|month|year)s?", re.IGNORECASE)


def described(item: Item, speech: Speech) -> list[Markup | str]:
    """What is known of an item besides its price: its facts in one line, then its description."""
    facts = Markup(" · ").join(_fact(fact, speech) for fact in item.facts if fact.words.strip())
    parts = [facts, Markup("{}").format(clip(item.description, DESCRIPTION_LENGTH))]
    return [line for part in parts if part for line in ("", part)]


def _fact(fact: Fact, speech: Speech) -> Markup:
    words = _worded(fact.words, speech)
    match fact.kind:
        case FactKind.FORM:
            return Markup("{}").format(words)
        case FactKind.DELIVERY:
            return speech.text("Delivery: {when}", when=words)
        case FactKind.VALIDITY:
            return speech.text("Validity: {span}", span=words)


def _worded(words: str, speech: Speech) -> str:
    """The words in the reader's language; what we have no words for stays as the supplier wrote it."""
    plain = words.casefold()
    if plain in KNOWN:
        return speech.plain(KNOWN[plain])
    if span := SPAN.fullmatch(plain):
        return _span(int(span["count"]), span["unit"], speech)
    return clip(words, FACT_LENGTH)


def _span(count: int, unit: str, speech: Speech) -> str:
    match unit:
        case "day":
            return speech.plain_plural("{count} day", "{count} days", count)
        case "month":
            return speech.plain_plural("{count} month", "{count} months", count)
        case _:
            return speech.plain_plural("{count} year", "{count} years", count)
