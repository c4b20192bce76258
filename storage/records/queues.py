"""What waits to be worked on: updates in, supplier events in, deliveries out, raw replies, and facts worth keeping."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class StoredUpdate:
    """A Telegram update as it came, waiting for its lane. ``payload`` is Telegram's JSON."""

    update_id: int
    chat_id: int
    user_id: int
    payload: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """A supplier's webhook, verified and kept before it was acknowledged. ``body`` is the raw JSON."""

    id: int
    supplier: str
    body: bytes = field(repr=False)
    received_at: datetime
    tries: int


class DeliveryKind(StrEnum):
    """What a delivery brings."""

    STATUS = "status"
    """Edits the order's living message into its present state."""

    RESULT = "result"
    """A new message with the terminal result, so that the phone buzzes."""

    NOTICE = "notice"
    """Something that somebody wants or must know: not an answer, and not the sender's own order. It may wait."""


class Priority(IntEnum):
    """Which of two waiting messages to one chat, or to Telegram as a whole, goes first."""

    REPLY = 0
    RESULT = 1
    NOTICE = 2


class NoticeKind(StrEnum):
    """What a notice is about; its words are in ``bot.presentation.notices``."""

    ORDER_FAILED = "order_failed"
    ORDER_PARTIAL = "order_partial"
    ORDER_REJECTED = "order_rejected"
    ORDER_ATTENTION = "order_attention"
    LOW_BALANCE = "low_balance"
    CATALOG_REFUSED = "catalog_refused"
    CATALOG_RECOVERED = "catalog_recovered"
    SUPPLIER_CONFIGURATION = "supplier_configuration"
    SUPPLIER_AWAY = "supplier_away"
    SUPPLIER_BACK = "supplier_back"
    TELEGRAM_BACK = "telegram_back"
    CHAT_UNREACHABLE = "chat_unreachable"
    ORDER_NEW = "order_new"
    ORDER_COMPLETED = "order_completed"
    ACCESS_REQUESTED = "access_requested"
    ACCESS_CHANGED = "access_changed"
    """Somebody was let in, refused, made something else or put out; or a group was."""

    RESELLER_CREDITED = "reseller_credited"
    RESELLER_DEBITED = "reseller_debited"
    RESELLER_LOW = "reseller_low"
    TEAM_FAILURE = "team_failure"
    """An order of the same reseller went wrong in another chat."""

    DAILY_SUMMARY = "daily_summary"
    DATABASE_RESTORED = "database_restored"


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A message we owe a chat. ``key`` is unique: the same debt is written once, however often it is incurred.

    ``data`` holds a notice's facts as JSON-able values; a status or result is rendered from its order when sent.
    What is to be heard later only is kept until ``due_at``, and holds nothing else of its chat back.
    """

    key: str
    kind: DeliveryKind
    chat_id: int
    thread_id: int | None = None
    order_id: str | None = None
    notice: NoticeKind | None = None
    data: dict[str, Any] | None = None
    priority: Priority = Priority.RESULT
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A stored ``NewDelivery`` that was claimed for sending."""

    id: int
    kind: DeliveryKind
    chat_id: int
    thread_id: int | None
    order_id: str | None
    notice: NoticeKind | None
    data: dict[str, Any]
    priority: Priority
    tries: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A supplier's raw reply, kept until what it says is stored."""

    id: int
    order_id: str
    supplier: str
    body: bytes = field(repr=False)
    received_at: datetime


class ChatKind(StrEnum):
    """Telegram's chat types that Orderline talks in."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat we have seen. ``language`` is what its people chose, ``language_hint`` what Telegram says of them."""

    id: int
    kind: ChatKind
    title: str
    language: str | None = None
    language_hint: str | None = None
    unreachable: str | None = None


@dataclass(frozen=True, slots=True)
class KnownBalance:
    """What a supplier's account held when it was last read, in major units of ``currency``.

    ``kind`` is the supplier's word for it, such as ``prepaid``; ``""`` where it has none.
    """

    supplier: str
    account: str
    amount: Decimal
    currency: str
    read_at: datetime
    kind: str = ""
