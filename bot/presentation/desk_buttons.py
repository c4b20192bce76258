"""The operator's typed buttons: resellers, their money and terms, the audit trail, and the pages below ``/admin``."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar

from bot.presentation.buttons import Button, Number, Offset, Width
from storage.records.resellers import MarkupScope


class Wanted(StrEnum):
    """What a question asks an operator to write."""

    CREDIT = "credit"
    DEBIT = "debit"
    MARKUP = "markup"
    LIMIT = "limit"
    PER_MINUTE = "minute"
    PER_DAY = "day"
    PER_ORDER = "order"
    LOW = "low"
    """What must be left available, or its owners are told."""

    RENAME = "rename"
    NEW = "new"
    """The name of a new reseller."""


class DeskPage(StrEnum):
    """What ``/admin`` leads to."""

    HOME = "home"
    RESELLERS = "resellers"
    REQUESTS = "requests"
    BALANCE = "balance"
    STATUS = "status"
    CATALOG = "catalog"
    ORDERS = "orders"
    STATS = "stats"
    EXPORT = "export"
    NOTIFY = "notify"
    AUDIT = "audit"
    RESOLVE = "resolve"


ResellerId = Annotated[int, Width(12)]
Scope = Annotated[MarkupScope, Width(8)]
Digest = Annotated[str, Width(16)]


@dataclass(frozen=True, slots=True)
class OpenDesk(Button):
    """A page of the operator's."""

    prefix: ClassVar[str] = "aD"
    page: Annotated[DeskPage, Width(9)]


@dataclass(frozen=True, slots=True)
class OpenResellers(Button):
    """A page of the list of resellers."""

    prefix: ClassVar[str] = "aL"
    offset: Offset


@dataclass(frozen=True, slots=True)
class OpenReseller(Button):
    """A reseller's card."""

    prefix: ClassVar[str] = "aR"
    reseller: ResellerId


@dataclass(frozen=True, slots=True)
class OpenEntries(Button):
    """A page of a reseller's ledger, older than the line ``before``; 0 means the newest."""

    prefix: ClassVar[str] = "aE"
    reseller: ResellerId
    before: Number


@dataclass(frozen=True, slots=True)
class OpenMarkups(Button):
    """A reseller's markups, from ``offset`` on."""

    prefix: ClassVar[str] = "aM"
    reseller: ResellerId
    offset: Offset


@dataclass(frozen=True, slots=True)
class DropMarkup(Button):
    """Take away the markup of its own whose target has this digest: names are too long for a button."""

    prefix: ClassVar[str] = "am"
    reseller: ResellerId
    scope: Scope
    target: Digest


@dataclass(frozen=True, slots=True)
class OpenBounds(Button):
    """What bounds a reseller's orders."""

    prefix: ClassVar[str] = "aB"
    reseller: ResellerId


@dataclass(frozen=True, slots=True)
class AskFor(Button):
    """Ask for an amount, a percentage or a name; 0 stands for a reseller that is yet to be."""

    prefix: ClassVar[str] = "aA"
    wanted: Annotated[Wanted, Width(8)]
    reseller: ResellerId


@dataclass(frozen=True, slots=True)
class Suspend(Button):
    """Let a reseller look, and order nothing."""

    prefix: ClassVar[str] = "aS"
    reseller: ResellerId


@dataclass(frozen=True, slots=True)
class Resume(Button):
    """Let a suspended reseller order again."""

    prefix: ClassVar[str] = "as"
    reseller: ResellerId


@dataclass(frozen=True, slots=True)
class CreateReseller(Button):
    """Make a reseller of the name that stands in bold in the message with the button."""

    prefix: ClassVar[str] = "aN"


@dataclass(frozen=True, slots=True)
class OpenTrail(Button):
    """A page of the audit trail, older than the line ``before``; 0 means the newest."""

    prefix: ClassVar[str] = "aT"
    before: Number


DESK: tuple[type[Button], ...] = (
    OpenDesk, OpenResellers, OpenReseller, OpenEntries, OpenMarkups, DropMarkup, OpenBounds, AskFor, Suspend, Resume,
    CreateReseller, OpenTrail,
)  # fmt: skip
