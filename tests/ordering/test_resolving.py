"""Orders of unknown outcome that a human binds to one of the supplier's."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.ordering.journal import Journal
from bot.ordering.resolving import RefusedBecause, Resolved, ResolveRefused, not_ours
from bot.suppliers.errors import MalformedReport, SupplierUnavailable
from storage.records.orders import Attention, OrderState
from storage.records.queues import DeliveryKind
from tests.factories import keys
from tests.ordering.scripted import MISSING, completed, failed, report
from tests.ordering.shop import ADMIN, Shop, kinds


async def test_an_unconfirmed_order_is_bound_to_what_the_supplier_confirms(shop: Shop) -> None:
    order = await shop.unconfirmed()
    shop.supplier.looks.append(completed(order, item_id="4711", quantity=Decimal(2)))
    outcome = await shop.resolve(order)
    assert isinstance(outcome, Resolved)
    assert (outcome.order.state, outcome.order.supplier_order_id) == (OrderState.COMPLETED, "S-1")
    assert await shop.codes(order) == ("CODE-0", "CODE-1")
    assert await shop.journal_left() == 0
    assert kinds(await shop.owed())[-1] is DeliveryKind.RESULT


async def test_a_resolved_order_that_is_still_under_way_is_followed(shop: Shop) -> None:
    order = await shop.unconfirmed()
    shop.supplier.looks.extend([report(order), completed(order)])
    outcome = await shop.resolve(order)
    assert isinstance(outcome, Resolved)
    assert outcome.order.next_check_at is not None
    await shop.work_until_quiet()
    assert (await shop.order(order)).state is OrderState.COMPLETED


async def test_the_same_command_handled_twice_changes_nothing_more(shop: Shop) -> None:
    order = await shop.unconfirmed()
    shop.supplier.looks.extend([completed(order), completed(order)])
    first = await shop.resolve(order)
    again = await shop.resolve(order)
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
    assert await shop.resolve(order) == ResolveRefused(reason)
    assert await shop.order(order) == order
    assert await shop.journal_left() == 0


async def test_an_order_that_the_supplier_does_not_know_is_refused(shop: Shop) -> None:
    order = await shop.unconfirmed()
    shop.supplier.looks.append(MISSING)
    assert await shop.resolve(order) == ResolveRefused(RefusedBecause.SUPPLIER_KNOWS_NONE)


async def test_a_supplier_that_does_not_answer_is_named(shop: Shop) -> None:
    order = await shop.unconfirmed()
    journal_id = await shop.store.write(lambda tables: tables.journal.add(order.id, "voodoo", b"?", shop.clock()))
    shop.supplier.looks.extend(
        [SupplierUnavailable("timed out"), MalformedReport("not JSON", journal_id), MalformedReport("cut")]
    )
    for detail in ("timed out", "not JSON", "cut"):
        assert await shop.resolve(order) == ResolveRefused(RefusedBecause.SUPPLIER_UNAVAILABLE, detail)
    assert await shop.journal_left() == 0


async def test_a_supplier_that_was_switched_off_cannot_confirm(shop: Shop) -> None:
    order = await shop.unconfirmed()
    shop.without_supplier()
    assert await shop.resolve(order) == ResolveRefused(RefusedBecause.SUPPLIER_OFF)


@pytest.mark.parametrize("reference", ["", "nonsense", "7KQ2M9XF"])
async def test_a_reference_that_names_no_order_is_refused(shop: Shop, reference: str) -> None:
    outcome = await shop.ordering.resolve(reference, "S-1", ADMIN, 50)
    assert outcome == ResolveRefused(RefusedBecause.NO_SUCH_ORDER)
    assert await shop.ordering.write_off(reference, ADMIN, 51) == outcome


async def test_an_order_without_a_doubt_is_left_alone(shop: Shop) -> None:
    accepted = await shop.accepted()
    order = await shop.confirmed()
    assert await shop.resolve(order) == ResolveRefused(RefusedBecause.NOTHING_TO_RESOLVE)
    assert await shop.resolve(accepted, "S-2") == ResolveRefused(RefusedBecause.NOTHING_TO_RESOLVE)
    await shop.push(completed(accepted))
    shop.supplier.looks.append(completed(accepted))
    assert await shop.resolve(accepted) == ResolveRefused(RefusedBecause.NOTHING_TO_RESOLVE)
    assert await shop.resolve(accepted, "S-2") == ResolveRefused(RefusedBecause.NOTHING_TO_RESOLVE)


async def test_a_refused_command_may_be_given_again(shop: Shop) -> None:
    order = await shop.unconfirmed()
    other = await shop.confirmed()
    await shop.push(report(other, supplier_order_id="S-1"))
    shop.supplier.looks.append(completed(order, supplier_order_id="S-3"))
    assert await shop.resolve(order) == ResolveRefused(RefusedBecause.BELONGS_TO_ANOTHER, other.reference)
    assert shop.supplier.looked == []
    assert isinstance(await shop.resolve(order, "S-3"), Resolved)


async def test_an_order_in_doubt_while_placing_may_be_resolved(shop: Shop) -> None:
    order = await shop.confirmed()
    shop.supplier.places.append(RuntimeError("the process dies here"))
    with pytest.raises(RuntimeError):
        await shop.work()
    shop.supplier.looks.append(completed(order))
    assert isinstance(await shop.resolve(order), Resolved)


async def test_an_order_with_a_second_supplier_id_may_be_bound_to_it(shop: Shop) -> None:
    order = await shop.accepted()
    await shop.push(completed(order, supplier_order_id="S-2"))
    shop.supplier.looks.append(completed(order, supplier_order_id="S-2"))
    outcome = await shop.resolve(order, "S-2")
    assert isinstance(outcome, Resolved)
    assert (outcome.order.state, outcome.order.supplier_order_id) == (OrderState.COMPLETED, "S-2")
    assert outcome.order.attention is None


async def test_a_late_change_is_acknowledged_and_its_codes_are_kept(shop: Shop) -> None:
    order = await shop.accepted()
    await shop.push(failed(order))
    await shop.push(completed(order, codes=keys("A")))
    shop.supplier.looks.append(completed(order, codes=keys("A", "B")))
    outcome = await shop.resolve(order)
    assert isinstance(outcome, Resolved)
    assert (outcome.order.state, outcome.order.attention) == (OrderState.FAILED, None)
    assert await shop.codes(order) == ("A", "B")


async def test_an_order_that_ended_while_the_supplier_was_asked_is_left_alone(shop: Shop) -> None:
    order = await shop.unconfirmed()
    shop.supplier.meanwhile = lambda: shop.push(completed(order))
    shop.supplier.looks.append(completed(order))
    assert await shop.resolve(order) == ResolveRefused(RefusedBecause.NOTHING_TO_RESOLVE)
    assert (await shop.order(order)).state is OrderState.COMPLETED


async def test_a_supplier_that_finds_is_asked_by_our_id_and_never_for_somebody_elses_order(shop: Shop) -> None:
    shop.supplier.finds = True
    order = await shop.unconfirmed()
    shop.supplier.finds_next.append(completed(order, supplier_order_id="S-7"))
    assert isinstance(await shop.resolve(order, "S-7"), Resolved)
    assert (shop.supplier.sought, shop.supplier.looked) == ([order.id], [])


async def test_a_reply_found_by_our_id_is_settled_though_the_admin_named_another(shop: Shop) -> None:
    shop.supplier.finds = True
    order = await shop.unconfirmed()
    shop.supplier.finds_next.append(completed(order, supplier_order_id="S-7"))
    assert await shop.resolve(order, "S-8") == ResolveRefused(RefusedBecause.OTHER_REFERENCE)
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
    assert await shop.resolve(order) == ResolveRefused(RefusedBecause.SUPPLIER_UNAVAILABLE, "not JSON")
    assert await shop.journal_left() == finds


async def test_codes_that_came_while_an_order_ended_otherwise_are_kept(shop: Shop) -> None:
    order = await shop.unconfirmed()
    shop.supplier.meanwhile = lambda: shop.push(failed(order))
    shop.supplier.looks.append(completed(order))
    assert await shop.resolve(order) == ResolveRefused(RefusedBecause.NOTHING_TO_RESOLVE)
    assert await shop.codes(order) == ("CODE-0", "CODE-1")
    assert (await shop.order(order)).attention is Attention.LATE_CHANGE
    assert await shop.journal_left() == 0


async def test_another_face_value_is_another_item(shop: Shop) -> None:
    order = replace(await shop.unconfirmed(), denomination=Decimal(10))
    assert not_ours(order, completed(order, denomination=Decimal(25)), "S-1") is RefusedBecause.OTHER_ITEM
    assert not_ours(order, completed(order, denomination=Decimal("10.0")), "S-1") is None
