"""Octopus's gathered file, read into items: whole, odd and broken."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.suppliers.exact import encode
from bot.suppliers.feeds import BadRecord, Feed
from bot.suppliers.octopus.feed import COUNTRY, CURRENCY, MOST_DENOMINATIONS, PRODUCT, least_price, line, read_octopus
from storage.records.catalog import Availability, Denomination, Fact, FactKind, Item, ItemKey, ProductType

FEED = Feed("octopus", "octopus", ("octopus.jsonl",), "USD")


def product(**changes: Any) -> dict[str, Any]:
    """The record of the PRODUCTS page."""
    return {
        "id": 123,
        "name": "Steam Wallet Card",
        "category": "Gaming",
        "sub_category": "Steam",
        "country_code": "US",
        "currency_code": "USD",
        "image_url": None,
        "delivery_mode": "Code with PIN",
        "delivery_time": "Instant",
        "validity": "12 months",
        "available_denominations": [value("5.00", "3.5"), value("50.00", "3.5")],
    } | changes


def value(face: str, discount: str | None = None) -> dict[str, Any]:
    return between(face, face, discount)


def between(least: Any, most: Any, discount: Any = None) -> dict[str, Any]:
    return {"min_value": least, "max_value": most, "discount": discount}


def references() -> list[bytes]:
    """A country and two currencies, as the reference pages show them."""
    country = {"id": 1, "name": "United States", "official_name": "…", "alpha_2": "US", "alpha_3": "USA"}
    currencies = ({"id": 1, "name": "Yen", "currency": "JPY", "precision": 0}, {"currency": "USD", "precision": 2})
    return [line(COUNTRY, encode(country)), *(line(CURRENCY, encode(currency)) for currency in currencies)]


def read(folder: Path, *lines: bytes) -> list[Item | BadRecord]:
    path = folder / "octopus.jsonl"
    path.write_bytes(b"".join(lines))
    return list(read_octopus(path, FEED, folder))


def item_of(folder: Path, **changes: Any) -> Item:
    """The one item of a file with the references and one product."""
    (item,) = read(folder, *references(), line(PRODUCT, encode(product(**changes))))
    assert isinstance(item, Item), item
    return item


def reason_of(folder: Path, **changes: Any) -> str:
    (bad,) = read(folder, *references(), line(PRODUCT, encode(product(**changes))))
    assert isinstance(bad, BadRecord), bad
    return bad.reason


def test_the_documented_product_becomes_an_item_that_is_asked_for_its_value_and_quoted(tmp_path: Path) -> None:
    assert item_of(tmp_path) == Item(
        key=ItemKey("octopus", "123"),
        name="Steam Wallet Card",
        category="Gaming · Steam",
        product_type=ProductType.KEY,
        price=Decimal("4.825"),
        currency="USD",
        region="United States",
        availability=Availability.IN_STOCK,
        denominations=(
            Denomination(Decimal(5), Decimal(5), Decimal("3.5")),
            Denomination(Decimal(50), Decimal(50), Decimal("3.5")),
        ),
        decimals=2,
        quoted=True,
        keywords="US USA USD",
        facts=(
            Fact(FactKind.FORM, "Code with PIN"),
            Fact(FactKind.DELIVERY, "Instant"),
            Fact(FactKind.VALIDITY, "12 months"),
        ),
    )


def test_what_is_null_is_left_out(tmp_path: Path) -> None:
    item = item_of(tmp_path, sub_category=None, delivery_mode=None, delivery_time=None, validity=None, category=None)
    assert (item.category, item.facts) == ("", ())


def test_a_country_nobody_listed_is_shown_by_its_code(tmp_path: Path) -> None:
    item = item_of(tmp_path, country_code="xk")
    assert (item.region, item.keywords) == ("XK", "XK USD")


@pytest.mark.parametrize(("currency", "decimals"), [("JPY", 0), ("USD", 2), ("XCD", None)])
def test_an_amount_has_the_decimals_of_its_currency(tmp_path: Path, currency: str, decimals: int | None) -> None:
    assert item_of(tmp_path, currency_code=currency).decimals == decimals


def test_ranges_and_single_values_stand_side_by_side_in_order(tmp_path: Path) -> None:
    entries = [between("60.00", "250.00", "4"), value("20"), value("1e1", "4")]
    offered = item_of(tmp_path, available_denominations=entries).denominations
    assert [(entry.least, entry.most) for entry in offered] == [(10, 10), (20, 20), (60, 250)]
    assert [str(entry.least) for entry in offered] == ["10", "20", "60"]


@pytest.mark.parametrize(
    "unusable",
    [
        between(None, 10),
        between(10, None),
        between(-5, -5),
        between(0, 0),
        between(50, 5),
        between("many", "more"),
        between("1e20", "1e20"),
        between(True, True),
        [],
        "10",
        None,
    ],
)
def test_a_denomination_that_cannot_be_ordered_is_skipped_and_alone_spoils_the_product(
    tmp_path: Path, unusable: object
) -> None:
    item = item_of(tmp_path, available_denominations=[unusable, value("25")])
    assert [entry.least for entry in item.denominations] == [25]
    assert reason_of(tmp_path, available_denominations=[unusable]) == "no denomination can be ordered"


@pytest.mark.parametrize("discount", [-1, 100, 250, "free", True, None, 0])
def test_a_discount_that_nobody_can_believe_is_ignored(tmp_path: Path, discount: object) -> None:
    item = item_of(tmp_path, available_denominations=[between(10, 10, discount)])
    assert item.denominations[0].discount is None
    assert item.price == 10


def test_the_better_discount_of_a_repeated_value_counts(tmp_path: Path) -> None:
    entries = [value("10", "2"), value("10.00", "4.5"), value("10")]
    (only,) = item_of(tmp_path, available_denominations=entries).denominations
    assert only.discount == Decimal("4.5")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": None}, "the id is not an integer"),
        ({"id": 0}, "the id is not positive"),
        ({"name": None}, "the name is missing"),
        ({"name": 42}, "the name is missing"),
        ({"name": "\u202e"}, "the name is missing"),
        ({"currency_code": "dollars"}, "the currency is missing"),
        ({"currency_code": None}, "the currency is missing"),
        ({"available_denominations": "many"}, "no denomination can be ordered"),
        (
            {"available_denominations": [value(str(face)) for face in range(1, MOST_DENOMINATIONS + 2)]},
            f"there are more than {MOST_DENOMINATIONS} denominations",
        ),
    ],
)
def test_a_product_that_cannot_be_sold_is_a_bad_record(tmp_path: Path, changes: dict[str, Any], reason: str) -> None:
    assert reason_of(tmp_path, **changes) == reason


def test_a_bad_record_is_named_by_its_id_or_its_line(tmp_path: Path) -> None:
    lines = [product(name=""), product(id="?"), [1]]
    bad = read(tmp_path, *references(), *(line(PRODUCT, encode(record)) for record in lines), b"{cut\n", b"\xff\n")
    named = [record.key for record in bad if isinstance(record, BadRecord)]
    assert named == ["123", "line 5", "line 6", "line 7", "line 8"]


@pytest.mark.parametrize(
    "record",
    [[], {"alpha_2": None, "name": "Nowhere"}, {"alpha_2": "US", "name": 5}, {"currency": "USD", "precision": 17}],
)
def test_reference_data_that_makes_no_sense_stops_nothing(tmp_path: Path, record: object) -> None:
    odd = [line(kind, encode(record)) for kind in (COUNTRY, CURRENCY)]
    (item,) = read(tmp_path, *odd, line(PRODUCT, encode(product())))
    assert isinstance(item, Item)
    assert (item.region, item.decimals) == ("US", None)


FACES = st.decimals("0.01", 10_000, places=2)


@given(st.lists(st.tuples(FACES, FACES, st.none() | st.decimals("0.1", "99.9", places=1)), min_size=1))
def test_no_face_value_costs_less_than_the_least_price(entries: list[tuple[Decimal, Decimal, Decimal | None]]) -> None:
    offered = [Denomination(min(one, other), max(one, other), discount) for one, other, discount in entries]
    least = least_price(offered)
    assert least > 0
    for entry in offered:
        for face in (entry.least, entry.most):
            assert face * (100 - (entry.discount or 0)) / 100 >= least - Decimal("0.0001")
