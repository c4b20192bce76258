"""Single catalog records in the shapes that the documentation leaves open (voodoo.md, section 7)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.suppliers.voodoo.records import FieldNames, RecordReader, Unusable
from storage.records.catalog import Availability, Choice, FieldKind, Item, ItemField, ProductType

NAMES = FieldNames.corrected({})


def read(**changes: Any) -> Item:
    record = {"id": 7, "name": "Card", "product_type": "topup", "price": Decimal("1.5")} | changes
    return RecordReader(NAMES, "USD").read(7, record)


@pytest.mark.parametrize("word", ["key", "KEY", "topup", "top_up", "Top-Up", "service"])
def test_product_types_are_known_in_their_spellings(word: str) -> None:
    assert read(product_type=word).product_type in ProductType


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"product_type": "voucher"}, "product type"),
        ({"product_type": None}, "product type"),
        ({"product_type": 3}, "product type"),
        ({"price": None}, "price is unknown"),
        ({"price": 0}, "not positive"),
        ({"price": Decimal(-1)}, "not positive"),
        ({"price": "free"}, "price is unknown"),
        ({"id": "x"}, "id is not an integer"),
        ({"id": Decimal("1.5")}, "not an integer"),
        ({"id": True}, "not an integer"),
        ({"id": 0}, "not positive"),
        ({"id": 2**63}, "too large"),
        ({"min": 5, "max": 2}, "minimum is above"),
        ({"fields": "player"}, "neither a list nor a map"),
        ({"fields": ["player"]}, "not an object"),
        ({"fields": [{"label": "Player"}]}, "has no name"),
        ({"fields": [{"name": "a"}, {"name": "a"}]}, "share a name"),
        ({"fields": [{"name": "a", "type": "choice"}]}, "no usable options"),
        ({"fields": [{"name": "a", "options": [{"id": 1}, {"name": "x"}, 5]}]}, "no usable options"),
        ({"fields": [{"name": "a", "options": {"1": "x"}}]}, "no usable options"),
        ({"fields": [{"name": "a", "options": [{"id": 1, "name": "x"}, {"id": 1, "name": "y"}]}]}, "share an id"),
    ],
)
def test_what_cannot_be_ordered_says_why(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(Unusable, match=reason):
        read(**changes)


def test_the_key_stands_in_for_a_missing_id_and_the_id_for_a_missing_name() -> None:
    item = read(id=None, name=" ")
    assert (item.key.id, item.name) == ("7", "item 7")


def test_fields_may_be_a_map_by_name() -> None:
    item = read(fields={"player_id": {"title": "Player"}, "server": {"options": [{"value": "17", "label": "EU"}]}})
    assert item.fields == (
        ItemField("player_id", "Player", FieldKind.TEXT),
        ItemField("server", "server", FieldKind.CHOICE, choices=(Choice(17, "EU"),)),
    )


def test_an_option_without_an_id_or_a_label_is_left_out() -> None:
    options = [
        {"id": 1, "name": "one"},
        {"id": Decimal("1.5"), "name": "half"},
        {"id": 3},
        {"name": "none"},
        {"id": 10**15 + 1, "name": "more than a button holds"},
    ]
    (field,) = read(fields=[{"name": "a", "options": options, "required": False}]).fields
    assert field.choices == (Choice(1, "one"),)
    assert not field.required


def test_keys_take_no_fields_whatever_the_record_says() -> None:
    assert read(product_type="key", fields="rubbish").fields == ()


@pytest.mark.parametrize(
    ("stock", "availability", "count"),
    [
        (0, Availability.OUT_OF_STOCK, 0),
        (-1, Availability.OUT_OF_STOCK, 0),
        (False, Availability.OUT_OF_STOCK, None),
        (True, Availability.IN_STOCK, None),
        (12, Availability.IN_STOCK, 12),
        ("12", Availability.IN_STOCK, 12),
        (None, Availability.UNKNOWN, None),
        ("plenty", Availability.UNKNOWN, None),
    ],
)
def test_stock_is_understood_in_all_its_shapes(stock: object, availability: Availability, count: int | None) -> None:
    item = read(stock=stock)
    assert (item.availability, item.stock) == (availability, count)


@pytest.mark.parametrize("bound", [None, 0, "none", [], Decimal(-3)])
def test_a_limit_that_limits_nothing_is_left_to_the_supplier(bound: object) -> None:
    assert read(max_quantity=bound).max_quantity is None


@pytest.mark.parametrize(
    ("category", "name"),
    [
        ("Gift  cards\n", "Gift cards"),
        ({"id": 3, "name": "Games"}, "Games"),
        ({"title": "Games"}, "Games"),
        ([{"name": ""}, {"name": "First"}, "Second"], "First"),
        (5, ""),
        ([], ""),
        (None, ""),
    ],
)
def test_a_category_is_found_in_the_shapes_catalogs_use(category: object, name: str) -> None:
    assert read(category=category).category == name


def test_invisible_characters_do_not_get_into_names() -> None:
    assert read(name="Card\u202e 10\x00\u200b USD").name == "Card 10 USD"
    assert read(name="👩‍🚀 Card").name == "👩‍🚀 Card"
    assert len(read(name="x" * 5_000).name) == 300


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "id", "options"]), inner),
)


@given(st.dictionaries(st.sampled_from(sorted({name for names in NAMES.table.values() for name in names})), anything))
def test_any_record_is_an_item_or_says_why_not(record: dict[str, Any]) -> None:
    try:
        item = RecordReader(NAMES, "USD").read(7, record)
    except Unusable:
        return
    assert item.price > 0
    assert item.name
