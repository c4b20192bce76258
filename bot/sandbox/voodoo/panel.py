"""What a person sees of the supplier on the demo page: facts, orders with their buttons, and switches."""

import msgspec

from bot.sandbox.shop.exact import NumberStyle
from bot.sandbox.shop.faults import Fate, Moment
from bot.sandbox.shop.panel import Json, action, choice, fact, number, toggle
from bot.sandbox.voodoo.books import Order
from bot.sandbox.voodoo.center import Center
from bot.sandbox.voodoo.faults import Endpoint, Fault, WebhookFault, WebhookTrick
from bot.sandbox.voodoo.shelf import Edition
from bot.sandbox.voodoo.switches import (
    CatalogAnswer,
    DateStyle,
    DuplicateStatus,
    KeyState,
    MissingReference,
    Outcome,
    StockRule,
)

TITLE = "Voodoo Center"
ORDERS_SHOWN = 30


def panel(center: Center) -> Json:
    """The whole panel; a page posts ``{"name", "value"}`` of a switch, or the ``body`` of an action, to its path."""
    return {
        "title": TITLE,
        "facts": _facts(center),
        "orders": [_order(order) for order in list(center.books)[-ORDERS_SHOWN:][::-1]],
        "switches": [*_switches(center), *_actions()],
    }


def _facts(center: Center) -> list[Json]:
    open_orders = sum(not order.status.terminal for order in center.books)
    armed = sum(1 for _ in center.armed)
    return [
        fact("Balance", f"{center.account.balance:,.2f}"),
        fact("Items", f"{len(center.stockroom.goods):,}"),
        fact("Orders", f"{len(center.books):,}, {open_orders} open"),
        fact("Webhook", ", ".join(center.receivers.urls) or "none"),
        fact("Last webhook", center.webhooks.sender.last_word()),
        fact("Armed faults", str(armed) if armed else "none"),
    ]


def _order(order: Order) -> Json:
    return {
        "id": order.id,
        "reference": order.reference or "",
        "item": order.good.name,
        "quantity": format(order.quantity.normalize(), "f"),
        "status": f"{order.status.value} (held)" if order.held else order.status.value,
        "price": f"{order.price:.2f}",
        "refund": f"{order.refund:.2f}",
        "created_at": order.created_at,
        "actions": _order_actions(order),
    }


def _order_actions(order: Order) -> list[Json]:
    base = f"/sandbox/orders/{order.id}"
    if order.status.terminal:
        return [{"label": "Send webhook again", "path": f"{base}/webhook", "body": {}}]
    settle: list[Json] = [
        {"label": "Complete", "path": f"{base}/settle", "body": {"as": "completed"}},
        {"label": "Partial", "path": f"{base}/settle", "body": {"as": "partial"}},
        {"label": "Fail", "path": f"{base}/settle", "body": {"as": "failed"}},
    ]
    if not order.divisible:
        del settle[1]
    hold: list[Json] = [] if order.held else [{"label": "Hold", "path": f"{base}/hold", "body": {}}]
    return [*settle, *hold]


def _switches(center: Center) -> list[Json]:
    now = center.switches
    return [
        choice("outcome", "Orders end as", "Fulfilment", now.outcome, Outcome, "hold keeps them open"),
        number("settle_after", "Seconds to deliver", "Fulfilment", now.settle_after),
        number("service_settle_after", "Seconds for services", "Fulfilment", now.service_settle_after),
        choice("stock", "Stock", "Fulfilment", now.stock, StockRule),
        number("codes_missing", "Codes too few", "Fulfilment", now.codes_missing, "fewer than it says it delivered"),
        toggle("visit_processing", "Show processing", "Fulfilment", now.visit_processing),
        toggle("unknown_status", "Unknown status", "Fulfilment", now.unknown_status, "open orders are on_review"),
        _balance(center),
        choice("key_state", "API key", "Account", now.key_state, KeyState),
        number("token_lifetime", "Token lifetime, s", "Account", now.token_lifetime),
        number("webhook_tries", "Tries", "Webhook", now.webhook_tries),
        number("webhook_spacing", "Seconds between tries", "Webhook", now.webhook_spacing),
        number("webhook_timeout", "Timeout, s", "Webhook", now.webhook_timeout),
        toggle("webhook_guard", "Public addresses only", "Webhook", now.webhook_guard),
        choice("duplicate_status", "Used reference", "Format", now.duplicate_status, DuplicateStatus),
        choice("numbers", "Amounts", "Format", now.numbers, NumberStyle),
        choice("dates", "Times end in", "Format", now.dates, DateStyle),
        choice("missing_reference", "No reference", "Format", now.missing_reference, MissingReference),
        toggle("extra_fields", "Extra fields", "Format", now.extra_fields),
        toggle("personal_catalog", "Personal prices", "Catalog", now.personal_catalog),
        choice("catalog_answer", "Global file", "Catalog", now.catalog_answer, CatalogAnswer),
        choice("personal_answer", "Personal file", "Catalog", now.personal_answer, CatalogAnswer),
        toggle("catalog_validators", "ETag, Last-Modified", "Catalog", now.catalog_validators),
    ]


def _actions() -> list[Json]:
    return [
        action("release", "Release held orders", "Fulfilment", "/sandbox/orders/release"),
        action("expire_tokens", "Expire tokens now", "Account", "/sandbox/tokens/expire"),
        *[_trick(fault, label) for fault, label in _TRICKS],
        *[_fault(name, label, fault) for name, label, fault in _FAULTS],
        action("clear_faults", "Clear all faults", "Next call", "/sandbox/faults/clear"),
        action("raise_prices", "Raise all prices 10 %", "Catalog", "/sandbox/prices", {"percent": 10}),
        _publish(),
        action("reset", "Reset the supplier", "Everything", "/sandbox/reset"),
    ]


_TRICKS = (
    (WebhookFault(trick=WebhookTrick.LOSE), "Lose the next"),
    (WebhookFault(trick=WebhookTrick.REPEAT), "Repeat the next"),
    (WebhookFault(trick=WebhookTrick.MIS_SIGN), "Mis-sign the next"),
    (WebhookFault(trick=WebhookTrick.DELAY, value=30), "Delay the next by 30 s"),
    (WebhookFault(trick=WebhookTrick.EARLY), "Next before the reply"),
    (WebhookFault(trick=WebhookTrick.NULL_ITEM), "Next without item id"),
)

_FAULTS = (
    (
        "drop_reply",
        "Drop the next order's reply",
        Fault(endpoint=Endpoint.CREATE, fate=Fate.DROP, moment=Moment.AFTER),
    ),
    ("drop_request", "Drop the next order unread", Fault(endpoint=Endpoint.CREATE, fate=Fate.DROP)),
    ("cut_reply", "Cut the next order's reply", Fault(endpoint=Endpoint.CREATE, fate=Fate.CUT)),
    (
        "slow_reply",
        "Next reply after 60 s",
        Fault(endpoint=Endpoint.CREATE, fate=Fate.DELAY, moment=Moment.AFTER, seconds=60),
    ),
    ("error_503", "Next call: 503", Fault(endpoint=Endpoint.ANY, fate=Fate.REPLY, status=503)),
    ("error_502", "Next call: 502 in HTML", Fault(endpoint=Endpoint.ANY, fate=Fate.REPLY, status=502, json=False)),
    (
        "error_429",
        "Next call: 429, 5 s",
        Fault(endpoint=Endpoint.ANY, fate=Fate.REPLY, status=429, retry_after="5"),
    ),
)


def _trick(fault: WebhookFault, label: str) -> Json:
    name = f"webhook_{fault.trick.name.lower()}"
    return action(name, label, "Webhook", "/sandbox/faults/webhook", msgspec.to_builtins(fault))


def _fault(name: str, label: str, fault: Fault) -> Json:
    return action(name, label, "Next call", "/sandbox/faults", msgspec.to_builtins(fault))


def _balance(center: Center) -> Json:
    shown = number("balance", "Balance", "Account", float(center.account.balance), "what may be spent")
    return shown | {"value": center.account.balance, "path": "/sandbox/balance"}


def _publish() -> Json:
    shown = choice("publish", "Publish now", "Catalog", Edition.WHOLE, Edition, "whole, or broken in some way")
    return shown | {"path": "/sandbox/catalog/publish"}
