"""Resellers: who they are, who belongs to them, what they pay, and their money."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Reseller:
    """A customer account of the operator. Amounts are in the shop's currency, ``markup`` is in percent of cost.

    ``balance`` is the sum of its ledger, ``held`` the prices of its orders under way. ``credit_limit`` is how far the
    balance may go below zero. The three after it bound its orders: per person and minute, the prices of one UTC day,
    and the price of one order; ``low_balance`` is what must be left available, or its owners are told. None means the
    shop's own bound.
    """

    id: int
    name: str
    created_at: datetime
    markup: Decimal = ZERO
    credit_limit: Decimal = ZERO
    balance: Decimal = ZERO
    held: Decimal = ZERO
    suspended_at: datetime | None = None
    orders_per_minute: int | None = None
    spend_per_day: Decimal | None = None
    largest_order: Decimal | None = None
    low_balance: Decimal | None = None

    @property
    def available(self) -> Decimal:
        """What may still be ordered for: never below zero."""
        return self.balance + self.credit_limit - self.held

    @property
    def suspended(self) -> bool:
        """Whether it may look but not order."""
        return self.suspended_at is not None


@dataclass(frozen=True, slots=True)
class Holdings:
    """What resellers hold together, in the shop's currency: ``balance`` of those above zero, ``owed`` of the rest."""

    accounts: int
    balance: Decimal
    held: Decimal
    owed: Decimal


class MemberRole(StrEnum):
    """What a person may do for their reseller."""

    OWNER = "owner"
    """Invites and removes members, and sees all of its orders and money."""

    BUYER = "buyer"
    """Orders, and sees own orders."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person who orders for a reseller; nobody belongs to two. ``name`` and ``username`` are Telegram's."""

    user_id: int
    reseller_id: int
    role: MemberRole
    name: str
    joined_at: datetime
    username: str = ""
    invited_by: int | None = None


@dataclass(frozen=True, slots=True)
class ResellerGroup:
    """A group in which a reseller's members may order."""

    chat_id: int
    reseller_id: int
    added_by: int
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person is in a chat: the reseller that they belong to, and the one that the group belongs to."""

    member: Member | None = None
    reseller: Reseller | None = None
    group_of: Reseller | None = None


class InviteKind(StrEnum):
    """What an invite makes a part of its reseller."""

    PERSON = "person"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Invite:
    """A link that works once and not for ever. Only the ``digest`` of its token is kept."""

    digest: str
    reseller_id: int
    kind: InviteKind
    role: MemberRole
    created_by: int
    created_at: datetime
    expires_at: datetime
    used_by: int | None = None
    used_at: datetime | None = None
    used_update_id: int | None = None


class RequestState(StrEnum):
    """What became of a stranger's question for access."""

    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """A stranger who asked for access. ``decided_by`` is the admin who answered."""

    user_id: int
    name: str
    username: str
    asked_at: datetime
    state: RequestState = RequestState.WAITING
    language: str | None = None
    decided_by: int | None = None
    decided_at: datetime | None = None


class EntryKind(StrEnum):
    """Why a reseller's balance changed."""

    CREDIT = "credit"
    DEBIT = "debit"
    CHARGE = "charge"
    """An order ended: the price of what it delivered."""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A change of a balance: ``amount`` is signed. ``update_id`` is the update that brought it, if one did."""

    reseller_id: int
    kind: EntryKind
    amount: Decimal
    at: datetime
    note: str = ""
    actor_id: int | None = None
    order_id: str | None = None
    reference: str = ""
    update_id: int | None = None


@dataclass(frozen=True, slots=True)
class Entry(NewEntry):
    """A line of the ledger. ``balance`` is what it left."""

    id: int = 0
    balance: Decimal = ZERO


class MarkupScope(StrEnum):
    """What a markup of its own is for."""

    CATEGORY = "category"
    ITEM = "item"


@dataclass(frozen=True, slots=True)
class MarkupRule:
    """A markup in percent for one category (by name) or one item (``supplier:id``), instead of the reseller's own."""

    reseller_id: int
    scope: MarkupScope
    target: str
    percent: Decimal


class FeedEvent(StrEnum):
    """What becomes of orders, for an operator's chat that wants to hear of it."""

    NEW = "new"
    COMPLETED = "completed"
    PARTIAL = "partial"
    FAILED = "failed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Choices:
    """What a chat chose to hear. Minutes count from midnight in ``time_zone``; both None means no quiet hours.

    ``team_failures`` brings failures of the reseller's other chats too, to the topic ``thread_id`` of a forum;
    ``feed`` names what an operator's chat is told of every order, beyond what needs somebody.
    """

    team_failures: bool = False
    quiet_from: int | None = None
    quiet_until: int | None = None
    time_zone: str = "UTC"
    feed: tuple[FeedEvent, ...] = (FeedEvent.PARTIAL, FeedEvent.FAILED, FeedEvent.REJECTED)
    thread_id: int | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Something that somebody with power did."""

    id: int
    actor_id: int
    action: str
    subject: str
    detail: str
    at: datetime = field(kw_only=True)
