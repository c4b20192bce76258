"""How products, quotes, orders, wallets and transactions look on the wire."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from bot.sandbox.octopus.books import Order, Status
from bot.sandbox.octopus.goods import DELIVERY_MODES, Product
from bot.sandbox.octopus.pricing import Charges
from bot.sandbox.octopus.switches import Switches
from bot.sandbox.octopus.tokens import Pair
from bot.sandbox.octopus.vouchers import Voucher
from bot.sandbox.octopus.wallets import Transaction, Wallet
from bot.sandbox.octopus.world import CURRENCIES, Country, Currency
from bot.sandbox.shop.exact import NumberStyle, number

Json = dict[str, object]

_EXTRA: Json = {"loyalty_points": 12, "tax": {"rate": 0, "included": True}, "labels": ["new"], "parent_order": None}
"""Members that no page names: fields may appear at any time, so clients must ignore them (api-promise page)."""

BAD_RECORDS: tuple[Json, ...] = (
    {"id": 9001, "name": "No Bounds Card", "category": "Gaming", "sub_category": None, "country_code": "US",
     "currency_code": "USD", "image_url": None, "delivery_mode": None, "delivery_time": None, "validity": None,
     "available_denominations": [{"min_value": None, "max_value": None, "discount": None}]},
    {"id": 9002, "category": "Gaming", "sub_category": None, "country_code": "US", "currency_code": "USD",
     "available_denominations": [{"min_value": 10, "max_value": 10, "discount": 1}]},
    {"id": 9003, "name": "Negative Card", "category": "Gaming", "country_code": "US", "currency_code": "USD",
     "available_denominations": [{"min_value": -5, "max_value": -5, "discount": 2}]},
    {"id": 9004, "name": "Backwards Card", "category": "Shopping", "country_code": "US", "currency_code": "USD",
     "available_denominations": [{"min_value": 50, "max_value": 5, "discount": 2}]},
    {"id": 9005, "name": "Empty Card", "category": "Shopping", "country_code": "US", "currency_code": "USD",
     "available_denominations": []},
    {"id": "9006", "name": 42, "category": None, "country_code": "Atlantis", "currency_code": "??",
     "available_denominations": "many"},
    {"id": None, "name": "Nobody's Card", "category": "Gaming", "country_code": "US", "currency_code": "USD",
     "available_denominations": [{"min_value": 10, "max_value": 10, "discount": 1}]},
    {"id": 9008, "name": "Half Good Card", "category": "Gaming", "country_code": "US", "currency_code": "USD",
     "available_denominations": [
         {"min_value": None, "max_value": 10, "discount": 1}, {"min_value": 25, "max_value": 25, "discount": None}]},
)  # fmt: skip
"""Records that break the schema in every way seen or feared; only "Half Good Card" has something to sell."""


def stamp(at: datetime) -> str:
    """RFC 3339 in UTC (CONVENTIONS page)."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def extra(switches: Switches) -> Json:
    """Members that nobody expects, when the switch asks for them."""
    return dict(_EXTRA) if switches.extra_fields else {}


def tokens_object(pair: Pair, client_id: int) -> Json:
    """What login and refresh give (AUTH page)."""
    return {
        "access_token": pair.access,
        "refresh_token": pair.refresh,
        "access_expires_at": stamp(pair.access_expires),
        "refresh_expires_at": stamp(pair.refresh_expires),
        "client_id": client_id,
    }


def product_object(product: Product, style: NumberStyle) -> Json:
    """One product of the catalog (PRODUCTS page)."""
    return {
        "id": product.id,
        "name": product.name,
        "category": product.category,
        "sub_category": product.sub_category,
        "country_code": product.country,
        "currency_code": product.currency,
        "image_url": f"https://images.example.com/{product.brand.lower()}.png",
        "delivery_mode": DELIVERY_MODES[product.shape],
        "delivery_time": "Instant",
        "validity": product.validity,
        "available_denominations": [
            {
                "min_value": number(one.least, style),
                "max_value": number(one.most, style),
                "discount": number(one.discount, style),
            }
            for one in product.denominations
        ],
    }


def country_object(country: Country) -> Json:
    """One country."""
    return {
        "id": country.id,
        "name": country.name,
        "official_name": country.official_name,
        "alpha_2": country.alpha_2,
        "alpha_3": country.alpha_3,
        "numeric_code": country.numeric_code,
        "dialing_prefix": country.dialing_prefix,
    }


def currency_object(currency: Currency) -> Json:
    """One currency; ``precision`` counts its decimals."""
    return {"id": currency.id, "name": currency.name, "currency": currency.code, "precision": currency.precision}


def charges_object(priced: Charges, max_quantity: int, style: NumberStyle) -> Json:
    """A quote (CHARGES page); ``discount`` is a percentage here and an amount in an order."""
    conversion = priced.conversion
    return {
        "non_discounted_total": number(priced.face, style),
        "discount_amount": number(priced.discount, style),
        "total_amount": number(priced.total, style),
        "discount": number(priced.discount_percent, style),
        "gst_amount": number(Decimal(0), style),
        "total_payable": number(priced.payable, style),
        "max_quantity": max_quantity,
        "net_amount": number(priced.net, style),
        "handling_fee_amount": number(conversion.fee if conversion else Decimal(0), style),
        "charges_details": {
            "source_currency": priced.source,
            "destination_currency": priced.destination,
            "forex_rate": conversion.rate if conversion else None,
            "conversion_fee": number(conversion.fee, style) if conversion else None,
        },
    }


def order_object(order: Order, vouchers: Sequence[Voucher] | None, switches: Switches) -> Json:
    """An order as create shows it, with these vouchers, or without any such member when None (CREATE page)."""
    style = switches.numbers
    shown: Json = {
        "id": order.id,
        "product_id": order.product.id,
        "product_name": order.product.name,
        "denomination": number(order.denomination, style),
        "quantity": order.quantity,
        "amount": number(order.charges.face, style),
        "discount": number(order.charges.discount, style),
        "wallet_id": order.wallet_id,
        "status": status_word(order, switches),
        "base_currency": order.charges.source,
        "deduction_currency": order.charges.destination,
        "message": "Order created successfully",
    }
    if order.reference is not None:
        shown["client_reference"] = order.reference
    if order.email is not None:
        shown["email"] = order.email
    if vouchers is not None:
        shown["vouchers"] = [voucher_object(voucher) for voucher in vouchers]
    return shown | extra(switches)


def read_object_of(order: Order, vouchers: Sequence[Voucher] | None, switches: Switches) -> Json:
    """An order as a later read shows it: the create record and when it was made and delivered."""
    return order_object(order, vouchers, switches) | {
        "delivered_quantity": order.delivered,
        "delivered_on": stamp(order.delivered_on) if order.delivered_on else None,
        "created_at": stamp(order.created_at),
    }


def status_word(order: Order, switches: Switches) -> str:
    """The status, or the word that stands for PENDING now."""
    return switches.open_word.value if order.status is Status.PENDING else order.status.value


def voucher_object(voucher: Voucher) -> Json:
    """One voucher (CREATE page)."""
    return {
        "card_number": voucher.card_number,
        "pin_code": voucher.pin_code,
        "claim_url": voucher.claim_url,
        "expires_at": stamp(voucher.expires_at) if voucher.expires_at else None,
        "voucher_reference_number": voucher.voucher_reference_number,
    }


def wallet_object(wallet: Wallet, style: NumberStyle) -> Json:
    """One wallet (WALLETS page)."""
    return {
        "id": wallet.id,
        "currency_id": CURRENCIES[wallet.currency].id,
        "amount": number(wallet.amount, style),
        "type": wallet.type.value,
    }


def transaction_object(transaction: Transaction, style: NumberStyle) -> Json:
    """One transaction; the order's id is only in the remarks (TRANSACTIONS page)."""
    conversion = transaction.conversion
    return {
        "id": transaction.id,
        "wallet_id": transaction.wallet_id,
        "currency_id": CURRENCIES[transaction.currency].id,
        "amount": number(transaction.amount, style),
        "transaction_type": transaction.direction.value,
        "status": "COMPLETED",
        "source_currency": transaction.source,
        "destination_currency": transaction.currency if conversion else None,
        "forex_rate": conversion.rate if conversion else None,
        "conversion_charges": number(conversion.fee, style) if conversion else None,
        "remarks": transaction.remarks,
        "created_at": stamp(transaction.created_at),
    }
