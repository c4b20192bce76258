"""Questions: face value, quantity, fields."""

from dataclasses import replace
from decimal import Decimal

import pytest
from markupsafe import Markup

from bot.ordering.denominations import suggested_denominations
from bot.ordering.quantities import QuantityRule
from bot.presentation.buttons import OpenChoices, OpenDenominations, PickChoice, PickDenomination
from bot.presentation.cards import Card
from bot.presentation.drafting import Asker, bounds_line, denomination_card, field_card, quantity_card
from bot.presentation.speech import languages, speech_in
from storage.records.catalog import Choice, Denomination, FieldKind, ItemField
from storage.records.orders import Quote, Step
from tests.factories import make_card, make_draft, make_quote, make_service, make_topup

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


def test_face_values_are_buttons_and_every_value_is_said() -> None:
    draft = make_draft(id="d", item=make_card(), step=Step.DENOMINATION)
    card = denomination_card(draft, suggested_denominations(draft.item), ALONE)
    assert data(card) == [*(f"v|d|{value}" for value in (5, 10, 20, 50, 100)), "k|d", "x|d"]
    assert "Values: 5, 10, 20, 50, 100 USD." in card.text
    assert "up to 3.5% off" in card.text
    assert "reply to this message" in denomination_card(draft, (), IN_GROUP).text


def test_many_face_values_are_paged() -> None:
    values = tuple(Decimal(value) for value in range(5, 205, 5))
    item = make_card(denominations=tuple(Denomination(value, value) for value in values))
    draft = make_draft(id="d", item=item, step=Step.DENOMINATION)
    first = data(denomination_card(draft, values, ALONE))
    last = data(denomination_card(draft, values, ALONE, values_from=30))
    assert first[0] == PickDenomination("d", Decimal(5)).pack()
    assert OpenDenominations("d", 15).pack() in first
    assert PickDenomination("d", Decimal(200)).pack() in last
    assert OpenDenominations("d", 45).pack() not in last


def test_the_quantity_question_names_the_face_value_and_the_quoted_price_of_one() -> None:
    rule = QuantityRule(whole=True, minimum=Decimal(1), maximum=Decimal(100))
    draft = make_draft(item=make_card(), denomination=Decimal(50), quote=make_quote())
    text = quantity_card(draft, rule, (), ALONE).text
    assert "Value: <b>50 USD</b>" in text
    assert "Price: <b>$48.25</b> each" in text
    several = replace(draft, quote=make_quote(quantity=Decimal(3), total=Decimal("144.75")))
    assert "Price: <b>$144.75</b> for 3" in quantity_card(several, rule, (), ALONE).text


@pytest.mark.parametrize("quote", [None, make_quote(denomination=Decimal(20))])
def test_without_a_quote_of_this_value_no_price_is_promised(quote: Quote | None) -> None:
    rule = QuantityRule(whole=True, minimum=Decimal(1), maximum=None)
    draft = make_draft(item=make_card(), denomination=Decimal(50), quote=quote)
    text = quantity_card(draft, rule, (), ALONE).text
    assert "asked for before you confirm" in text
    assert "$" not in text
