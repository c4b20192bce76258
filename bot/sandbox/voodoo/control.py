"""The control API under ``/sandbox``: move switches, arm faults, settle orders and look into everything."""

from collections.abc import Iterable
from itertools import islice

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount

from bot.sandbox.shop.control import common_routes
from bot.sandbox.shop.deliveries import delivery_view
from bot.sandbox.shop.exact import json_reply
from bot.sandbox.shop.steering import Refusal, Steering, done, read_body
from bot.sandbox.voodoo.api import center_of
from bot.sandbox.voodoo.books import Order
from bot.sandbox.voodoo.center import Center, Verdict
from bot.sandbox.voodoo.commands import Listing, Publish, Reprice, SetBalance, Settle
from bot.sandbox.voodoo.faults import Fault, WebhookFault
from bot.sandbox.voodoo.panel import panel
from bot.sandbox.voodoo.stockroom import Change
from bot.sandbox.voodoo.switches import Outcome
from bot.sandbox.voodoo.views import account_view, good_view, order_view
from bot.sandbox.voodoo.waiting import Condition

_steering = Steering(center_of)


def _order(request: Request, center: Center) -> Order:
    order = center.books.find(request.path_params["order_id"])
    if order is None:
        raise Refusal(404, "No such order")
    return order


async def show_state(_: Request, center: Center) -> Response:
    """Switches, armed faults, receivers and the balance."""
    return json_reply(
        {
            "switches": msgspec.to_builtins(center.switches),
            "faults": [msgspec.to_builtins(fault) for fault in center.armed],
            "webhook_urls": center.receivers.urls,
            "balance": center.account.balance,
            "items": len(center.stockroom.goods),
            "orders": len(center.books),
        }
    )


async def arm_fault(request: Request, center: Center) -> Response:
    """Arm a fault of the API: see ``faults.Fault``."""
    center.armed.arm(await read_body(request, Fault))
    return done()


async def arm_webhook_fault(request: Request, center: Center) -> Response:
    """Arm a trick of the webhooks: see ``faults.WebhookFault``."""
    center.armed.arm_webhook(await read_body(request, WebhookFault))
    return done()


async def expire_tokens(_: Request, center: Center) -> Response:
    """End every token now."""
    return json_reply({"expired": center.desk.expire_all()})


async def set_balance(request: Request, center: Center) -> Response:
    """Set the account's balance."""
    center.correct_balance((await read_body(request, SetBalance)).value)
    return done()


async def show_account(_: Request, center: Center) -> Response:
    """The balance and its ledger."""
    return json_reply(account_view(center))


async def list_orders(request: Request, center: Center) -> Response:
    """Every order with its webhooks, oldest first; ``?reference=`` picks one."""
    reference = request.query_params.get("reference")
    chosen: Iterable[Order] = center.books
    if reference is not None:
        found = center.books.with_reference(reference)
        chosen = (found,) if found else ()
    return json_reply({"orders": [order_view(order, center) for order in chosen]})


async def show_order(request: Request, center: Center) -> Response:
    """One order with its webhooks."""
    return json_reply(order_view(_order(request, center), center))


async def settle_order(request: Request, center: Center) -> Response:
    """End one order now: ``{"as": "completed" | "partial" | "failed"}``."""
    wanted = await read_body(request, Settle)
    if wanted.outcome is Outcome.HOLD:
        raise Refusal(422, "Use /hold to hold an order")
    verdict = Verdict(wanted.outcome, wanted.delivered, wanted.error, wanted.message)
    settled = center.settle(_order(request, center), verdict)
    return json_reply(order_view(settled, center))


async def hold_order(request: Request, center: Center) -> Response:
    """Keep one order open until it is settled by hand."""
    order = _order(request, center)
    if order.status.terminal:
        raise Refusal(409, f"The order has already ended as {order.status}")
    return json_reply(order_view(center.books.hold(order), center))


async def push_order(request: Request, center: Center) -> Response:
    """Send one order's webhook again."""
    order = _order(request, center)
    if not order.status.terminal:
        raise Refusal(409, "Only an order that has ended has a webhook")
    center.webhooks.push(order)
    return done()


async def list_deliveries(_: Request, center: Center) -> Response:
    """The latest webhook deliveries, oldest first."""
    return json_reply({"deliveries": [delivery_view(delivery) for delivery in center.webhooks.sender.deliveries]})


async def list_items(request: Request, center: Center) -> Response:
    """Items on offer, by ``?kind=`` and ``?category=``, at most ``?limit=`` (100)."""
    listing = msgspec.convert(dict(request.query_params), Listing, strict=False)
    chosen = islice(filter(listing.matches, center.stockroom.goods), listing.limit)
    return json_reply({"items": [good_view(good) for good in chosen]})


async def change_item(request: Request, center: Center) -> Response:
    """Change an item's price, stock, name or bounds at once; the published file follows when it is published."""
    good = center.stockroom.find(request.path_params["item_id"])
    if good is None:
        raise Refusal(404, "No such item")
    return json_reply(good_view(center.stockroom.change(good, await read_body(request, Change))))


async def remove_item(request: Request, center: Center) -> Response:
    """Stop selling an item at once; the published file follows when it is published."""
    if not center.stockroom.remove(request.path_params["item_id"]):
        raise Refusal(404, "No such item")
    return done()


async def change_prices(request: Request, center: Center) -> Response:
    """Change every price at once: ``{"percent"}``; the published file follows when it is published."""
    center.stockroom.reprice((await read_body(request, Reprice)).percent)
    return done()


async def publish_catalog(request: Request, center: Center) -> Response:
    """Publish the goods as they are now, whole or broken."""
    center.shelf.publish(center.stockroom.goods, (await read_body(request, Publish)).value, center.now())
    return done()


async def wait(request: Request, center: Center) -> Response:
    """Wait until a condition holds: 200 with the order, or 408 with what there is."""
    condition = await read_body(request, Condition)
    held = await center.bell.until(lambda: condition.holds_in(center), condition.timeout)
    order = condition.order(center)
    shown = order_view(order, center) if order is not None else None
    return json_reply({"held": held, "order": shown}, 200 if held else 408)


async def show_panel(_: Request, center: Center) -> Response:
    """What the chat page shows of the supplier."""
    return json_reply(panel(center))


async def reset(request: Request, center: Center) -> Response:
    """Begin again: no orders, no faults, the first balance and goods; receivers stay as they are."""
    request.app.state.center = await center.fresh()
    return done()


MOUNT = Mount(
    "/sandbox",
    routes=[
        *common_routes(_steering),
        _steering.get("/state", show_state),
        _steering.get("/panel", show_panel),
        _steering.post("/faults", arm_fault),
        _steering.post("/faults/webhook", arm_webhook_fault),
        _steering.post("/tokens/expire", expire_tokens),
        _steering.post("/balance", set_balance),
        _steering.get("/account", show_account),
        _steering.get("/orders", list_orders),
        _steering.get("/orders/{order_id}", show_order),
        _steering.post("/orders/{order_id}/settle", settle_order),
        _steering.post("/orders/{order_id}/hold", hold_order),
        _steering.post("/orders/{order_id}/webhook", push_order),
        _steering.get("/webhooks", list_deliveries),
        _steering.get("/items", list_items),
        _steering.post("/items/{item_id:int}", change_item),
        _steering.post("/items/{item_id:int}/remove", remove_item),
        _steering.post("/prices", change_prices),
        _steering.post("/catalog/publish", publish_catalog),
        _steering.post("/wait", wait),
        _steering.post("/reset", reset),
    ],
)
