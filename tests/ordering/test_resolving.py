"""What a human may do about an order of unknown outcome."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.ordering.journal import Journal
from bot.ordering.resolving import RefusedBecause, Resolved, ResolveOutcome, ResolveRefused, not_ours
from bot.suppliers.errors import MalformedReport, SupplierUnavailable
from storage.records.orders import Attention, Code, Order, OrderState, RejectReason
from storage.records.queues import DeliveryKind
from tests.factories import keys
from tests.ordering.scripted import MISSING, as_body, completed, failed, report
from tests.ordering.shop import Shop, kinds

ADMIN = 1


async def resolve(shop: Shop, order: Order, supplier_order_id: str = "S-1", update_id: int = 50) -> ResolveOutcome:
    return await shop.ordering.resolve(order.reference, supplier_order_id, ADMIN, update_id)


async def test_an_unconfirmed_order_is_bound_to_what_the_supplier_confirms(shop: Shop) -> None:
    order = await shop.unconfirmed()
    shop.supplier.looks.append(completed(order, item_id="4711", quantity=Decimal(2)))
    outcome = await resolve(shop, order)
    assert isinstance(outcome, Resolved)
    assert (outcome.order.state, outcome.order.supplier_order_id) == (OrderState.COMPLETED, "S-1")
    assert await shop.codes(order) == ("CODE-0", "CODE-1")
    assert await shop.journal_left() == 0
    assert kinds(await shop.owed())[-1] is DeliveryKind.RESULT


async def test_a_resolved_order_that_is_still_under_way_is_followed(shop: Shop) -> None:
    order = await shop.unconfirmed()
    shop.supplier.looks.extend([report(order), completed(order)])
    outcome = await resolve(shop, order)
    assert isinstance(outcome, Resolved)
    assert outcome.order.next_check_at is not None
    await shop.work_until_quiet()
    assert (await shop.order(order)).state is OrderState.COMPLETED


async def test_the_same_command_handled_twice_changes_nothing_more(shop: Shop) -> None:
    order = await shop.unconfirmed()
    shop.supplier.looks.extend([completed(order), completed(order)])
    first = await resolve(shop, order)
    again = await resolve(shop, order)
    assert isinstance(again, Resolved)
    assert again == first


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"order_id": "not-ours"}, RefusedBecause.OTHER_REFERENCE),
        ({"supplier_order_id": "S-9"}, RefusedBecause.OTHER_REFERENCE),
        ({"item_id": "9999"}, RefusedBecause.OTHER_ITEM),
        ({"quantity": Decimal(3)}, RefusedBecause.OTHER_QUANTITY),
    ],
)
async def test_somebody_elses_order_is_not_taken_for_ours(
    shop: Shop, said: dict[str, str | Decimal], reason: RefusedBecause
) -> None:
    order = await shop.unconfirmed()
    shop.supplier.looks.append(replace(completed(order), **said))
    assert await resolve(shop, order) == ResolveRefused(reason)
    assert await shop.order(order) == order
    assert await shop.journal_left() == 0


async def test_an_order_that_the_supplier_does_not_know_is_refused(shop: Shop) -> None:
    order = await shop.unconfirmed()
    shop.supplier.looks.append(MISSING)
    assert await resolve(shop, order) == ResolveRefused(RefusedBecause.SUPPLIER_KNOWS_NONE)


async def test_a_supplier_that_does_not_answer_is_named(shop: Shop) -> None:
    order = await shop.unconfirmed()
    journal_id = await shop.store.write(lambda tables: tables.journal.add(order.id, "voodoo", b"?", shop.clock()))
    shop.supplier.looks.extend(
        [SupplierUnavailable("timed out"), MalformedReport("not JSON", journal_id), MalformedReport("cut")]
    )
    for detail in ("timed out", "not JSON", "cut"):
        assert await resolve(shop, order) == ResolveRefused(RefusedBecause.SUPPLIER_UNAVAILABLE, detail)
    assert await shop.journal_left() == 0


async def test_a_supplier_that_was_switched_off_cannot_confirm(shop: Shop) -> None:
    order = await shop.unconfirmed()
    shop.without_supplier()
    assert await resolve(shop, order) == ResolveRefused(RefusedBecause.SUPPLIER_OFF)


@pytest.mark.parametrize("reference", ["", "nonsense", "7KQ2M9XF"])
async def test_a_reference_that_names_no_order_is_refused(shop: Shop, reference: str) -> None:
    outcome = await shop.ordering.resolve(reference, "S-1", ADMIN, 50)
    assert outcome == ResolveRefused(RefusedBecause.NO_SUCH_ORDER)
    assert await shop.ordering.write_off(reference, ADMIN, 51) == outcome


async def test_an_order_without_a_doubt_is_left_alone(shop: Shop) -> None:
    accepted = await shop.accepted()
    order = await shop.confirmed()
    assert await resolve(shop, order) == ResolveRefused(RefusedBecause.NOTHING_TO_RESOLVE)
    assert await resolve(shop, accepted, "S-2") == ResolveRefused(RefusedBecause.NOTHING_TO_RESOLVE)
    await shop.push(completed(accepted))
    shop.supplier.looks.append(completed(accepted))
    assert await resolve(shop, accepted) == ResolveRefused(RefusedBecause.NOTHING_TO_RESOLVE)
    assert await resolve(shop, accepted, "S-2") == ResolveRefused(RefusedBecause.NOTHING_TO_RESOLVE)


async def test_a_refused_command_may_be_given_again(shop: Shop) -> None:
    order = await shop.unconfirmed()
    other = await shop.confirmed()
    await shop.push(report(other, supplier_order_id="S-1"))
    shop.supplier.looks.append(completed(order, supplier_order_id="S-3"))
    assert await resolve(shop, order) == ResolveRefused(RefusedBecause.BELONGS_TO_ANOTHER, other.reference)
    assert shop.supplier.looked == []
    assert isinstance(await resolve(shop, order, "S-3"), Resolved)


async def test_an_order_in_doubt_while_placing_may_be_resolved(shop: Shop) -> None:
    order = await shop.confirmed()
    shop.supplier.places.append(RuntimeError("the process dies here"))
    with pytest.raises(RuntimeError):
        await shop.work()
    shop.supplier.looks.append(completed(order))
    assert isinstance(await resolve(shop, order), Resolved)


async def test_an_order_with_a_second_supplier_id_may_be_bound_to_it(shop: Shop) -> None:
    order = await shop.accepted()
    await shop.push(completed(order, supplier_order_id="S-2"))
    shop.supplier.looks.append(completed(order, supplier_order_id="S-2"))
    outcome = await resolve(shop, order, "S-2")
    assert isinstance(outcome, Resolved)
    assert (outcome.order.state, outcome.order.supplier_order_id) == (OrderState.COMPLETED, "S-2")
    assert outcome.order.attention is None


async def test_a_late_change_is_acknowledged_and_its_codes_are_kept(shop: Shop) -> None:
    order = await shop.accepted()
    await shop.push(failed(order))
    await shop.push(completed(order, codes=keys("A")))
    shop.supplier.looks.append(completed(order, codes=keys("A", "B")))
    outcome = await resolve(shop, order)
    assert isinstance(outcome, Resolved)
    assert (outcome.order.state, outcome.order.attention) == (OrderState.FAILED, None)
    assert await shop.codes(order) == ("A", "B")


async def test_an_order_that_ended_while_the_supplier_was_asked_is_left_alone(shop: Shop) -> None:
    order = await shop.unconfirmed()
    shop.supplier.meanwhile = lambda: shop.push(completed(order))
    shop.supplier.looks.append(completed(order))
    assert await resolve(shop, order) == ResolveRefused(RefusedBecause.NOTHING_TO_RESOLVE)
    assert (await shop.order(order)).state is OrderState.COMPLETED


async def test_an_order_that_the_supplier_never_got_is_written_off_by_a_human(shop: Shop) -> None:
    order = await shop.unconfirmed()
    assert await shop.ordering.write_off(order.reference, ADMIN, 50) == ResolveRefused(RefusedBecause.NOT_ASKED_YET)
    shop.clock.pass_(hours=1)
    shop.supplier.places.append(SupplierUnavailable("no answer"))
    with pytest.raises(SupplierUnavailable):
        await shop.work()
    outcome = await shop.ordering.write_off(order.reference, ADMIN, 51)
    assert isinstance(outcome, Resolved)
    assert (outcome.order.state, outcome.order.reject_reason) == (OrderState.REJECTED, RejectReason.NOT_THERE)
    assert await shop.ordering.write_off(order.reference, ADMIN, 51) == outcome
    assert await shop.ordering.write_off(order.reference, ADMIN, 52) == ResolveRefused(
        RefusedBecause.NOTHING_TO_RESOLVE
    )


async def test_an_order_that_ended_loses_its_flag_and_nothing_else_when_a_human_has_seen_to_it(shop: Shop) -> None:
    order = await shop.accepted()
    await shop.push(failed(order))
    await shop.push(completed(order))
    before = await shop.order(order)
    outcome = await shop.ordering.write_off(order.reference, ADMIN, 51)
    calm = replace(before, attention=None, attention_detail="")
    assert (before.attention, outcome) == (Attention.LATE_CHANGE, Resolved(calm))
    assert await shop.order(order) == calm
    assert await shop.ordering.write_off(order.reference, ADMIN, 51) == outcome
    nothing = ResolveRefused(RefusedBecause.NOTHING_TO_RESOLVE)
    assert await shop.ordering.write_off(order.reference, ADMIN, 52) == nothing
    assert [entry.action for entry in await shop.store.read(lambda tables: tables.audit.last(9))] == ["acknowledge"]


async def test_a_kept_reply_is_read_before_its_order_is_written_off(shop: Shop) -> None:
    order = await shop.unconfirmed()
    shop.clock.pass_(hours=1)
    await Journal(shop.store, shop.clock).record("voodoo", order.id, as_body(completed(order)))
    refused = await shop.ordering.write_off(order.reference, ADMIN, 51)
    assert refused == ResolveRefused(RefusedBecause.NOTHING_TO_RESOLVE)
    assert (await shop.order(order)).state is OrderState.COMPLETED
    assert await shop.codes(order) == ("CODE-0", "CODE-1")


async def test_a_written_off_order_that_the_supplier_has_after_all_is_shown_again(shop: Shop) -> None:
    order = await shop.unconfirmed()
    shop.clock.pass_(hours=1)
    shop.supplier.places.append(SupplierUnavailable("no answer"))
    with pytest.raises(SupplierUnavailable):
        await shop.work()
    await shop.ordering.write_off(order.reference, ADMIN, 51)
    await shop.push(completed(order))
    after = await shop.order(order)
    assert (after.state, after.attention) == (OrderState.REJECTED, Attention.LATE_CHANGE)
    assert await shop.codes(order) == ("CODE-0", "CODE-1")


async def test_a_reply_that_was_refused_in_the_end_is_not_settled_at_the_next_start(shop: Shop) -> None:
    other = await shop.accepted()
    order = await shop.unconfirmed()
    shop.supplier.looks.append(completed(order))
    refused = await resolve(shop, order)
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
    assert await resolve(shop, order, "S-2") == ResolveRefused(RefusedBecause.NOTHING_TO_RESOLVE)
    shop.supplier.looks.extend([completed(order, codes=HIDDEN), completed(order)])
    still = await resolve(shop, order)
    assert isinstance(still, Resolved)
    assert (still.order.state, still.order.attention) == (OrderState.ACCEPTED, Attention.CODES_HIDDEN)
    over = await resolve(shop, order, update_id=51)
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
    outcome = await shop.ordering.write_off(order.reference, ADMIN, 50)
    assert isinstance(outcome, Resolved)
    closed = outcome.order
    assert (closed.state, closed.error, closed.delivered) == (state, "closed_by_operator", len(codes))
    assert (closed.attention, closed.next_check_at) == (None, None)
    assert kinds(await shop.owed()) == [DeliveryKind.STATUS, DeliveryKind.RESULT]
    assert await shop.ordering.write_off(order.reference, ADMIN, 50) == outcome
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
    outcome = await shop.ordering.write_off(order.reference, ADMIN, 50)
    assert isinstance(outcome, Resolved)
    closed = outcome.order
    assert (closed.state, closed.error, closed.delivered) == (OrderState.FAILED, "closed_by_operator", 0)
    assert (closed.attention, closed.next_check_at) == (None, None)
    assert kinds(await shop.owed())[-2:] == [DeliveryKind.STATUS, DeliveryKind.RESULT]
    assert len(shop.supplier.placed) == 1


async def test_a_lost_order_that_turns_up_after_it_was_closed_is_shown_again_with_its_codes(shop: Shop) -> None:
    order = await lost(shop)
    await shop.ordering.write_off(order.reference, ADMIN, 50)
    await shop.push(completed(order))
    late = await shop.order(order)
    assert (late.state, late.attention) == (OrderState.FAILED, Attention.LATE_CHANGE)
    assert await shop.codes(order) == ("CODE-0", "CODE-1")


async def test_an_accepted_order_without_a_shortage_is_not_closed(shop: Shop) -> None:
    order = await shop.accepted()
    assert await shop.ordering.write_off(order.reference, ADMIN, 50) == ResolveRefused(
        RefusedBecause.NOTHING_TO_RESOLVE
    )


async def test_a_supplier_that_finds_is_asked_by_our_id_and_never_for_somebody_elses_order(shop: Shop) -> None:
    shop.supplier.finds = True
    order = await shop.unconfirmed()
    shop.supplier.finds_next.append(completed(order, supplier_order_id="S-7"))
    assert isinstance(await resolve(shop, order, "S-7"), Resolved)
    assert (shop.supplier.sought, shop.supplier.looked) == ([order.id], [])


async def test_a_reply_found_by_our_id_is_settled_though_the_admin_named_another(shop: Shop) -> None:
    shop.supplier.finds = True
    order = await shop.unconfirmed()
    shop.supplier.finds_next.append(completed(order, supplier_order_id="S-7"))
    assert await resolve(shop, order, "S-8") == ResolveRefused(RefusedBecause.OTHER_REFERENCE)
    assert await shop.work() == 1
    after = await shop.order(order)
    assert (after.state, after.supplier_order_id) == (OrderState.COMPLETED, "S-7")
    assert len(shop.supplier.sought) == 1


@pytest.mark.parametrize("finds", [True, False], ids=["our own order", "perhaps somebody else's"])
async def test_an_unreadable_reply_is_kept_where_it_can_only_be_about_our_order(shop: Shop, finds: bool) -> None:
    shop.supplier.finds = finds
    order = await shop.unconfirmed()
    journal_id = await Journal(shop.store, shop.clock).record("voodoo", order.id, b"<html>")
    (shop.supplier.finds_next if finds else shop.supplier.looks).append(MalformedReport("not JSON", journal_id))
    assert await resolve(shop, order) == ResolveRefused(RefusedBecause.SUPPLIER_UNAVAILABLE, "not JSON")
    assert await shop.journal_left() == finds


async def test_codes_that_came_while_an_order_ended_otherwise_are_kept(shop: Shop) -> None:
    order = await shop.unconfirmed()
    shop.supplier.meanwhile = lambda: shop.push(failed(order))
    shop.supplier.looks.append(completed(order))
    assert await resolve(shop, order) == ResolveRefused(RefusedBecause.NOTHING_TO_RESOLVE)
    assert await shop.codes(order) == ("CODE-0", "CODE-1")
    assert (await shop.order(order)).attention is Attention.LATE_CHANGE
    assert await shop.journal_left() == 0


async def test_another_face_value_is_another_item(shop: Shop) -> None:
    order = replace(await shop.unconfirmed(), denomination=Decimal(10))
    assert not_ours(order, completed(order, denomination=Decimal(25)), "S-1") is RefusedBecause.OTHER_ITEM
    assert not_ours(order, completed(order, denomination=Decimal("10.0")), "S-1") is None
