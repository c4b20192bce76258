"""Orders and the rows they lie in: what is written once, and what changes in an order's life."""

from typing import Any, Final

from sqlalchemy import RowMapping

from storage.crypto import Vault
from storage.records.orders import Order, Place
from storage.repositories.packing import open_values, pack_item, seal_values, unpack_item

FIXED: Final = (
    "id",
    "reference",
    "draft_id",
    "quantity",
    "expected",
    "currency",
    "created_at",
    "denomination",
    "quote",
    "reseller_id",
    "price",
    "markup",
)
"""What was ordered, under the names it has in both; the place, the item and the answers lie otherwise."""

CHANGING: Final = (
    "state",
    "message_id",
    "attention",
    "attention_detail",
    "supplier_order_id",
    "charged",
    "refunded",
    "delivered",
    "reject_reason",
    "error",
    "error_message",
    "in_doubt",
    "tries",
    "checks",
    "accepted_at",
    "settled_at",
    "next_check_at",
    "sent_at",
    "captured",
)


def new_row(vault: Vault, order: Order) -> dict[str, Any]:
    """The whole row of an order that was just made."""
    return {
        **{name: getattr(order, name) for name in FIXED},
        "chat_id": order.place.chat_id,
        "user_id": order.place.user_id,
        "thread_id": order.place.thread_id,
        "supplier": order.item.key.supplier,
        "item": pack_item(order.item),
        "item_name": order.title,
        "field_values": seal_values(vault, order.values),
        **changed_row(order),
    }


def changed_row(order: Order) -> dict[str, Any]:
    """What may have changed of an order; whoever writes it down lets go of the order."""
    return {name: getattr(order, name) for name in CHANGING} | {"leased_until": None}


def read_order(vault: Vault, row: RowMapping) -> Order:
    """The order in a row; raises ``Unreadable``."""
    return Order(
        number=row["number"],
        place=Place(row["chat_id"], row["user_id"], row["thread_id"]),
        item=unpack_item(row["item"]),
        values=open_values(vault, row["field_values"]),
        **{name: row[name] for name in (*FIXED, *CHANGING)},
    )
