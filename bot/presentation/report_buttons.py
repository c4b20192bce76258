"""Typed buttons of reports."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from bot.presentation.buttons import Button, Width

Days = Annotated[int, Width(3)]


@dataclass(frozen=True, slots=True)
class OpenStats(Button):
    """The figures of the last ``days`` days, as a message of their own."""

    prefix: ClassVar[str] = "sT"
    days: Days


@dataclass(frozen=True, slots=True)
class SendExport(Button):
    """The orders and ledger lines of the last ``days`` days, as documents."""

    prefix: ClassVar[str] = "sE"
    days: Days


REPORTS: tuple[type[Button], ...] = (OpenStats, SendExport)
