"""Orders, wallets and transactions (CREATE, WALLETS and TRANSACTIONS pages)."""

from starlette.requests import Request
from starlette.responses import Response

from bot.sandbox.octopus.books import Order
from bot.sandbox.octopus.checkout import path_id
from bot.sandbox.octopus.depot import Depot
from bot.sandbox.octopus.errors import absent
from bot.sandbox.octopus.faults import Endpoint
from bot.sandbox.octopus.paging import page_of
from bot.sandbox.octopus.pipeline import body_of, reply, route
from bot.sandbox.octopus.wire import (
    Json,
    extra,
    order_object,
    read_object_of,
    transaction_object,
    wallet_object,
)

USUAL_LIMIT = 50
LARGEST_LIMIT = 10_000


async def create(request: Request, depot: Depot) -> Response:
    """``POST /api/v1/orders``: the only reply that always shows its vouchers in clear."""
    order, vouchers = await depot.place(await body_of(request))
    shown = order_object(order, vouchers, depot.switches)
    return reply(depot, shown, int(depot.switches.created_status.value))


async def orders(request: Request, depot: Depot) -> Response:
    """``GET /api/v1/orders``: newest first, or the one with ``?client_reference=``, without vouchers by default."""
    page = page_of(request, USUAL_LIMIT, LARGEST_LIMIT)
    reference = request.query_params.get("client_reference")
    if reference is None:
        chosen = list(depot.books)[::-1]
    else:
        found = depot.looked_up(reference)
        chosen = [found] if found else []
    on_page = page.of(chosen)
    headers = page.headers(len(chosen), len(on_page)) if depot.switches.pagination_headers else None
    return reply(depot, [_listed(order, depot) for order in on_page], headers=headers)


async def order(request: Request, depot: Depot) -> Response:
    """``GET /api/v1/orders/{id}``: a view, which may be the one clear one."""
    found = depot.books.find(path_id(request.path_params["id"], "order"))
    if found is None:
        raise absent("Order")
    depot.books.reads[found.id] += 1
    return reply(depot, read_object_of(found, depot.viewed(found), depot.switches))


async def wallets(_: Request, depot: Depot) -> Response:
    """``GET /api/v1/wallets``."""
    shown = [wallet_object(one, depot.switches.numbers) | extra(depot.switches) for one in depot.purse.wallets]
    return reply(depot, shown)


async def transactions(request: Request, depot: Depot) -> Response:
    """``GET /api/v1/transactions``: newest first, of ``?wallet_id=`` if it is named."""
    page = page_of(request, USUAL_LIMIT, LARGEST_LIMIT)
    wanted = request.query_params.get("wallet_id")
    wallet_id = path_id(wanted, "wallet") if wanted is not None else None
    chosen = [one for one in depot.purse.transactions[::-1] if wallet_id in (None, one.wallet_id)]
    on_page = page.of(chosen)
    headers = page.headers(len(chosen), len(on_page)) if depot.switches.pagination_headers else None
    return reply(depot, [transaction_object(one, depot.switches.numbers) for one in on_page], headers=headers)


async def transaction(request: Request, depot: Depot) -> Response:
    """``GET /api/v1/transactions/{id}``."""
    wanted = path_id(request.path_params["id"], "transaction")
    found = next((one for one in depot.purse.transactions if one.id == wanted), None)
    if found is None:
        raise absent("Transaction")
    return reply(depot, transaction_object(found, depot.switches.numbers))


def _listed(order: Order, depot: Depot) -> Json:
    vouchers = depot.viewed(order) if depot.switches.list_vouchers else None
    return read_object_of(order, vouchers, depot.switches)


ROUTES = [
    route("/api/v1/orders", "POST", Endpoint.CREATE, create),
    route("/api/v1/orders", "GET", Endpoint.LOOKUP, orders),
    route("/api/v1/orders/{id}", "GET", Endpoint.ORDER, order),
    route("/api/v1/wallets", "GET", Endpoint.WALLETS, wallets),
    route("/api/v1/transactions", "GET", Endpoint.TRANSACTIONS, transactions),
    route("/api/v1/transactions/{id}", "GET", Endpoint.TRANSACTIONS, transaction),
]
