"""Orders in doubt at a supplier that can be asked by our id."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.ordering.journal import Journal
from bot.suppliers.errors import MalformedReport, SupplierMisconfigured, SupplierUnavailable
from bot.suppliers.outcomes import Deferred, NotOffered, Rejected, Unknown
from storage.records.orders import Attention, Order, OrderState, RejectReason
from storage.records.queues import NoticeKind
from tests.factories import NOW, keys
from tests.ordering.scripted import MISSING, as_body, completed, report
from tests.ordering.shop import Shop

LOST = Unknown("timed out")
DUPLICATE = Rejected(RejectReason.REFUSED, "Duplicate client_reference", duplicate=True, taken=True)
BROKE = Rejected(RejectReason.INSUFFICIENT_FUNDS, "Insufficient balance")
VAGUE = Rejected(RejectReason.REFUSED, "Bad request", duplicate=True)


@pytest.fixture
def finding(shop: Shop) -> Shop:
    """A shop whose supplier finds orders by our id."""
    shop.supplier.finds = True
    return shop


async def looked_for(shop: Shop, seconds: float) -> None:
    """Work on what is due for so long; whatever is asked, the supplier shows no order."""
    until = shop.clock() + timedelta(seconds=seconds)
    while instants := [one.next_check_at for one in await shop.all_orders() if one.next_check_at]:
        if min(instants) > until:
            break
        shop.clock.now = max(shop.clock.now, min(instants))
        shop.supplier.finds_next.append(MISSING)
        await shop.work()
    shop.supplier.finds_next.clear()
    shop.clock.now = until


async def placed(shop: Shop, *answers: Any) -> Order:
    order = await shop.confirmed()
    shop.supplier.places.extend(answers)
    await shop.work()
    return await shop.order(order)


async def test_a_lost_answer_is_asked_for_before_anything_is_sent_again(finding: Shop) -> None:
    order = await placed(finding, LOST)
    assert (order.state, order.next_check_at) == (OrderState.UNCONFIRMED, NOW + timedelta(seconds=3))
    finding.supplier.finds_next.append(completed(order, item_id="4711", quantity=Decimal(2)))
    await finding.work_until_quiet(1)
    ended = await finding.order(order)
    assert (ended.state, ended.supplier_order_id) == (OrderState.COMPLETED, "S-1")
    assert finding.supplier.sought == [order.id]
    assert len(finding.supplier.placed) == 1
    assert await finding.journal_left() == 0


async def test_looks_grow_apart_and_nothing_is_sent_again_before_patience_ends(finding: Shop) -> None:
    order = await placed(finding, LOST)
    await looked_for(finding, 89)
    assert len(finding.supplier.placed) == 1
    assert 4 <= len(finding.supplier.sought) <= 10
    assert (await finding.order(order)).next_check_at == NOW + finding.policy.find_for


async def test_an_order_that_does_not_show_is_sent_again_under_the_same_id(finding: Shop) -> None:
    order = await placed(finding, LOST)
    finding.supplier.places.append(completed(order, created=True))
    await looked_for(finding, 90)
    assert [request.order_id for request in finding.supplier.placed] == [order.id] * 2
    assert (await finding.order(order)).state is OrderState.COMPLETED


async def test_the_look_before_a_resend_is_the_last_word(finding: Shop) -> None:
    order = await placed(finding, LOST)
    await looked_for(finding, 89)
    finding.supplier.finds_next.append(report(order))
    finding.clock.pass_(seconds=1)
    await finding.work()
    assert (await finding.order(order)).state is OrderState.ACCEPTED
    assert len(finding.supplier.placed) == 1


async def test_a_resend_says_when_it_was_sent(finding: Shop) -> None:
    order = await placed(finding, LOST)
    assert order.sent_at == NOW
    finding.supplier.places.append(LOST)
    await looked_for(finding, 90)
    again = await finding.order(order)
    assert again.sent_at == NOW + timedelta(seconds=90)
    assert (again.tries, again.checks) == (2, 1)


async def test_resends_are_bounded_and_then_it_is_asked_for_ever(finding: Shop) -> None:
    order = await placed(finding, LOST)
    finding.supplier.places.extend([LOST] * 4)
    await looked_for(finding, 3600)
    spent = await finding.order(order)
    assert len(finding.supplier.placed) == 5
    assert (spent.state, spent.attention) == (OrderState.UNCONFIRMED, Attention.OUTCOME_UNKNOWN)
    assert spent.next_check_at is not None
    assert spent.next_check_at - finding.clock() <= timedelta(minutes=10)
    finding.supplier.finds_next.append(report(order))
    await finding.work_until_quiet(1)
    found = await finding.order(order)
    assert (found.state, found.attention) == (OrderState.ACCEPTED, None)


async def test_a_refused_resend_that_stays_missing_rejects_the_order_after_patience(finding: Shop) -> None:
    order = await placed(finding, LOST)
    finding.supplier.places.append(BROKE)
    await looked_for(finding, 90)
    waiting = await finding.order(order)
    assert (waiting.state, waiting.next_check_at) == (OrderState.UNCONFIRMED, finding.clock() + timedelta(seconds=3))
    await looked_for(finding, 89)
    assert (await finding.order(order)).state is OrderState.UNCONFIRMED
    await looked_for(finding, 1)
    over = await finding.order(order)
    assert (over.state, over.reject_reason) == (OrderState.REJECTED, RejectReason.INSUFFICIENT_FUNDS)
    assert (over.error_message, over.attention) == ("Insufficient balance", None)
    assert len(finding.supplier.placed) == 2


async def test_a_resend_refused_because_the_first_create_came_late_finds_it(finding: Shop) -> None:
    order = await placed(finding, LOST)
    await looked_for(finding, 89)
    finding.clock.pass_(seconds=1)
    finding.supplier.places.append(DUPLICATE)
    finding.supplier.finds_next.extend([MISSING, completed(order)])
    await finding.work()
    assert (await finding.order(order)).next_check_at == finding.clock()
    await finding.work()
    over = await finding.order(order)
    assert (over.state, over.reject_reason, over.error_message) == (OrderState.COMPLETED, None, "")


async def test_a_plain_refusal_of_a_first_attempt_needs_no_look(finding: Shop) -> None:
    order = await placed(finding, BROKE)
    assert order.state is OrderState.REJECTED
    assert finding.supplier.sought == []


async def test_a_refusal_that_may_mean_duplicate_is_looked_up_at_once_before_it_is_believed(finding: Shop) -> None:
    order = await placed(finding, VAGUE)
    assert (order.state, order.next_check_at) == (OrderState.UNCONFIRMED, finding.clock())
    finding.supplier.finds_next.append(MISSING)
    await finding.work()
    assert (await finding.order(order)).state is OrderState.UNCONFIRMED
    await looked_for(finding, 90)
    over = await finding.order(order)
    assert (over.state, over.error_message) == (OrderState.REJECTED, "Bad request")
    assert len(finding.supplier.placed) == 1


@pytest.mark.parametrize("before", [[], [LOST]])
async def test_an_order_that_the_supplier_says_it_has_is_never_rejected(finding: Shop, before: list[Unknown]) -> None:
    order = await placed(finding, *before, DUPLICATE)
    await looked_for(finding, 3600)
    held = await finding.order(order)
    assert (held.state, held.attention) == (OrderState.UNCONFIRMED, Attention.OUTCOME_UNKNOWN)
    assert held.attention_detail == "Duplicate client_reference"
    assert held.next_check_at is not None
    assert len(finding.supplier.placed) == 1 + len(before)
    assert await finding.notices() == [NoticeKind.ORDER_ATTENTION]


@pytest.mark.parametrize("trouble", [SupplierUnavailable("503"), SupplierMisconfigured("no"), NotOffered()])
async def test_without_an_answer_nothing_is_sent_again(finding: Shop, trouble: Any) -> None:
    order = await placed(finding, LOST)
    for _ in range(20):
        finding.supplier.finds_next.append(trouble)
        await finding.work_until_quiet(1)
    doubted = await finding.order(order)
    assert len(finding.supplier.placed) == 1
    assert doubted.state is OrderState.UNCONFIRMED
    assert doubted.next_check_at is not None
    assert (doubted.attention is Attention.OUTCOME_UNKNOWN) == (finding.clock() >= NOW + timedelta(minutes=10))


async def test_a_supplier_that_says_when_to_ask_is_asked_then(finding: Shop) -> None:
    order = await placed(finding, LOST)
    finding.supplier.finds_next.append(SupplierUnavailable("429", retry_after=500))
    await finding.work_until_quiet(1)
    assert (await finding.order(order)).next_check_at == finding.clock() + timedelta(seconds=500)


async def test_a_supplier_that_was_switched_off_keeps_its_orders_in_doubt(finding: Shop) -> None:
    order = await placed(finding, LOST)
    finding.without_supplier()
    finding.clock.pass_(minutes=1)
    await finding.work()
    doubted = await finding.order(order)
    assert (doubted.state, doubted.checks) == (OrderState.UNCONFIRMED, 0)
    assert doubted.next_check_at == finding.clock() + timedelta(minutes=10)


async def test_an_unreadable_look_up_is_kept_once_and_shown_to_a_human(finding: Shop) -> None:
    order = await placed(finding, LOST)
    for _ in range(3):
        journal_id = await Journal(finding.store, finding.clock).record("voodoo", order.id, b"<html>")
        finding.supplier.finds_next.append(MalformedReport("not JSON", journal_id))
        await finding.work_until_quiet(1)
    doubted = await finding.order(order)
    assert (doubted.state, doubted.attention) == (OrderState.UNCONFIRMED, Attention.UNREADABLE_REPLY)
    assert await finding.journal_left() == 1
    assert len(finding.supplier.placed) == 1


async def test_an_unsent_resend_does_not_count_and_needs_no_new_patience(finding: Shop) -> None:
    order = await placed(finding, LOST)
    finding.supplier.places.append(Deferred("busy", retry_after=5))
    await looked_for(finding, 90)
    waiting = await finding.order(order)
    assert (waiting.checks, waiting.sent_at) == (0, NOW)
    finding.supplier.places.append(report(order))
    await looked_for(finding, 5)
    assert (await finding.order(order)).state is OrderState.ACCEPTED


async def test_other_goods_under_our_reference_stop_everything_until_a_human_looks(finding: Shop) -> None:
    order = await placed(finding, LOST)
    finding.supplier.finds_next.append(completed(order, quantity=Decimal(3)))
    await finding.work_until_quiet(1)
    held = await finding.order(order)
    assert (held.state, held.attention) == (OrderState.UNCONFIRMED, Attention.OTHER_GOODS)
    assert (held.next_check_at, held.supplier_order_id) == (None, None)
    assert await finding.codes(order) == ()
    assert await finding.journal_left() == 1
    assert await finding.notices() == [NoticeKind.ORDER_ATTENTION]
    finding.restart()
    finding.supplier.finds = True
    await finding.workers.recover()
    finding.clock.pass_(days=1)
    assert await finding.work() == 0
    assert await finding.journal_left() == 1


async def test_a_kept_reply_is_read_before_the_supplier_is_asked(finding: Shop) -> None:
    order = await placed(finding, LOST)
    await Journal(finding.store, finding.clock).record("voodoo", order.id, as_body(completed(order)))
    finding.clock.pass_(seconds=3)
    await finding.work()
    assert (await finding.order(order)).state is OrderState.COMPLETED
    assert finding.supplier.sought == []


async def test_an_order_that_was_settled_during_its_look_up_is_not_sent(finding: Shop) -> None:
    order = await placed(finding, LOST)
    finding.clock.pass_(seconds=100)
    finding.supplier.meanwhile = lambda: finding.push(completed(order))
    finding.supplier.finds_next.append(MISSING)
    await finding.work()
    assert (await finding.order(order)).state is OrderState.COMPLETED
    assert len(finding.supplier.placed) == 1


async def test_codes_found_hidden_are_told_once_and_asked_for_slowly(finding: Shop) -> None:
    order = await placed(finding, LOST)
    await finding.owed()
    masked = completed(order, codes=keys("****-1", "****-2"))
    finding.supplier.finds_next.append(masked)
    await finding.work_until_quiet(1)
    hidden = await finding.order(order)
    assert (hidden.state, hidden.attention) == (OrderState.ACCEPTED, Attention.CODES_HIDDEN)
    assert hidden.next_check_at == finding.clock() + timedelta(hours=1)
    assert await finding.journal_left() == 0
    assert len(await finding.owed()) == 3
    for _ in range(2):
        finding.supplier.looks.append(masked)
        await finding.work_until_quiet(1)
        assert (await finding.order(order)).next_check_at == finding.clock() + timedelta(hours=1)
    assert await finding.owed() == []
    finding.supplier.looks.append(completed(order))
    await finding.work_until_quiet(1)
    assert (await finding.order(order)).state is OrderState.COMPLETED


async def test_a_code_that_may_be_no_mask_stays_in_the_journal_once(finding: Shop) -> None:
    order = await placed(finding, LOST)
    crossed = completed(order, codes=keys("XXXX-XXXX-XXX1", "XXXX-XXXX-XXX2"))
    finding.supplier.finds_next.append(crossed)
    await finding.work_until_quiet(1)
    finding.supplier.looks.append(crossed)
    await finding.work_until_quiet(1)
    assert (await finding.order(order)).attention is Attention.CODES_HIDDEN
    assert await finding.codes(order) == ()
    assert await finding.journal_left() == 1
