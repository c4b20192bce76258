"""What Orderline asks of every supplier, and the answers as types."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from bot.suppliers.feeds import Feed
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


class SupplierError(Exception):
    """A call that changes nothing did not get its answer; it may be repeated."""

    @property
    def for_log(self) -> str:
        """The reason in our own words: a supplier's may repeat a code or what somebody typed."""
        return str(self)


class SupplierUnavailable(SupplierError):
    """The supplier could not be reached, was busy or broken. ``retry_after`` is in seconds, where it named one."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class SupplierMisconfigured(SupplierError):
    """Our key or account is refused: trying again is useless until a human changes a setting.

    ``said`` is how the supplier puts it, for the operators' eyes.
    """

    def __init__(self, reason: str, said: str = "") -> None:
        super().__init__(f"{reason}: {said}" if said else reason)
        self._reason = reason

    @property
    def for_log(self) -> str:
        """What is refused, without the supplier's words."""
        return self._reason


class MalformedReport(SupplierError):
    """A supplier's body is not what its documentation describes. ``journal_id`` names the reply, where it was kept."""

    def __init__(self, reason: str, journal_id: int | None = None) -> None:
        super().__init__(reason)
        self.journal_id = journal_id


RecordReply = Callable[[str, str, bytes], Awaitable[int]]
"""``await record(supplier, order_id, body)`` keeps a raw reply before it is read and returns its journal id."""


class Supplier(Protocol):
    """A remote API that sells. Implementations keep one HTTP client, are safe to share, and never log a body."""

    @property
    def name(self) -> str:
        """The short name in rows, buttons and settings, such as ``voodoo``."""
        ...

    @property
    def title(self) -> str:
        """The name people read, such as ``Voodoo Center``."""
        ...

    @property
    def pushes(self) -> bool:
        """Whether its webhook is configured, so that results normally arrive without asking."""
        ...

    async def balances(self) -> tuple[Balance, ...]:
        """Read every account's balance; raises ``SupplierError``."""
        ...

    @property
    def finds(self) -> bool:
        """Whether ``find`` is offered: then an order in doubt is looked up before it is ever sent again."""
        ...

    async def quote(self, request: QuoteRequest) -> QuoteOutcome:
        """Ask what an order of a quoted item would cost; raises ``SupplierError``."""
        ...

    async def place(self, request: PlaceRequest) -> PlaceOutcome:
        """Create the order. Never raises for anything the network or the supplier does."""
        ...

    async def find(self, order_id: str) -> FetchOutcome | NotOffered:
        """Read one order by our own id; raises ``SupplierError``."""
        ...

    async def fetch(self, supplier_order_id: str, order_id: str) -> FetchOutcome:
        """Read one order by the supplier's id; raises ``SupplierError``."""
        ...

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether a webhook's raw body carries a signature of ours; constant time."""
        ...

    def parse(self, body: bytes) -> Event:
        """Read a verified webhook; raises ``MalformedReport``."""
        ...

    def read_reply(self, body: bytes) -> Report:
        """Read a journaled create, fetch or find reply; raises ``MalformedReport``."""
        ...

    def feed(self) -> Feed:
        """Describe where the catalog comes from, for the process that imports it."""
        ...

    async def gather(self, folder: Path) -> None:
        """Bring into ``folder`` what the feed reads and no plain download can get; raises ``SupplierError``.

        The files' names are the feed's ``sources``, relative to ``folder``; each is replaced whole, or left as it was.
        """
        ...

    async def close(self) -> None:
        """Release the HTTP client."""
        ...
