"""The reseller's account at the supplier: one spendable balance and the ledger that explains it."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

LEDGER_LENGTH = 10_000


class EntryKind(StrEnum):
    """Why the balance changed."""

    OPENING = "opening"
    CHARGE = "charge"
    REFUND = "refund"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Entry:
    """One change in major units, with the balance after it."""

    at: datetime
    kind: EntryKind
    amount: Decimal
    balance: Decimal
    order_id: str | None = None


class InsufficientBalance(Exception):
    """The charge is more than what may be spent."""


class Account:
    """A balance that never goes below zero by a charge."""

    def __init__(self, opening: Decimal, at: datetime) -> None:
        self._ledger: deque[Entry] = deque(maxlen=LEDGER_LENGTH)
        self._balance = Decimal(0)
        self._post(EntryKind.OPENING, opening, at)

    @property
    def balance(self) -> Decimal:
        """What may be spent."""
        return self._balance

    @property
    def ledger(self) -> tuple[Entry, ...]:
        """The latest entries, oldest first."""
        return tuple(self._ledger)

    def charge(self, amount: Decimal, order_id: str, at: datetime) -> None:
        """Take an order's price; raises ``InsufficientBalance`` and changes nothing when it is not there."""
        if amount > self._balance:
            raise InsufficientBalance
        self._post(EntryKind.CHARGE, -amount, at, order_id)

    def refund(self, amount: Decimal, order_id: str, at: datetime) -> None:
        """Give back what was not delivered."""
        if amount:
            self._post(EntryKind.REFUND, amount, at, order_id)

    def correct(self, balance: Decimal, at: datetime) -> None:
        """Set the balance by hand."""
        self._post(EntryKind.CORRECTION, balance - self._balance, at)

    def _post(self, kind: EntryKind, amount: Decimal, at: datetime, order_id: str | None = None) -> None:
        self._balance += amount
        self._ledger.append(Entry(at, kind, amount, self._balance, order_id))
