"""The confirm card, and what stands in its place while there is no price."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from telegram.constants import InlineKeyboardMarkupLimit, MessageLimit

from bot.presentation.cards import Card, visible_length
from bot.presentation.confirmation import confirm_card, price_changed, unpriced_card
from bot.presentation.drafting import Asker
from bot.presentation.speech import speech_in
from storage.records.orders import Draft, Quote, Step
from storage.records.queues import KnownBalance
from tests.factories import NOW, make_card, make_draft, make_item, make_quote, make_service, make_topup, make_value

EN = speech_in("en")
ALONE = Asker(EN)
OPERATOR = Asker(EN, operates=True)
IN_GROUP = Asker(EN, Markup('<a href="tg://user?id=1">Ann</a>'))


def data(card: Card) -> list[str]:
    """What a card's buttons carry."""
    rows = card.keyboard.inline_keyboard if card.keyboard else ()
    return [str(button.callback_data) for row in rows for button in row]


def quoted_card(quote: Quote, asker: Asker = ALONE) -> Card:
    """The confirm card of a quoted draft."""
    draft = make_draft(
        id="d",
        item=make_card(currency="GBP", region="United Kingdom"),
        step=Step.CONFIRM,
        quantity=quote.quantity,
        denomination=quote.denomination,
        quote=quote,
    )
    return confirm_card(draft, quote.quantity, quote.total, quote.currency, asker)


ABROAD = make_quote(
    denomination=Decimal(50),
    quantity=Decimal(5),
    face=Decimal(250),
    discount=Decimal("8.75"),
    total=Decimal("284.76"),
    currency="EUR",
    rate=Decimal("1.17"),
    fee=Decimal("2.50"),
)


def confirmed(draft: Draft, total: str, asker: Asker = ALONE) -> str:
    """The text of an unquoted draft's confirm card."""
    return confirm_card(draft, Decimal("2.5"), Decimal(total), "USD", asker).text


def test_the_confirm_card_names_everything() -> None:
    draft = make_draft(item=make_topup(), values=(make_value(shown="77 <a&b>"),), step=Step.CONFIRM)
    text = confirmed(draft, "3.13")
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
    assert "wallet" not in text


def test_a_quoted_order_names_its_face_value_discount_rate_fee_and_what_leaves_the_wallet() -> None:
    card = quoted_card(ABROAD)
    for fact in (
        "Region: United Kingdom",
        "Value: <b>50 GBP</b>",
        "Quantity: <b>5</b>",
        "Face value: £250.00",
        "Discount: £8.75 (3.5%)",
        "Rate: 1 GBP = 1.17 EUR",
        "Conversion fee: €2.50",
        "Leaves the wallet: <b>€284.76</b>",
        "The price was quoted at 15:09 UTC and is checked again when you confirm.",
    ):
        assert fact in card.text
    assert card.keyboard is not None
    assert card.keyboard.inline_keyboard[0][0].text == "Confirm · €284.76"


def test_a_quote_in_the_items_own_currency_speaks_of_neither_rate_nor_fee() -> None:
    text = quoted_card(make_quote(currency="GBP", tax=Decimal("1.20"), discount=Decimal(0))).text
    assert "Tax: £1.20" in text
    for absent in ("Rate", "fee", "Discount"):
        assert absent not in text


@pytest.mark.parametrize(
    ("held", "words"),
    [("10", "Account balance after it: $6.87 (as of"), ("3.12", "The supplier account held only $3.12 at")],
)
def test_an_operator_reads_what_the_account_will_hold(held: str, words: str) -> None:
    balance = KnownBalance("voodoo", "main", Decimal(held), "USD", NOW)
    draft = make_draft(item=make_topup(), step=Step.CONFIRM)
    assert words in confirmed(draft, "3.13", replace(OPERATOR, held=balance))


@pytest.mark.parametrize("asker", [ALONE, IN_GROUP])
def test_others_hear_that_the_account_holds_too_little_but_no_amount_of_it(asker: Asker) -> None:
    draft = make_draft(item=make_topup(), step=Step.CONFIRM)
    enough = KnownBalance("voodoo", "main", Decimal("77.77"), "USD", NOW)
    text = confirmed(draft, "3.13", replace(asker, held=replace(enough, amount=Decimal("2.22"))))
    assert "held too little for it at 15:09 UTC" in text
    assert "2.22" not in text
    assert "77.77" not in confirmed(draft, "3.13", replace(asker, held=enough))


def test_without_a_price_there_is_no_confirm_but_a_way_to_try_again() -> None:
    draft = make_draft(id="d", item=make_card(), step=Step.CONFIRM, denomination=Decimal(50))
    card = unpriced_card(draft, Decimal(2), "charges: <busy>", ALONE)
    assert data(card) == ["t|d", "k|d", "x|d"]
    assert "Nothing was ordered." in card.text
    assert "busy" not in card.text
    assert "&lt;busy&gt;" in unpriced_card(draft, Decimal(2), "charges: <busy>", OPERATOR).text


def test_a_confirm_card_fits_however_many_answers_there_are() -> None:
    values = tuple(make_value(name=str(number), label="label " * 20, shown="word " * 100) for number in range(80))
    draft = make_draft(item=make_service(name="name " * 60), values=values, step=Step.CONFIRM)
    text = confirm_card(draft, Decimal(1), Decimal(1), "EUR", IN_GROUP).text
    assert visible_length(text) <= MessageLimit.MAX_TEXT_LENGTH


@given(
    st.lists(st.text(min_size=1, max_size=500), max_size=12),
    st.text(max_size=2000),
    st.text(max_size=300),
    st.booleans(),
)
def test_a_confirm_card_fits_however_long_everything_is(
    answers: list[str], name: str, region: str, quoted: bool
) -> None:
    values = tuple(make_value(name=str(n), label=text * 2, shown=text) for n, text in enumerate(answers))
    item = make_item(name=name, region=region, quoted=quoted)
    draft = make_draft(item=item, values=values, step=Step.CONFIRM, quote=ABROAD, denomination=Decimal(50))
    for card in (
        confirm_card(draft, Decimal(1), Decimal(1), "EUR", IN_GROUP),
        unpriced_card(draft, Decimal(1), name, replace(OPERATOR, mention=IN_GROUP.mention)),
    ):
        assert visible_length(card.text) <= MessageLimit.MAX_TEXT_LENGTH
        assert len(data(card)) <= InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER


def test_a_changed_price_names_both_totals() -> None:
    said = price_changed("$19.00", "€22.00", EN)
    assert "$19.00" in said
    assert "€22.00" in said
