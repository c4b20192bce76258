"""Items with known ids that every generated catalog holds, and the first steps towards them."""

import re
from dataclasses import dataclass

from tests.journeys.people import Message, Person, reference_in

REFERENCE = re.compile(r" · ([0-9A-Z]{4}-[0-9A-Z]{4})\b")


@dataclass(frozen=True)
class Good:
    """What a journey buys."""

    id: int
    name: str


KEY = Good(4090, "Sample Gift Card 10 USD")
TOPUP = Good(4211, "Sample Game Top-up")
SERVICE = Good(5000, "Sample Game Service")
SOLD_OUT = Good(5001, "Sold-Out Gift Card 25 USD")
FEW_LEFT = Good(5004, "Last Three Gift Cards 20 USD")
LIMITED = Good(5005, "Limited Gift Card 15 USD")
MARKUP = Good(5006, "Rock & Roll <Gold> *Gift*_Card_ [10] `USD`")
CYRILLIC = Good(5008, "Подарочная карта «Тёплый дом & Ёлка» 1000 ₽")
DECIMAL_TOPUP = Good(5009, "Decimal Wallet Top-up")
MANY_CHOICES = Good(5011, "Top-up with 64 Realms")
LONG_CODES = Good(5012, "Gift Card with Long Codes")


def opens(person: Person, good: Good) -> Message:
    """Search for an item and open its card."""
    person.says(f"/find {good.name}")
    person.sees(button=found(person, good))
    person.taps(good.name)
    return person.sees("Price: ", button="Buy")


def found(person: Person, good: Good) -> str:
    """The label under which a search shows an item."""
    shown = person.sees("This is what the catalog has|Вот что есть в каталоге")
    return next(b["text"] for row in shown["buttons"] for b in row if b["text"].endswith(good.name[:44]))


def buys(person: Person, good: Good) -> Message:
    """Open an item and tap Buy: the first question."""
    opens(person, good)
    person.taps("Buy")
    return person.sees("How many|What amount|Type your answer|Reply to this message|Choose")


def confirms(person: Person) -> str:
    """Tap Confirm on the card seen last; returns the order's reference."""
    person.sees("Please check your order")
    # The result of an earlier order may arrive just now.
    earlier = "|".join(set(REFERENCE.findall("\n".join(person.bot_texts()))))
    person.taps("Confirm")
    fresh = f"(?!{earlier})" if earlier else ""
    return reference_in(person.sees(f" · {fresh}[0-9A-Z]{{4}}-[0-9A-Z]{{4}}"))


def orders_keys(person: Person, quantity: int = 1, good: Good = KEY) -> str:
    """The shortest whole order: so many keys, confirmed; returns its reference."""
    buys(person, good)
    person.says(str(quantity))
    return confirms(person)
