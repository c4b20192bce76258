"""The tables, their keys and the index of every query."""

from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.columns import Exact, Facts, Instant, Money, Record, Sealed, Word
from storage.records.orders import Attention, OrderState, Quote, RejectReason, Step
from storage.records.queues import ChatKind, DeliveryKind, NoticeKind
from storage.records.resellers import Choices, EntryKind, InviteKind, MarkupScope, MemberRole, RequestState


class DeliveryState(StrEnum):
    """What became of a message we owe."""

    WAITING = "waiting"
    HELD = "held"
    """To be heard later only."""

    SENT = "sent"
    FAILED = "failed"
    PARKED = "parked"


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Counter = BigInteger().with_variant(Integer, "sqlite")
"""A key that the database counts up; SQLite counts only columns of exactly this type."""

# SQLite uses a partial index only when the query repeats its condition word for word, so conditions are literal
# and shared by index and query.
ORDER_OPEN = text("state IN ('placing', 'unconfirmed', 'accepted')")
ORDER_FAILED = text("state IN ('partial', 'failed', 'rejected')")
ORDER_FLAGGED = text("attention IS NOT NULL")
ORDER_SCHEDULED = text("next_check_at IS NOT NULL")
EVENT_WAITING = text("done_at IS NULL")
EVENT_DONE = text("done_at IS NOT NULL")
WAITING = text("state = 'waiting'")
HELD = text("state = 'held'")
PARKED = text("state = 'parked'")
FINISHED = text("finished_at IS NOT NULL")
UPDATE_WAITING = text("done_at IS NULL")
UPDATE_DONE = text("done_at IS NOT NULL")

chats = Table(
    "chats",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Word(ChatKind), nullable=False),
    Column("title", Text, nullable=False),
    Column("language", String),
    Column("language_hint", String),
    Column("unreachable", Text),
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", String, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger),
    Column("item", Text, nullable=False),
    Column("step", Word(Step), nullable=False),
    Column("update_id", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("quantity", Exact),
    Column("field_values", Sealed, nullable=False),
    Column("field_index", Integer, nullable=False),
    Column("message_id", BigInteger),
    Column("denomination", Exact),
    Column("quote", Record(Quote)),
    Column("reseller_id", BigInteger),
    Column("markup", Exact),
    UniqueConstraint("chat_id", "user_id"),
    Index(None, "updated_at"),
)

orders = Table(
    "orders",
    metadata,
    Column("number", Counter, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("reference", String, nullable=False, unique=True),
    Column("draft_id", String, nullable=False, unique=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger),
    Column("item", Text, nullable=False),
    Column("item_name", Text, nullable=False),
    Column("quantity", Exact, nullable=False),
    Column("field_values", Sealed, nullable=False),
    Column("expected", Money, nullable=False),
    Column("currency", String, nullable=False),
    Column("state", Word(OrderState), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("message_id", BigInteger),
    Column("attention", Word(Attention)),
    Column("attention_detail", Text, nullable=False),
    Column("supplier", String, nullable=False),
    Column("supplier_order_id", String),
    Column("charged", Money),
    Column("refunded", Money, nullable=False),
    Column("delivered", Integer, nullable=False),
    Column("reject_reason", Word(RejectReason)),
    Column("error", Text, nullable=False),
    Column("error_message", Text, nullable=False),
    Column("in_doubt", Boolean, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("checks", Integer, nullable=False),
    Column("accepted_at", Instant),
    Column("settled_at", Instant),
    Column("next_check_at", Instant),
    Column("leased_until", Instant),
    Column("sent_at", Instant),
    Column("denomination", Exact),
    Column("quote", Record(Quote)),
    Column("reseller_id", BigInteger),
    Column("price", Money),
    Column("markup", Exact),
    Column("captured", Money),
    Index(None, "supplier", "supplier_order_id"),
    Index(None, "chat_id", "number"),
    Index(None, "user_id", "number"),
    Index(None, "reseller_id", "number"),
    Index(None, "reseller_id", "created_at"),
    Index(None, "created_at"),
    sqlite_autoincrement=True,
)

# The lists of open, failed and flagged orders are short among a million past ones, so each has an index of its own,
# for one chat, for one reseller and for everybody.
for _name, _shown, _everybody in (
    ("open", ORDER_OPEN, (orders.c.state, orders.c.number)),
    ("failed", ORDER_FAILED, (orders.c.number,)),
    ("flagged", ORDER_FLAGGED, (orders.c.number,)),
):
    Index(f"ix_orders_{_name}", *_everybody, sqlite_where=_shown, postgresql_where=_shown)
    for _whose in (orders.c.chat_id, orders.c.reseller_id):
        _suffix = _whose.name.removesuffix("_id")
        Index(f"ix_orders_{_name}_{_suffix}", _whose, orders.c.number, sqlite_where=_shown, postgresql_where=_shown)
Index("ix_orders_due", orders.c.next_check_at, sqlite_where=ORDER_SCHEDULED, postgresql_where=ORDER_SCHEDULED)

order_codes = Table(
    "order_codes",
    metadata,
    Column("order_id", String, ForeignKey("orders.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("sealed", Sealed, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("id", Counter, primary_key=True),
    Column("supplier", String, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("body", Sealed),
    Column("received_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("leased_until", Instant),
    Column("tries", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("outcome", Text),
    Column("done_at", Instant),
    UniqueConstraint("supplier", "digest"),
    Index(None, "supplier", "received_at"),
    sqlite_autoincrement=True,
)

Index("ix_events_due", events.c.due_at, sqlite_where=EVENT_WAITING, postgresql_where=EVENT_WAITING)
Index("ix_events_done", events.c.done_at, sqlite_where=EVENT_DONE, postgresql_where=EVENT_DONE)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Counter, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("kind", Word(DeliveryKind), nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger),
    Column("order_id", String, ForeignKey("orders.id")),
    Column("notice", Word(NoticeKind)),
    Column("data", Facts, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("state", Word(DeliveryState), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("leased_until", Instant),
    Column("reason", Text, nullable=False),
    Column("message_id", BigInteger),
    Column("finished_at", Instant),
    Index(None, "order_id"),
    sqlite_autoincrement=True,
)

Index("ix_outbox_turn", outbox.c.priority, outbox.c.id, sqlite_where=WAITING, postgresql_where=WAITING)
Index("ix_outbox_chat", outbox.c.chat_id, outbox.c.id, sqlite_where=WAITING, postgresql_where=WAITING)
Index("ix_outbox_held", outbox.c.due_at, sqlite_where=HELD, postgresql_where=HELD)
Index("ix_outbox_held_chat", outbox.c.chat_id, outbox.c.id, sqlite_where=HELD, postgresql_where=HELD)
Index("ix_outbox_finished", outbox.c.finished_at, sqlite_where=FINISHED, postgresql_where=FINISHED)
Index("ix_outbox_parked", outbox.c.chat_id, outbox.c.id, sqlite_where=PARKED, postgresql_where=PARKED)

updates = Table(
    "updates",
    metadata,
    Column("update_id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("payload", Sealed),
    Column("received_at", Instant, nullable=False),
    Column("done_at", Instant),
)

Index("ix_updates_waiting", updates.c.update_id, sqlite_where=UPDATE_WAITING, postgresql_where=UPDATE_WAITING)
Index("ix_updates_done", updates.c.done_at, sqlite_where=UPDATE_DONE, postgresql_where=UPDATE_DONE)

journal = Table(
    "journal",
    metadata,
    Column("id", Counter, primary_key=True),
    Column("order_id", String, nullable=False),
    Column("supplier", String, nullable=False),
    Column("body", Sealed, nullable=False),
    Column("received_at", Instant, nullable=False),
    Index(None, "order_id"),
    sqlite_autoincrement=True,
)

audit = Table(
    "audit",
    metadata,
    Column("id", Counter, primary_key=True),
    Column("actor_id", BigInteger, nullable=False),
    Column("action", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("detail", Text, nullable=False),
    Column("update_id", BigInteger),
    Column("at", Instant, nullable=False),
    UniqueConstraint("update_id", "action"),
    sqlite_autoincrement=True,
)

balances = Table(
    "balances",
    metadata,
    Column("supplier", String, primary_key=True),
    Column("account", String, primary_key=True),
    Column("amount", Money, nullable=False),
    Column("currency", String, nullable=False),
    Column("read_at", Instant, nullable=False),
    Column("kind", String, nullable=False, server_default=""),
)

resellers = Table(
    "resellers",
    metadata,
    Column("id", Counter, primary_key=True),
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("markup", Exact, nullable=False),
    Column("credit_limit", Money, nullable=False),
    Column("balance", Money, nullable=False),
    Column("held", Money, nullable=False),
    Column("suspended_at", Instant),
    Column("orders_per_minute", Integer),
    Column("spend_per_day", Money),
    Column("largest_order", Money),
    Column("low_balance", Money),
    sqlite_autoincrement=True,
)

members = Table(
    "members",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("reseller_id", BigInteger, ForeignKey("resellers.id"), nullable=False),
    Column("role", Word(MemberRole), nullable=False),
    Column("name", Text, nullable=False),
    Column("username", Text, nullable=False),
    Column("invited_by", BigInteger),
    Column("joined_at", Instant, nullable=False),
    Index(None, "reseller_id"),
)

reseller_groups = Table(
    "reseller_groups",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("reseller_id", BigInteger, ForeignKey("resellers.id"), nullable=False),
    Column("added_by", BigInteger, nullable=False),
    Column("added_at", Instant, nullable=False),
    Index(None, "reseller_id"),
)

invites = Table(
    "invites",
    metadata,
    Column("digest", String, primary_key=True),
    Column("reseller_id", BigInteger, ForeignKey("resellers.id"), nullable=False),
    Column("kind", Word(InviteKind), nullable=False),
    Column("role", Word(MemberRole), nullable=False),
    Column("created_by", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_by", BigInteger),
    Column("used_at", Instant),
    Column("used_update_id", BigInteger),
    Index(None, "expires_at"),
)

access_requests = Table(
    "access_requests",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("username", Text, nullable=False),
    Column("language", String),
    Column("asked_at", Instant, nullable=False),
    Column("state", Word(RequestState), nullable=False),
    Column("decided_by", BigInteger),
    Column("decided_at", Instant),
    Index(None, "state", "asked_at"),
)

ledger = Table(
    "ledger",
    metadata,
    Column("id", Counter, primary_key=True),
    Column("reseller_id", BigInteger, ForeignKey("resellers.id"), nullable=False),
    Column("kind", Word(EntryKind), nullable=False),
    Column("amount", Money, nullable=False),
    Column("balance", Money, nullable=False),
    Column("at", Instant, nullable=False),
    Column("note", Text, nullable=False),
    Column("actor_id", BigInteger),
    Column("order_id", String, ForeignKey("orders.id")),
    Column("reference", String, nullable=False),
    Column("update_id", BigInteger),
    UniqueConstraint("order_id", "kind"),
    UniqueConstraint("update_id", "kind"),
    Index(None, "reseller_id", "id"),
    Index(None, "reseller_id", "at"),
    Index(None, "at"),
    sqlite_autoincrement=True,
)

markups = Table(
    "markups",
    metadata,
    Column("reseller_id", BigInteger, ForeignKey("resellers.id"), primary_key=True),
    Column("scope", Word(MarkupScope), primary_key=True),
    Column("target", Text, primary_key=True),
    Column("percent", Exact, nullable=False),
)

choices = Table(
    "choices",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("choices", Record(Choices), nullable=False),
)

SEALED = tuple(
    column for table in metadata.sorted_tables for column in table.columns if isinstance(column.type, Sealed)
)
"""Every column that the vault seals."""
