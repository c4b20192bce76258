"""Events that only say which order changed."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.suppliers.outcomes import Pointer, Report, ReportedStatus, Unknown
from storage.records.orders import Attention, Order, OrderState
from storage.records.queues import NoticeKind
from tests.factories import keys
from tests.ordering.scripted import MISSING, as_body, completed, failed, report
from tests.ordering.shop import Shop


async def read_all(shop: Shop) -> list[str]:
    """Read every event that is due; what was recorded of each."""
    outcomes: list[str] = []
    for event in await shop.claim_events():
        await shop.events.read(event)
        outcomes.append(await shop.event_outcome(event.id))
    return outcomes


@pytest.mark.parametrize("named", [True, False])
async def test_an_accepted_order_is_looked_at_at_once(shop: Shop, named: bool) -> None:
    order = await shop.accepted()
    assert await shop.push(Pointer("S-1", order.id if named else None)) == "looked up"
    shop.supplier.looks.append(completed(order))
    assert await shop.work() == 1
    assert (await shop.order(order)).state is OrderState.COMPLETED


async def test_an_unconfirmed_order_is_found_at_once(shop: Shop) -> None:
    shop.supplier.finds = True
    order = await shop.unconfirmed()
    assert await shop.push(Pointer("S-1", order.id)) == "looked up"
    shop.supplier.finds_next.append(completed(order))
    assert await shop.work() == 1
    assert (await shop.order(order)).state is OrderState.COMPLETED


async def test_an_unconfirmed_order_that_cannot_be_found_is_not_sent_again_for_it(shop: Shop) -> None:
    order = await shop.unconfirmed()
    assert await shop.push(Pointer("S-1", order.id)) == "no order id of ours, looked up instead"
    assert await shop.order(order) == order


async def test_an_order_that_was_never_sent_for_all_we_know_is_looked_for_and_not_sent(shop: Shop) -> None:
    shop.supplier.finds = True
    order = await shop.confirmed()
    assert await shop.push(Pointer("S-1", order.id)) == "looked up"
    shop.supplier.finds_next.append(completed(order))
    await shop.work()
    assert (await shop.order(order)).state is OrderState.COMPLETED
    assert shop.supplier.placed == []


async def test_a_pointer_that_overtakes_the_create_reply_waits_for_it(shop: Shop) -> None:
    shop.supplier.finds = True
    order = await shop.confirmed()
    outcomes: list[str] = []

    async def pointed() -> None:
        outcomes.append(await shop.push(Pointer("S-1", order.id)))

    shop.supplier.meanwhile = pointed
    shop.supplier.places.append(report(order))
    await shop.work()
    assert outcomes == ["order busy"]
    shop.supplier.meanwhile = lambda: None
    assert await read_all(shop) == []
    shop.clock.pass_(seconds=2)
    assert await read_all(shop) == ["looked up"]
    shop.supplier.looks.append(completed(order))
    assert await shop.work() == 1
    assert (await shop.order(order)).state is OrderState.COMPLETED


async def test_a_pointer_during_a_look_has_the_order_looked_at_again(shop: Shop) -> None:
    order = await shop.accepted()
    shop.clock.pass_(seconds=15)
    shop.supplier.meanwhile = lambda: shop.push(Pointer("S-1"))
    shop.supplier.looks.append(report(order))
    await shop.work()
    shop.supplier.meanwhile = lambda: None
    shop.clock.pass_(seconds=2)
    assert await read_all(shop) == ["looked up"]
    shop.supplier.looks.append(completed(order))
    assert await shop.work() == 1
    assert (await shop.order(order)).state is OrderState.COMPLETED


async def test_a_pointer_waits_for_whoever_claimed_the_order(shop: Shop) -> None:
    order = await shop.accepted()
    shop.clock.pass_(seconds=15)
    await shop.store.write(lambda tables: tables.orders.claim_due(shop.clock(), shop.policy.lease, 1))
    assert await shop.push(Pointer("S-1", order.id)) == "order busy"
    shop.clock.pass_(seconds=30)
    assert await read_all(shop) == ["looked up"]


@pytest.mark.parametrize("known", [True, False])
async def test_two_ids_that_contradict_what_we_know_are_shown_to_a_human(shop: Shop, known: bool) -> None:
    first = await shop.accepted()
    second = first if known else await shop.confirmed()
    pointer = Pointer("S-2" if known else "S-1", second.id)
    for padding in (b"", b" "):
        assert await shop.push_bytes(as_body(pointer) + padding) == "another order id"
    after = await shop.order(second)
    assert (after.state, after.attention) == (second.state, Attention.ID_MISMATCH)
    assert after.attention_detail == pointer.supplier_order_id
    assert (await shop.notices()).count(NoticeKind.ORDER_ATTENTION) == 1


async def test_an_id_that_is_none_of_ours_counts_for_nothing(shop: Shop) -> None:
    await shop.accepted()
    assert await shop.push(Pointer("S-1", "their own reference")) == "looked up"
    assert await shop.push(Pointer("S-77", "somebody else's")) == "unknown order"


@pytest.mark.parametrize("end", [completed, failed])
async def test_an_ended_order_is_left_alone(shop: Shop, end: Callable[[Order], Report]) -> None:
    order = await shop.accepted()
    await shop.push(end(order))
    ended = await shop.order(order)
    assert await shop.push(Pointer("S-1", order.id)) == "the order had ended"
    assert await shop.order(ended) == ended
    assert shop.supplier.looked == []


async def test_more_of_a_part_that_counted_as_final_is_shown_to_a_human_who_can_fetch_it(shop: Shop) -> None:
    order = await shop.accepted()
    await shop.push(report(order, ReportedStatus.PARTIAL, delivered=1, codes=keys("A")))
    assert await shop.push(Pointer("S-1", order.id)) == "the order had ended"
    assert (await shop.order(order)).attention is None
    shop.clock.pass_(hours=1)
    assert await shop.push(Pointer("S-1")) == "the order had ended"
    assert (await shop.order(order)).attention is Attention.LATE_CHANGE
    shop.supplier.looks.append(completed(order, codes=keys("A", "B")))
    await shop.ordering.resolve(order.reference, "S-1", 1, 50)
    assert await shop.codes(order) == ("A", "B")


async def test_more_of_a_part_that_ended_while_the_clock_ran_ahead_is_shown_to_a_human_too(shop: Shop) -> None:
    order = await shop.accepted()
    shop.clock.pass_(days=1)
    shop.supplier.looks.append(report(order, ReportedStatus.PARTIAL, delivered=1, codes=keys("A")))
    await shop.work()
    assert (await shop.order(order)).state is OrderState.PARTIAL
    shop.clock.pass_(days=-1)
    assert await shop.push(Pointer("S-1", order.id)) == "the order had ended"
    assert (await shop.order(order)).attention is Attention.LATE_CHANGE


async def test_a_rejected_order_that_the_supplier_points_at_is_shown_to_a_human(shop: Shop) -> None:
    order = await shop.confirmed()
    shop.clock.pass_(hours=1)
    await shop.work()
    assert await shop.push(Pointer("S-1", order.id)) == "the order had ended"
    after = await shop.order(order)
    assert (after.state, after.attention) == (OrderState.REJECTED, Attention.LATE_CHANGE)


async def test_an_order_of_other_goods_stays_stopped(shop: Shop) -> None:
    shop.supplier.finds = True
    order = await shop.unconfirmed()
    shop.supplier.finds_next.append(completed(order, item_id="99"))
    await shop.work_until_quiet(1)
    assert await shop.push(Pointer("S-1", order.id)) == "a human must look first"
    assert await shop.work() == 0


async def test_an_order_is_read_by_one_reader_at_a_time(shop: Shop) -> None:
    order = await shop.accepted()
    await shop.push(completed(order, codes=()))
    shop.clock.pass_(seconds=15)
    reading, most = 0, 0
    both = asyncio.Event()

    async def read() -> None:
        nonlocal reading, most
        reading += 1
        most = max(most, reading)
        await asyncio.sleep(0)
        reading -= 1
        both.set()

    shop.supplier.meanwhile = read
    shop.supplier.looks.extend([completed(order), completed(order, codes=keys("****-0", "****-1"))])
    await asyncio.gather(shop.work(), shop.ordering.resolve(order.reference, "S-1", 1, 50))
    assert most == 1
    assert (await shop.order(order)).state is OrderState.COMPLETED
    assert await shop.codes(order) == ("CODE-0", "CODE-1")


async def test_what_was_done_while_its_turn_was_awaited_is_not_done_twice(shop: Shop) -> None:
    order = await shop.accepted()
    shop.clock.pass_(seconds=15)
    due = await shop.store.write(lambda tables: tables.orders.claim_due(shop.clock(), timedelta(seconds=30), 1))
    shop.supplier.looks.append(report(order))
    await shop.orders.work(due[0])
    await shop.orders.work(due[0])
    assert shop.supplier.looked == ["S-1"]


async def test_a_lost_create_whose_pointer_names_no_order_of_ours_is_found_all_the_same(shop: Shop) -> None:
    shop.supplier.finds = True
    order = await shop.confirmed()
    shop.supplier.places.append(Unknown("timed out"))
    await shop.work()
    assert await shop.push(Pointer("S-1")) == "unknown order"
    shop.supplier.finds_next.extend([MISSING, completed(order)])
    await shop.work_until_quiet()
    assert (await shop.order(order)).state is OrderState.COMPLETED
