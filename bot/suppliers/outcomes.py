"""What suppliers are asked, and every outcome as a type."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from storage.records.catalog import Item
from storage.records.orders import Code, FieldValue, Quote, RejectReason


class ReportedStatus(StrEnum):
    """A supplier's word on an order, in our terms."""

    PENDING = "pending"
    DELIVERING = "delivering"
    """A part is delivered, and the rest may still come: not terminal."""

    COMPLETED = "completed"
    PARTIAL = "partial"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """A status that the documentation did not list: not terminal, worth a human's look."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a supplier said about one order, whether by reply, look-up or webhook.

    Amounts are totals in major units of the account's currency; None means "not said". ``codes`` are as the supplier
    gave them, some perhaps masked: never log a report (its ``repr`` leaves them out).
    """

    supplier_order_id: str
    status: ReportedStatus
    order_id: str | None = None
    raw_status: str = ""
    item_id: str | None = None
    quantity: Decimal | None = None
    delivered: int = 0
    charged: Decimal | None = None
    refunded: Decimal | None = None
    codes: tuple[Code, ...] = field(default=(), repr=False)
    error: str = ""
    error_message: str = ""
    completed_at: datetime | None = None
    denomination: Decimal | None = None
    created: bool = False
    """The answer to a create: its codes are certainly in clear, whatever they look like."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """A webhook that only says which order changed: what became of it must be asked for."""

    supplier_order_id: str
    order_id: str | None = None


@dataclass(frozen=True, slots=True)
class Irrelevant:
    """A webhook about something other than an order; ``kind`` names it for the log."""

    kind: str


Event = Report | Pointer | Irrelevant


@dataclass(frozen=True, slots=True)
class PlaceRequest:
    """One create call. ``order_id`` is the idempotency key; ``quantity`` is None where the item takes none.

    ``denomination`` is the face value of one unit where the item has such, ``expected`` what the order should cost.
    """

    order_id: str
    item: Item
    quantity: Decimal
    values: tuple[FieldValue, ...] = field(default=(), repr=False)
    denomination: Decimal | None = None
    expected: Decimal | None = None


@dataclass(frozen=True, slots=True)
class QuoteRequest:
    """What a quote is asked for: ``quantity`` units of one face value."""

    item: Item
    denomination: Decimal
    quantity: Decimal


class QuoteProblem(StrEnum):
    """Why a supplier gives no quote for what was asked."""

    DENOMINATION = "denomination"
    """The face value is not offered (any more)."""

    QUANTITY = "quantity"
    """More than one order may take."""

    ITEM_GONE = "item_gone"
    """The item is not sold (any more)."""

    NO_WALLET = "no_wallet"
    """No account of ours is in the item's currency."""

    REFUSED = "refused"
    """Something else, in the supplier's own words."""


@dataclass(frozen=True, slots=True)
class QuoteRefused:
    """The supplier would not sell this. ``detail`` is its own sentence, ``max_quantity`` what it would take."""

    problem: QuoteProblem
    detail: str = ""
    max_quantity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class NotOffered:
    """The supplier has no such call, now or ever; nothing was sent."""


QuoteOutcome = Quote | QuoteRefused | NotOffered


@dataclass(frozen=True, slots=True)
class Accepted:
    """Yes: the supplier has the order. ``journal_id`` names the raw reply to forget once the report is stored."""

    report: Report
    journal_id: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """No: this call created and charged nothing. ``detail`` is the supplier's own sentence.

    It speaks of this call alone: after an earlier attempt in doubt it is no verdict on the order
    (a low balance may be low because that attempt was charged).
    """

    reason: RejectReason
    detail: str = ""
    duplicate: bool = False
    """The answer may also mean "I already have this reference": no verdict after an attempt in doubt."""

    taken: bool = False
    """The answer says outright that the reference is in use (Voodoo's 409): no verdict even on a first attempt."""


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not now: certainly nothing was created (never sent, or turned away unread), and trying again is safe."""

    reason: str
    retry_after: float | None = None
    """Seconds the supplier asked us to wait."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The supplier may have acted on the call. ``reason`` is for logs and operators.

    ``journal_id`` names a successful reply that could not be read; it stays in the journal.
    """

    reason: str
    journal_id: int | None = None


PlaceOutcome = Accepted | Rejected | Deferred | Unknown


@dataclass(frozen=True, slots=True)
class Found:
    """A look-up's answer, with the journal row of its raw reply."""

    report: Report
    journal_id: int


@dataclass(frozen=True, slots=True)
class Missing:
    """The supplier says that it knows no such order."""


FetchOutcome = Found | Missing


@dataclass(frozen=True, slots=True)
class Balance:
    """One account's spendable amount, in major units of ``currency``; ``kind`` is the supplier's word for it."""

    account: str
    amount: Decimal
    currency: str
    kind: str = ""
