"""Orders on a reseller's account: held at Confirm at its price, captured at the end by what was delivered."""

import asyncio
from dataclasses import replace
from decimal import Decimal

from bot.ordering.confirming import AlreadyConfirmed, Confirmed
from bot.resellers.limits import Barred, Barrier
from bot.suppliers.outcomes import Rejected, ReportedStatus, Unknown
from storage.records.orders import OrderState, RejectReason
from storage.records.resellers import EntryKind, Reseller
from storage.store import Store
from tests.factories import PLACE, keys
from tests.ordering.customers import PRICE, barred, charges, drafted, money, ordered, tapped
from tests.ordering.scripted import completed, failed, report
from tests.ordering.shop import Shop
from tests.resellers.people import BUYER, OWNER, add_reseller


async def test_confirm_holds_the_marked_up_price_and_keeps_the_cost(shop: Shop, nova: Reseller) -> None:
    order = await ordered(shop, nova)
    assert (order.reseller_id, order.price, order.markup) == (nova.id, PRICE, nova.markup)
    assert (order.expected, order.captured) == (Decimal("19.00"), None)
    assert await money(shop, nova) == (100, PRICE)
    assert await shop.order(order) == order


async def test_what_was_delivered_in_full_is_charged_in_full(shop: Shop, nova: Reseller) -> None:
    order = await ordered(shop, nova)
    await shop.push(completed(order))
    assert await money(shop, nova) == (100 - PRICE, 0)
    assert await charges(shop, order) == [(EntryKind.CHARGE, -PRICE)]
    assert (await shop.order(order)).captured == PRICE


async def test_a_part_is_charged_by_its_share_and_the_rest_given_back(shop: Shop, nova: Reseller) -> None:
    order = await ordered(shop, nova)
    await shop.push(report(order, ReportedStatus.PARTIAL, delivered=1, codes=keys("A")))
    assert await money(shop, nova) == (Decimal("89.55"), 0)
    assert (await shop.order(order)).captured == Decimal("10.45")


async def test_a_failure_gives_everything_back_and_writes_no_line(shop: Shop, nova: Reseller) -> None:
    order = await ordered(shop, nova)
    await shop.push(failed(order))
    assert await money(shop, nova) == (100, 0)
    assert await charges(shop, order) == []
    assert (await shop.order(order)).captured == 0


async def test_a_refusal_gives_everything_back(shop: Shop, nova: Reseller) -> None:
    order = await ordered(shop, nova)
    shop.supplier.places.append(Rejected(RejectReason.REFUSED, "no"))
    await shop.work()
    assert (await shop.order(order)).state is OrderState.REJECTED
    assert await money(shop, nova) == (100, 0)


async def test_an_order_of_unknown_outcome_keeps_its_hold_until_somebody_knows(shop: Shop, nova: Reseller) -> None:
    order = await ordered(shop, nova)
    shop.supplier.places.append(Unknown("timed out"))
    await shop.work()
    assert (await shop.order(order)).state is OrderState.UNCONFIRMED
    assert await money(shop, nova) == (100, PRICE)
    await shop.push(completed(order))
    assert await money(shop, nova) == (100 - PRICE, 0)


async def test_an_order_that_an_admin_writes_off_gives_its_hold_back(shop: Shop, nova: Reseller) -> None:
    order = await ordered(shop, nova)
    shop.supplier.places.extend([Unknown("timed out")] * 20)
    await shop.work_until_quiet()
    outcome = await shop.ordering.write_off(order.reference, PLACE.user_id, 77)
    assert await shop.ordering.write_off(order.reference, PLACE.user_id, 77) == outcome
    assert (await shop.order(order)).captured == 0
    assert await money(shop, nova) == (100, 0)


async def test_closing_an_order_whose_codes_stay_hidden_charges_those_that_came(shop: Shop, nova: Reseller) -> None:
    order = await ordered(shop, nova)
    await shop.push(report(order, ReportedStatus.COMPLETED, delivered=2, codes=keys("ONLY-ONE")))
    assert await money(shop, nova) == (100, PRICE)
    await shop.ordering.write_off(order.reference, PLACE.user_id, 77)
    assert (await shop.order(order)).state is OrderState.PARTIAL
    assert await money(shop, nova) == (Decimal("89.55"), 0)


async def test_what_the_supplier_says_after_the_end_moves_no_money(shop: Shop, nova: Reseller) -> None:
    order = await ordered(shop, nova)
    await shop.push(failed(order))
    await shop.push(completed(order))
    assert (await shop.order(order)).attention is not None
    assert await money(shop, nova) == (100, 0)
    assert (await shop.order(order)).captured == 0


async def test_a_dearer_cost_than_expected_does_not_change_the_price(shop: Shop, nova: Reseller) -> None:
    order = await ordered(shop, nova)
    await shop.push(completed(order, charged=Decimal(30)))
    assert await money(shop, nova) == (100 - PRICE, 0)


async def test_of_two_confirms_that_together_exceed_the_balance_exactly_one_passes(shop: Shop, nova: Reseller) -> None:
    first = await drafted(shop, nova, BUYER, quantity=Decimal(5))
    second = await drafted(shop, nova, OWNER, quantity=Decimal(5))
    outcomes = await asyncio.gather(tapped(shop, first, 901), tapped(shop, second, 902))
    assert {type(outcome) for outcome in outcomes} == {Barred, Confirmed}
    stopped = next(outcome for outcome in outcomes if isinstance(outcome, Barred))
    assert (stopped.barrier, stopped.price) == (Barrier.NOT_ENOUGH, Decimal("52.25"))
    assert (stopped.available, stopped.missing) == (Decimal("47.75"), Decimal("4.50"))
    assert await money(shop, nova) == (100, Decimal("52.25"))


async def test_a_second_tap_on_confirm_holds_nothing_more(shop: Shop, nova: Reseller) -> None:
    draft = await drafted(shop, nova)
    outcomes = await asyncio.gather(tapped(shop, draft), tapped(shop, draft))
    assert [type(outcome) for outcome in outcomes] == [Confirmed, AlreadyConfirmed]
    assert await money(shop, nova) == (100, PRICE)


async def test_a_credit_limit_lets_the_balance_fall_below_zero_so_far(shop: Shop, store: Store) -> None:
    nova = await add_reseller(store, money="0", credit_limit=Decimal("20.90"))
    order = await ordered(shop, nova)
    await shop.push(completed(order))
    assert await money(shop, nova) == (-PRICE, 0)
    assert (await barred(shop, await drafted(shop, nova))).barrier is Barrier.NOT_ENOUGH


async def test_money_that_arrives_lets_the_same_card_confirm(shop: Shop, store: Store) -> None:
    nova = await add_reseller(store, money="0")
    draft = await drafted(shop, nova)
    assert (await barred(shop, draft)).missing == PRICE
    await store.write(lambda tables: tables.resellers.save(replace(nova, credit_limit=PRICE)))
    assert isinstance(await tapped(shop, draft), Confirmed)
