"""The part of the control API that looks into orders and webhooks and lets them go on."""

from collections.abc import Iterable

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from bot.sandbox.octopus.books import Order, Status
from bot.sandbox.octopus.commands import Forge, Push, Settle
from bot.sandbox.octopus.depot import Depot
from bot.sandbox.octopus.fulfilment import Verdict
from bot.sandbox.octopus.pipeline import depot_of
from bot.sandbox.octopus.switches import Outcome
from bot.sandbox.octopus.views import delivery_view, order_view
from bot.sandbox.octopus.waiting import Condition
from bot.sandbox.octopus.webhooks import ORDER_EVENTS, Event, order_event
from bot.sandbox.shop.deliveries import Delivery
from bot.sandbox.shop.exact import json_reply
from bot.sandbox.shop.steering import Refusal, Steering, done, read_body

_steering = Steering(depot_of)


def _order(request: Request, depot: Depot) -> Order:
    order = depot.books.find(request.path_params["order_id"])
    if order is None:
        raise Refusal(404, "No such order")
    return order


def _deliveries(deliveries: Iterable[Delivery]) -> Response:
    return json_reply({"deliveries": [delivery_view(delivery) for delivery in deliveries]})


async def list_orders(request: Request, depot: Depot) -> Response:
    """Every order with its webhooks, oldest first; ``?reference=`` picks one."""
    reference = request.query_params.get("reference")
    chosen: Iterable[Order] = depot.books
    if reference is not None:
        found = depot.books.with_reference(reference)
        chosen = (found,) if found else ()
    return json_reply({"orders": [order_view(order, depot) for order in chosen]})


async def show_order(request: Request, depot: Depot) -> Response:
    """One order with its webhooks."""
    return json_reply(order_view(_order(request, depot), depot))


async def settle_order(request: Request, depot: Depot) -> Response:
    """Let one order go on now: see ``commands.Settle``."""
    wanted = await read_body(request, Settle)
    if wanted.outcome is Outcome.HOLD:
        raise Refusal(422, "Use /hold to hold an order")
    verdict = Verdict(wanted.outcome, wanted.delivered, wanted.missing)
    settled = depot.settle(_order(request, depot), verdict, refund=wanted.refund, silent=wanted.silent)
    return json_reply(order_view(settled, depot))


async def hold_order(request: Request, depot: Depot) -> Response:
    """Keep one order open until it is settled by hand."""
    order = _order(request, depot)
    if order.status is not Status.PENDING:
        raise Refusal(409, f"The order is {order.status}")
    return json_reply(order_view(depot.books.hold(order), depot))


async def push_order(request: Request, depot: Depot) -> Response:
    """Send one order's webhook: about its status, or about one that it has not."""
    order, wanted = _order(request, depot), (await read_body(request, Push)).status
    status = msgspec.convert(wanted, Status) if wanted is not None else order.status
    if status not in ORDER_EVENTS:
        raise Refusal(409, "A PENDING order has no webhook; name the status it shall tell of")
    depot.webhooks.push(order_event(order, status, depot.switches))
    return done()


async def list_deliveries(_: Request, depot: Depot) -> Response:
    """The latest webhook deliveries."""
    return _deliveries(depot.webhooks.sender.deliveries)


async def forge_webhook(request: Request, depot: Depot) -> Response:
    """Try any event once: see ``commands.Forge``."""
    wanted = await read_body(request, Forge)
    event = Event(wanted.type, str(wanted.data.get("id", "forged")), wanted.data, id=wanted.event_id)
    return _deliveries(await depot.webhooks.forge(event, wanted.secret, wanted.headers))


async def replay_webhook(request: Request, depot: Depot) -> Response:
    """Send an event again, byte for byte."""
    repeated = await depot.webhooks.replay(request.path_params["event_id"])
    if not repeated:
        raise Refusal(404, "No such event")
    return _deliveries(repeated)


async def wait(request: Request, depot: Depot) -> Response:
    """Wait until a condition holds: 200 with the order, or 408 with what there is."""
    condition = await read_body(request, Condition)
    held = await depot.bell.until(lambda: condition.holds_in(depot), condition.timeout)
    order = condition.order(depot)
    shown = order_view(order, depot) if order is not None else None
    return json_reply({"held": held, "order": shown}, 200 if held else 408)


ROUTES = [
    _steering.get("/orders", list_orders),
    _steering.get("/orders/{order_id:int}", show_order),
    _steering.post("/orders/{order_id:int}/settle", settle_order),
    _steering.post("/orders/{order_id:int}/hold", hold_order),
    _steering.post("/orders/{order_id:int}/webhook", push_order),
    _steering.get("/webhooks", list_deliveries),
    _steering.post("/webhooks/forge", forge_webhook),
    _steering.post("/webhooks/{event_id}/replay", replay_webhook),
    _steering.post("/wait", wait),
]
