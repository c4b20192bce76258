"""Orders as people see them: every state, results within Telegram's limits, lists."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape
from telegram.constants import MessageLimit

from bot.presentation.cards import Card, DocumentMessage, TextMessage, visible_length
from bot.presentation.orders import order_card, order_list, status_card
from bot.presentation.reasons import CLOSED_BY_OPERATOR, state_words
from bot.presentation.results import result_message
from bot.presentation.speech import languages, speech_in
from storage.records.orders import Attention, Order, OrderFilter, OrderLine, OrderState, RejectReason
from tests.factories import NOW, keys, make_card, make_order, make_quote, make_service, make_value

EN = speech_in("en")


def ended(state: OrderState, **changes: object) -> Order:
    """An order in a terminal state."""
    return replace(make_order(reference="7KQ2M9XF"), state=state, settled_at=NOW, next_check_at=None, **changes)


def card_of(message: TextMessage | DocumentMessage) -> Card:
    return message.card


@pytest.mark.parametrize("language", sorted(languages()))
@pytest.mark.parametrize("state", OrderState)
def test_every_state_has_a_card_that_names_the_order(state: OrderState, language: str) -> None:
    card = status_card(ended(state, charged=Decimal(19)), speech_in(language))
    assert "7KQ2-M9XF" in card.text
    assert "/order_7KQ2M9XF" in card.text
    assert "Steam Wallet 10 USD" in card.text


def test_an_order_that_could_not_be_sent_yet_says_that_it_is_still_tried() -> None:
    assert "we keep trying" in status_card(make_order(tries=1), EN).text
    assert "Sending it to the supplier" in status_card(make_order(tries=1, in_doubt=True), EN).text


def test_an_unconfirmed_order_warns_against_ordering_twice_and_claims_nothing_about_money() -> None:
    text = status_card(make_order(state=OrderState.UNCONFIRMED), EN).text
    assert "do not order it again" in text
    assert "charged" not in text


@pytest.mark.parametrize("reason", RejectReason)
def test_a_rejected_order_says_why_that_nothing_was_charged_and_what_to_do(reason: RejectReason) -> None:
    order = ended(OrderState.REJECTED, reject_reason=reason, error_message="Item is not available")
    text = status_card(order, EN).text
    assert "Nothing was charged." in text
    assert ("Item is not available" in text) == (reason is RejectReason.REFUSED)


def test_a_failed_order_names_the_reason_in_words_and_the_refund() -> None:
    text = card_of(
        result_message(ended(OrderState.FAILED, error="OUT_OF_STOCK", refunded=Decimal(19)), (), EN, True)
    ).text
    assert "sold out" in text
    assert "Refunded: <b>$19.00</b>" in text
    strange = ended(OrderState.FAILED, error="E17", error_message="Bad <player>")
    assert "Bad &lt;player&gt;" in status_card(strange, EN).text


def test_a_partial_order_says_what_is_missing_and_what_was_refunded() -> None:
    order = ended(OrderState.PARTIAL, quantity=Decimal(3), delivered=2, charged=Decimal(27), refunded=Decimal(9))
    message = result_message(order, keys("A", "B"), EN, True)
    assert "2 of 3 delivered; 1 is missing." in card_of(message).text
    assert "Refunded: <b>$9.00</b>" in card_of(message).text
    assert "<code>A</code>\n<code>B</code>" in card_of(message).text


@pytest.mark.parametrize("state", [OrderState.PARTIAL, OrderState.FAILED, OrderState.REJECTED])
def test_a_result_that_asks_for_a_next_step_has_the_button_for_it(state: OrderState) -> None:
    keyboard = card_of(result_message(ended(state), (), EN, True)).keyboard
    assert keyboard
    assert [button.text for row in keyboard.inline_keyboard for button in row] == ["See the item"]


def test_an_order_that_never_reached_the_supplier_blames_nobody_and_may_be_ordered_again() -> None:
    text = status_card(ended(OrderState.REJECTED, reject_reason=RejectReason.NOT_THERE), EN).text
    assert "never reached the supplier" in text
    assert "Nothing was charged." in text
    assert "order it again" in text


@given(st.lists(st.text(min_size=1, max_size=500), max_size=12))
def test_an_order_card_fits_however_much_was_typed(answers: list[str]) -> None:
    values = tuple(make_value(name=str(number), value=text, shown=text) for number, text in enumerate(answers))
    card = order_card(ended(OrderState.COMPLETED, values=values, item=make_service()), (), EN, operator=True)
    assert visible_length(card.text) <= MessageLimit.MAX_TEXT_LENGTH


@pytest.mark.parametrize("state", OrderState)
def test_an_order_card_names_the_state(state: OrderState) -> None:
    assert str(escape(state_words(state, EN))) in order_card(ended(state, charged=Decimal(19)), (), EN).text


def test_an_order_card_echoes_fields_but_never_codes() -> None:
    order = ended(OrderState.COMPLETED, values=(make_value(shown="<me>"),))
    card = order_card(order, keys("SECRET"), EN)
    assert "Player ID: <b>&lt;me&gt;</b>" in card.text
    assert "SECRET" not in card.text
    assert "Placed: 14 Mar 2026, 15:09 UTC" in card.text


@pytest.mark.parametrize("kind", Attention)
def test_what_needs_a_human_is_shown_to_operators_alone(kind: Attention) -> None:
    order = ended(OrderState.COMPLETED, attention=kind, supplier_order_id="0190f8a1")
    assert "⚠️" in order_card(order, (), EN, operator=True).text
    assert "⚠️" not in order_card(order, (), EN).text
    assert "0190f8a1" not in order_card(order, (), EN).text


def test_an_order_whose_codes_grow_says_how_many_are_here_and_that_the_rest_comes() -> None:
    order = make_order(state=OrderState.ACCEPTED, quantity=Decimal(100), delivered=87)
    assert "87 of 100 delivered so far; the rest is still coming." in status_card(order, EN).text
    message = result_message(order, keys(*map(str, range(88))), EN, True)
    assert "88 of 100 delivered so far" in card_of(message).text


@pytest.mark.parametrize("kind", [Attention.CODES_HIDDEN, Attention.CODES_MISSING])
def test_withheld_codes_are_said_honestly_and_that_they_are_paid_for(kind: Attention) -> None:
    order = make_order(state=OrderState.ACCEPTED, attention=kind, delivered=2, supplier_order_id="1234")
    for card in (status_card(order, EN), card_of(result_message(order, (), EN, True))):
        assert "Waiting for the codes" in card.text
        assert "do not order it again" in card.text
        assert "nothing to pay twice" in card.text
        assert "1234" not in card.text


def test_codes_stay_withheld_when_ids_are_disputed_too() -> None:
    order = replace(make_order(state=OrderState.ACCEPTED, attention=Attention.ID_MISMATCH), delivered=2)
    text = status_card(order, EN).text
    assert "Waiting for the codes" in text
    assert "do not order it again" in text
    assert "In progress" in status_card(replace(order, delivered=0), EN).text


def test_operators_read_what_to_ask_for_hidden_codes() -> None:
    order = make_order(
        id="7KQ2M9XF-ours", reference="7KQ2M9XF", state=OrderState.ACCEPTED, attention=Attention.CODES_HIDDEN
    )
    text = order_card(replace(order, item=make_card(), supplier_order_id="1234"), (), EN, operator=True).text
    assert "Ask Octopus: “Please send the codes of order <code>1234</code> again" in text
    assert "our reference is <code>7KQ2M9XF-ours</code>" in text
    assert "/resolve 7KQ2M9XF <code>1234</code>" in text
    assert "/resolve 7KQ2M9XF none" in text


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("FAILED", "The supplier could not deliver it."),
        ("CANCELLED", "The supplier cancelled it."),
        (CLOSED_BY_OPERATOR, "The operator has closed it"),
    ],
)
def test_an_ending_without_codes_says_why_and_whether_money_came_back(error: str, said: str) -> None:
    order = ended(OrderState.FAILED, error=error)
    assert said in status_card(order, EN).text
    assert error not in status_card(order, EN).text
    assert "has not reported a refund" in status_card(order, EN).text
    assert "Refunded: <b>$19.00</b>" in status_card(replace(order, refunded=Decimal(19)), EN).text


def test_a_partial_order_that_the_operator_closed_says_so() -> None:
    order = ended(OrderState.PARTIAL, quantity=Decimal(3), delivered=2, error=CLOSED_BY_OPERATOR)
    text = status_card(order, EN).text
    assert "The operator has closed it" in text
    assert "2 of 3 delivered; 1 is missing." in text


def test_an_order_names_its_face_value_and_its_card_what_was_quoted() -> None:
    quote = make_quote(quantity=Decimal(2), face=Decimal(100), discount=Decimal("3.5"), rate=Decimal("0.9"))
    order = ended(OrderState.COMPLETED, item=make_card(), denomination=Decimal(50), quote=quote, currency="EUR")
    for card in (status_card(order, EN), card_of(result_message(order, keys("A"), EN, True))):
        assert "Value: <b>50 USD</b>" in card.text
    text = order_card(replace(order, quote=replace(quote, currency="EUR")), (), EN).text
    for fact in ("Face value: $100.00", "Discount: $3.50 (3.5%)", "Rate: 1 USD = 0.9 EUR", "Confirmed price: €19.00"):
        assert fact in text


def line(number: int) -> OrderLine:
    return OrderLine(
        number, f"R{number:07}", "A <b> & c" * 30, Decimal(2), Decimal(19), "USD", OrderState.FAILED, None, NOW
    )


def test_a_list_links_each_order_and_pages_by_number() -> None:
    card = order_list([line(9), line(8)], OrderFilter.FAILED, EN, before=10, more=True)
    assert "/order_R0000009" in card.text
    assert card.keyboard is not None
    data = [button.callback_data for row in card.keyboard.inline_keyboard for button in row]
    assert data[-2:] == ["O|failed|0", "O|failed|8"]


def test_a_list_keeps_the_value_at_the_end_of_a_long_name() -> None:
    long = replace(line(9), item_name="Gift Card of the Very Well Known and Trusted House of Games · 1000 USD")
    assert "· 1000 USD ×" in order_list([long], OrderFilter.ALL, EN, before=0, more=False).text


def test_an_empty_list_says_where_to_go() -> None:
    assert "/order" in order_list([], OrderFilter.OPEN, EN, before=0, more=False).text
