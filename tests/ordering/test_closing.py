"""Orders that a human closes: never sent, short of codes, or lost by the supplier."""

from dataclasses import replace
from typing import Any

import pytest

from bot.ordering.journal import Journal
from bot.ordering.resolving import RefusedBecause, Resolved, ResolveRefused
from bot.suppliers.errors import SupplierUnavailable
from storage.records.orders import Attention, Code, Order, OrderState, RejectReason
from storage.records.queues import DeliveryKind
from tests.factories import keys
from tests.ordering.scripted import MISSING, as_body, completed, failed
from tests.ordering.shop import Shop, kinds


async def test_an_order_that_the_supplier_never_got_is_written_off_by_a_human(shop: Shop) -> None:
    order = await shop.unconfirmed()
    assert await shop.write_off(order) == ResolveRefused(RefusedBecause.NOT_ASKED_YET)
    shop.clock.pass_(hours=1)
    shop.supplier.places.append(SupplierUnavailable("no answer"))
    with pytest.raises(SupplierUnavailable):
        await shop.work()
    outcome = await shop.write_off(order, 51)
    assert isinstance(outcome, Resolved)
    assert (outcome.order.state, outcome.order.reject_reason) == (OrderState.REJECTED, RejectReason.NOT_THERE)
    assert await shop.write_off(order, 51) == outcome
    assert await shop.write_off(order, 52) == ResolveRefused(RefusedBecause.NOTHING_TO_RESOLVE)


async def test_an_order_that_ended_loses_its_flag_and_nothing_else_when_a_human_has_seen_to_it(shop: Shop) -> None:
    order = await shop.accepted()
    await shop.push(failed(order))
    await shop.push(completed(order))
    before = await shop.order(order)
    outcome = await shop.write_off(order, 51)
    calm = replace(before, attention=None, attention_detail="")
    assert (before.attention, outcome) == (Attention.LATE_CHANGE, Resolved(calm))
    assert await shop.order(order) == calm
    assert await shop.write_off(order, 51) == outcome
    nothing = ResolveRefused(RefusedBecause.NOTHING_TO_RESOLVE)
    assert await shop.write_off(order, 52) == nothing
    assert [entry.action for entry in await shop.store.read(lambda tables: tables.audit.last(9))] == ["acknowledge"]


async def test_a_kept_reply_is_read_before_its_order_is_written_off(shop: Shop) -> None:
    order = await shop.unconfirmed()
    shop.clock.pass_(hours=1)
    await Journal(shop.store, shop.clock).record("voodoo", order.id, as_body(completed(order)))
    refused = await shop.write_off(order, 51)
    assert refused == ResolveRefused(RefusedBecause.NOTHING_TO_RESOLVE)
    assert (await shop.order(order)).state is OrderState.COMPLETED
    assert await shop.codes(order) == ("CODE-0", "CODE-1")


async def test_a_written_off_order_that_the_supplier_has_after_all_is_shown_again(shop: Shop) -> None:
    order = await shop.unconfirmed()
    shop.clock.pass_(hours=1)
    shop.supplier.places.append(SupplierUnavailable("no answer"))
    with pytest.raises(SupplierUnavailable):
        await shop.work()
    await shop.write_off(order, 51)
    await shop.push(completed(order))
    after = await shop.order(order)
    assert (after.state, after.attention) == (OrderState.REJECTED, Attention.LATE_CHANGE)
    assert await shop.codes(order) == ("CODE-0", "CODE-1")


async def test_a_reply_that_was_refused_in_the_end_is_not_settled_at_the_next_start(shop: Shop) -> None:
    other = await shop.accepted()
    order = await shop.unconfirmed()
    shop.supplier.looks.append(completed(order))
    refused = await shop.resolve(order)
    assert refused == ResolveRefused(RefusedBecause.BELONGS_TO_ANOTHER, other.reference)
    assert await shop.journal_left() == 0
    await shop.workers.recover()
    assert (await shop.order(order)).attention is None


HIDDEN = keys("****-1", "****-2")


async def hidden(shop: Shop, **changes: Any) -> Order:
    """An accepted order whose codes the supplier shows only hidden."""
    order = await shop.accepted()
    await shop.push(replace(completed(order, codes=HIDDEN), **changes))
    return await shop.order(order)


async def test_hidden_codes_are_looked_at_once_more_by_the_orders_own_supplier_id(shop: Shop) -> None:
    order = await hidden(shop)
    assert await shop.resolve(order, "S-2") == ResolveRefused(RefusedBecause.NOTHING_TO_RESOLVE)
    shop.supplier.looks.extend([completed(order, codes=HIDDEN), completed(order)])
    still = await shop.resolve(order)
    assert isinstance(still, Resolved)
    assert (still.order.state, still.order.attention) == (OrderState.ACCEPTED, Attention.CODES_HIDDEN)
    over = await shop.resolve(order, update_id=51)
    assert isinstance(over, Resolved)
    assert over.order.state is OrderState.COMPLETED
    assert shop.supplier.looked == ["S-1", "S-1"]


@pytest.mark.parametrize(
    ("codes", "state"), [((), OrderState.FAILED), (keys("A"), OrderState.PARTIAL)], ids=["nothing", "a part"]
)
async def test_an_order_short_of_codes_is_closed_with_what_was_captured(
    shop: Shop, codes: tuple[Code, ...], state: OrderState
) -> None:
    order = await hidden(shop, codes=codes)
    await shop.owed()
    outcome = await shop.write_off(order)
    assert isinstance(outcome, Resolved)
    closed = outcome.order
    assert (closed.state, closed.error, closed.delivered) == (state, "closed_by_operator", len(codes))
    assert (closed.attention, closed.next_check_at) == (None, None)
    assert kinds(await shop.owed()) == [DeliveryKind.STATUS, DeliveryKind.RESULT]
    assert await shop.write_off(order) == outcome
    assert len(shop.supplier.placed) == 1


async def lost(shop: Shop) -> Order:
    """An accepted order of which the supplier says again and again that it does not exist."""
    order = await shop.accepted()
    shop.supplier.looks.extend([MISSING] * 3)
    await shop.work_until_quiet()
    return await shop.order(order)


async def test_an_order_that_the_supplier_accepted_and_lost_is_closed_by_a_human(shop: Shop) -> None:
    order = await lost(shop)
    assert (order.state, order.attention) == (OrderState.ACCEPTED, Attention.NOT_FOUND)
    outcome = await shop.write_off(order)
    assert isinstance(outcome, Resolved)
    closed = outcome.order
    assert (closed.state, closed.error, closed.delivered) == (OrderState.FAILED, "closed_by_operator", 0)
    assert (closed.attention, closed.next_check_at) == (None, None)
    assert kinds(await shop.owed())[-2:] == [DeliveryKind.STATUS, DeliveryKind.RESULT]
    assert len(shop.supplier.placed) == 1


async def test_a_lost_order_that_turns_up_after_it_was_closed_is_shown_again_with_its_codes(shop: Shop) -> None:
    order = await lost(shop)
    await shop.write_off(order)
    await shop.push(completed(order))
    late = await shop.order(order)
    assert (late.state, late.attention) == (OrderState.FAILED, Attention.LATE_CHANGE)
    assert await shop.codes(order) == ("CODE-0", "CODE-1")


async def test_an_accepted_order_without_a_shortage_is_not_closed(shop: Shop) -> None:
    order = await shop.accepted()
    assert await shop.write_off(order) == ResolveRefused(RefusedBecause.NOTHING_TO_RESOLVE)
