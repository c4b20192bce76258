"""Drafts, orders and their states."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from storage.records.catalog import Item, ProductType


class OrderState(StrEnum):
    """Where an order stands. What may follow what is decided in ``bot.ordering.transitions`` alone."""

    PLACING = "placing"
    UNCONFIRMED = "unconfirmed"
    ACCEPTED = "accepted"
    COMPLETED = "completed"
    PARTIAL = "partial"
    FAILED = "failed"
    REJECTED = "rejected"

    @property
    def terminal(self) -> bool:
        """Whether nothing but a recorded human action can change the order any more."""
        return self in TERMINAL


TERMINAL = frozenset({OrderState.COMPLETED, OrderState.PARTIAL, OrderState.FAILED, OrderState.REJECTED})


class Attention(StrEnum):
    """Why a human must look at an order; people read the translated sentence, never the value."""

    OUTCOME_UNKNOWN = "outcome_unknown"
    """The supplier may or may not have the order; only a webhook or ``/resolve`` can tell."""

    REFERENCE_TAKEN = "reference_taken"
    """The supplier refused a first attempt as a duplicate: somebody else uses our references."""

    ID_MISMATCH = "id_mismatch"
    """The supplier reported our order under a second order id of its own."""

    CODES_MISSING = "codes_missing"
    """The supplier calls the order delivered but handed over fewer codes than it delivered."""

    CODES_HIDDEN = "codes_hidden"
    """The supplier delivered codes that it shows only masked: they must be asked for, and never bought again."""

    OTHER_GOODS = "other_goods"
    """The supplier's order under our reference is for another item, face value or quantity."""

    LATE_CHANGE = "late_change"
    """The supplier contradicted a terminal state it had already told us."""

    COST_DIFFERS = "cost_differs"
    """The supplier charged more than the price that was confirmed."""

    NOT_FOUND = "not_found"
    """The supplier accepted the order and now says that it does not exist."""

    UNKNOWN_STATUS = "unknown_status"
    """The supplier uses a status we do not know; the order is followed until it uses one we do."""

    UNREADABLE_REPLY = "unreadable_reply"
    """A reply of the supplier could not be read; it is kept, encrypted, in the journal."""


class RejectReason(StrEnum):
    """Why a supplier certainly did not take an order; nothing was charged."""

    REFUSED = "refused"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    MISCONFIGURED = "misconfigured"
    UNREACHABLE = "unreachable"
    NOT_THERE = "not_there"


class Step(StrEnum):
    """The question a draft is waiting at; the states of the order conversation."""

    DENOMINATION = "denomination"
    QUANTITY = "quantity"
    FIELD = "field"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One answered field: ``value`` goes to the supplier (text, or a choice id), ``shown`` to people.

    Either may be somebody's password: its ``repr`` leaves them out.
    """

    name: str
    label: str
    value: str | int = field(repr=False)
    shown: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was asked and is answered: a chat and, in forums, its topic. ``user_id`` asked."""

    chat_id: int
    user_id: int
    thread_id: int | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """What a reseller pays for: a key or card number, its PIN, the link that claims it, and until when it is good.

    Any part may be missing (``""``); ``serial`` is the brand's own number for it, for talks with support.
    Everything but the expiry opens the goods: the ``repr`` leaves it out.
    """

    value: str = field(default="", repr=False)
    pin: str = field(default="", repr=False)
    link: str = field(default="", repr=False)
    expires_at: datetime | None = None
    serial: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Quote:
    """What a supplier said an order would cost, at ``quoted_at``, for one face value and quantity.

    ``face`` and ``discount`` are totals in the item's currency; ``total`` is what leaves the account ``account``, in
    its ``currency``, with ``tax`` and the conversion ``fee`` (in that currency too) included. ``rate`` is set when the
    currencies differ. ``max_quantity`` is the most that one order may take.
    """

    denomination: Decimal
    quantity: Decimal
    face: Decimal
    discount: Decimal
    total: Decimal
    currency: str
    quoted_at: datetime
    rate: Decimal | None = None
    fee: Decimal | None = None
    tax: Decimal | None = None
    max_quantity: Decimal | None = None
    account: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """An order being put together: one per person and chat. ``id`` ties buttons and the later order to it.

    ``update_id`` is the Telegram update that made the last change: seeing it again is a replay.
    ``message_id`` is the draft's living message, which each step edits or replaces.
    ``quote`` is the last one taken; it may be for another quantity or out of date (``bot.ordering.quoting`` says).
    ``reseller_id`` is who pays, None the operator; ``markup`` the percent on cost that the shown price rests on.
    """

    id: str
    place: Place
    item: Item
    step: Step
    update_id: int
    created_at: datetime
    updated_at: datetime
    quantity: Decimal | None = None
    values: tuple[FieldValue, ...] = ()
    field_index: int = 0
    message_id: int | None = None
    denomination: Decimal | None = None
    quote: Quote | None = None
    reseller_id: int | None = None
    markup: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """A confirmed intent to buy. Amounts are totals in major units of ``currency``, times are UTC.

    ``id`` is the supplier's idempotency key; ``number`` grows with every order (paging); ``reference`` is for people.
    ``expected`` is what the confirm card promised; ``charged`` what the supplier took, None until it said so.
    ``denomination`` is the face value of one unit, in the item's currency, where the item has such; ``quote`` is what
    its price rests on. ``sent_at`` is when a create was last sent.
    ``reseller_id`` is who pays, None the operator: then ``price`` is None too. ``price`` is what the reseller pays for
    all of it, in the shop's currency, held until the end; ``captured`` what the end took of it, None before.
    ``in_doubt`` is set before a create is sent and cleared when the supplier is known not to have acted on it.
    ``next_check_at`` is when the order must be worked on again, None when only an event or a human can move it.
    """

    number: int
    id: str
    reference: str
    draft_id: str
    place: Place
    item: Item
    quantity: Decimal
    values: tuple[FieldValue, ...]
    expected: Decimal
    currency: str
    state: OrderState
    created_at: datetime
    message_id: int | None = None
    attention: Attention | None = None
    attention_detail: str = ""
    supplier_order_id: str | None = None
    charged: Decimal | None = None
    refunded: Decimal = Decimal(0)
    delivered: int = 0
    reject_reason: RejectReason | None = None
    error: str = ""
    error_message: str = ""
    in_doubt: bool = False
    tries: int = 0
    checks: int = 0
    accepted_at: datetime | None = None
    settled_at: datetime | None = None
    next_check_at: datetime | None = None
    sent_at: datetime | None = None
    denomination: Decimal | None = None
    quote: Quote | None = None
    reseller_id: int | None = None
    price: Decimal | None = None
    markup: Decimal | None = None
    captured: Decimal | None = None

    @property
    def counted(self) -> bool:
        """Whether ``delivered`` says how much of a part came: of keys always, else if some of several whole units."""
        whole = self.quantity == self.quantity.to_integral_value()
        return whole and (0 < self.delivered < self.quantity or self.item.product_type is ProductType.KEY)

    @property
    def title(self) -> str:
        """What was ordered in one line: the item's name, with the face value where it has one."""
        value = self.denomination
        return self.item.name if value is None else f"{self.item.name} · {value:f} {self.item.currency}"


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One row of an order list: enough to name the order, without its fields or codes."""

    number: int
    reference: str
    item_name: str
    quantity: Decimal
    expected: Decimal
    currency: str
    state: OrderState
    attention: Attention | None
    created_at: datetime
    reseller_id: int | None = None
    price: Decimal | None = None
    captured: Decimal | None = None
    user_id: int = 0
    charged: Decimal | None = None
    refunded: Decimal = Decimal(0)


class OrderFilter(StrEnum):
    """Which orders a list shows."""

    ALL = "all"
    OPEN = "open"
    ATTENTION = "attention"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class OrderCounts:
    """How many orders wait for what, for ``/status`` and the metrics."""

    by_open_state: dict[OrderState, int]
    attention: int
