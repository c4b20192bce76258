"""Codes that come hidden, growing or of other goods: what of them is stored, and what is flagged instead."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.ordering.transitions import Verdict, decide
from bot.suppliers.outcomes import ReportedStatus
from storage.records.orders import Attention, Order, OrderState
from tests.factories import NOW, keys, make_order, make_service
from tests.ordering.scripted import completed, report

LATER = NOW + timedelta(minutes=1)


def accepted(**changes: Any) -> Order:
    facts = {"state": OrderState.ACCEPTED, "supplier_order_id": "S-1", "accepted_at": NOW} | changes
    return make_order(**facts)


def test_hidden_codes_are_told_from_missing_ones_and_stay_hidden() -> None:
    order = accepted()
    hidden = decide(order, completed(order, codes=keys("****-1", "****-2")), (), LATER).after
    assert (hidden.state, hidden.attention, hidden.delivered) == (OrderState.ACCEPTED, Attention.CODES_HIDDEN, 2)
    assert hidden.attention_detail == "S-1"
    assert decide(hidden, completed(order, codes=()), (), LATER).after.attention is Attention.CODES_HIDDEN
    some = decide(order, completed(order, codes=keys("A", "****-2")), (), LATER)
    assert (some.after.attention, some.codes) == (Attention.CODES_HIDDEN, keys("A"))
    fewer = decide(order, completed(order, codes=keys("****-2")), (), LATER)
    assert fewer.after.attention is Attention.CODES_MISSING


def test_a_hidden_order_ends_with_its_codes() -> None:
    order = accepted(attention=Attention.CODES_HIDDEN, delivered=2)
    after = decide(order, completed(order), (), LATER).after
    assert (after.state, after.attention) == (OrderState.COMPLETED, None)


CROSSED = keys("STEAM-XXXX-XXXX-XXX1", "STEAM-XXXX-XXXX-XXX2")


@pytest.mark.parametrize("state", [OrderState.PLACING, OrderState.UNCONFIRMED])
def test_crosses_are_hidden_codes_of_an_order_that_was_found_again_and_stay_so(state: OrderState) -> None:
    order = make_order(state=state, in_doubt=True)
    found = decide(order, completed(order, codes=CROSSED), (), LATER)
    assert (found.after.attention, found.codes) == (Attention.CODES_HIDDEN, ())
    assert found.evidence
    assert decide(found.after, completed(order, codes=CROSSED), (), LATER).codes == ()
    listed = decide(order, completed(order, codes=()), (), LATER).after
    assert decide(listed, completed(order, codes=CROSSED), (), LATER).after.attention is Attention.CODES_HIDDEN


def test_crosses_are_codes_in_a_create_reply_and_in_the_first_look_at_a_followed_order() -> None:
    order = make_order(in_doubt=True)
    assert decide(order, completed(order, codes=CROSSED, created=True), (), LATER).after.state is OrderState.COMPLETED
    followed = accepted()
    assert decide(followed, completed(followed, codes=CROSSED), (), LATER).after.state is OrderState.COMPLETED


def test_crosses_after_a_code_was_captured_are_its_outline_whatever_their_length() -> None:
    order = accepted()
    first = decide(order, report(order, ReportedStatus.DELIVERING, codes=keys("A-1")), (), LATER)
    again = decide(first.after, report(order, ReportedStatus.DELIVERING, codes=keys("XXXXXXXX-1")), first.codes, LATER)
    assert not again.changed
    assert not again.evidence


def test_the_clear_create_reply_ends_an_order_whose_masked_look_up_was_settled_before() -> None:
    order = make_order(in_doubt=True)
    masked = decide(order, completed(order, codes=keys("****-0", "****-1")), (), LATER).after
    late = decide(masked, completed(order, created=True), (), LATER)
    assert (late.after.state, late.codes) == (OrderState.COMPLETED, keys("CODE-0", "CODE-1"))
    again = decide(late.after, completed(order, codes=keys("****-0", "****-1")), late.codes, LATER)
    assert not again.changed


def test_an_order_grows_with_its_deliveries() -> None:
    order = accepted(quantity=Decimal(3))
    first = decide(order, report(order, ReportedStatus.DELIVERING, delivered=1, codes=keys("A")), (), LATER)
    assert (first.after.state, first.after.delivered, first.codes) == (OrderState.ACCEPTED, 1, keys("A"))
    more = report(order, ReportedStatus.DELIVERING, codes=keys("*", "B"))
    second = decide(first.after, more, first.codes, LATER)
    assert (second.codes, second.after.delivered, second.after.attention) == (keys("B"), 2, None)


def test_what_came_hidden_of_a_growing_order_is_flagged_until_it_comes() -> None:
    order = accepted(quantity=Decimal(3))
    hidden = decide(order, report(order, ReportedStatus.DELIVERING, codes=keys("***-1")), (), LATER).after
    assert (hidden.state, hidden.attention) == (OrderState.ACCEPTED, Attention.CODES_HIDDEN)
    shown = decide(hidden, report(order, ReportedStatus.DELIVERING, codes=keys("AAA-1")), (), LATER).after
    assert (shown.attention, shown.delivered) == (None, 1)


@pytest.mark.parametrize(
    "strange", [{"item_id": "99"}, {"denomination": Decimal(50)}, {"quantity": Decimal(3), "item_id": "4711"}]
)
@pytest.mark.parametrize("state", [OrderState.PLACING, OrderState.UNCONFIRMED])
def test_other_goods_under_our_reference_are_never_adopted(strange: dict[str, Any], state: OrderState) -> None:
    order = make_order(state=state, in_doubt=True, denomination=Decimal(10))
    said = replace(completed(order), **strange)
    settlement = decide(order, said, (), LATER)
    assert (settlement.verdict, settlement.codes, settlement.evidence) == (Verdict.OTHER_GOODS, (), True)
    after = settlement.after
    assert (after.state, after.attention, after.next_check_at) == (
        OrderState.UNCONFIRMED,
        Attention.OTHER_GOODS,
        None,
    )
    assert (after.supplier_order_id, after.in_doubt) == (None, True)


def test_the_same_goods_are_adopted_and_the_answer_to_a_create_is_not_argued_with() -> None:
    order = make_order(in_doubt=True, denomination=Decimal(10))
    same = completed(order, item_id="4711", denomination=Decimal("10.00"), quantity=Decimal("2.0"))
    assert decide(order, same, (), LATER).after.state is OrderState.COMPLETED
    assert decide(order, replace(same, item_id="9", created=True), (), LATER).after.state is OrderState.COMPLETED
    service = make_order(in_doubt=True, item=make_service())
    assert decide(service, completed(service, quantity=Decimal(1)), (), LATER).after.state is OrderState.COMPLETED
