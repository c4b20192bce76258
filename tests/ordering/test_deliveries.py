"""What an order's chat is sent as its codes come, bit by bit or hidden."""

from datetime import timedelta
from decimal import Decimal

from bot.ordering.policy import OrderingPolicy
from bot.suppliers.outcomes import ReportedStatus
from storage.records.orders import Attention, OrderState
from storage.records.queues import DeliveryKind, NoticeKind
from storage.store import Store
from tests.factories import keys
from tests.ordering.scripted import completed, report
from tests.ordering.shop import Shop, kinds, owed_keys

S, R = DeliveryKind.STATUS, DeliveryKind.RESULT
DELIVERING = ReportedStatus.DELIVERING


async def results(store: Store) -> list[str]:
    """Which results were ever owed, without the order's id."""
    owed = await store.read(owed_keys)
    return [
        ":".join((name, *rest))
        for name, _, *rest in (key.split(":") for key in owed)
        if name not in {"status", "notice"}
    ]


async def test_every_growth_is_sent_at_once_and_the_end_once_more(shop: Shop) -> None:
    order = await shop.confirmed(quantity=Decimal(3))
    shop.supplier.places.append(report(order))
    await shop.work()
    shop.supplier.looks.extend(
        [
            report(order, DELIVERING, codes=keys("A")),
            report(order, DELIVERING, codes=keys("*", "B")),
            report(order, DELIVERING, codes=keys("*", "*")),
            completed(order, codes=keys("*", "*", "C")),
        ]
    )
    await shop.work_until_quiet()
    assert (await shop.order(order)).state is OrderState.COMPLETED
    assert await shop.codes(order) == ("A", "B", "C")
    assert await results(shop.store) == ["codes:1", "codes:2", "result"]


async def test_a_growing_order_is_looked_at_again_soon(shop: Shop) -> None:
    order = await shop.accepted()
    shop.supplier.looks.extend([report(order)] * 6)
    await shop.work_until_quiet()
    shop.supplier.looks.append(report(order, DELIVERING, codes=keys("A")))
    await shop.work_until_quiet()
    assert (await shop.order(order)).next_check_at == shop.clock() + timedelta(seconds=15)


async def test_a_part_counts_as_final_after_a_day_and_the_operator_hears_of_it(shop: Shop) -> None:
    order = await shop.accepted()
    said = report(order, DELIVERING, delivered=1, codes=keys("A"))
    for _ in range(1 + OrderingPolicy().partial_final_looks):
        shop.supplier.looks.append(said)
        await shop.work_until_quiet(1)
    assert (await shop.order(order)).state is OrderState.ACCEPTED
    shop.clock.pass_(hours=24)
    shop.supplier.looks.append(said)
    await shop.work()
    after = await shop.order(order)
    assert (after.state, after.delivered, after.refunded) == (OrderState.PARTIAL, 1, 0)
    assert await results(shop.store) == ["codes:1", "result"]
    assert await shop.notices() == [NoticeKind.ORDER_PARTIAL]


async def test_a_part_whose_rest_is_hidden_does_not_end_by_itself(shop: Shop) -> None:
    order = await shop.accepted()
    shop.clock.pass_(hours=24)
    shop.supplier.looks.append(report(order, DELIVERING, delivered=2, codes=keys("A", "****-2")))
    await shop.work()
    after = await shop.order(order)
    assert (after.state, after.attention) == (OrderState.ACCEPTED, Attention.CODES_HIDDEN)


async def test_what_was_captured_of_a_held_order_is_sent_at_once(shop: Shop) -> None:
    order = await shop.accepted()
    await shop.push(completed(order, codes=keys("A")))
    assert await results(shop.store) == ["codes:1"]
    await shop.push(completed(order, codes=keys("A", "B")))
    assert await results(shop.store) == ["codes:1", "result"]


async def test_hidden_codes_are_told_once_as_a_message_of_their_own(shop: Shop) -> None:
    order = await shop.accepted()
    for said in (completed(order, codes=keys("****-1", "****-2")), completed(order, codes=keys("****-1", "***-22"))):
        await shop.push(said)
    owed = await shop.owed()
    assert kinds(owed) == [S, S, S, R]
    assert await results(shop.store) == ["hidden"]
    [notice] = [one for one in owed if one.notice]
    assert (notice.data["attention"], notice.data["detail"]) == ("codes_hidden", "S-1")
    assert notice.order_id == order.id


async def test_codes_that_come_with_hidden_ones_are_one_message(shop: Shop) -> None:
    order = await shop.accepted()
    await shop.push(completed(order, codes=keys("A", "****-2")))
    assert (await shop.order(order)).attention is Attention.CODES_HIDDEN
    assert await results(shop.store) == ["codes:1"]


async def test_a_flag_that_falls_edits_the_living_message(shop: Shop) -> None:
    order = await shop.accepted()
    await shop.push(report(order, ReportedStatus.UNKNOWN, raw_status="on hold"))
    await shop.owed()
    await shop.push(report(order, raw_status="processing"))
    assert (await shop.order(order)).attention is None
    assert kinds(await shop.owed()) == [S]


async def test_a_code_that_comes_after_the_end_is_sent_to_the_chat_as_well(shop: Shop) -> None:
    order = await shop.accepted()
    await shop.push(report(order, ReportedStatus.PARTIAL, delivered=1, codes=keys("A")))
    await shop.work_until_quiet()
    await shop.push(report(order, ReportedStatus.PARTIAL, delivered=2, codes=keys("A", "B")))
    await shop.work_until_quiet()
    after = await shop.order(order)
    assert (after.state, after.attention) == (OrderState.PARTIAL, Attention.LATE_CHANGE)
    assert await shop.codes(order) == ("A", "B")
    assert await results(shop.store) == ["codes:2", "result"]
