"""Order references: short names that people can read aloud and type back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from storage.store import Tables

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0/O, 1/I/L or U: nothing that two people could hear or read differently."""

LENGTH: Final = 8

LOOKALIKES: Final = str.maketrans(
    {
        "А": "A", "В": "B", "С": "C", "Е": "E", "Н": "H", "К": "K",
        "М": "M", "Р": "P", "Т": "T", "Х": "X", "У": "Y",
    }
)  # fmt: skip
"""Cyrillic letters that a phone's keyboard gives for the Latin ones that they look like."""

SEPARATORS: Final = frozenset("-–—_. /")


class Random(Protocol):
    """The chance that references and jitter are drawn from; ``random.Random`` is one."""

    def choice(self, seq: str, /) -> str:
        """Draw one character of a text."""
        ...

    def uniform(self, a: float, b: float, /) -> float:
        """Draw a number between the two."""
        ...


def new_reference(random: Random) -> str:
    """Draw a reference such as ``7KQ2M9XF``; that it is free is for the caller to see."""
    return "".join(random.choice(ALPHABET) for _ in range(LENGTH))


@dataclass(frozen=True, slots=True)
class Naming:
    """Gives orders their names: ``ids`` gives unguessable ASCII, references are drawn from ``random``."""

    ids: Callable[[], str]
    random: Random

    async def order(self, tables: Tables) -> tuple[str, str]:
        """The id and the reference of a new order, which no other has."""
        while True:
            reference = new_reference(self.random)
            if await tables.orders.by_reference(reference) is None:
                # The supplier's dashboard shows the id: whoever searches there must recognise the order.
                return f"{reference}-{self.ids()}", reference


def normalise_reference(text: str) -> str | None:
    """Read a reference as people type it (``7kq2-m9xf``, ``/order_7KQ2M9XF``); None when it cannot be one."""
    bare = text.strip().upper().removeprefix("/ORDER").removeprefix("#")
    compact = "".join(letter for letter in bare.translate(LOOKALIKES) if letter not in SEPARATORS)
    return compact if len(compact) == LENGTH and all(letter in ALPHABET for letter in compact) else None
