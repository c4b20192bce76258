"""Products, their availability, and the reference data (PRODUCTS page)."""

from decimal import Decimal

import pytest

from bot.sandbox.octopus.generator import generate
from bot.sandbox.octopus.landmarks import LANDMARKS
from bot.sandbox.octopus.world import CURRENCIES
from tests.sandbox.octopus.lab import Lab, error_of, running_lab

SIX_HEADERS = {"x-page", "x-per-page", "x-total-count", "x-total-pages", "x-page-size", "x-has-more"}


async def ids(lab: Lab, query: str) -> list[int]:
    """The ids of the products that a query lists, in ascending order."""
    return sorted(product["id"] for product in await lab.read(f"products?limit=500&{query}"))


async def test_a_product_is_listed_with_every_documented_member(lab: Lab) -> None:
    steam = (await lab.read("products?search=steam"))[0]
    assert (steam["id"], steam["name"], steam["category"], steam["sub_category"]) == (
        123, "Steam Wallet Card", "Gaming", "Steam",
    )  # fmt: skip
    assert (steam["country_code"], steam["currency_code"], steam["delivery_mode"]) == ("US", "USD", "Code with PIN")
    assert {"image_url", "delivery_time", "validity"} <= set(steam)
    assert steam["available_denominations"][2] == {"min_value": 20, "max_value": 20, "discount": Decimal("3.50")}
    assert len(steam["available_denominations"]) == 5
    assert await lab.read("products/123") == steam


async def test_pages_of_ten_come_with_six_headers(lab: Lab) -> None:
    first = await lab.api.get("/api/v1/products")
    assert {name: first.headers[name] for name in SIX_HEADERS} == {
        "x-page": "1", "x-per-page": "10", "x-total-count": "11", "x-total-pages": "2", "x-page-size": "10",
        "x-has-more": "true",
    }  # fmt: skip
    last = await lab.api.get("/api/v1/products", params={"page": 2})
    assert (last.headers["x-page-size"], last.headers["x-has-more"], len(last.json())) == ("1", "false", 1)
    beyond = await lab.api.get("/api/v1/products", params={"page": 3})
    assert (beyond.headers["x-has-more"], beyond.json()) == ("false", [])


async def test_the_pages_together_are_the_whole_catalog(lab: Lab) -> None:
    pages = [await lab.read(f"products?limit=4&page={page}") for page in (1, 2, 3)]
    listed = [product["id"] for page in pages for product in page]
    assert listed == sorted((product.id for product in LANDMARKS), reverse=True)


async def test_the_headers_can_be_missing(lab: Lab) -> None:
    await lab.switch(pagination_headers=False)
    assert not SIX_HEADERS & set((await lab.api.get("/api/v1/products")).headers)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("country_id=3", [456]),
        ("currency_id=5", [131]),
        ("category=gaming&country_id=1", [123, 126, 130]),
        ("search=GOOGLE", [456]),
        ("search=none+such", []),
        ("country_id=2000", []),
    ],
)
async def test_filters_narrow_the_list(lab: Lab, query: str, wanted: list[int]) -> None:
    assert await ids(lab, query) == wanted


async def test_products_can_be_sorted_by_name(lab: Lab) -> None:
    names = [product["name"] for product in await lab.read("products?sort_by=name&limit=500")]
    assert names == sorted(names)


@pytest.mark.parametrize(
    ("path", "code", "message"),
    [
        ("products?limit=501", "VALIDATION_FAILURE", "Invalid limit: must be between 1 and 500"),
        ("products?limit=0", "VALIDATION_FAILURE", "Invalid limit: must be between 1 and 500"),
        ("products?page=x", "VALIDATION_FAILURE", "Invalid page: must be between 1 and 1000000000"),
        ("products?country_id=0", "BAD_REQUEST", "Invalid country ID"),
        ("products/abc", "BAD_REQUEST", "Invalid product ID"),
        ("products/99999999999", "BAD_REQUEST", "Invalid product ID"),
        ("countries/2147483648", "BAD_REQUEST", "Invalid country ID"),
    ],
)
async def test_a_question_without_sense_is_refused(lab: Lab, path: str, code: str, message: str) -> None:
    assert error_of(await lab.api.get(f"/api/v1/{path}")) == (400, code, message)


@pytest.mark.parametrize("path", ["products/999", "countries/999", "categories/99", "subcategories/99", "nowhere"])
async def test_what_is_not_there_is_not_found(lab: Lab, path: str) -> None:
    assert error_of(await lab.api.get(f"/api/v1/{path}"))[:2] == (404, "NOT_FOUND")


async def test_reference_data_comes_whole_and_by_id(lab: Lab) -> None:
    countries, currencies = await lab.read("countries"), await lab.read("currencies")
    assert (countries[0]["alpha_2"], countries[0]["dialing_prefix"]) == ("US", "+1")
    assert await lab.read("countries/1") == countries[0]
    assert [(one["id"], one["currency"]) for one in currencies[:2]] == [(1, "USD"), (2, "EUR")]
    precisions = {one["currency"]: one["precision"] for one in currencies}
    assert (precisions["JPY"], precisions["USD"], precisions["KWD"]) == (0, 2, 3)
    assert (await lab.read("categories"))[:2] == [{"id": 1, "name": "Gaming"}, {"id": 2, "name": "Mobile Top-Ups"}]
    assert await lab.read("subcategories/2") == {"id": 2, "name": "PlayStation"}


async def test_currencies_are_not_found_by_id(lab: Lab) -> None:
    assert (await lab.api.get("/api/v1/currencies/1")).status_code == 404


@pytest.mark.parametrize(
    ("denomination", "quantity", "available"), [(50, 1, True), (50, 100, True), (50, 101, False), (30, 1, False)]
)
async def test_availability_depends_on_value_and_quantity(
    lab: Lab, denomination: int, quantity: int, available: bool
) -> None:
    body = {"denomination": denomination, "quantity": quantity}
    reply = await lab.api.post("/api/v1/products/123/availability", json=body)
    assert reply.json() == {"is_available": available}


@pytest.mark.parametrize("body", [{}, {"denomination": 50}, {"denomination": 0, "quantity": 1}, {"quantity": 1}])
async def test_availability_needs_both_facts(lab: Lab, body: dict[str, object]) -> None:
    assert error_of(await lab.api.post("/api/v1/products/123/availability", json=body))[0] == 400


async def test_a_product_that_left_is_neither_listed_nor_sold(lab: Lab) -> None:
    await lab.tell("items/123/remove")
    assert await ids(lab, "search=steam") == []
    assert error_of(await lab.api.get("/api/v1/products/123"))[:2] == (404, "NOT_FOUND")
    assert error_of(await lab.charges())[:2] == (404, "NOT_FOUND")
    assert error_of(await lab.order())[:2] == (404, "NOT_FOUND")
    await lab.tell("items/restore")
    assert await ids(lab, "search=steam") == [123]


async def test_a_denomination_that_left_is_neither_listed_nor_sold(lab: Lab) -> None:
    await lab.tell("items/123/denominations/drop", value=50)
    steam = await lab.read("products/123")
    assert [one["min_value"] for one in steam["available_denominations"]] == [5, 10, 20, 100]
    for refused in (await lab.charges(), await lab.order()):
        assert error_of(refused) == (400, "BAD_REQUEST", "Invalid denomination for this product")


@pytest.mark.parametrize(("edition", "listed"), [("a third of the items", 3), ("empty", 0), ("some bad records", 19)])
async def test_the_list_can_be_poor_or_broken(lab: Lab, edition: str, listed: int) -> None:
    await lab.switch(edition=edition)
    reply = await lab.api.get("/api/v1/products", params={"limit": 500})
    assert (len(reply.json()), reply.headers["x-total-count"]) == (listed, str(listed))


async def test_extra_fields_and_number_styles_are_only_looks(lab: Lab) -> None:
    await lab.switch(extra_fields=True, numbers="18")
    reply = await lab.api.get("/api/v1/products/123")
    assert b'"min_value":5,' in reply.content
    assert "loyalty_points" in reply.json()


async def test_replies_can_be_wrapped(lab: Lab) -> None:
    await lab.switch(wrapped=True)
    assert (await lab.read("categories/1")) == {"success": True, "data": {"id": 1, "name": "Gaming"}}


async def test_a_generated_catalog_is_served_whole() -> None:
    async with running_lab(products=generate(700, 7)) as lab:
        pages = [await lab.read(f"products?limit=500&page={page}") for page in (1, 2)]
    assert len({product["id"] for page in pages for product in page}) == 700


@pytest.mark.parametrize("items", [0, 1, 11, 300, 2000])
def test_a_catalog_of_any_size_is_the_same_for_the_same_seed(items: int) -> None:
    first = generate(items, 3)
    assert len(first) == items
    assert first == generate(items, 3)
    assert len({product.id for product in first}) == items
    assert len({product.name for product in first}) == items


def test_a_demo_catalog_has_lists_ranges_both_and_every_precision() -> None:
    products = generate(300, 7)
    shapes = {(any(d.fixed for d in p.denominations), any(not d.fixed for d in p.denominations)) for p in products}
    assert shapes == {(True, False), (False, True), (True, True)}
    assert {CURRENCIES[product.currency].precision for product in products} == {0, 2, 3}
    assert len({product.country for product in products}) > 10
    for product in products:
        for one in product.denominations:
            assert 0 < one.least <= one.most
            assert 0 <= one.discount < 100
