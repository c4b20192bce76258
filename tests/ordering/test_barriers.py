"""What keeps people from ordering: no access, a suspension, a currency, limits."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.ordering.confirming import Confirmed
from bot.resellers.buyers import Terms
from bot.resellers.limits import Barred, Barrier, ShopLimits
from storage.records.orders import Place
from storage.records.resellers import MemberRole, Reseller
from storage.store import Store
from tests.factories import PLACE, make_card, make_item, make_quote
from tests.ordering.customers import IN_GROUP, PRICE, barred, drafted, money, ordered, tapped
from tests.ordering.scripted import completed, failed
from tests.ordering.shop import Shop
from tests.resellers.people import BUYER, GROUP, OWNER, account, add_reseller


@pytest.mark.parametrize("place", [BUYER, IN_GROUP])
async def test_whoever_was_removed_cannot_confirm_what_was_drafted_before(
    shop: Shop, nova: Reseller, place: Place
) -> None:
    draft = await drafted(shop, nova, place)
    await shop.store.write(lambda tables: tables.members.remove(place.user_id))
    assert (await barred(shop, draft)).barrier is Barrier.NO_ACCESS
    assert await money(shop, nova) == (100, 0)


async def test_no_supplier_is_asked_for_a_price_by_whoever_was_removed(store: Store) -> None:
    card = make_card(key=make_item().key)
    shop = Shop(store, items=(card,))
    nova = await add_reseller(store)
    old = make_quote(quoted_at=shop.clock.now.replace(year=2025))
    draft = await drafted(shop, nova, item=card, denomination=Decimal(50), quote=old, quantity=Decimal(1))
    await store.write(lambda tables: tables.members.remove(BUYER.user_id))
    assert isinstance(await tapped(shop, draft), Barred)
    assert shop.supplier.quoted == []


async def test_a_group_that_was_taken_away_is_no_place_to_order(shop: Shop, nova: Reseller) -> None:
    draft = await drafted(shop, nova, IN_GROUP)
    await shop.store.write(lambda tables: tables.groups.remove(GROUP))
    assert (await barred(shop, draft)).barrier is Barrier.NO_ACCESS


async def test_another_resellers_member_cannot_order_in_a_group(shop: Shop, nova: Reseller, store: Store) -> None:
    await add_reseller(store, "Other", people={3001: MemberRole.OWNER}, groups=())
    draft = await drafted(shop, nova, Place(GROUP, 3001))
    assert (await barred(shop, draft)).barrier is Barrier.NO_ACCESS


async def test_an_admin_who_is_no_member_does_not_order_in_a_resellers_group(shop: Shop, nova: Reseller) -> None:
    draft = await drafted(shop, nova, Place(GROUP, PLACE.user_id), reseller_id=None, markup=None)
    assert (await barred(shop, draft)).barrier is Barrier.NO_ACCESS


async def test_a_suspended_reseller_orders_nothing_and_its_orders_go_on(shop: Shop, nova: Reseller) -> None:
    order = await ordered(shop, nova)
    now = await account(shop.store, nova)
    await shop.store.write(lambda tables: tables.resellers.save(replace(now, suspended_at=shop.clock())))
    assert (await barred(shop, await drafted(shop, nova))).barrier is Barrier.SUSPENDED
    await shop.push(completed(order))
    assert await money(shop, nova) == (100 - PRICE, 0)


async def test_a_draft_without_a_price_yet_is_stopped_by_what_needs_none(shop: Shop, store: Store) -> None:
    nova = await add_reseller(store, money="0", largest_order=Decimal(1))
    begun = await shop.drafts.begin(BUYER, make_item(), 5, Terms(nova.id, nova.markup))
    assert (begun.draft.reseller_id, begun.draft.markup) == (nova.id, nova.markup)
    assert await shop.ordering.barred(begun.draft, BUYER) is None
    await store.write(lambda tables: tables.resellers.save(replace(nova, suspended_at=shop.clock())))
    assert await shop.ordering.barred(begun.draft, BUYER) == Barred(begun.draft, Barrier.SUSPENDED, "USD")


async def test_what_costs_another_currency_is_not_sold_to_resellers(store: Store) -> None:
    item = make_item(currency="EUR")
    shop = Shop(store, items=(item,))
    nova = await add_reseller(store)
    assert (await barred(shop, await drafted(shop, nova, item=item))).barrier is Barrier.OTHER_CURRENCY
    assert isinstance(
        await tapped(shop, await drafted(shop, nova, PLACE, item=item, reseller_id=None, markup=None)), Confirmed
    )


async def test_one_order_may_not_cost_more_than_its_resellers_limit(shop: Shop, store: Store) -> None:
    nova = await add_reseller(store, largest_order=Decimal(20))
    stopped = await barred(shop, await drafted(shop, nova))
    assert (stopped.barrier, stopped.bound, stopped.missing) == (Barrier.TOO_DEAR, 20, Decimal("0.90"))


async def test_a_resellers_own_limit_counts_instead_of_the_shops(store: Store) -> None:
    shop = Shop(store, limits=ShopLimits(largest_order=Decimal(20)))
    nova = await add_reseller(store, largest_order=Decimal(21))
    assert await shop.ordering.barred(await drafted(shop, nova), BUYER) is None


async def test_a_day_counts_what_is_held_and_what_was_captured_and_not_what_came_back(store: Store) -> None:
    shop = Shop(store, limits=ShopLimits(spend_per_day=Decimal(50)))
    nova = await add_reseller(store, money="1000")
    gone, kept = await ordered(shop, nova), await ordered(shop, nova)
    stopped = await barred(shop, await drafted(shop, nova))
    assert (stopped.barrier, stopped.available) == (Barrier.PER_DAY, Decimal("8.20"))
    assert stopped.missing == Decimal("12.70")
    await shop.push(completed(kept))
    await barred(shop, await drafted(shop, nova))
    await shop.push(failed(gone, supplier_order_id="S-2"))
    assert isinstance(await tapped(shop, await drafted(shop, nova)), Confirmed)


async def test_a_day_ends_at_midnight_in_utc(store: Store) -> None:
    shop = Shop(store, limits=ShopLimits(spend_per_day=Decimal(25)))
    nova = await add_reseller(store, money="1000")
    shop.clock.now = shop.clock.now.replace(hour=23, minute=59, second=59)
    await ordered(shop, nova)
    await barred(shop, await drafted(shop, nova))
    shop.clock.pass_(seconds=1)
    assert isinstance(await tapped(shop, await drafted(shop, nova)), Confirmed)


async def test_a_person_who_orders_too_often_waits_a_minute_and_nobody_else_does(store: Store) -> None:
    shop = Shop(store, limits=ShopLimits(orders_per_minute=2))
    nova = await add_reseller(store, money="1000")
    await ordered(shop, nova)
    shop.clock.pass_(seconds=30)
    await ordered(shop, nova)
    stopped = await barred(shop, await drafted(shop, nova))
    assert (stopped.barrier, stopped.bound) == (Barrier.PER_MINUTE, 2)
    assert isinstance(await tapped(shop, await drafted(shop, nova, OWNER)), Confirmed)
    shop.clock.pass_(seconds=30)
    assert isinstance(await tapped(shop, await drafted(shop, nova)), Confirmed)
    assert (await barred(shop, await drafted(shop, nova))).barrier is Barrier.PER_MINUTE


async def test_a_clock_that_was_set_back_bars_nobody_for_hours(store: Store) -> None:
    shop = Shop(store, limits=ShopLimits(orders_per_minute=1))
    nova = await add_reseller(store, money="1000")
    await ordered(shop, nova)
    shop.clock.pass_(hours=-3)
    assert isinstance(await tapped(shop, await drafted(shop, nova)), Confirmed)


async def test_the_operator_at_cost_meets_no_limit(store: Store) -> None:
    shop = Shop(store, limits=ShopLimits(1, Decimal(1), Decimal(1)))
    await shop.confirmed()
    order = await shop.confirmed()
    assert (order.reseller_id, order.price) == (None, None)
    await shop.push(completed(order))
    assert (await shop.order(order)).captured is None
