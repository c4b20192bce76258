"""What a person sees of the supplier on the demo page: facts, orders with their buttons, and switches."""

from decimal import Decimal

import msgspec

from bot.sandbox.octopus.books import Order, Status
from bot.sandbox.octopus.depot import Depot
from bot.sandbox.octopus.faults import (
    Endpoint,
    Fault,
    OrderFault,
    OrderTrick,
    WebhookFault,
    WebhookTrick,
)
from bot.sandbox.octopus.switches import CreatedStatus, Edition, FundsAnswer, MaskStyle, OpenWord, Outcome, Views
from bot.sandbox.octopus.wallets import Wallet
from bot.sandbox.shop.exact import NumberStyle
from bot.sandbox.shop.faults import Fate, Moment
from bot.sandbox.shop.panel import Json, action, choice, fact, number, toggle

TITLE = "Octopus Cards"
ORDERS_SHOWN = 30

FULFILMENT, VOUCHERS, MONEY, ACCESS = "Fulfilment", "Vouchers", "Wallets and prices", "Access"
LIMITS, CATALOG, WEBHOOKS, ANSWERS = "Calls per minute", "Catalog", "Webhook", "Answers"
NEXT_ORDER, NEXT_CALL, EVERY_CALL = "Next order", "Next call", "Every call from now on"


def panel(depot: Depot) -> Json:
    """The whole panel; a page posts ``{"name", "value"}`` of a switch, or the ``body`` of an action, to its path."""
    return {
        "title": TITLE,
        "facts": _facts(depot),
        "orders": [_order(order) for order in list(depot.books)[-ORDERS_SHOWN:][::-1]],
        "switches": [
            *_fulfilment(depot),
            *[_trick(NEXT_ORDER, "order", name, label, trick) for name, label, trick in _ORDER_TRICKS],
            *_vouchers(depot),
            *_money(depot),
            *[_trick(NEXT_CALL, "next", name, label, fault) for name, label, fault in _FAULTS],
            action("clear_faults", "Clear all faults", NEXT_CALL, "/sandbox/faults/clear"),
            *[_lasting(name, label, fault) for name, label, fault in _LASTING],
            action("clear_lasting", "Clear all faults", EVERY_CALL, "/sandbox/faults/clear"),
            *_webhooks(depot),
            *_access(depot),
            *_limits(depot),
            *_catalog(depot),
            *_answers(depot),
            action("reset", "Reset the supplier", "Everything", "/sandbox/reset"),
        ],
    }


def _facts(depot: Depot) -> list[Json]:
    open_orders = sum(not order.status.terminal for order in depot.books)
    armed = sum(1 for _ in depot.armed)
    return [
        *[fact(f"{one.currency} wallet", f"{one.amount:,.2f}") for one in depot.purse.wallets],
        fact("Items", f"{len(depot.storeroom.products):,}"),
        fact("Orders", f"{len(depot.books):,}, {open_orders} open"),
        fact("Webhook", ", ".join(depot.receivers.urls) or "none"),
        fact("Last webhook", depot.webhooks.sender.last_word()),
        fact("Armed faults", str(armed) if armed else "none"),
    ]


def _order(order: Order) -> Json:
    status = order.status.value.lower().replace("_", " ")
    return {
        "id": order.id,
        "reference": order.reference or "",
        "item": f"{order.product.name}, {order.denomination} {order.product.currency}",
        "quantity": str(order.quantity),
        "status": f"{status} (held)" if order.held else status,
        "price": f"{order.charges.payable} {order.charges.destination}",
        "refund": str(order.refunded) if order.refunded else "0",
        "created_at": order.created_at,
        "actions": _order_actions(order),
    }


def _order_actions(order: Order) -> list[Json]:
    base = f"/sandbox/orders/{order.id}"

    def settle(label: str, outcome: Outcome) -> Json:
        return {"label": label, "path": f"{base}/settle", "body": {"as": outcome.value}}

    actions: list[Json] = []
    if not order.status.terminal:
        actions.append(settle("Deliver", Outcome.DELIVERED))
        if order.delivered + 1 < order.quantity:
            actions.append(settle("Deliver part", Outcome.PARTIAL))
        actions += [settle("Fail", Outcome.FAILED), settle("Cancel", Outcome.CANCELLED)]
    if order.status is Status.PENDING:
        early = {"status": Status.DELIVERED.value}
        actions.append({"label": "Webhook: delivered", "path": f"{base}/webhook", "body": early})
        if not order.held:
            actions.append({"label": "Hold", "path": f"{base}/hold", "body": {}})
    else:
        actions.append({"label": "Send webhook again", "path": f"{base}/webhook", "body": {}})
    return actions


def _fulfilment(depot: Depot) -> list[Json]:
    now = depot.switches
    return [
        choice("outcome", "Orders end as", FULFILMENT, now.outcome, Outcome, "hold keeps them PENDING"),
        number("settle_after", "Seconds to deliver", FULFILMENT, now.settle_after, "orders of more than five"),
        toggle("small_pending", "Small orders wait too", FULFILMENT, now.small_pending),
        number("vouchers_missing", "Vouchers too few", FULFILMENT, now.vouchers_missing, "fewer than it says"),
        toggle("partial_grows", "Parts become whole", FULFILMENT, now.partial_grows),
        number("grow_after", "Seconds until they do", FULFILMENT, now.grow_after),
        choice("open_word", "PENDING is called", FULFILMENT, now.open_word, OpenWord),
        choice("created_status", "Create answers", FULFILMENT, now.created_status, CreatedStatus),
        number("lookup_blind_seconds", "Look-ups blind, s", FULFILMENT, now.lookup_blind_seconds),
        number("lookup_blind_calls", "Look-ups blind, calls", FULFILMENT, now.lookup_blind_calls),
        action("release", "Release held orders", FULFILMENT, "/sandbox/orders/release"),
    ]


def _vouchers(depot: Depot) -> list[Json]:
    now = depot.switches
    return [
        choice("views", "Reads show codes", VOUCHERS, now.views, Views, "create replies always do"),
        choice("mask", "Masked with", VOUCHERS, now.mask, MaskStyle),
        toggle("sample_codes", "Codes full of X", VOUCHERS, now.sample_codes, "new ones, though in clear"),
        toggle("list_vouchers", "Lists carry vouchers", VOUCHERS, now.list_vouchers, "which counts as a read"),
    ]


def _money(depot: Depot) -> list[Json]:
    now = depot.switches
    return [
        *[_balance(wallet) for wallet in depot.purse.wallets],
        number("price_move", "Dearer than quoted, %", MONEY, now.price_move, "from quote to order"),
        number("quote_cache", "Quotes kept, s", MONEY, now.quote_cache),
        number("handling_fee", "Conversion fee", MONEY, now.handling_fee),
        choice("funds_answer", "Too little money", MONEY, now.funds_answer, FundsAnswer),
        toggle("refunds", "Refund failed orders", MONEY, now.refunds),
        number("refund_after", "Seconds to refund", MONEY, now.refund_after),
        action("raise_prices", "Raise all prices 2 %", MONEY, "/sandbox/prices", {"percent": 2}),
        action("raise_pound", "Pound up 10 %", MONEY, "/sandbox/rates", {"currency": "GBP", "usd": "1.396395"}),
    ]


def _balance(wallet: Wallet) -> Json:
    shown = number(f"wallet_{wallet.id}", f"{wallet.currency} balance", MONEY, wallet.amount)
    return shown | {"path": f"/sandbox/wallets/{wallet.id}"}


def _access(depot: Depot) -> list[Json]:
    now = depot.switches
    return [
        toggle("ip_allowed", "Address allowed", ACCESS, now.ip_allowed, "off: 403 to everything"),
        toggle("key_revoked", "Key revoked", ACCESS, now.key_revoked),
        toggle("single_session", "Login ends others", ACCESS, now.single_session),
        number("access_lifetime", "Access token, s", ACCESS, now.access_lifetime),
        number("refresh_lifetime", "Refresh token, s", ACCESS, now.refresh_lifetime),
        number("early_expiry", "Ends too early by, s", ACCESS, now.early_expiry, "than it says"),
        action("expire_access", "Expire access tokens", ACCESS, "/sandbox/tokens/expire", {"kind": "access"}),
        action("expire_all", "Expire all tokens", ACCESS, "/sandbox/tokens/expire", {"kind": "all"}),
    ]


def _limits(depot: Depot) -> list[Json]:
    now = depot.switches
    return [
        number("limit_login", "Logins", LIMITS, now.limit_login, "0 is no limit"),
        number("limit_refresh", "Refreshes", LIMITS, now.limit_refresh),
        number("limit_read", "Reads", LIMITS, now.limit_read),
        number("limit_create", "Orders", LIMITS, now.limit_create),
        number("limit_charges", "Quotes", LIMITS, now.limit_charges),
        number("limit_window", "A minute has, s", LIMITS, now.limit_window),
        toggle("retry_after", "Send Retry-After", LIMITS, now.retry_after),
    ]


def _catalog(depot: Depot) -> list[Json]:
    now = depot.switches
    picked = (
        ("item_leaves", "Take item off, id", "/sandbox/items/remove", "posts at once"),
        ("denomination_leaves", "Drop a face value, id", "/sandbox/items/drop-denomination", "the item's last one"),
    )
    return [
        choice("edition", "Product list", CATALOG, now.edition, Edition),
        number("max_quantity", "Bulk limit", CATALOG, now.max_quantity, "0: each item its own"),
        *[number(name, label, CATALOG, "", help_) | {"path": path} for name, label, path, help_ in picked],
        action("restore", "Restore the catalog", CATALOG, "/sandbox/items/restore"),
    ]


def _webhooks(depot: Depot) -> list[Json]:
    now = depot.switches
    return [
        number("webhook_tries", "Tries", WEBHOOKS, now.webhook_tries),
        number("webhook_spacing", "Seconds to 2nd try", WEBHOOKS, now.webhook_spacing, "then twice as long each time"),
        number("webhook_timeout", "Timeout, s", WEBHOOKS, now.webhook_timeout),
        toggle("webhook_https", "Only https", WEBHOOKS, now.webhook_https),
        toggle("sync_events", "For small orders too", WEBHOOKS, now.sync_events),
        toggle("wallet_events", "Wallet events", WEBHOOKS, now.wallet_events),
        *[_trick(WEBHOOKS, "webhook", trick.name.lower(), label, _webhook(trick)) for trick, label in _WEBHOOK_TRICKS],
        _trick(WEBHOOKS, "webhook", "lose_all", "Lose every one", _webhook(WebhookTrick.LOSE, times=None)),
    ]


def _answers(depot: Depot) -> list[Json]:
    now = depot.switches
    return [
        number("slow", "Every answer after, s", ANSWERS, now.slow),
        toggle("pagination_headers", "Page headers", ANSWERS, now.pagination_headers),
        choice("numbers", "Amounts", ANSWERS, now.numbers, NumberStyle),
        toggle("extra_fields", "Extra fields", ANSWERS, now.extra_fields),
        toggle("wrapped", "Wrapped in data", ANSWERS, now.wrapped),
    ]


def _webhook(trick: WebhookTrick, times: int | None = 1) -> WebhookFault:
    return WebhookFault(trick=trick, times=times)


_WEBHOOK_TRICKS = (
    (WebhookTrick.LOSE, "Lose the next"),
    (WebhookTrick.REPEAT, "Repeat the next"),
    (WebhookTrick.MIS_SIGN, "Mis-sign the next"),
    (WebhookTrick.DELAY, "Delay the next by 30 s"),
    (WebhookTrick.EARLY, "Next before the reply"),
    (WebhookTrick.OUT_OF_ORDER, "Next after the one after"),
    (WebhookTrick.OTHER_ORDER, "Next with another id"),
)

_ORDER_TRICKS = (
    ("pending", "Answer PENDING", OrderFault(trick=OrderTrick.PENDING)),
    ("short", "One voucher too few", OrderFault(trick=OrderTrick.SHORT)),
    ("partial", "Deliver a part", OrderFault(trick=OrderTrick.PARTIAL)),
    ("fail", "Fail and refund", OrderFault(trick=OrderTrick.FAIL)),
    ("cancel", "Cancel", OrderFault(trick=OrderTrick.CANCEL)),
    ("hold", "Hold", OrderFault(trick=OrderTrick.HOLD)),
    ("dearer", "10 % dearer than quoted", OrderFault(trick=OrderTrick.DEARER, value=Decimal(10))),
)

_FAULTS = (
    (
        "drop_reply",
        "Debit the next order, drop the reply",
        Fault(endpoint=Endpoint.CREATE, fate=Fate.DROP, moment=Moment.AFTER),
    ),
    ("drop_request", "Drop the next order unread", Fault(endpoint=Endpoint.CREATE, fate=Fate.DROP)),
    ("cut_reply", "Cut the next order's reply", Fault(endpoint=Endpoint.CREATE, fate=Fate.CUT)),
    (
        "order_500",
        "500 after the next order",
        Fault(endpoint=Endpoint.CREATE, fate=Fate.REPLY, status=500, moment=Moment.AFTER),
    ),
    (
        "slow_order",
        "Next order's reply after 60 s",
        Fault(endpoint=Endpoint.CREATE, fate=Fate.DELAY, moment=Moment.AFTER, seconds=60),
    ),
    ("error_502", "502 in HTML", Fault(endpoint=Endpoint.ANY, fate=Fate.REPLY, status=502, json=False)),
    ("error_503", "503", Fault(endpoint=Endpoint.ANY, fate=Fate.REPLY)),
    ("error_429", "429, 5 s", Fault(endpoint=Endpoint.ANY, fate=Fate.REPLY, status=429, retry_after="5")),
    ("cut_view", "Cut the next read of an order", Fault(endpoint=Endpoint.ORDER, fate=Fate.CUT)),
)

_LASTING = (
    ("every_502", "502 in HTML", Fault(endpoint=Endpoint.ANY, fate=Fate.REPLY, status=502, json=False, times=None)),
    ("every_503", "503", Fault(endpoint=Endpoint.ANY, fate=Fate.REPLY, times=None)),
    *(
        (
            f"every_{endpoint.value}_429",
            f"429 to {label}",
            Fault(endpoint=endpoint, fate=Fate.REPLY, status=429, retry_after="5", times=None),
        )
        for endpoint, label in (
            (Endpoint.CREATE, "orders"),
            (Endpoint.READ, "reads"),
            (Endpoint.CHARGES, "quotes"),
            (Endpoint.LOGIN, "logins"),
        )
    ),
    (
        "every_429",
        "429 without Retry-After",
        Fault(endpoint=Endpoint.ANY, fate=Fate.REPLY, status=429, times=None),
    ),
)

_PATHS = {"order": "/sandbox/faults/order", "webhook": "/sandbox/faults/webhook", "next": "/sandbox/faults"}


def _trick(group: str, kind: str, name: str, label: str, fault: Fault | OrderFault | WebhookFault) -> Json:
    return action(f"{kind}_{name}", label, group, _PATHS[kind], msgspec.to_builtins(fault))


def _lasting(name: str, label: str, fault: Fault) -> Json:
    return action(name, label, EVERY_CALL, "/sandbox/faults", msgspec.to_builtins(fault))
