"""How the control API shows the supplier's books as JSON: exact decimals, times as ISO 8601."""

from bot.sandbox.octopus.books import Order
from bot.sandbox.octopus.checkout import bulk_limit
from bot.sandbox.octopus.depot import Depot
from bot.sandbox.octopus.goods import Product
from bot.sandbox.octopus.limits import RateClass, class_of
from bot.sandbox.octopus.vouchers import Voucher
from bot.sandbox.octopus.wallets import Transaction, Wallet
from bot.sandbox.shop import deliveries
from bot.sandbox.shop.deliveries import Delivery

Json = dict[str, object]


def order_view(order: Order, depot: Depot) -> Json:
    """One order in the supplier's own books; the vouchers are in clear."""
    return {
        "id": order.id,
        "reference": order.reference,
        "item": order.product.id,
        "item_name": order.product.name,
        "denomination": order.denomination,
        "quantity": order.quantity,
        "status": order.status.value,
        "held": order.held,
        "wallet_id": order.wallet_id,
        "currency": order.charges.destination,
        "charged": order.charges.payable,
        "refunded": order.refunded,
        "face": order.charges.face,
        "discount": order.charges.discount,
        "rate": order.charges.conversion.rate if order.charges.conversion else None,
        "delivered": order.delivered,
        "vouchers": [voucher_view(voucher) for voucher in order.vouchers],
        "codes": [voucher.card_number or voucher.claim_url for voucher in order.vouchers],
        "shown": order.shown,
        "email": order.email,
        "created_at": order.created_at,
        "delivered_on": order.delivered_on,
        "create_calls": depot.books.create_calls[order.reference] if order.reference else 0,
        "lookups": depot.books.lookups[order.reference] if order.reference else 0,
        "reads": depot.books.reads[order.id],
        "webhooks": [delivery_view(delivery) for delivery in depot.webhooks.sender.of(str(order.id))],
    }


def voucher_view(voucher: Voucher) -> Json:
    """One voucher in clear."""
    return {
        "card_number": voucher.card_number,
        "pin_code": voucher.pin_code,
        "claim_url": voucher.claim_url,
        "expires_at": voucher.expires_at,
        "voucher_reference_number": voucher.voucher_reference_number,
    }


def delivery_view(delivery: Delivery) -> Json:
    """One event's way to one receiver."""
    return deliveries.delivery_view(delivery) | {"event": delivery.event, "event_id": delivery.event_id}


def wallet_view(wallet: Wallet) -> Json:
    """One wallet."""
    return {"id": wallet.id, "currency": wallet.currency, "amount": wallet.amount, "type": wallet.type.value}


def transaction_view(transaction: Transaction) -> Json:
    """One transaction, with the id of its order."""
    conversion = transaction.conversion
    return {
        "id": transaction.id,
        "wallet_id": transaction.wallet_id,
        "currency": transaction.currency,
        "amount": transaction.amount,
        "type": transaction.direction.value,
        "rate": conversion.rate if conversion else None,
        "fee": conversion.fee if conversion else None,
        "order_id": transaction.order_id,
        "remarks": transaction.remarks,
        "created_at": transaction.created_at,
    }


def item_view(product: Product, depot: Depot) -> Json:
    """One product as it is sold now."""
    return {
        "id": product.id,
        "name": product.name,
        "category": product.category,
        "country": product.country,
        "currency": product.currency,
        "voucher": product.shape.value,
        "max_quantity": bulk_limit(product, depot.switches),
        "denominations": [
            {"min_value": one.least, "max_value": one.most, "discount": one.discount} for one in product.denominations
        ],
    }


def class_counts(depot: Depot) -> Json:
    """How many calls of each rate class were made since the last reset, refused ones included."""
    counts = dict.fromkeys((kind.value for kind in RateClass), 0)
    for endpoint, calls in depot.calls.counts.items():
        if kind := class_of(endpoint):
            counts[kind.value] += calls
    return dict(counts)
