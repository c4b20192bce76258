"""What operators are told."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from bot.presentation.notices import notice_card
from bot.presentation.speech import languages, speech_in
from storage.records.figures import Figures, Tally
from storage.records.orders import Attention, Order, OrderState, RejectReason
from storage.records.queues import Delivery, DeliveryKind, NoticeKind, Priority
from tests.factories import NOW, make_card, make_order

EN = speech_in("en")
DAY = Figures(NOW.date(), NOW.date(), "USD", Tally(orders=3, completed=2))
FACTS: Mapping[NoticeKind, dict[str, Any]] = {NoticeKind.DAILY_SUMMARY: msgspec.to_builtins(DAY)}
"""What a notice cannot speak without."""


def notice(kind: NoticeKind, **data: Any) -> Delivery:
    """A claimed notice."""
    return Delivery(1, DeliveryKind.NOTICE, 1, None, None, kind, data, Priority.NOTICE, 1, NOW)


def order(**changes: Any) -> Order:
    """An order to speak of."""
    return make_order(reference="7KQ2M9XF", **changes)


@pytest.mark.parametrize("language", sorted(languages()))
@pytest.mark.parametrize("kind", NoticeKind)
def test_every_notice_has_words_with_and_without_an_order(kind: NoticeKind, language: str) -> None:
    speech = speech_in(language)
    about = order(state=OrderState.FAILED, attention=Attention.COST_DIFFERS)
    assert "/order_7KQ2M9XF" in notice_card(notice(kind), about, speech).text
    assert notice_card(notice(kind, **FACTS.get(kind, {})), None, speech).text.strip()


def test_a_failed_order_says_why() -> None:
    text = notice_card(notice(NoticeKind.ORDER_FAILED), order(state=OrderState.FAILED, error="OUT_OF_STOCK"), EN).text
    assert "Order 7KQ2-M9XF failed" in text
    assert "sold out" in text


def test_a_failed_order_of_a_reseller_says_that_it_paid_nothing() -> None:
    sold = order(state=OrderState.FAILED, reseller_id=7, price=Decimal(20), captured=Decimal(0))
    text = notice_card(notice(NoticeKind.ORDER_FAILED, reseller="Nova"), sold, EN).text
    assert "Sold to <b>Nova</b>, who is not charged" in text


def test_a_rejected_order_says_why() -> None:
    rejected = order(state=OrderState.REJECTED, reject_reason=RejectReason.INSUFFICIENT_FUNDS)
    assert "too little money" in notice_card(notice(NoticeKind.ORDER_REJECTED), rejected, EN).text


def test_an_order_that_needs_a_look_says_what_to_do() -> None:
    unknown = order(state=OrderState.UNCONFIRMED, attention=Attention.OUTCOME_UNKNOWN)
    text = notice_card(notice(NoticeKind.ORDER_ATTENTION), unknown, EN).text
    assert "/resolve 7KQ2M9XF" in text


def test_a_late_change_says_that_no_resellers_money_followed_it() -> None:
    late = {"state": OrderState.FAILED, "attention": Attention.LATE_CHANGE}
    own, sold = order(**late), order(**late, reseller_id=1, price=Decimal(20), captured=Decimal(0))
    assert "/debit" in notice_card(notice(NoticeKind.ORDER_ATTENTION), sold, EN).text
    assert "/debit" not in notice_card(notice(NoticeKind.ORDER_ATTENTION), own, EN).text


def test_a_low_balance_names_amount_and_limit() -> None:
    facts = {"supplier": "voodoo", "title": "Voodoo Center", "amount": "42.5", "limit": "100", "currency": "USD"}
    text = notice_card(notice(NoticeKind.LOW_BALANCE, **facts), None, EN).text
    assert "The balance at Voodoo Center is low" in text
    assert "It holds <b>$42.50</b>." in text
    assert "below $100.00" in text


def test_a_low_balance_names_its_wallet_where_there_are_several() -> None:
    facts = {"title": "Octopus Cards", "account": "2", "amount": "4", "limit": "50", "currency": "EUR"}
    text = notice_card(notice(NoticeKind.LOW_BALANCE, **facts), None, EN).text
    assert "Wallet: 2, EUR" in text
    assert "It holds <b>€4.00</b>." in text


def test_hidden_codes_say_what_to_ask_whom_for() -> None:
    hidden = order(
        id="7KQ2M9XF-ours",
        item=make_card(),
        denomination=Decimal(50),
        state=OrderState.ACCEPTED,
        attention=Attention.CODES_HIDDEN,
        supplier_order_id="1234",
    )
    text = notice_card(notice(NoticeKind.ORDER_ATTENTION, detail="1234"), hidden, EN).text
    assert "<i>1234</i>" not in text
    assert "Steam Wallet Card · 50 USD × 2" in text
    assert "Do not order it again. Ask Octopus" in text
    assert "send the codes of order <code>1234</code> again, our reference is <code>7KQ2M9XF-ours</code>" in text


def test_a_dearer_order_names_both_amounts_with_their_currency_once() -> None:
    dearer = order(expected=Decimal("29.40"), charged=Decimal("32.34"), attention=Attention.COST_DIFFERS)
    text = notice_card(notice(NoticeKind.ORDER_ATTENTION, detail="32.3400"), dearer, EN).text
    assert "The supplier charged $32.34, more than the $29.40 that was confirmed." in text
    assert "32.3400" not in text


def test_missing_codes_are_told_without_the_suppliers_word_for_delivered() -> None:
    short = order(state=OrderState.ACCEPTED, attention=Attention.CODES_MISSING, supplier_order_id="1234")
    text = notice_card(notice(NoticeKind.ORDER_ATTENTION, detail="DELIVERED"), short, EN).text
    assert "for the rest of order <code>1234</code>" in text
    assert "DELIVERED" not in text


def test_a_supplier_that_turns_us_away_is_not_said_to_refuse_a_key_when_it_is_our_address() -> None:
    facts = {"supplier": "Octopus Cards", "reason": "add this server's address to the IP allowlist"}
    text = notice_card(notice(NoticeKind.SUPPLIER_CONFIGURATION, **facts), None, EN).text
    assert "Octopus Cards does not accept our orders" in text
    assert "IP allowlist" in text
    assert "key" not in text


def test_other_goods_say_that_nothing_was_given_out_and_which_order_it_is() -> None:
    unfit = order(item=make_card(), state=OrderState.UNCONFIRMED, attention=Attention.OTHER_GOODS)
    text = notice_card(notice(NoticeKind.ORDER_ATTENTION, detail="1234 denomination"), unfit, EN).text
    assert "nothing of it was given out" in text
    assert "dashboard of Octopus" in text
    assert "<i>1234 denomination</i>" in text


def test_a_refused_catalog_says_why_and_that_the_last_one_stays() -> None:
    text = notice_card(notice(NoticeKind.CATALOG_REFUSED, title="Voodoo Center", reason="<half> gone"), None, EN).text
    assert "The catalog of Voodoo Center could not be renewed" in text
    assert "&lt;half&gt; gone" in text
    assert "stays in use" in text


def test_only_an_order_that_ended_says_how_it_leaves_the_list() -> None:
    ended = order(state=OrderState.COMPLETED, attention=Attention.COST_DIFFERS)
    text = notice_card(notice(NoticeKind.ORDER_ATTENTION), ended, EN).text
    assert "<code>/resolve 7KQ2M9XF none</code> takes it off the list" in text
    unknown = order(state=OrderState.UNCONFIRMED, attention=Attention.OUTCOME_UNKNOWN)
    assert "off the list" not in notice_card(notice(NoticeKind.ORDER_ATTENTION), unknown, EN).text


def test_an_order_that_ended_says_what_the_supplier_gave_back() -> None:
    amounts = {"charged": Decimal(27), "refunded": Decimal(18), "delivered": 1, "quantity": Decimal(3)}
    part = notice_card(notice(NoticeKind.ORDER_PARTIAL), order(state=OrderState.PARTIAL, **amounts), EN).text
    assert "× 3 · $27.00, $18.00 given back" in part
    kept = notice_card(notice(NoticeKind.ORDER_FAILED), order(state=OrderState.FAILED, charged=Decimal(27)), EN).text
    assert "given back" not in kept


def test_a_result_that_cannot_be_delivered_says_whose_it_is_and_which_chat_is_closed() -> None:
    sold = order(state=OrderState.COMPLETED, reseller_id=1, price=Decimal(20), captured=Decimal(20))
    facts = {"chat_id": -100, "title": "Game & Corner", "reason": "Forbidden", "reseller": "Nova"}
    text = notice_card(notice(NoticeKind.CHAT_UNREACHABLE, **facts), sold, EN).text
    assert "Sold to <b>Nova</b> for $20.00" in text
    assert "does not let the bot write to “Game &amp; Corner”" in text


def test_a_chat_that_cannot_be_reached_is_named() -> None:
    facts = {"chat_id": -100, "title": "Game & Corner", "reason": "the bot was removed"}
    assert "Game &amp; Corner" in notice_card(notice(NoticeKind.CHAT_UNREACHABLE, **facts), None, EN).text


def test_an_outage_says_who_was_away_for_how_long_and_what_becomes_of_the_orders() -> None:
    away = notice_card(notice(NoticeKind.SUPPLIER_AWAY, title="Voodoo <Center>", minutes=5), None, EN).text
    assert "<b>Voodoo &lt;Center&gt; does not answer</b>" in away
    assert "No answer for 5 minutes." in away
    assert "tried again by themselves" in away
    back = notice_card(notice(NoticeKind.SUPPLIER_BACK, title="Voodoo Center", minutes=61), None, EN).text
    assert "<b>Voodoo Center answers again</b>" in back
    assert "No answer for 61 minutes." in back
    assert "Telegram answers again" in notice_card(notice(NoticeKind.TELEGRAM_BACK, minutes=1), None, EN).text
