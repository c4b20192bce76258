"""Scenes: one person's one order, per product type, supplier, way in which the news of it travels, and end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from tests.drill.evidence import Confirmation
from tests.journeys import goods
from tests.journeys.cards import STEAM, XBOX, asks_for
from tests.journeys.goods import KEY, SERVICE, TOPUP, Good
from tests.journeys.people import Message, Person


class Way(StrEnum):
    """How news of an order reaches the bot, and updates of Telegram."""

    PUSHED = "pushed"
    POLLED = "polled"
    ALL_PUSHED = "all-pushed"


class End(StrEnum):
    """How the supplier ends the order."""

    DELIVERED = "delivered"
    PARTIAL = "partial"
    FAILED = "failed"
    REFUSED = "refused"


SWITCHES: Mapping[tuple[str, End], tuple[str, str]] = MappingProxyType(
    {
        ("voodoo", End.PARTIAL): ("outcome", "partial"),
        ("voodoo", End.FAILED): ("outcome", "failed"),
        ("voodoo", End.REFUSED): ("stock", "sold out at create"),
        ("octopus", End.FAILED): ("outcome", "failed"),
    }
)
"""What the local supplier is told, so that orders end so."""

NO_SECRETS = {"VOODOO_WEBHOOK_SECRETS": "", "OCTOPUS_WEBHOOK_SECRETS": "", "FOLLOW_AFTER": "0.5"}
WAYS: Mapping[Way, Mapping[str, str]] = MappingProxyType(
    {
        Way.PUSHED: {"FOLLOW_AFTER": "8"},
        Way.POLLED: NO_SECRETS,
        Way.ALL_PUSHED: {"FOLLOW_AFTER": "8", "PUBLIC_URL": "http://127.0.0.1:{port}"},
    }
)
"""The settings that differ. Where a webhook comes, the look-ups are late enough not to be what brings the result."""


@dataclass(frozen=True)
class Wares:
    """What is ordered, and how its questions are answered; the last answer brings the card that is confirmed."""

    supplier: str
    good: Good
    quantity: int
    answers: Callable[[Person], None]
    value: int | None = None


def _key(person: Person) -> None:
    goods.buys(person, KEY)
    person.taps("2")


def _keys(person: Person) -> None:
    goods.buys(person, KEY)
    person.says("25")


def _topup(person: Person) -> None:
    goods.buys(person, TOPUP)
    person.says("10")
    person.sees("Player ID")
    person.says("123456789")
    server = person.sees("Choose", button="‹ Back")
    person.taps(server["buttons"][0][0]["text"])


def _service(person: Person) -> None:
    goods.buys(person, SERVICE)
    person.says("somebody@example.com")


def _card(person: Person) -> None:
    asks_for(person, STEAM)
    person.taps("20 USD")
    person.sees("How many")
    # Not a word: in groups the bot hears replies alone.
    person.taps("2")


def _cards(person: Person) -> None:
    asks_for(person, XBOX)
    person.says("6")


WARES: Mapping[str, Wares] = MappingProxyType(
    {
        "key": Wares("voodoo", KEY, 2, _key),
        # More than a message shows: they come as a document.
        "keys": Wares("voodoo", KEY, 25, _keys),
        "topup": Wares("voodoo", TOPUP, 10, _topup),
        "service": Wares("voodoo", SERVICE, 1, _service),
        # Its vouchers come with the reply.
        "card": Wares("octopus", STEAM, 2, _card, 20),
        # More than are bought at once: its vouchers come later.
        "cards": Wares("octopus", XBOX, 6, _cards),
    }
)


@dataclass(frozen=True)
class Scene:
    """What is ordered, how the news travels, and whether in a group's topic."""

    ware: str
    way: Way
    topic: bool = False
    end: End = End.DELIVERED

    @property
    def name(self) -> str:
        """Its name in the table and on the command line."""
        end = "" if self.end is End.DELIVERED else f"-{self.end}"
        return f"{self.ware}-{self.way}{'-topic' if self.topic else ''}{end}"

    @property
    def supplier(self) -> str:
        """Who sells it."""
        return WARES[self.ware].supplier

    def asks(self, person: Person) -> Message:
        """Answer every question, up to the card that is confirmed."""
        WARES[self.ware].answers(person)
        return person.sees("Please check your order")

    def confirmed(self, person: Person, card: Message, reference: str) -> Confirmation:
        """What the person has confirmed."""
        wares = WARES[self.ware]
        return Confirmation(
            chat=person.chat,
            user=person.id,
            supplier=wares.supplier,
            item=wares.good.id,
            quantity=Decimal(wares.quantity),
            topic=person.topic,
            value=_value(wares, card),
            reference=reference,
        )


def _value(wares: Wares, card: Message) -> Decimal | None:
    if wares.supplier != "octopus":
        return None
    line = next(line for line in card["text"].splitlines() if line.startswith("Value: "))
    return Decimal(line.split()[1])


SCENES = (
    *(Scene(ware, way) for ware in WARES for way in (Way.PUSHED, Way.POLLED)),
    Scene("key", Way.ALL_PUSHED),
    Scene("key", Way.PUSHED, topic=True),
    Scene("card", Way.PUSHED, topic=True),
    Scene("key", Way.PUSHED, end=End.PARTIAL),
    Scene("key", Way.POLLED, end=End.FAILED),
    Scene("key", Way.PUSHED, end=End.REFUSED),
    Scene("cards", Way.PUSHED, end=End.FAILED),
)
