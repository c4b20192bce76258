"""What operators see when they ask."""

from datetime import timedelta

from bot.presentation.admin import CatalogFacts, catalog_facts_card, catalog_kept_card
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


def test_the_catalog_is_named_once_with_its_size_age_and_source() -> None:
    facts = CatalogFacts(3000, NOW - timedelta(minutes=2), 0, {"Voodoo Center": "https://shop.example/catalog"})
    text = catalog_facts_card(facts, NOW, EN).text
    assert text.splitlines() == [
        "Catalog: 3,000 items, read 2 minutes ago",
        "Voodoo Center: https://shop.example/catalog",
    ]
