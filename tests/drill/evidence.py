"""What is held against what: the books, Orderline's own rows, and what people confirmed; and what may not be."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from tests.drill.books import Books, Message, SupplierOrder
from tests.drill.own import Own, Row

HEADLINE = re.compile(r" · (\w{4})-(\w{4})$")
"""How the first line of a message ends that tells where an order stands."""


class Kind(StrEnum):
    """What may not happen."""

    BOUGHT_TWICE = "bought twice"
    UNASKED = "bought without being confirmed"
    WRONG_GOODS = "other goods than were confirmed"
    FORGOTTEN = "confirmed and forgotten"
    UNSETTLED = "neither ended nor flagged for a human"
    WRONG_END = "ended otherwise than at the supplier"
    UNTOLD = "its chat was not told"
    CODES_LOST = "codes did not arrive whole"
    ASTRAY = "codes in a chat that did not order them"
    MONEY = "the ledger is wrong"
    STUCK = "something is stuck in a queue"
    SILENT = "the conversation does not answer"
    LEAK = "a secret is in the log"


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that may not happen and did; ``command`` makes it happen again. It names no code."""

    kind: Kind
    order: str
    words: str
    command: str = ""

    def __str__(self) -> str:
        again = f"\n    {self.command}" if self.command else ""
        return f"{self.kind}: {self.order or '-'}: {self.words}{again}"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What somebody confirmed, and where. ``price`` is what the card promised, where a reseller pays.

    ``reference`` is empty when they never saw which order it became: it may have become none.
    """

    chat: int
    user: int
    supplier: str
    item: int
    quantity: Decimal
    topic: int | None = None
    value: Decimal | None = None
    price: Decimal | None = None
    reference: str = ""


@dataclass(frozen=True)
class Case:
    """All evidence, and what was confirmed."""

    books: Books
    own: Own
    expected: Sequence[Confirmation]
    found: dict[str, list[SupplierOrder]] = field(init=False, default_factory=dict[str, list[SupplierOrder]])

    def __post_init__(self) -> None:
        for order in self.books.orders:
            self.found.setdefault(order.reference, []).append(order)

    @cached_property
    def rows(self) -> dict[str, Row]:
        """Orderline's orders by reference."""
        return {row.reference: row for row in self.own.rows}

    @cached_property
    def told(self) -> dict[tuple[int, str], list[Message]]:
        """The bot's messages that are about one order, by chat and reference: their first line ends with it."""
        about: defaultdict[tuple[int, str], list[Message]] = defaultdict(list)
        for message in self.books.messages:
            first, _, _ = message.text.partition("\n")
            if message.from_bot and (named := HEADLINE.search(first)):
                about[self.books.home(message.chat), named[1] + named[2]].append(message)
        return about

    def theirs(self, row: Row) -> SupplierOrder | None:
        """The supplier's side of an order."""
        return next(iter(self.found.get(row.reference, ())), None)

    def heard(self, row: Row) -> list[Message]:
        """What the chat and topic that ordered were told of an order and still show, oldest change first."""
        return [message for message in self.all_heard(row) if not message.deleted]

    def all_heard(self, row: Row) -> list[Message]:
        """The same, with what was deleted since."""
        about = self.told[self.books.home(row.chat), row.reference]
        return [message for message in about if message.topic == row.topic]

    def confirmed(self, one: Confirmation) -> tuple[object, ...]:
        """What was confirmed where, in the words of ``ordered``."""
        return (self.books.home(one.chat), one.topic, one.user, one.supplier, one.item, one.quantity, one.value)

    def ordered(self, row: Row) -> tuple[object, ...]:
        """What an order is of and from where, in the words of ``confirmed``."""
        return (self.books.home(row.chat), row.topic, row.user, row.supplier, row.item, row.quantity, row.value)
