"""How the control API shows the supplier's books as JSON: exact decimals, times as ISO 8601."""

from bot.sandbox.goods.items import Good
from bot.sandbox.voodoo.books import Order
from bot.sandbox.voodoo.calls import Call
from bot.sandbox.voodoo.center import Center
from bot.sandbox.voodoo.webhooks import Delivery


def order_view(order: Order, center: Center) -> dict[str, object]:
    """One order in the supplier's own books; the codes are in clear."""
    return {
        "id": order.id,
        "reference": order.reference,
        "item": order.good.id,
        "item_name": order.good.name,
        "quantity": order.quantity,
        "status": order.status.value,
        "held": order.held,
        "charged": order.price,
        "refunded": order.refund,
        "delivered": order.delivered,
        "codes": order.codes,
        "fields": order.fields,
        "error": order.error,
        "error_message": order.error_message,
        "created_at": order.created_at,
        "completed_at": order.completed_at,
        "create_calls": center.books.create_calls(order.reference),
        "webhooks": [delivery_view(delivery) for delivery in center.webhooks.of(order.id)],
    }


def delivery_view(delivery: Delivery) -> dict[str, object]:
    """One event's way to one receiver."""
    return {
        "order_id": delivery.order_id,
        "reference": delivery.reference,
        "url": delivery.url,
        "state": delivery.state.value,
        "mis_signed": delivery.mis_signed,
        "attempts": [
            {"at": attempt.at, "status": attempt.status, "error": attempt.error} for attempt in delivery.attempts
        ],
    }


def call_view(call: Call) -> dict[str, object]:
    """One call of the API."""
    return {
        "at": call.at,
        "endpoint": call.endpoint.value,
        "method": call.method,
        "path": call.path,
        "status": call.status,
        "reference": call.reference,
        "fate": call.fate.value if call.fate else None,
    }


def account_view(center: Center) -> dict[str, object]:
    """The balance and how it came about."""
    return {
        "balance": center.account.balance,
        "ledger": [
            {
                "at": entry.at,
                "kind": entry.kind.value,
                "amount": entry.amount,
                "balance": entry.balance,
                "order_id": entry.order_id,
            }
            for entry in center.account.ledger
        ],
    }


def good_view(good: Good) -> dict[str, object]:
    """One item as it is sold now."""
    return {
        "id": good.id,
        "name": good.name,
        "category": good.category,
        "kind": good.kind.value,
        "price": good.price,
        "stock": good.stock,
        "min_quantity": good.min_quantity,
        "max_quantity": good.max_quantity,
        "fields": [
            {"name": question.name, "options": {option.id: option.name for option in question.options}}
            for question in good.questions
        ],
    }
