"""Typed buttons of accounts: a reseller's orders for operators, a reseller's own balance and statement."""

from dataclasses import dataclass
from typing import ClassVar

from bot.presentation.buttons import Button, Filter, Index, Number


@dataclass(frozen=True, slots=True)
class OpenOrdersOf(Button):
    """A page of one reseller's orders older than number ``before``, for operators; 0 means the newest."""

    prefix: ClassVar[str] = "Or"
    reseller: Number
    filter: Filter
    before: Number


@dataclass(frozen=True, slots=True)
class OpenBalance(Button):
    """A reseller's own balance, with the lines of its ledger older than ``before``; 0 means the newest."""

    prefix: ClassVar[str] = "B"
    before: Number


@dataclass(frozen=True, slots=True)
class SendStatement(Button):
    """A reseller's statement of the last so many days, as a document."""

    prefix: ClassVar[str] = "S"
    days: Index


MONEY: tuple[type[Button], ...] = (OpenOrdersOf, OpenBalance, SendStatement)
