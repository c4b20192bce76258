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
)
from bot.suppliers.outcomes import Report, ReportedStatus
from storage.records.orders import Attention, Code, Order, OrderState
from tests.factories import NOW, keys, make_order, make_service, make_topup
from tests.ordering.scripted import completed, failed, report

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


def test_codes_of_a_part_that_nobody_counted_count_all_the_same() -> None:
    order = accepted(quantity=Decimal(3))
    said = report(order, ReportedStatus.PARTIAL, delivered=0, refunded=Decimal(0), codes=keys("B"))
    assert decide(order, said, keys("A"), LATER).after.delivered == 2


def test_a_failure_keeps_its_reason() -> None:
    order = accepted()
    after = decide(order, failed(order), (), LATER).after
    assert (after.state, after.error, after.error_message) == (OrderState.FAILED, "OUT_OF_STOCK", "gone")
    assert after.attention is None


@pytest.mark.parametrize("stored", [(), keys("A")], ids=["with the failure", "before it"])
def test_a_failure_after_a_part_came_ends_the_order_in_part(stored: tuple[Code, ...]) -> None:
    order = accepted(delivered=len(stored))
    codes = () if stored else keys("A")
    settlement = decide(order, failed(order, codes=codes), stored, LATER)
    after = settlement.after
    assert (after.state, after.delivered, after.error) == (OrderState.PARTIAL, 1, "OUT_OF_STOCK")
    assert after.attention is None
    assert settlement.codes == codes
    again = decide(after, failed(order), keys("A"), LATER)
    assert (again.verdict, again.after) == (Verdict.NOTHING_NEW, after)


def test_a_failure_leaves_what_came_hidden_owed() -> None:
    order = accepted(delivered=1, attention=Attention.CODES_HIDDEN)
    hidden = failed(order, codes=keys("****-1234"), delivered=1)
    settlement = decide(order, hidden, (), LATER)
    assert (settlement.verdict, settlement.after.state) == (Verdict.HELD, OrderState.ACCEPTED)
    assert settlement.after.attention is Attention.CODES_HIDDEN


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


def test_a_later_word_that_merely_knows_less_contradicts_nothing() -> None:
    order = accepted(state=OrderState.FAILED, charged=Decimal("19.00"), refunded=Decimal("19.00"))
    assert not decide(order, failed(order, charged=None, refunded=None), (), LATER).changed
    assert decide(order, failed(order, refunded=Decimal(0)), (), LATER).verdict is Verdict.CONTRADICTION


def test_a_refund_that_was_told_is_not_forgotten_by_a_last_word_that_tells_none() -> None:
    order = accepted(refunded=Decimal("9.50"))
    said = report(order, ReportedStatus.PARTIAL, delivered=1, codes=keys("A"), refunded=None)
    assert decide(order, said, (), LATER).after.refunded == Decimal("9.50")


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
    refunded=st.sampled_from([None, Decimal(0), Decimal(19)]),
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
