"""Questions and the confirm card."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from telegram.constants import InlineKeyboardMarkupLimit, MessageLimit

from bot.ordering.rules import QuantityRule
from bot.presentation.buttons import OpenChoices, PickChoice
from bot.presentation.cards import Card, visible_length
from bot.presentation.drafting import Asker, bounds_line, confirm_card, field_card, price_changed, quantity_card
from bot.presentation.speech import languages, speech_in
from storage.records.catalog import Choice, FieldKind, ItemField
from storage.records.orders import Step
from storage.records.queues import KnownBalance
from tests.factories import NOW, make_draft, make_item, make_service, make_topup, make_value

EN = speech_in("en")
ALONE = Asker(EN)
IN_GROUP = Asker(EN, Markup('<a href="tg://user?id=1">Ann</a>'))


def data(card: Card) -> list[str]:
    """What a card's buttons carry."""
    rows = card.keyboard.inline_keyboard if card.keyboard else ()
    return [str(button.callback_data) for row in rows for button in row]


def test_suggested_quantities_are_buttons_and_bounds_are_said() -> None:
    rule = QuantityRule(whole=True, minimum=Decimal(1), maximum=Decimal(50))
    card = quantity_card(make_draft(id="d"), rule, (Decimal(1), Decimal(5)), ALONE)
    assert data(card) == ["q|d|1", "q|d|5", "k|d", "x|d"]
    assert "A whole number from 1 to 50." in card.text


@pytest.mark.parametrize("language", sorted(languages()))
@pytest.mark.parametrize("maximum", [None, Decimal(50)])
@pytest.mark.parametrize("minimum", [Decimal(0), Decimal(2)])
@pytest.mark.parametrize("whole", [True, False])
def test_bounds_name_every_limit_there_is(
    whole: bool, minimum: Decimal, maximum: Decimal | None, language: str
) -> None:
    said = bounds_line(QuantityRule(whole, minimum, maximum), speech_in(language))
    assert ("50" in said) == (maximum is not None)
    assert ("2" in said) == (minimum == 2)


def test_in_a_group_a_text_question_asks_for_a_reply_and_in_private_it_has_buttons() -> None:
    draft = make_draft(id="d", item=make_service(), step=Step.FIELD)
    group, private = field_card(draft, IN_GROUP), field_card(draft, ALONE)
    assert group.force_reply is not None
    assert group.force_reply.selective
    assert group.keyboard is None
    assert private.force_reply is None
    assert data(private) == ["k|d", "x|d"]


def test_many_choices_are_paged() -> None:
    choices = tuple(Choice(number, f"Server {number}") for number in range(64))
    item = make_topup(fields=(ItemField("server", "Server", FieldKind.CHOICE, choices=choices),))
    draft = make_draft(id="d", item=item, step=Step.FIELD)
    first, last = data(field_card(draft, ALONE)), data(field_card(draft, ALONE, choices_from=60))
    assert first[0] == PickChoice("d", 0, 0).pack()
    assert OpenChoices("d", 0, 12).pack() in first
    assert PickChoice("d", 0, 63).pack() in last
    assert OpenChoices("d", 0, 72).pack() not in last


def test_a_field_that_is_not_required_can_be_skipped() -> None:
    item = make_service(fields=(ItemField("note", "Note", FieldKind.TEXT, required=False),))
    draft = make_draft(id="d", item=item, step=Step.FIELD)
    assert "n|d|0" in data(field_card(draft, ALONE))
    assert "/skip" in field_card(draft, IN_GROUP).text


def test_the_confirm_card_names_everything() -> None:
    draft = make_draft(item=make_topup(), values=(make_value(shown="77 <a&b>"),), step=Step.CONFIRM)
    text = confirm_card(draft, Decimal("2.5"), Decimal("3.13"), ALONE).text
    for fact in (
        "Mobile Legends",
        "Region: US",
        "2.5",
        "77 &lt;a&amp;b&gt;",
        "$1.25",
        "<b>$3.13</b>",
        "cannot be undone",
    ):
        assert fact in text


@pytest.mark.parametrize(
    ("held", "words"),
    [("10", "Account balance after it: $6.87 (as of"), ("3.12", "The supplier account held only $3.12 at")],
)
def test_the_confirm_card_says_what_the_account_will_hold(held: str, words: str) -> None:
    balance = KnownBalance("voodoo", "main", Decimal(held), "USD", NOW)
    draft = make_draft(item=make_topup(), step=Step.CONFIRM)
    assert words in confirm_card(draft, Decimal("2.5"), Decimal("3.13"), replace(ALONE, held=balance)).text


@given(st.lists(st.text(min_size=1, max_size=500), max_size=12), st.text(max_size=2000), st.text(max_size=300))
def test_a_confirm_card_fits_however_long_everything_is(answers: list[str], name: str, region: str) -> None:
    values = tuple(make_value(name=str(n), label=text * 2, shown=text) for n, text in enumerate(answers))
    draft = make_draft(item=make_item(name=name, region=region), values=values, step=Step.CONFIRM)
    card = confirm_card(draft, Decimal(1), Decimal(1), IN_GROUP)
    assert visible_length(card.text) <= MessageLimit.MAX_TEXT_LENGTH
    assert len(data(card)) <= InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER


def test_a_changed_price_names_both_totals() -> None:
    said = price_changed(Decimal(19), Decimal(22), "USD", EN)
    assert "$19.00" in said
    assert "$22.00" in said
