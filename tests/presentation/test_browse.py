"""The catalog's cards keep Telegram's limits and say what matters."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.constants import InlineKeyboardMarkupLimit, MessageLimit

from bot.presentation.browse import (
    Origin,
    categories_card,
    category_card,
    item_card,
    item_label,
    orderable,
    results_card,
)
from bot.presentation.cards import LABEL_LENGTH, Card, Paging, clip_middle, visible_length
from bot.presentation.speech import languages, speech_in
from storage.records.catalog import Availability, Denomination, FieldKind, Item, ItemField, ItemKey
from tests.factories import NOW, make_card, make_item, make_service, make_topup

EN = speech_in("en")


@dataclass(frozen=True)
class Shelf:
    """A category as the catalog has it."""

    id: str
    name: str
    items: int
    in_stock: int


def labels(card: Card) -> list[str]:
    """A card's button labels."""
    return [button.text for row in card.keyboard.inline_keyboard for button in row] if card.keyboard else []


def test_an_item_says_its_price_stock_region_bounds_and_questions() -> None:
    text = item_card(make_topup(stock=12), Origin("c1", "Games"), NOW, EN).text
    for fact in ("$1.25", "In stock: 12 (as of 15:09 UTC)", "Region: US", "0.5 to 500", "Player ID, Server", "Games"):
        assert fact in text


@pytest.mark.parametrize(
    ("availability", "said"),
    [
        (Availability.IN_STOCK, "In stock (as of 15:09 UTC)"),
        (Availability.OUT_OF_STOCK, "Sold out as of 15:09 UTC"),
        (Availability.UNKNOWN, "Stock is not known"),
    ],
)
def test_stock_is_said_as_of_a_time_or_not_known(availability: Availability, said: str) -> None:
    item = make_item(availability=availability)
    card = item_card(item, Origin(), NOW, EN)
    assert said in card.text
    assert ("Buy" in labels(card)) == orderable(item)


def test_long_names_keep_the_end_that_tells_them_apart() -> None:
    names = [f"Gift Card of the Very Well Known House Plus {value}" for value in ("400 USD (US)", "400 EUR (DE)")]
    card = results_card("gift", [make_item(name=name) for name in names], 0, more=False, speech=EN)
    first, second = labels(card)[:2]
    assert "Gift Card of the Very" in first
    assert first.endswith("400 USD (US)")
    assert second.endswith("400 EUR (DE)")


@given(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=60), st.integers(0, 10**9))
def test_a_shortened_name_never_shows_a_part_of_its_value(start: str, value: int) -> None:
    label = clip_middle(f"{start} {start} {value} USD", 44)
    assert len(label) <= 44
    assert label.endswith(f" {value} USD")


def test_a_name_without_an_end_of_its_own_is_cut_at_its_end() -> None:
    assert clip_middle("x" * 60, 44) == "x" * 43 + "…"
    assert clip_middle("short name", 44) == "short name"


def test_a_card_says_its_values_the_least_price_and_the_best_discount() -> None:
    text = item_card(make_card(price=Decimal("4.825")), Origin(), NOW, EN).text
    for fact in (
        "Values: 5, 10, 20, 50, 100 USD.",
        "from <b>$4.83</b> each",
        "up to 3.5% off",
        "Region: United States",
    ):
        assert fact in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "5–100 USD · Steam Wallet Card · United States"),
        ({"name": "Steam Wallet (United States)"}, "5–100 USD · Steam Wallet (United States)"),
        ({"denominations": (), "region": "US"}, "from $4.83 · Steam Wallet Card"),
        ({"availability": Availability.OUT_OF_STOCK}, "sold out · Steam Wallet Card · United States"),
    ],
)
def test_a_card_in_a_list_shows_its_values_name_and_country(changes: dict[str, Any], said: str) -> None:
    assert item_label(make_card(**changes), EN) == said


@pytest.mark.parametrize(
    ("price", "said"),
    [("210.6272", "$210.63"), ("9.765", "$9.77"), ("12", "$12.00"), ("0.0042", "$0.0042"), ("0.125", "$0.125")],
)
def test_a_list_spares_fractions_of_a_cent_where_they_tell_nothing(price: str, said: str) -> None:
    item = make_item(price=Decimal(price), name="Backupper")
    assert item_label(item, EN) == f"{said} · Backupper"
    assert EN.money(Decimal(price), "USD") in item_card(item, Origin(), NOW, EN).text


@pytest.mark.parametrize("language", sorted(languages()))
@given(
    st.text(st.characters(categories=["L"]), min_size=1, max_size=80),
    st.text(st.characters(categories=["L"]), min_size=1, max_size=50),
    st.integers(1, 10**9),
    st.booleans(),
)
def test_a_cards_label_fits_and_keeps_values_and_the_countrys_beginning(
    language: str, name: str, country: str, most: int, sold_out: bool
) -> None:
    speech = speech_in(language)
    item = make_card(
        name=name,
        region=country,
        denominations=(Denomination(Decimal(1), Decimal(most)),),
        availability=Availability.OUT_OF_STOCK if sold_out else Availability.IN_STOCK,
    )
    label = item_label(item, speech)
    assert len(label) <= LABEL_LENGTH
    assert sold_out or speech.face(Decimal(most), "USD") in label
    assert country.casefold() in name.casefold() or f" · {speech.region(country)[:8]}" in label
    assert name[:6] in label


def test_a_service_has_neither_bounds_nor_a_price_each() -> None:
    text = item_card(make_service(), Origin(), NOW, EN).text
    assert "Quantity" not in text
    assert "each" not in text


@pytest.mark.parametrize(
    ("least", "most", "said"),
    [(None, Decimal(5), "at most 5"), (Decimal(2), None, "at least 2"), (None, None, ""), (Decimal(1), None, "")],
)
def test_only_bounds_that_are_known_are_said(least: Decimal | None, most: Decimal | None, said: str) -> None:
    text = item_card(make_item(min_quantity=least, max_quantity=most), Origin(), NOW, EN).text
    assert said in text
    assert ("Quantity" in text) == bool(said)


def test_the_way_back_is_where_the_item_was_opened() -> None:
    def back(origin: Origin) -> object:
        keyboard = item_card(make_item(), origin, NOW, EN).keyboard
        assert keyboard is not None
        return keyboard.inline_keyboard[-1][0].callback_data

    assert back(Origin("c1", "Games", offset=16)) == "c|c1|16"
    assert back(Origin(query="steam", offset=8)) == "s|8"
    assert back(Origin()) == "C|0"


@given(st.lists(st.text(max_size=300), max_size=20))
def test_categories_keep_the_limits_of_a_keyboard(names: list[str]) -> None:
    shelves = [Shelf(f"c{n}", name, 10, 3) for n, name in enumerate(names)]
    card = categories_card(shelves, Paging(20, 20, 900), EN)
    assert len(labels(card)) <= InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER
    assert all(label.strip() for label in labels(card))
    assert labels(card)[-3:] == ["‹", "2 of 45", "›"]


TEXT = st.text(max_size=1500)


@given(TEXT, TEXT, TEXT)
def test_any_item_fits_into_its_card_and_its_lists(name: str, description: str, region: str) -> None:
    item = make_item(name=name, description=description, region=region)
    shelf = Shelf("c1", name, 1, 1)
    cards = [
        item_card(item, Origin(query=name or "x"), NOW, EN),
        category_card(shelf, [item] * 8, Paging(0, 8, 8), NOW, EN),
        results_card(name, [item] * 8, 0, more=True, speech=EN),
    ]
    assert all(0 < visible_length(card.text) <= MessageLimit.MAX_TEXT_LENGTH for card in cards)


def test_an_item_that_asks_for_very_much_fits_into_its_card() -> None:
    item = make_service(fields=tuple(ItemField(f"f{number}", "label " * 20, FieldKind.TEXT) for number in range(80)))
    assert visible_length(item_card(item, Origin(), NOW, EN).text) <= MessageLimit.MAX_TEXT_LENGTH


def test_the_longest_ids_fit_into_a_list() -> None:
    item: Item = make_item(key=ItemKey("octopus", "9" * 32))
    card = category_card(Shelf("f" * 12, "Long", 10**6, 1), [item], Paging(999_992, 8, 10**6), NOW, EN)
    assert labels(card)
