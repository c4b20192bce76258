"""Orders of which only a part came."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.ordering.parts import broken_off, ripened
from bot.ordering.transitions import decide
from bot.suppliers.outcomes import Report, ReportedStatus
from storage.records.orders import Attention, Order, OrderState
from tests.factories import NOW, keys, make_order
from tests.ordering.scripted import failed, report
from tests.ordering.shop import Shop

LATER = NOW + timedelta(minutes=1)


def accepted(**changes: Any) -> Order:
    facts = {"state": OrderState.ACCEPTED, "supplier_order_id": "S-1", "accepted_at": NOW} | changes
    return make_order(**facts)


DAY = timedelta(days=1)
LOOKS = 24


def test_a_part_that_grew_no_further_for_a_day_is_final() -> None:
    order = accepted(checks=LOOKS)
    said = report(order, ReportedStatus.DELIVERING, delivered=1, codes=keys("A"))
    assert ripened(order, said, NOW + timedelta(hours=23), DAY, LOOKS) is said
    final = ripened(order, said, NOW + DAY, DAY, LOOKS)
    assert decide(order, final, (), NOW + DAY).after.state is OrderState.PARTIAL
    nothing = report(order, ReportedStatus.DELIVERING)
    assert ripened(order, nothing, NOW + DAY, DAY, LOOKS) is nothing
    assert decide(order, replace(final, codes=keys("****-1")), (), LATER).after.attention is Attention.CODES_HIDDEN


def test_a_clock_that_jumps_a_day_ahead_makes_no_part_final() -> None:
    order = accepted(checks=LOOKS - 1)
    said = report(order, ReportedStatus.DELIVERING, delivered=1, codes=keys("A"))
    assert ripened(order, said, NOW + DAY, DAY, LOOKS) is said


async def looks(shop: Shop, order: Order, said: Report, lasting: timedelta) -> int:
    """How often an order is looked at in a time in which the same is said of it."""
    end, before = shop.clock.now + lasting, len(shop.supplier.looked)
    while (due := (await shop.order(order)).next_check_at) and due <= end:
        shop.clock.now = max(shop.clock.now, due)
        shop.supplier.looks.append(said)
        await shop.work()
    shop.clock.now = end
    return len(shop.supplier.looked) - before


async def test_a_final_part_whose_codes_stay_hidden_is_looked_at_once_an_hour(shop: Shop) -> None:
    order = await shop.accepted()
    said = report(order, ReportedStatus.DELIVERING, delivered=1, codes=keys("****-1"))
    assert await looks(shop, order, said, DAY) > 100
    assert await looks(shop, order, said, DAY) <= 25
    assert (await shop.order(order)).attention is Attention.CODES_HIDDEN
    clear = replace(said, codes=keys("A"))
    shop.clock.pass_(hours=1)
    shop.supplier.looks.append(clear)
    await shop.work()
    ended = await shop.order(order)
    assert (ended.state, ended.attention) == (OrderState.PARTIAL, None)
    assert await shop.codes(order) == ("A",)


@given(before=st.integers(0, 5), told=st.integers(0, 5), held=st.integers(0, 5))
def test_a_failure_counts_all_that_came_before_it(before: int, told: int, held: int) -> None:
    order = accepted(quantity=Decimal(6), delivered=before)
    said = failed(order, delivered=told)
    counted = broken_off(order, said, held)
    most = max(before, told, held)
    assert counted == (replace(said, status=ReportedStatus.PARTIAL, delivered=most) if most else said)


@given(
    status=st.sampled_from([one for one in ReportedStatus if one is not ReportedStatus.FAILED]), held=st.integers(0, 5)
)
def test_only_a_failure_breaks_off(status: ReportedStatus, held: int) -> None:
    order = accepted(delivered=1)
    said = report(order, status)
    assert broken_off(order, said, held) is said
