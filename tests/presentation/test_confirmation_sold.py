"""The confirm card of a reseller: its price and its balance, and nothing of the supplier's."""

from dataclasses import replace
from decimal import Decimal

import pytest
from markupsafe import Markup

from bot.presentation.cards import Card
from bot.presentation.confirmation import confirm_card
from bot.presentation.drafting import Asker, quantity_card
from bot.presentation.speech import speech_in
from storage.records.orders import Draft, Step
from storage.records.queues import KnownBalance
from storage.records.resellers import Reseller
from tests.factories import NOW, make_card, make_draft, make_item, make_quote

EN = speech_in("en")
NOVA = Reseller(7, "Nova", NOW, balance=Decimal(50), held=Decimal(5), credit_limit=Decimal(10))
ALONE = Asker(EN, account=NOVA, currency="USD")


def draft(**changes: object) -> Draft:
    """A reseller's draft at Confirm."""
    return replace(make_draft(item=make_item(), step=Step.CONFIRM, quantity=Decimal(2), reseller_id=7), **changes)


def confirmed(asker: Asker, total: str = "20.90", **changes: object) -> Card:
    """Its confirm card."""
    return confirm_card(draft(**changes), Decimal(2), Decimal(total), "USD", asker)


def test_it_names_the_balance_what_is_available_and_what_will_be_left() -> None:
    text = confirmed(ALONE).text
    for fact in (
        "Total: <b>$20.90</b>",
        "Your balance: $50.00",
        "Available: $55.00",
        "Available after this order: $34.10",
    ):
        assert fact in text


def test_what_is_available_is_not_said_twice() -> None:
    text = confirmed(replace(ALONE, account=replace(NOVA, held=Decimal(10)))).text
    assert "Available: " not in text


def test_what_stands_in_the_way_is_said_on_the_card_in_place_of_what_would_be_left() -> None:
    card = confirmed(replace(ALONE, barred=Markup("⚠️ Not enough: $3.10 is missing.")), "58.10")
    assert "⚠️ Not enough: $3.10 is missing." in card.text
    assert "after this order" not in card.text
    assert card.keyboard is not None
    assert card.keyboard.inline_keyboard[0][0].text == "Confirm · $58.10"
    assert card.keyboard.inline_keyboard[0][0].style is None


def test_where_others_read_along_no_balance_is_named() -> None:
    text = confirmed(Asker(EN, Markup("Ann"), currency="USD")).text
    assert "Total: <b>$20.90</b>" in text
    assert "alance" not in text


@pytest.mark.parametrize("operates", [True, False])
def test_the_suppliers_account_is_never_named(operates: bool) -> None:
    held = KnownBalance("voodoo", "main", Decimal("2.22"), "USD", NOW)
    text = confirmed(replace(ALONE, held=held, operates=operates)).text
    assert "upplier" not in text
    assert "2.22" not in text


def test_a_quoted_order_names_its_face_value_and_price_but_not_what_the_quote_says() -> None:
    quote = make_quote(
        quantity=Decimal(2), face=Decimal(100), total=Decimal("99.99"), rate=Decimal("1.17"), fee=Decimal("2.50")
    )
    text = confirmed(ALONE, "99.99", item=make_card(), denomination=Decimal(50), quote=quote).text
    for fact in ("Value: <b>50 USD</b>", "Face value: $100.00", "Total: <b>$99.99</b>", "quoted at 15:09 UTC"):
        assert fact in text
    for absent in ("Discount", "Rate", "fee", "wallet", "Tax"):
        assert absent not in text


def test_before_the_quantity_no_word_is_of_the_suppliers_price() -> None:
    waiting = draft(item=make_card(), step=Step.QUANTITY, denomination=Decimal(50), quantity=None)

    class Any:
        whole, minimum, maximum = True, Decimal(1), None

    assert "The price is asked for before you confirm." in quantity_card(waiting, Any(), (), ALONE).text
