"""What people are told of accounts, access and failures in their team."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.presentation.notices import notice_card
from bot.presentation.orders import status_card
from bot.presentation.speech import languages, speech_in
from storage.records.orders import Order, OrderState, RejectReason
from storage.records.queues import Delivery, DeliveryKind, NoticeKind, Priority
from tests.factories import NOW, make_order, make_topup

EN = speech_in("en")
NO_FACTS: Mapping[str, Any] = {}
MONEY = {"amount": "50", "balance": "62.5", "currency": "USD", "note": "bank <transfer>"}


def told(
    kind: NoticeKind,
    order: Order | None = None,
    facts: Mapping[str, Any] = NO_FACTS,
    *,
    chat_id: int = 1,
    language: str = "en",
    **more: Any,
) -> str:
    data = {**facts, **more}
    delivery = Delivery(1, DeliveryKind.NOTICE, chat_id, None, None, kind, data, Priority.NOTICE, 1, NOW)
    return notice_card(delivery, order, speech_in(language)).text


def sold(**changes: Any) -> Order:
    """An order of a reseller: cost 19 in all, price 20.90."""
    facts: dict[str, Any] = {"reference": "7KQ2M9XF", "reseller_id": 1, "price": Decimal("20.90")}
    return make_order(**(facts | {"markup": Decimal(10), "expected": Decimal(19)} | changes))


def test_an_owner_reads_what_was_credited_why_and_the_new_balance() -> None:
    text = told(NoticeKind.RESELLER_CREDITED, None, MONEY)
    assert "$50.00 credited to your balance" in text
    assert "<i>bank &lt;transfer&gt;</i>" in text
    assert "New balance: <b>$62.50</b>" in text


def test_an_operator_reads_whose_balance_it_was() -> None:
    text = told(NoticeKind.RESELLER_DEBITED, None, MONEY, reseller="Nova & Sons")
    assert "<b>$50.00</b> debited from <b>Nova &amp; Sons</b>" in text


def test_a_note_of_any_length_fits() -> None:
    assert len(told(NoticeKind.RESELLER_CREDITED, None, {**MONEY, "note": "n" * 5000})) < 1000


def test_a_low_account_names_what_is_left_and_the_limit() -> None:
    facts = {"amount": "7.1", "limit": "10", "currency": "USD"}
    mine = told(NoticeKind.RESELLER_LOW, None, facts)
    theirs = told(NoticeKind.RESELLER_LOW, None, facts, reseller="Nova")
    for text in (mine, theirs):
        assert "Available: <b>$7.10</b>" in text
        assert "$10.00" in text
    assert "Your balance is low" in mine
    assert "The balance of Nova is low" in theirs


def test_a_stranger_who_asks_is_named_with_a_link_to_the_profile() -> None:
    text = told(NoticeKind.ACCESS_REQUESTED, user_id=77, name="<Ann>", username="ann", again=True)
    assert '<a href="tg://user?id=77">&lt;Ann&gt;</a>' in text
    assert "@ann" in text
    assert "asked before" in text


@pytest.mark.parametrize("language", sorted(languages()))
@pytest.mark.parametrize("state", [OrderState.FAILED, OrderState.PARTIAL, OrderState.REJECTED])
def test_a_teams_failure_never_tells_cost_or_the_suppliers_words(state: OrderState, language: str) -> None:
    order = sold(
        state=state,
        charged=Decimal("18.77"),
        refunded=Decimal("18.77"),
        captured=Decimal(0),
        reject_reason=RejectReason.REFUSED if state is OrderState.REJECTED else None,
        error="NO_FUNDS",
        error_message="your wallet holds 3.33",
    )
    text = told(NoticeKind.TEAM_FAILURE, order, language=language, who="Tom", where="Nova team")
    for secret in ("18.77", "18,77", "19", "3.33", "wallet", "NO_FUNDS"):
        assert secret not in text.replace("Steam Wallet", "").replace("7KQ2M9XF", "")
    assert "7KQ2-M9XF" in text
    assert "Tom" in text


def test_a_teams_failure_tells_who_where_what_and_the_money() -> None:
    order = sold(state=OrderState.FAILED, captured=Decimal(0), error="OUT_OF_STOCK")
    text = told(NoticeKind.TEAM_FAILURE, order, who="Tom <3", where="Nova & team")
    assert "Ordered by Tom &lt;3 in “Nova &amp; team”" in text
    assert "sold out" in text
    assert "<b>$20.90</b> is available again" in text


def test_a_partial_delivery_elsewhere_tells_how_much_came() -> None:
    order = sold(state=OrderState.PARTIAL, captured=Decimal("10.45"), delivered=1, quantity=Decimal(2))
    text = told(NoticeKind.TEAM_FAILURE, order)
    assert "1 of 2 delivered" in text
    assert "Charged: <b>$10.45</b>" in text


@pytest.mark.parametrize("kind", [NoticeKind.TEAM_FAILURE, NoticeKind.ORDER_PARTIAL])
@pytest.mark.parametrize(("wanted", "counted"), [("2.5", 1), ("500", 0)])
def test_of_a_top_up_that_nobody_counted_no_number_is_made_up(kind: NoticeKind, wanted: str, counted: int) -> None:
    captured, quantity = Decimal("15.20"), Decimal(wanted)
    order = sold(item=make_topup(), state=OrderState.PARTIAL, captured=captured, quantity=quantity, delivered=counted)
    assert "Only a part of the order was delivered." in told(kind, order)
    assert "Only a part of the order was delivered." in status_card(order, EN).text
    assert f"{counted} of" not in told(kind, order)


def test_only_in_private_a_teams_failure_can_be_opened() -> None:
    order = sold(state=OrderState.FAILED)
    assert "/order_7KQ2M9XF" in told(NoticeKind.TEAM_FAILURE, order, chat_id=5)
    assert "/order_7KQ2M9XF" not in told(NoticeKind.TEAM_FAILURE, order, chat_id=-5)


def test_the_feed_tells_who_bought_for_how_much() -> None:
    new = told(NoticeKind.ORDER_NEW, sold(state=OrderState.PLACING), reseller="Nova")
    assert "New order 7KQ2-M9XF" in new
    assert "Sold to <b>Nova</b> for $20.90" in new
    done = told(
        NoticeKind.ORDER_COMPLETED, sold(state=OrderState.COMPLETED, captured=Decimal("20.90")), reseller="Nova"
    )
    assert "Order 7KQ2-M9XF was delivered" in done


def test_the_feed_of_the_shops_own_orders_names_no_reseller() -> None:
    own = replace(sold(state=OrderState.COMPLETED), reseller_id=None, price=None)
    assert "Sold to" not in told(NoticeKind.ORDER_COMPLETED, own)
