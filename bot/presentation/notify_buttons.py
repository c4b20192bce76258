"""Typed buttons of ``/notify``. Each says what shall be, not "the other way round": a second tap changes nothing."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar

from bot.presentation.buttons import Amount, Button, Width
from storage.records.resellers import FeedEvent


class NotifyPage(StrEnum):
    """The pages of ``/notify``."""

    HOME = "home"
    QUIET = "quiet"
    ZONE = "zone"
    LOW = "low"


class Switch(StrEnum):
    """What a switch shall be."""

    ON = "on"
    OFF = "off"


Minute = Annotated[int, Width(4)]
To = Annotated[Switch, Width(3)]


@dataclass(frozen=True, slots=True)
class OpenNotify(Button):
    """A page of what the chat hears."""

    prefix: ClassVar[str] = "nO"
    page: Annotated[NotifyPage, Width(5)]


@dataclass(frozen=True, slots=True)
class SwitchTeam(Button):
    """Hear failures elsewhere in the team, or not."""

    prefix: ClassVar[str] = "nT"
    to: To


@dataclass(frozen=True, slots=True)
class SwitchFeed(Button):
    """Hear of such orders, or not."""

    prefix: ClassVar[str] = "nF"
    event: Annotated[FeedEvent, Width(9)]
    to: To


@dataclass(frozen=True, slots=True)
class PickQuiet(Button):
    """Quiet hours between these minutes of the day; none between a minute and itself."""

    prefix: ClassVar[str] = "nQ"
    begin: Minute
    until: Minute


@dataclass(frozen=True, slots=True)
class PickZone(Button):
    """Count quiet hours by the clock of this IANA time zone."""

    prefix: ClassVar[str] = "nZ"
    zone: Annotated[str, Width(40)]


@dataclass(frozen=True, slots=True)
class PickLow(Button):
    """Tell when less than this is left to order for; 0 never."""

    prefix: ClassVar[str] = "nL"
    limit: Amount


@dataclass(frozen=True, slots=True)
class ShopsLow(Button):
    """Tell when the shop's limit says so."""

    prefix: ClassVar[str] = "nS"


NOTIFY: tuple[type[Button], ...] = (OpenNotify, SwitchTeam, SwitchFeed, PickQuiet, PickZone, PickLow, ShopsLow)
