"""What operators see when they ask."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from bot.presentation.admin import CatalogFacts, CatalogPart, balances_card, catalog_facts_card, catalog_kept_card
from bot.presentation.cards import Card
from bot.presentation.speech import speech_in
from tests.factories import NOW

EN = speech_in("en")


def labels(card: Card) -> list[str]:
    """A card's button labels."""
    return [button.text for row in card.keyboard.inline_keyboard for button in row] if card.keyboard else []


def test_a_refused_catalog_says_why_and_can_be_read_again_at_once() -> None:
    card = catalog_kept_card("Voodoo Center: it lost <most> of its items", EN)
    assert "Voodoo Center: it lost &lt;most&gt; of its items" in card.text
    assert labels(card) == ["Refresh now"]


def test_the_catalog_is_named_once_with_its_size_age_and_the_share_and_source_of_each_supplier() -> None:
    parts = [CatalogPart("Octopus Cards", 300, ""), CatalogPart("Voodoo Center", 3000, "https://shop.example/catalog")]
    facts = CatalogFacts(3300, NOW - timedelta(minutes=2), 0, parts)
    text = catalog_facts_card(facts, NOW, EN).text
    assert text.splitlines() == [
        "Catalog: 3,300 items, read 2 minutes ago",
        "Octopus Cards: 300 items",
        "Voodoo Center: 3,000 items · https://shop.example/catalog",
    ]


@dataclass(frozen=True)
class Account:
    """What is known of a supplier account."""

    supplier: str
    account: str
    kind: str
    amount: Decimal | None
    currency: str
    read_at: datetime | None = NOW
    live: bool = True
    problem: str | None = None


def test_every_wallet_is_named_with_its_currency_and_kind() -> None:
    accounts = [
        Account("Voodoo Center", "main", "", Decimal("42.5"), "USD"),
        Account("Octopus Cards", "1", "prepaid", Decimal(5000), "USD"),
        Account("Octopus Cards", "2", "postpaid", Decimal(-3), "EUR", NOW - timedelta(hours=1), False, "<busy>"),
        Account("Octopus Cards", "3", "credit line", None, "GBP", None, False, None),
    ]
    text = balances_card(accounts, NOW, EN).text
    for fact in (
        "Voodoo Center · main: <b>$42.50</b>",
        "Octopus Cards · 1 · USD · prepaid: <b>$5,000.00</b>",
        "Octopus Cards · 2 · EUR · postpaid: <b>-€3.00</b>",
        "as of 1 hour ago; it could not be read just now",
        "<i>&lt;busy&gt;</i>",
        "Octopus Cards · 3 · GBP · credit line",
    ):
        assert fact in text
    assert "1 · USD · предоплата" in balances_card(accounts, NOW, speech_in("ru")).text
