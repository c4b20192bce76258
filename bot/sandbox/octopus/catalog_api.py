"""Products, their availability and quotes, and the reference data (PRODUCTS and CHARGES pages)."""

from collections.abc import Callable, Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.octopus.checkout import bulk_limit, count, face_value, path_id, read_goods
from bot.sandbox.octopus.depot import Depot
from bot.sandbox.octopus.errors import absent
from bot.sandbox.octopus.faults import Endpoint
from bot.sandbox.octopus.goods import Product
from bot.sandbox.octopus.paging import page_of
from bot.sandbox.octopus.pipeline import Handler, body_of, reply, route
from bot.sandbox.octopus.switches import Edition
from bot.sandbox.octopus.wire import (
    BAD_RECORDS,
    Json,
    charges_object,
    country_object,
    currency_object,
    extra,
    product_object,
)
from bot.sandbox.octopus.world import CATEGORIES, COUNTRIES, CURRENCIES, SUBCATEGORIES

USUAL_LIMIT = 10
LARGEST_LIMIT = 500


async def products(request: Request, depot: Depot) -> Response:
    """``GET /api/v1/products``."""
    page = page_of(request, USUAL_LIMIT, LARGEST_LIMIT)
    chosen = _sorted(request, _listed(depot, _filters(request)))
    shown = [product_object(product, depot.switches.numbers) | extra(depot.switches) for product in chosen]
    records = [*shown, *(BAD_RECORDS if depot.switches.edition is Edition.BAD_RECORDS else ())]
    on_page = page.of(records)
    headers = page.headers(len(records), len(on_page)) if depot.switches.pagination_headers else None
    return reply(depot, on_page, headers=headers)


async def product(request: Request, depot: Depot) -> Response:
    """``GET /api/v1/products/{id}``."""
    found = _product(request, depot)
    return reply(depot, product_object(found, depot.switches.numbers) | extra(depot.switches))


async def availability(request: Request, depot: Depot) -> Response:
    """``POST /api/v1/products/{id}/availability``."""
    found, body = _product(request, depot), await body_of(request)
    value, quantity = face_value(body.get("denomination"), found), count(body.get("quantity"))
    offered = found.denomination_for(value) is not None
    return reply(depot, {"is_available": offered and quantity <= bulk_limit(found, depot.switches)})


async def charges(request: Request, depot: Depot) -> Response:
    """``POST /api/v1/products/{id}/charges``."""
    found = _product(request, depot)
    goods = read_goods(await body_of(request), found, depot.switches)
    priced = depot.cashier.quote(goods)
    shown = charges_object(priced, bulk_limit(found, depot.switches), depot.switches.numbers)
    return reply(depot, shown | extra(depot.switches))


def _product(request: Request, depot: Depot) -> Product:
    found = depot.storeroom.find(path_id(request.path_params["id"], "product"))
    if found is None:
        raise absent("Product")
    return found


Filter = Callable[[Product], bool]


def _filters(request: Request) -> Sequence[Filter]:
    query, wanted = request.query_params, list[Filter]()
    if "country_id" in query:
        country = _id_of(query["country_id"], "country", {one.id: one.alpha_2 for one in COUNTRIES.values()})
        wanted.append(lambda product: product.country == country)
    if "currency_id" in query:
        currency = _id_of(query["currency_id"], "currency", {one.id: one.code for one in CURRENCIES.values()})
        wanted.append(lambda product: product.currency == currency)
    if category := query.get("category", "").casefold():
        wanted.append(lambda product: product.category.casefold() == category)
    if search := query.get("search", "").casefold():
        wanted.append(lambda product: search in product.name.casefold())
    return wanted


def _id_of(text: str, what: str, known: Mapping[int, str]) -> str | None:
    return known.get(path_id(text, what))


def _listed(depot: Depot, filters: Sequence[Filter]) -> list[Product]:
    on_offer = depot.storeroom.products
    match depot.switches.edition:
        case Edition.EMPTY:
            on_offer = ()
        case Edition.THIRD:
            on_offer = on_offer[: len(on_offer) // 3]
        case Edition.WHOLE | Edition.BAD_RECORDS:
            pass
    return [product for product in on_offer if all(wanted(product) for wanted in filters)]


def _sorted(request: Request, chosen: list[Product]) -> list[Product]:
    """By id, the highest first, unless ``sort_by`` and ``sort_dir`` say otherwise (CONVENTIONS page)."""
    by_name = request.query_params.get("sort_by") == "name"
    descending = request.query_params.get("sort_dir", "asc" if by_name else "desc").lower() == "desc"
    return sorted(chosen, key=lambda one: (one.name if by_name else "", one.id), reverse=descending)


def _reference_data(path: str, what: str, records: Sequence[Json], *, by_id: bool = True) -> list[Route]:
    """A list that is given whole, and each of its records by its id."""
    by_ids = {record["id"]: record for record in records}

    async def all_of_it(_: Request, depot: Depot) -> Response:
        return reply(depot, [record | extra(depot.switches) for record in records])

    async def one_of_it(request: Request, depot: Depot) -> Response:
        found = by_ids.get(path_id(request.path_params["id"], what))
        if found is None:
            raise absent(what.capitalize())
        return reply(depot, found | extra(depot.switches))

    routes = [_get(path, Endpoint.REFERENCE, all_of_it)]
    return [*routes, _get(path + "/{id}", Endpoint.REFERENCE, one_of_it)] if by_id else routes


def _named(names: Sequence[str]) -> list[Json]:
    return [{"id": id_, "name": name} for id_, name in enumerate(names, 1)]


def _get(path: str, endpoint: Endpoint, handle: Handler) -> Route:
    return route(path, "GET", endpoint, handle)


ROUTES = [
    _get("/api/v1/products", Endpoint.PRODUCTS, products),
    _get("/api/v1/products/{id}", Endpoint.PRODUCT, product),
    route("/api/v1/products/{id}/availability", "POST", Endpoint.AVAILABILITY, availability),
    route("/api/v1/products/{id}/charges", "POST", Endpoint.CHARGES, charges),
    *_reference_data("/api/v1/countries", "country", [country_object(one) for one in COUNTRIES.values()]),
    *_reference_data(
        "/api/v1/currencies", "currency", [currency_object(one) for one in CURRENCIES.values()], by_id=False
    ),
    *_reference_data("/api/v1/categories", "category", _named(CATEGORIES)),
    *_reference_data("/api/v1/subcategories", "subcategory", _named(SUBCATEGORIES)),
]
