"""Looking accepted orders up until they end."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.ordering.journal import Journal
from bot.suppliers.errors import MalformedReport, SupplierMisconfigured, SupplierUnavailable
from bot.suppliers.outcomes import ReportedStatus
from storage.records.orders import Attention, OrderState
from storage.records.queues import DeliveryKind, NoticeKind
from tests.factories import NOW, keys
from tests.ordering.scripted import MISSING, as_body, completed, failed, report
from tests.ordering.shop import Shop, kinds
from tests.storage.damage import damage


async def test_looks_grow_apart_up_to_ten_minutes(shop: Shop) -> None:
    order = await shop.accepted()
    gaps: list[timedelta] = []
    for _ in range(12):
        before = shop.clock.now = (await shop.order(order)).next_check_at or NOW
        shop.supplier.looks.append(report(order))
        assert await shop.work() == 1
        gaps.append(((await shop.order(order)).next_check_at or NOW) - before)
    assert gaps[:3] == [timedelta(seconds=24), timedelta(seconds=38.4), timedelta(seconds=61.44)]
    assert gaps[-1] == timedelta(minutes=10)
    assert gaps == sorted(gaps)


async def test_an_order_whose_webhook_never_comes_ends_by_asking(shop: Shop) -> None:
    order = await shop.accepted()
    shop.supplier.looks.extend([report(order), completed(order)])
    await shop.work_until_quiet()
    ended = await shop.order(order)
    assert (ended.state, ended.next_check_at) == (OrderState.COMPLETED, None)
    assert await shop.codes(order) == ("CODE-0", "CODE-1")
    assert await shop.journal_left() == 0
    assert kinds(await shop.owed())[-2:] == [DeliveryKind.STATUS, DeliveryKind.RESULT]


async def test_a_failed_order_tells_chat_and_operator_once(shop: Shop) -> None:
    order = await shop.accepted()
    shop.supplier.looks.append(failed(order))
    await shop.work_until_quiet()
    assert await shop.push(failed(order)) == "nothing new"
    owed = await shop.owed()
    assert kinds(owed).count(DeliveryKind.RESULT) == 1
    assert [one.notice for one in owed if one.notice] == [NoticeKind.ORDER_FAILED]


async def test_a_busy_supplier_is_asked_when_it_says(shop: Shop) -> None:
    order = await shop.accepted()
    shop.supplier.looks.append(SupplierUnavailable("429", retry_after=3000))
    await shop.work_until_quiet(1)
    assert (await shop.order(order)).next_check_at == shop.clock() + timedelta(seconds=3000)


async def test_a_refused_key_pauses_looks_and_tells_the_operator(shop: Shop) -> None:
    order = await shop.accepted()
    shop.supplier.looks.append(SupplierMisconfigured("Invalid credentials"))
    await shop.work_until_quiet(1)
    assert (await shop.order(order)).next_check_at == shop.clock() + timedelta(minutes=10)
    assert await shop.notices() == [NoticeKind.SUPPLIER_CONFIGURATION]


async def test_an_order_of_a_supplier_that_was_switched_off_is_not_forgotten(shop: Shop) -> None:
    order = await shop.accepted()
    shop.without_supplier()
    shop.clock.pass_(seconds=15)
    await shop.work()
    after = await shop.order(order)
    assert (after.state, after.next_check_at) == (OrderState.ACCEPTED, shop.clock() + timedelta(minutes=10))
    assert await shop.notices() == [NoticeKind.SUPPLIER_CONFIGURATION]


async def test_an_order_that_the_supplier_lost_is_shown_to_a_human_and_still_followed(shop: Shop) -> None:
    order = await shop.accepted()
    shop.supplier.looks.extend([MISSING] * 2)
    await shop.work_until_quiet()
    assert (await shop.order(order)).attention is None
    shop.supplier.looks.append(MISSING)
    await shop.work_until_quiet()
    lost = await shop.order(order)
    assert (lost.state, lost.attention) == (OrderState.ACCEPTED, Attention.NOT_FOUND)
    shop.supplier.looks.append(completed(order))
    await shop.work_until_quiet()
    found = await shop.order(order)
    assert (found.state, found.attention) == (OrderState.COMPLETED, None)
    assert await shop.notices() == [NoticeKind.ORDER_ATTENTION]


async def test_a_look_that_finds_the_order_forgets_earlier_misses(shop: Shop) -> None:
    order = await shop.accepted()
    shop.supplier.looks.extend([MISSING, MISSING, report(order), MISSING, MISSING])
    await shop.work_until_quiet()
    assert (await shop.order(order)).attention is None


async def test_an_unreadable_answer_is_kept_once_and_shown_to_a_human(shop: Shop) -> None:
    order = await shop.accepted()
    for _ in range(3):
        journal_id = await shop.store.write(
            lambda tables: tables.journal.add(order.id, "voodoo", b"<html>", shop.clock())
        )
        shop.supplier.looks.append(MalformedReport("not JSON", journal_id))
        await shop.work_until_quiet(1)
    assert await shop.journal_left() == 1
    assert (await shop.order(order)).attention is Attention.UNREADABLE_REPLY
    assert await shop.notices() == [NoticeKind.ORDER_ATTENTION]


async def test_unreadable_answers_that_differ_are_kept_for_the_codes_they_may_hold_but_not_without_end(
    shop: Shop,
) -> None:
    order = await shop.accepted()
    bodies = [b"<html>", b'{"vouchers":["CODE-0"]}', b"<html>", *(b"%d" % number for number in range(9))]
    for body in bodies:
        journal_id = await Journal(shop.store, shop.clock).record("voodoo", order.id, body)
        shop.supplier.looks.append(MalformedReport("no id", journal_id))
        await shop.work_until_quiet(1)
    left = await shop.store.read(lambda tables: tables.journal.left_of(order.id))
    kept = [await shop.store.read(lambda tables, one=one: tables.journal.get(one)) for one in left]
    assert [entry.body for entry in kept if entry] == [*bodies[:2], b"0", b"1", b"2"]


async def test_an_answer_that_was_never_kept_leaves_nothing_to_forget(shop: Shop) -> None:
    order = await shop.accepted()
    shop.supplier.looks.extend([MalformedReport("cut"), MalformedReport("cut")])
    await shop.work_until_quiet()
    assert (await shop.order(order)).attention is Attention.UNREADABLE_REPLY


async def test_a_hold_is_looked_at_again_soon_and_ends_with_its_codes(shop: Shop) -> None:
    order = await shop.accepted()
    shop.supplier.looks.extend([report(order)] * 6)
    await shop.work_until_quiet()
    shop.supplier.looks.append(completed(order, codes=keys("A")))
    await shop.work_until_quiet()
    held = await shop.order(order)
    assert (held.state, held.attention) == (OrderState.ACCEPTED, Attention.CODES_MISSING)
    assert held.next_check_at == shop.clock() + timedelta(seconds=15)
    assert await shop.codes(order) == ("A",)
    shop.supplier.looks.extend([completed(order, codes=keys("A")), completed(order, codes=keys("A", "B"))])
    await shop.work_until_quiet()
    ended = await shop.order(order)
    assert (ended.state, ended.attention) == (OrderState.COMPLETED, None)
    assert await shop.codes(order) == ("A", "B")
    assert await shop.notices() == [NoticeKind.ORDER_ATTENTION]


async def test_masked_codes_never_replace_clear_ones(shop: Shop) -> None:
    order = await shop.accepted()
    await shop.push(completed(order))
    await shop.push(completed(order, codes=keys("******-0", "******-1")))
    assert await shop.codes(order) == ("CODE-0", "CODE-1")


async def test_an_answer_about_another_order_is_kept_and_shown(shop: Shop) -> None:
    order = await shop.accepted()
    shop.supplier.looks.append(completed(order, order_id="not-ours"))
    await shop.work_until_quiet()
    after = await shop.order(order)
    assert (after.state, after.attention) == (OrderState.ACCEPTED, Attention.ID_MISMATCH)
    assert after.next_check_at is not None
    assert after.next_check_at > shop.clock()
    assert await shop.journal_left() == 1
    assert await shop.codes(order) == ()


async def test_an_order_that_ended_during_its_look_up_stays_ended(shop: Shop) -> None:
    order = await shop.accepted()
    shop.supplier.meanwhile = lambda: shop.push(completed(order))
    shop.supplier.looks.append(SupplierUnavailable("timed out"))
    await shop.work_until_quiet()
    assert (await shop.order(order)).next_check_at is None


async def test_a_partial_delivery_is_told_with_its_refund(shop: Shop) -> None:
    order = await shop.accepted()
    shop.supplier.looks.append(
        report(order, ReportedStatus.PARTIAL, delivered=1, refunded=Decimal("9.50"), codes=keys("A"))
    )
    await shop.work_until_quiet()
    after = await shop.order(order)
    assert (after.state, after.refunded, after.delivered) == (OrderState.PARTIAL, Decimal("9.50"), 1)
    assert await shop.notices() == [NoticeKind.ORDER_PARTIAL]


async def test_an_answer_about_another_order_is_kept_once_however_often_it_comes(shop: Shop) -> None:
    order = await shop.accepted()
    shop.supplier.looks.extend([completed(order, order_id="not-ours")] * 3)
    await shop.work_until_quiet()
    assert await shop.journal_left() == 1


async def test_an_answer_that_cannot_be_settled_is_kept_once_and_shown_to_a_human(shop: Shop, tmp_path: Path) -> None:
    order = await shop.accepted()
    await shop.push(report(order, codes=keys("EARLY")))
    damage(tmp_path / "orderline.db", "order_codes", "sealed", 1)
    shop.supplier.looks.extend([completed(order)] * 3)
    await shop.work_until_quiet()
    after = await shop.order(order)
    assert (after.state, after.attention) == (OrderState.ACCEPTED, Attention.UNREADABLE_REPLY)
    assert after.next_check_at is not None
    assert after.next_check_at > shop.clock()
    assert await shop.journal_left() == 1
    assert await shop.notices() == [NoticeKind.ORDER_ATTENTION]


@pytest.mark.parametrize(
    "flag", [None, Attention.CODES_HIDDEN, Attention.CODES_MISSING, Attention.UNREADABLE_REPLY, Attention.ID_MISMATCH]
)
async def test_a_kept_look_up_is_read_before_its_clear_view_is_asked_for_again_whatever_is_flagged(
    shop: Shop, flag: Attention | None
) -> None:
    order = replace(await shop.accepted(), attention=flag)
    await shop.store.write(lambda tables: tables.orders.save(order))
    await Journal(shop.store, shop.clock).record("voodoo", order.id, as_body(completed(order)))
    shop.clock.pass_(seconds=15)
    await shop.work()
    assert await shop.codes(order) == ("CODE-0", "CODE-1")
    assert shop.supplier.looked == []


async def test_a_kept_outline_of_an_order_in_dispute_does_not_hold_looks_up(shop: Shop) -> None:
    outlines = keys("XXXX-XXXX-XXXX-0", "XXXX-XXXX-XXXX-1")
    order = replace(await shop.accepted(), attention=Attention.ID_MISMATCH, delivered=2)
    await shop.store.write(lambda tables: tables.orders.save(order))
    await Journal(shop.store, shop.clock).record("voodoo", order.id, as_body(completed(order, codes=outlines)))
    shop.supplier.looks.extend([completed(order, codes=outlines)] * 3 + [completed(order)])
    await shop.work_until_quiet(5)
    assert (await shop.order(order)).state is OrderState.COMPLETED
    assert await shop.codes(order) == ("CODE-0", "CODE-1")


async def test_looks_at_an_order_in_dispute_that_hides_its_codes_become_rarer(shop: Shop) -> None:
    order = replace(await shop.accepted(), attention=Attention.ID_MISMATCH)
    await shop.store.write(lambda tables: tables.orders.save(order))
    shop.supplier.looks.extend([completed(order, codes=keys("****-0", "****-1"))] * 8)
    await shop.work_until_quiet(8)
    after = await shop.order(order)
    assert after.next_check_at is not None
    assert after.next_check_at - shop.clock() > timedelta(minutes=2)


async def test_a_kept_reply_that_nobody_can_read_does_not_hold_looks_up(shop: Shop) -> None:
    order = await shop.accepted()
    await Journal(shop.store, shop.clock).record("voodoo", order.id, b"<html>")
    shop.supplier.looks.extend([report(order)] * 3 + [completed(order)])
    await shop.work_until_quiet(4)
    assert (await shop.order(order)).state is OrderState.COMPLETED
    assert shop.supplier.looked == ["S-1"] * 4
    assert await shop.notices() == [NoticeKind.ORDER_ATTENTION]
