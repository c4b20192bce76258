"""The part of the control API that changes what is sold and for how much."""

from itertools import islice

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from bot.sandbox.octopus.commands import DropDenomination, Listing, PickItem, Reprice
from bot.sandbox.octopus.depot import Depot
from bot.sandbox.octopus.goods import Product
from bot.sandbox.octopus.pipeline import depot_of
from bot.sandbox.octopus.storeroom import Change
from bot.sandbox.octopus.views import item_view
from bot.sandbox.shop.exact import json_reply
from bot.sandbox.shop.steering import Refusal, Steering, done, read_body

_steering = Steering(depot_of)


def _item(item_id: int, depot: Depot) -> Product:
    product = depot.storeroom.find(item_id)
    if product is None:
        raise Refusal(404, "No such item")
    return product


async def list_items(request: Request, depot: Depot) -> Response:
    """Items on offer, by ``?currency=`` and ``?category=``, at most ``?limit=`` (100)."""
    listing = msgspec.convert(dict(request.query_params), Listing, strict=False)
    chosen = islice(filter(listing.matches, depot.storeroom.products), listing.limit)
    return json_reply({"items": [item_view(product, depot) for product in chosen]})


async def show_item(request: Request, depot: Depot) -> Response:
    """One item."""
    return json_reply(item_view(_item(request.path_params["item_id"], depot), depot))


async def change_item(request: Request, depot: Depot) -> Response:
    """Sell an item on other terms at once."""
    product = _item(request.path_params["item_id"], depot)
    changed = depot.storeroom.change(product, await read_body(request, Change))
    depot.cashier.forget_quotes()
    return json_reply(item_view(changed, depot))


def _remove(item_id: int, depot: Depot) -> Response:
    depot.storeroom.remove(_item(item_id, depot).id)
    depot.cashier.forget_quotes()
    return done()


async def remove_item(request: Request, depot: Depot) -> Response:
    """Stop selling an item at once."""
    return _remove(request.path_params["item_id"], depot)


async def remove_picked_item(request: Request, depot: Depot) -> Response:
    """Stop selling the item whose id a person typed."""
    return _remove((await read_body(request, PickItem)).value, depot)


async def drop_denomination(request: Request, depot: Depot) -> Response:
    """Stop selling a face value of an item at once."""
    product = _item(request.path_params["item_id"], depot)
    changed = depot.storeroom.drop_denomination(product, (await read_body(request, DropDenomination)).value)
    depot.cashier.forget_quotes()
    return json_reply(item_view(changed, depot))


async def drop_picked_denomination(request: Request, depot: Depot) -> Response:
    """Stop selling the last denomination of the item whose id a person typed."""
    product = _item((await read_body(request, PickItem)).value, depot)
    depot.cashier.forget_quotes()
    return json_reply(item_view(depot.storeroom.drop_denomination(product, None), depot))


async def restore_items(_: Request, depot: Depot) -> Response:
    """Sell again what was sold at first, on its first terms."""
    depot.storeroom.restore()
    depot.cashier.forget_quotes()
    return done()


async def change_prices(request: Request, depot: Depot) -> Response:
    """Let everything cost so many percent more."""
    depot.storeroom.reprice((await read_body(request, Reprice)).percent)
    depot.cashier.forget_quotes()
    return done()


ROUTES = [
    _steering.get("/items", list_items),
    _steering.post("/items/remove", remove_picked_item),
    _steering.post("/items/drop-denomination", drop_picked_denomination),
    _steering.post("/items/restore", restore_items),
    _steering.get("/items/{item_id:int}", show_item),
    _steering.post("/items/{item_id:int}", change_item),
    _steering.post("/items/{item_id:int}/remove", remove_item),
    _steering.post("/items/{item_id:int}/denominations/drop", drop_denomination),
    _steering.post("/prices", change_prices),
]
