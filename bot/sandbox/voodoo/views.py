"""How the control API shows the supplier's books as JSON: exact decimals, times as ISO 8601."""

from bot.sandbox.goods.items import Good
from bot.sandbox.shop.deliveries import delivery_view
from bot.sandbox.voodoo.books import Order
from bot.sandbox.voodoo.center import Center


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
        "webhooks": [delivery_view(delivery) for delivery in center.webhooks.sender.of(order.id)],
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
