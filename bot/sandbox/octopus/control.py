"""The control API under ``/sandbox``: move switches, arm faults, settle orders and look into everything.

Every call answers JSON: 200 with what is described here (``{"ok": true}`` where nothing is), 404 for something that is
not there, 409 for what cannot be done now, 422 for a body that makes no sense, each with ``{"error": sentence}``.
Text is read as a number or toggle where one is due. Money is exact decimals; item ids are those of ``landmarks.py``.

=====  ================================  =============================================================================
verb   path under /sandbox               body -> answer
=====  ================================  =============================================================================
GET    /state                            -> switches, faults, webhook_urls, wallets, items, orders, calls by rate class
GET    /panel                            -> what the demo page shows
POST   /switches                         {"name", "value"}: any field of ``switches.Switches``, from now on
POST   /faults                           a fault of the next call(s): ``faults.Fault``
POST   /faults/order                     a trick with the next order(s): ``faults.OrderFault``
POST   /faults/webhook                   a trick with the next order webhook(s): ``faults.WebhookFault``
POST   /faults/clear                     disarm everything (switches stay)
POST   /faults/release                   answer the calls that a ``delay`` keeps waiting
POST   /receivers                        {"urls"?, "secret"?}: where webhooks go and what signs them
POST   /tokens/expire                    {"kind"?: "access" (default) or "all"} -> {"expired": how many}
GET    /wallets                          -> {"wallets": [{id, currency, amount, type}]}
POST   /wallets                          {"currency", "value"?}: open one -> the wallet
POST   /wallets/{id}                     {"value"?, "type"?}: set its balance or type -> the wallet
POST   /rates                            {"currency", "usd"}: what one unit is worth from now on (quotes are forgotten)
GET    /transactions                     ?order_id= ?wallet_id= -> {"transactions": oldest first}
GET    /orders                           ?reference= -> {"orders": oldest first}; see ``views.order_view``
GET    /orders/{id}                      -> the order with its vouchers in clear, counts of reads and its webhooks
POST   /orders/{id}/settle               {"as": "delivered" | "partial" | "failed" | "cancelled", "delivered"?,
                                         "missing"?, "refund"?, "silent"?} -> the order; a part may be settled again
POST   /orders/{id}/hold                 keep it PENDING until it is settled by hand -> the order
POST   /orders/{id}/webhook              {"status"?}: send its event; a status it has not is told as if it had
POST   /orders/release                   let held orders end as the switches say -> {"released": how many}
GET    /calls                            -> {"calls": [{at, endpoint, method, path, status, reference, fate}]}
GET    /webhooks                         -> {"deliveries": [...]}, the latest, wallets' among them
POST   /webhooks/forge                   {"type"?, "data"?, "event_id"?, "secret"?, "headers"?}: try any event once
                                         with every receiver -> {"deliveries": with their attempts}
POST   /webhooks/{event_id}/replay       the same event again, byte for byte -> {"deliveries": with their attempts}
GET    /items                            ?currency= ?category= ?limit= -> {"items": [...]}
GET    /items/{id}                       -> the item
POST   /items/{id}                       {"name"?, "max_quantity"?, "denominations"?, "discount"?} -> the item
POST   /items/{id}/remove                it leaves the catalog
POST   /items/{id}/denominations/drop    {"value"?}: what covers a face value (or the last entry) is sold no more
POST   /items/remove                     {"value": id}: the same as /items/{id}/remove, for the panel
POST   /items/drop-denomination          {"value": id}: its last denomination is sold no more, for the panel
POST   /items/restore                    the first catalog is back
POST   /prices                           {"percent"}: everything costs so much more, discounts shrink to 0 at most
POST   /wait                             ``waiting.Condition`` -> {"held": true, "order"}, or 408 with held false
POST   /reset                            begin again: no orders, no faults, first switches, wallets and items
=====  ================================  =============================================================================

Changes of items, prices and rates forget the cached quotes; ``price_move`` and the order trick ``dearer`` do not, they
let an order cost more than its quote. ``times`` of a fault is how often it strikes (1); null is until cleared. A
``reply`` fault on ``create`` with ``"moment": "after"`` has taken the order; ``drop`` with it is a debit whose reply is
lost. Calls are named ``login refresh logout products product availability charges reference wallets transactions create
lookup order``; ``read`` (every GET), ``auth`` and ``any`` stand for several.
"""

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount

from bot.sandbox.octopus import control_items, control_orders
from bot.sandbox.octopus.commands import Expire, OpenWallet, SetRate, SetWallet, TokenKind
from bot.sandbox.octopus.depot import Depot
from bot.sandbox.octopus.faults import Fault, OrderFault, WebhookFault
from bot.sandbox.octopus.panel import panel
from bot.sandbox.octopus.pipeline import depot_of
from bot.sandbox.octopus.views import class_counts, transaction_view, wallet_view
from bot.sandbox.octopus.wallets import Wallet
from bot.sandbox.octopus.world import CURRENCIES
from bot.sandbox.shop.control import common_routes
from bot.sandbox.shop.exact import json_reply
from bot.sandbox.shop.steering import Refusal, Steering, done, read_body

_steering = Steering(depot_of)


async def show_state(_: Request, depot: Depot) -> Response:
    """Switches, armed faults, receivers, wallets and counts."""
    return json_reply(
        {
            "switches": msgspec.to_builtins(depot.switches),
            "faults": [msgspec.to_builtins(fault) for fault in depot.armed],
            "webhook_urls": depot.receivers.urls,
            "wallets": [wallet_view(wallet) for wallet in depot.purse.wallets],
            "items": len(depot.storeroom.products),
            "orders": len(depot.books),
            "calls": class_counts(depot),
        }
    )


async def show_panel(_: Request, depot: Depot) -> Response:
    """What the demo page shows of the supplier."""
    return json_reply(panel(depot))


async def arm_fault(request: Request, depot: Depot) -> Response:
    """Arm a fault of the API."""
    depot.armed.calls.arm(await read_body(request, Fault))
    return done()


async def arm_order_fault(request: Request, depot: Depot) -> Response:
    """Arm a trick with an order."""
    depot.armed.orders.arm(await read_body(request, OrderFault))
    return done()


async def arm_webhook_fault(request: Request, depot: Depot) -> Response:
    """Arm a trick with a webhook."""
    depot.armed.webhooks.arm(await read_body(request, WebhookFault))
    return done()


async def expire_tokens(request: Request, depot: Depot) -> Response:
    """End tokens now."""
    everything = (await read_body(request, Expire)).kind is TokenKind.ALL
    return json_reply({"expired": depot.desk.end_all() if everything else depot.desk.end_access()})


def _currency(code: str) -> str:
    if code not in CURRENCIES:
        raise Refusal(422, f"{code} is not a currency of the sandbox")
    return code


def _wallet(request: Request, depot: Depot) -> Wallet:
    wallet = depot.purse.find(request.path_params["wallet_id"])
    if wallet is None:
        raise Refusal(404, "No such wallet")
    return wallet


async def list_wallets(_: Request, depot: Depot) -> Response:
    """Every wallet."""
    return json_reply({"wallets": [wallet_view(wallet) for wallet in depot.purse.wallets]})


async def open_wallet(request: Request, depot: Depot) -> Response:
    """Open a wallet in a currency that has none."""
    wanted = await read_body(request, OpenWallet)
    if depot.purse.in_currency(_currency(wanted.currency)):
        raise Refusal(409, f"There is a wallet in {wanted.currency}")
    return json_reply(wallet_view(depot.purse.open(wanted.currency, wanted.value, depot.config.clock())))


async def set_wallet(request: Request, depot: Depot) -> Response:
    """Set a wallet's balance or type."""
    wallet, wanted = _wallet(request, depot), await read_body(request, SetWallet)
    if wanted.type is not None:
        wallet.type = wanted.type
    if wanted.value is not None:
        depot.correct_balance(wallet, wanted.value)
    return json_reply(wallet_view(wallet))


async def set_rate(request: Request, depot: Depot) -> Response:
    """Set what one unit of a currency is worth."""
    wanted = await read_body(request, SetRate)
    if wanted.usd <= 0:
        raise Refusal(422, "A currency is worth more than nothing")
    depot.rates.move(_currency(wanted.currency), wanted.usd)
    depot.cashier.forget_quotes()
    return done()


async def list_transactions(request: Request, depot: Depot) -> Response:
    """Every transaction, oldest first; ``?order_id=`` and ``?wallet_id=`` pick some."""
    query = request.query_params
    chosen = [
        one
        for one in depot.purse.transactions
        if query.get("order_id") in (None, str(one.order_id)) and query.get("wallet_id") in (None, str(one.wallet_id))
    ]
    return json_reply({"transactions": [transaction_view(one) for one in chosen]})


async def reset(request: Request, _: Depot) -> Response:
    """Begin again; receivers stay as they are."""
    request.app.state.depot = await request.app.state.depot.fresh()
    return done()


MOUNT = Mount(
    "/sandbox",
    routes=[
        *common_routes(_steering),
        _steering.get("/state", show_state),
        _steering.get("/panel", show_panel),
        _steering.post("/faults", arm_fault),
        _steering.post("/faults/order", arm_order_fault),
        _steering.post("/faults/webhook", arm_webhook_fault),
        _steering.post("/tokens/expire", expire_tokens),
        _steering.get("/wallets", list_wallets),
        _steering.post("/wallets", open_wallet),
        _steering.post("/wallets/{wallet_id:int}", set_wallet),
        _steering.post("/rates", set_rate),
        _steering.get("/transactions", list_transactions),
        *control_orders.ROUTES,
        *control_items.ROUTES,
        _steering.post("/reset", reset),
    ],
)
