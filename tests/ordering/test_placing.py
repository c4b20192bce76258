"""Bringing an order to its supplier, at most once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from structlog.testing import capture_logs

from bot.ordering.journal import Journal
from bot.suppliers.outcomes import Deferred, PlaceOutcome, Rejected, ReportedStatus, Unknown
from storage.records.catalog import Denomination
from storage.records.orders import Attention, Order, OrderState, RejectReason
from storage.records.queues import DeliveryKind, NoticeKind
from storage.store import Store
from tests.factories import NOW, make_item
from tests.ordering.scripted import as_body, completed, report
from tests.ordering.shop import Shop, kinds

REFUSED = Rejected(RejectReason.REFUSED, "Item is not available", duplicate=True)


async def answered(shop: Shop, *answers: PlaceOutcome) -> Order:
    """An order after these answers, each at the moment when its attempt was due."""
    order = await shop.confirmed()
    shop.supplier.places.extend(answers)
    await shop.work_until_quiet()
    assert not shop.supplier.places
    return await shop.order(order)


async def test_an_attempt_is_written_down_before_the_call(shop: Shop) -> None:
    order = await shop.confirmed()
    shop.supplier.places.append(RuntimeError("the process dies here"))
    with pytest.raises(RuntimeError):
        await shop.work()
    left = await shop.order(order)
    assert (left.tries, left.in_doubt) == (1, True)
    assert left.next_check_at == NOW + shop.policy.attempt_horizon


async def test_an_accepted_order_is_followed(shop: Shop) -> None:
    order = await shop.accepted()
    assert (order.state, order.supplier_order_id, order.charged) == (OrderState.ACCEPTED, "S-1", Decimal("19.00"))
    assert order.next_check_at == NOW + timedelta(seconds=15)
    assert await shop.journal_left() == 0
    assert kinds(await shop.owed()) == [DeliveryKind.STATUS, DeliveryKind.STATUS]


async def test_without_webhooks_the_first_look_comes_sooner(shop: Shop) -> None:
    shop.supplier.pushes = False
    assert (await shop.accepted()).next_check_at == NOW + timedelta(seconds=3)


async def test_the_order_id_is_the_idempotency_key_of_every_attempt(shop: Shop) -> None:
    order = await answered(shop, Deferred("no route"), Unknown("timed out"), Unknown("timed out"), REFUSED)
    assert {request.order_id for request in shop.supplier.placed} == {order.id}
    assert len(shop.supplier.placed) == 4


async def test_a_create_reply_may_already_be_the_end(shop: Shop) -> None:
    order = await shop.confirmed()
    shop.supplier.places.append(completed(order))
    await shop.work()
    assert (await shop.order(order)).state is OrderState.COMPLETED
    assert await shop.codes(order) == ("CODE-0", "CODE-1")
    assert kinds(await shop.owed())[-1] is DeliveryKind.RESULT


async def test_a_first_refusal_ends_the_order_uncharged(shop: Shop) -> None:
    order = await answered(shop, REFUSED)
    assert (order.state, order.reject_reason) == (OrderState.REJECTED, RejectReason.REFUSED)
    assert (order.error_message, order.charged, order.in_doubt) == ("Item is not available", None, False)
    assert order.next_check_at is None
    owed = await shop.owed()
    assert kinds(owed) == [DeliveryKind.STATUS, DeliveryKind.STATUS, DeliveryKind.RESULT]
    assert [one.notice for one in owed if one.notice] == [NoticeKind.ORDER_REJECTED]


async def test_a_low_balance_rejects_the_order_and_tells_the_operator(shop: Shop) -> None:
    order = await answered(shop, Rejected(RejectReason.INSUFFICIENT_FUNDS, "Insufficient balance"))
    assert order.reject_reason is RejectReason.INSUFFICIENT_FUNDS
    assert await shop.notices() == [NoticeKind.ORDER_REJECTED]


async def test_a_refused_key_is_told_once_an_hour(shop: Shop) -> None:
    misconfigured = Rejected(RejectReason.MISCONFIGURED, "Invalid credentials")
    for _ in range(2):
        assert (await answered(shop, misconfigured)).reject_reason is RejectReason.MISCONFIGURED
    assert (await shop.notices()).count(NoticeKind.SUPPLIER_CONFIGURATION) == 1
    shop.clock.pass_(hours=1)
    await answered(shop, misconfigured)
    assert NoticeKind.SUPPLIER_CONFIGURATION in await shop.notices()


async def test_an_order_for_a_supplier_that_was_switched_off_is_rejected(shop: Shop) -> None:
    order = await shop.confirmed()
    shop.without_supplier()
    await shop.work()
    assert (await shop.order(order)).reject_reason is RejectReason.MISCONFIGURED
    assert NoticeKind.SUPPLIER_CONFIGURATION in await shop.notices()


async def test_a_taken_reference_on_a_first_attempt_is_shown_to_a_human(shop: Shop) -> None:
    order = await answered(shop, Rejected(RejectReason.REFUSED, "Conflicts", duplicate=True, taken=True))
    assert (order.state, order.attention) == (OrderState.UNCONFIRMED, Attention.REFERENCE_TAKEN)
    assert order.next_check_at is None
    assert NoticeKind.ORDER_ATTENTION in await shop.notices()


async def test_an_unsent_attempt_is_tried_again_and_people_read_so(shop: Shop) -> None:
    order = await answered(shop, Deferred("connection refused"))
    assert (order.state, order.tries, order.in_doubt) == (OrderState.PLACING, 1, False)
    assert order.next_check_at == NOW + timedelta(seconds=2)
    assert kinds(await shop.owed()) == [DeliveryKind.STATUS, DeliveryKind.STATUS]
    shop.supplier.places.append(Deferred("connection refused"))
    shop.clock.pass_(seconds=2)
    await shop.work()
    assert await shop.owed() == []
    assert (await shop.order(order)).next_check_at == shop.clock() + timedelta(seconds=4)


async def test_the_supplier_says_how_long_to_wait(shop: Shop) -> None:
    order = await answered(shop, Deferred("busy", retry_after=90))
    assert order.next_check_at == NOW + timedelta(seconds=90)


async def test_an_order_that_never_left_is_rejected_in_the_end(shop: Shop) -> None:
    order = await shop.confirmed()
    for _ in range(40):
        shop.supplier.places.append(Deferred("connection refused"))
    await shop.work_until_quiet()
    order = await shop.order(order)
    assert (order.state, order.reject_reason) == (OrderState.REJECTED, RejectReason.UNREACHABLE)
    assert order.settled_at == NOW + shop.policy.place_within
    assert NoticeKind.ORDER_REJECTED in await shop.notices()


async def test_an_attempt_that_ends_after_the_deadline_is_the_last(shop: Shop) -> None:
    order = await shop.confirmed()
    shop.clock.pass_(minutes=14, seconds=59)
    shop.supplier.places.append(Deferred("pool timeout"))
    shop.supplier.meanwhile = lambda: shop.clock.pass_(seconds=5)
    await shop.work()
    assert (await shop.order(order)).reject_reason is RejectReason.UNREACHABLE


async def test_an_order_confirmed_before_a_long_outage_of_ours_is_not_bought_late(shop: Shop) -> None:
    order = await shop.confirmed()
    shop.clock.pass_(hours=1)
    await shop.work()
    assert shop.supplier.placed == []
    assert (await shop.order(order)).reject_reason is RejectReason.UNREACHABLE


async def test_an_unanswered_attempt_leaves_the_order_unconfirmed(shop: Shop) -> None:
    order = await shop.unconfirmed()
    assert (order.state, order.in_doubt, order.attention) == (OrderState.UNCONFIRMED, True, None)
    assert order.next_check_at == NOW + timedelta(seconds=20)


async def test_a_resend_that_is_accepted_settles_the_doubt(shop: Shop) -> None:
    order = await shop.unconfirmed()
    shop.supplier.places.append(report(order))
    await shop.work_until_quiet(1)
    order = await shop.order(order)
    assert (order.state, order.in_doubt, order.tries) == (OrderState.ACCEPTED, False, 2)


async def test_a_refused_resend_never_says_nothing_was_charged(shop: Shop) -> None:
    order = await answered(shop, Unknown("timed out"), REFUSED)
    assert (order.state, order.attention) == (OrderState.UNCONFIRMED, Attention.OUTCOME_UNKNOWN)
    assert (order.attention_detail, order.reject_reason) == ("Item is not available", None)
    assert order.next_check_at is None
    assert await shop.notices() == [NoticeKind.ORDER_ATTENTION]


@pytest.mark.parametrize("reason", [RejectReason.INSUFFICIENT_FUNDS, RejectReason.MISCONFIGURED])
async def test_no_other_refusal_of_a_resend_is_a_verdict_either(shop: Shop, reason: RejectReason) -> None:
    order = await answered(shop, Unknown("timed out"), Rejected(reason, "no"))
    assert (order.state, order.attention) == (OrderState.UNCONFIRMED, None)
    assert order.next_check_at is not None


async def test_resends_are_bounded_and_then_a_human_is_told(shop: Shop) -> None:
    order = await shop.confirmed()
    shop.supplier.places.extend([Unknown("timed out")] * 5)
    await shop.work_until_quiet()
    order = await shop.order(order)
    assert len(shop.supplier.placed) == 5
    assert (order.attention, order.next_check_at) == (None, NOW + timedelta(minutes=10))
    shop.clock.now = NOW + timedelta(minutes=10)
    await shop.work()
    order = await shop.order(order)
    assert (order.state, order.attention) == (OrderState.UNCONFIRMED, Attention.OUTCOME_UNKNOWN)
    assert order.next_check_at is None
    assert await shop.notices() == [NoticeKind.ORDER_ATTENTION]


async def test_an_unsent_resend_does_not_count(shop: Shop) -> None:
    order = await answered(shop, Unknown("timed out"), *[Deferred("refused")] * 6)
    assert (order.state, order.in_doubt, order.checks) == (OrderState.UNCONFIRMED, True, 0)


async def test_a_human_is_told_in_time_even_while_resends_go_on(shop: Shop) -> None:
    order = await answered(shop, Unknown("timed out"), *[Deferred("refused", retry_after=300)] * 3)
    assert shop.clock() >= NOW + timedelta(minutes=10)
    assert order.attention is Attention.OUTCOME_UNKNOWN
    assert order.next_check_at is not None
    shop.supplier.places.append(report(order))
    await shop.work_until_quiet(1)
    assert (await shop.order(order)).attention is None


async def test_an_unanswered_last_resend_after_the_alarm_rests(shop: Shop) -> None:
    order = await shop.unconfirmed()
    shop.clock.pass_(hours=1)
    shop.supplier.places.extend([Unknown("timed out")] * 4)
    await shop.work_until_quiet()
    await shop.work()
    order = await shop.order(order)
    assert (order.attention, order.next_check_at) == (Attention.OUTCOME_UNKNOWN, None)


async def test_a_killed_attempt_is_in_doubt_when_it_is_taken_up_again(shop: Shop) -> None:
    order = await shop.confirmed()
    shop.supplier.places.append(RuntimeError("the process dies here"))
    with pytest.raises(RuntimeError):
        await shop.work()
    shop.restart()
    assert await shop.orders.resume() == 1
    shop.supplier.places.append(REFUSED)
    await shop.work()
    order = await shop.order(order)
    assert (order.state, order.attention) == (OrderState.UNCONFIRMED, Attention.OUTCOME_UNKNOWN)


async def test_a_reply_that_could_not_be_stored_is_read_again_before_anything_is_resent(shop: Shop) -> None:
    order = await shop.confirmed()
    shop.supplier.places.append(OSError("disk full after the reply was kept"))
    with pytest.raises(OSError, match="disk full"):
        await shop.work()
    await Journal(shop.store, shop.clock).record("voodoo", order.id, as_body(completed(order)))
    shop.clock.pass_(minutes=2)
    await shop.work()
    assert (await shop.order(order)).state is OrderState.COMPLETED
    assert len(shop.supplier.placed) == 1


async def test_an_unreadable_yes_is_shown_to_a_human(shop: Shop) -> None:
    order = await answered(shop, Unknown("not JSON", journal_id=1))
    assert (order.state, order.attention) == (OrderState.UNCONFIRMED, Attention.UNREADABLE_REPLY)


async def test_a_webhook_that_overtakes_the_create_reply_wins(shop: Shop) -> None:
    order = await shop.confirmed()
    shop.supplier.meanwhile = lambda: shop.push(completed(order))
    shop.supplier.places.append(Unknown("connection reset"))
    await shop.work()
    assert (await shop.order(order)).state is OrderState.COMPLETED


async def test_an_order_that_was_settled_since_it_was_claimed_is_not_sent(shop: Shop) -> None:
    order = await shop.confirmed()
    due = await shop.store.write(lambda tables: tables.orders.claim_due(shop.clock(), shop.policy.lease, 1))
    await shop.push(report(order, ReportedStatus.FAILED, refunded=order.expected))
    await shop.orders.work(due[0])
    assert shop.supplier.placed == []


async def test_an_expensive_order_is_shown_to_a_human_once(shop: Shop) -> None:
    order = await shop.accepted(charged=Decimal(30))
    assert order.attention is Attention.COST_DIFFERS
    assert await shop.push(report(order, charged=Decimal(30))) == "nothing new"
    assert await shop.notices() == [NoticeKind.ORDER_ATTENTION]


async def test_the_log_names_an_order_that_needs_a_human_and_a_refused_account_but_not_the_suppliers_words(
    shop: Shop,
) -> None:
    with capture_logs() as lines:
        order = await shop.accepted(charged=Decimal(30))
        await answered(shop, Rejected(RejectReason.MISCONFIGURED, "Invalid credentials"))
    said = [line.get("reference") or line["event"] for line in lines if line["log_level"] != "info"]
    assert said == [order.reference, "supplier refuses our account; the operators are told how it puts it"]
    assert "Invalid credentials" not in str(lines)


async def test_the_supplier_is_told_what_the_order_should_cost(shop: Shop) -> None:
    order = await shop.accepted()
    assert [request.expected for request in shop.supplier.placed] == [order.expected]


async def test_amounts_finer_than_a_column_do_not_stop_an_order(shop: Shop) -> None:
    order = await shop.accepted(charged=Decimal("18.123456"))
    assert order.charged == Decimal("18.1235")


async def test_a_face_value_is_ordered_with_the_item(store: Store) -> None:
    item = make_item(denominations=(Denomination(Decimal(10), Decimal(10)),))
    shop = Shop(store, items=(item,))
    order = await shop.confirmed(item=item, denomination=Decimal(10))
    shop.supplier.places.append(report(order))
    await shop.work()
    assert shop.supplier.placed[0].denomination == Decimal(10)
    assert (await shop.order(order)).sent_at == NOW
