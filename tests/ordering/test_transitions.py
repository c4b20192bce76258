"""What a supplier's word may change."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ordering.masks import is_masked
from bot.ordering.transitions import (
    MAY_BECOME,
    IllegalTransition,
    Verdict,
    advance,
    decide,
    flagged,
    ripened,
)
from bot.suppliers.protocol import Report, ReportedStatus
from storage.records.orders import Attention, Code, Order, OrderState
from tests.factories import NOW, keys, make_order, make_service, make_topup
from tests.ordering.shop import completed, failed, report

LATER = NOW + timedelta(minutes=1)


def accepted(**changes: Any) -> Order:
    facts = {"state": OrderState.ACCEPTED, "supplier_order_id": "S-1", "accepted_at": NOW} | changes
    return make_order(**facts)


def test_no_state_leads_back() -> None:
    for state, followers in MAY_BECOME.items():
        assert state not in followers
        assert not state.terminal or not followers
    assert OrderState.PLACING not in frozenset[OrderState]().union(*MAY_BECOME.values())


def test_an_impossible_move_is_a_bug() -> None:
    with pytest.raises(IllegalTransition, match="completed may not become failed"):
        advance(make_order(state=OrderState.COMPLETED), OrderState.FAILED)


@pytest.mark.parametrize("state", [OrderState.PLACING, OrderState.UNCONFIRMED])
def test_a_first_report_gives_the_order_the_suppliers_id(state: OrderState) -> None:
    order = make_order(state=state, in_doubt=True, checks=3, attention=Attention.OUTCOME_UNKNOWN)
    after = decide(order, report(order), (), LATER).after
    assert (after.state, after.supplier_order_id, after.accepted_at) == (OrderState.ACCEPTED, "S-1", LATER)
    assert (after.in_doubt, after.checks, after.attention) == (False, 0, None)
    assert after.charged == order.expected


def test_an_order_may_end_with_its_first_report() -> None:
    order = make_order()
    settlement = decide(order, completed(order), (), LATER)
    assert settlement.after.state is OrderState.COMPLETED
    assert settlement.codes == keys("CODE-0", "CODE-1")
    assert settlement.after.settled_at == LATER
    assert settlement.moved
    assert settlement.changed


def test_a_partial_delivery_keeps_its_refund_and_codes() -> None:
    order = accepted(quantity=Decimal(3), expected=Decimal(27))
    said = report(order, ReportedStatus.PARTIAL, delivered=2, refunded=Decimal(9), codes=keys("A", "B"))
    after = decide(order, said, (), LATER).after
    assert (after.state, after.delivered, after.refunded) == (OrderState.PARTIAL, 2, Decimal(9))


def test_a_failure_keeps_its_reason() -> None:
    order = accepted()
    after = decide(order, failed(order), (), LATER).after
    assert (after.state, after.error, after.error_message) == (OrderState.FAILED, "OUT_OF_STOCK", "gone")
    assert after.attention is None


def test_a_failure_that_brings_codes_is_shown_to_a_human() -> None:
    order = accepted()
    settlement = decide(order, failed(order, codes=keys("A")), (), LATER)
    assert settlement.after.attention is Attention.LATE_CHANGE
    assert settlement.codes == keys("A")


def test_a_key_called_completed_without_its_codes_is_held() -> None:
    order = accepted()
    settlement = decide(order, completed(order, codes=keys("A")), (), LATER)
    assert settlement.verdict is Verdict.HELD
    assert settlement.after.state is OrderState.ACCEPTED
    assert settlement.after.attention is Attention.CODES_MISSING
    assert settlement.codes == keys("A")


def test_a_held_order_ends_when_the_missing_codes_come() -> None:
    order = accepted(attention=Attention.CODES_MISSING)
    settlement = decide(order, completed(order, codes=keys("A", "B")), keys("A"), LATER)
    assert settlement.after.state is OrderState.COMPLETED
    assert settlement.after.attention is None
    assert settlement.codes == keys("B")


def test_a_partial_key_without_its_codes_is_held_too() -> None:
    order = accepted()
    said = report(order, ReportedStatus.PARTIAL, delivered=1, refunded=Decimal("9.50"))
    assert decide(order, said, (), LATER).verdict is Verdict.HELD


@pytest.mark.parametrize("make", [make_topup, make_service])
def test_what_is_no_key_needs_no_codes(make: Any) -> None:
    order = accepted(item=make())
    assert decide(order, completed(order, codes=keys()), (), LATER).after.state is OrderState.COMPLETED


def test_masked_codes_hold_an_order_rather_than_end_it() -> None:
    order = accepted()
    settlement = decide(order, completed(order, codes=keys("****-1", "****-2")), (), LATER)
    assert settlement.verdict is Verdict.HELD
    assert settlement.codes == keys()


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


def test_a_part_that_grew_no_further_for_a_day_is_final() -> None:
    order = accepted()
    said = report(order, ReportedStatus.DELIVERING, delivered=1, codes=keys("A"))
    day = timedelta(days=1)
    assert ripened(order, said, NOW + timedelta(hours=23), day) is said
    final = ripened(order, said, NOW + day, day)
    assert decide(order, final, (), NOW + day).after.state is OrderState.PARTIAL
    nothing = report(order, ReportedStatus.DELIVERING)
    assert ripened(order, nothing, NOW + day, day) is nothing
    assert decide(order, replace(final, codes=keys("****-1")), (), LATER).after.attention is Attention.CODES_HIDDEN


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


def test_an_unknown_status_is_followed_and_shown_to_a_human() -> None:
    order = accepted()
    after = decide(order, report(order, ReportedStatus.UNKNOWN, raw_status="on_hold"), (), LATER).after
    assert after.state is OrderState.ACCEPTED
    assert (after.attention, after.attention_detail) == (Attention.UNKNOWN_STATUS, "on_hold")
    assert decide(after, report(order), (), LATER).after.attention is None


def test_a_report_of_another_supplier_order_changes_nothing() -> None:
    order = accepted()
    settlement = decide(order, completed(order, supplier_order_id="S-2"), (), LATER)
    assert settlement.verdict is Verdict.MISMATCH
    assert settlement.codes == keys()
    assert settlement.after == replace(order, attention=Attention.ID_MISMATCH, attention_detail="S-2")


def test_a_report_that_bears_another_id_of_ours_changes_nothing() -> None:
    order = accepted()
    settlement = decide(order, completed(order, order_id="somebody-else"), (), LATER)
    assert settlement.after == replace(order, attention=Attention.ID_MISMATCH, attention_detail="somebody-else")


@pytest.mark.parametrize("silent", [None, ""])
def test_a_report_without_our_id_counts_by_the_suppliers(silent: str | None) -> None:
    order = accepted()
    assert decide(order, completed(order, order_id=silent), (), LATER).after.state is OrderState.COMPLETED


def test_a_charge_above_the_confirmed_price_is_shown_to_a_human() -> None:
    order = accepted()
    dear = decide(order, report(order, charged=order.expected + Decimal("0.02")), (), LATER).after
    assert (dear.attention, dear.attention_detail) == (Attention.COST_DIFFERS, "19.02")


@pytest.mark.parametrize("difference", ["0.01", "-5"])
def test_a_minor_unit_or_a_lower_charge_is_nothing(difference: str) -> None:
    order = accepted()
    assert decide(order, report(order, charged=order.expected + Decimal(difference)), (), LATER).after.attention is None


def test_a_higher_charge_is_still_shown_after_a_hold() -> None:
    order = accepted()
    charged = order.expected + 1
    held = decide(order, completed(order, codes=keys(), charged=charged), (), LATER).after
    assert held.attention is Attention.CODES_MISSING
    assert decide(held, completed(order, charged=charged), (), LATER).after.attention is Attention.COST_DIFFERS


def test_the_same_word_again_is_nothing_new() -> None:
    order = accepted()
    first = decide(order, completed(order), (), LATER)
    again = decide(first.after, completed(order), first.codes, LATER + timedelta(hours=1))
    assert again.verdict is Verdict.NOTHING_NEW
    assert not again.changed
    pending = decide(order, report(order), (), LATER)
    assert decide(pending.after, report(order), (), LATER).verdict is Verdict.NOTHING_NEW


def test_a_terminal_order_does_not_go_back() -> None:
    order = accepted(state=OrderState.COMPLETED)
    settlement = decide(order, report(order), (), LATER)
    assert settlement.verdict is Verdict.BACKWARDS
    assert not settlement.changed


@pytest.mark.parametrize(
    "said",
    [
        {"status": ReportedStatus.FAILED},
        {"status": ReportedStatus.UNKNOWN},
        {"refunded": Decimal(1)},
        {"charged": Decimal(1)},
    ],
)
def test_a_late_contradiction_is_shown_and_changes_nothing(said: dict[str, Any]) -> None:
    order = accepted(state=OrderState.COMPLETED, charged=Decimal("19.00"))
    settlement = decide(order, replace(completed(order), **said), keys("CODE-0", "CODE-1"), LATER)
    assert settlement.verdict is Verdict.CONTRADICTION
    assert replace(settlement.after, attention=None, attention_detail="") == order
    assert settlement.after.attention is Attention.LATE_CHANGE


def test_late_codes_are_kept() -> None:
    order = accepted(state=OrderState.FAILED, refunded=Decimal("19.00"))
    settlement = decide(order, completed(order), (), LATER)
    assert settlement.codes == keys("CODE-0", "CODE-1")
    assert settlement.after.state is OrderState.FAILED


def test_a_rejected_order_that_the_supplier_has_after_all_is_shown_to_a_human() -> None:
    order = make_order(state=OrderState.REJECTED)
    settlement = decide(order, report(order), (), LATER)
    assert settlement.verdict is Verdict.CONTRADICTION
    assert settlement.after.attention_detail == "S-1 pending"


def test_a_passing_cause_does_not_hide_a_lasting_one() -> None:
    order = accepted(attention=Attention.ID_MISMATCH, attention_detail="S-2")
    assert flagged(order, Attention.NOT_FOUND) == order
    assert flagged(order, Attention.LATE_CHANGE).attention is Attention.LATE_CHANGE
    assert flagged(order, Attention.ID_MISMATCH, "S-3") == order


STATUSES = st.sampled_from(list(ReportedStatus))
CODES = st.lists(st.sampled_from(["A", "B", "C", "****", "XXXXXXXX"]), max_size=4).map(lambda values: keys(*values))
REPORTS = st.builds(
    Report,
    supplier_order_id=st.sampled_from(["S-1", "S-1", "S-1", "S-2"]),
    status=STATUSES,
    raw_status=st.sampled_from(["x", "y"]),
    delivered=st.integers(0, 4),
    charged=st.sampled_from([None, Decimal(19), Decimal(25)]),
    refunded=st.sampled_from([Decimal(0), Decimal(19)]),
    codes=CODES,
    created=st.booleans(),
    quantity=st.sampled_from([None, Decimal(2), Decimal(2), Decimal(3)]),
)


@given(st.lists(REPORTS, max_size=12), st.sampled_from([make_order(), make_order(item=make_topup())]))
def test_whatever_a_supplier_says_the_order_moves_forward_only(said: list[Report], order: Order) -> None:
    codes: tuple[Code, ...] = ()
    for one in said:
        settlement = decide(order, one, codes, LATER)
        after = settlement.after
        assert after.state is order.state or after.state in MAY_BECOME[order.state]
        assert not order.state.terminal or after.state is order.state
        assert order.supplier_order_id in {None, after.supplier_order_id}
        assert one.created or not any(map(is_masked, settlement.codes))
        if order.state.terminal:
            assert (after.charged, after.refunded, after.delivered) == (order.charged, order.refunded, order.delivered)
        order, codes = after, codes + settlement.codes
        again = decide(order, one, codes, LATER)
        assert again.codes == ()
        assert again.after == order
