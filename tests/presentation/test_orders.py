"""Orders as people see them: every state, results within Telegram's limits, lists."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape
from telegram.constants import InlineKeyboardButtonLimit, MessageLimit

from bot.presentation.cards import Card, DocumentMessage, TextMessage, visible_length
from bot.presentation.orders import order_card, order_list, result_message, status_card
from bot.presentation.reasons import state_words
from bot.presentation.speech import languages, speech_in
from storage.records.orders import Attention, Order, OrderFilter, OrderLine, OrderState, RejectReason
from tests.factories import NOW, keys, make_item, make_order, make_service, make_value

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


def test_codes_can_be_tapped_in_private_and_are_hidden_in_groups() -> None:
    order = ended(OrderState.COMPLETED)
    private = card_of(result_message(order, keys("<A&B>"), EN, True)).text
    group = card_of(result_message(order, keys("<A&B>"), EN, False)).text
    assert "<code>&lt;A&amp;B&gt;</code>" in private
    assert "<tg-spoiler>&lt;A&amp;B&gt;</tg-spoiler>" in group
    assert "<code>" not in group


def test_one_code_has_one_copy_button_several_have_one_each_and_one_for_all() -> None:
    order = ended(OrderState.COMPLETED)

    def copied(*codes: str) -> list[str]:
        keyboard = card_of(result_message(order, keys(*codes), EN, True)).keyboard
        rows = keyboard.inline_keyboard if keyboard else ()
        return [button.copy_text.text for row in rows for button in row if button.copy_text]

    assert copied("A") == ["A"]
    assert copied("A", "B") == ["A", "B", "A\nB"]
    assert copied("x" * 257) == []
    assert copied("x" * 200, "y" * 200) == ["x" * 200, "y" * 200]
    assert copied() == []


def test_many_codes_come_as_a_document_one_per_line() -> None:
    codes = tuple(f"CODE-{number:04}" for number in range(21))
    message = result_message(ended(OrderState.COMPLETED), keys(*codes), EN, True)
    assert isinstance(message, DocumentMessage)
    assert message.filename == "7KQ2M9XF.txt"
    assert message.content.decode().splitlines() == list(codes)
    assert "21 codes in the file." in message.card.text


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=400), max_size=40), st.booleans()
)
def test_a_result_never_exceeds_what_telegram_takes(codes: list[str], private: bool) -> None:
    item = make_item(name="<&>" * 100)
    order = ended(OrderState.COMPLETED, item=item, error_message="x" * 4000)
    message = result_message(order, keys(*codes), EN, private)
    text = message.card.text
    limit = MessageLimit.CAPTION_LENGTH if isinstance(message, DocumentMessage) else MessageLimit.MAX_TEXT_LENGTH
    assert visible_length(text) <= limit
    assert text.count("</") + text.count("/order_") <= MessageLimit.MESSAGE_ENTITIES
    if isinstance(message, DocumentMessage):
        assert message.content.decode() == "".join(f"{code}\n" for code in codes)
    for row in message.card.keyboard.inline_keyboard if message.card.keyboard else ():
        for button in row:
            assert button.copy_text is not None
            assert len(button.copy_text.text) <= InlineKeyboardButtonLimit.MAX_COPY_TEXT


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


def test_an_empty_list_says_where_to_go() -> None:
    assert "/order" in order_list([], OrderFilter.OPEN, EN, before=0, more=False).text
