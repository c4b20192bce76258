"""Who sees which orders."""

from bot.ordering.confirming import AlreadyConfirmed, DraftGone
from bot.resellers.buyers import Buyer
from storage.records.orders import OrderFilter, Place
from storage.records.resellers import MemberRole, Reseller
from storage.store import Store
from tests.factories import PLACE
from tests.ordering.customers import IN_GROUP, drafted, ordered, tapped
from tests.ordering.shop import Shop
from tests.resellers.people import BUYER, GROUP, OWNER, add_reseller


async def test_owners_see_all_of_their_resellers_orders_and_buyers_their_own(shop: Shop, store: Store) -> None:
    nova = await add_reseller(store, money="1000")
    other = await add_reseller(store, "Other", people={3001: MemberRole.OWNER}, groups=())
    mine, grouped, owners = [await ordered(shop, nova, place) for place in (BUYER, IN_GROUP, OWNER)]
    theirs, cost = await ordered(shop, other, Place(3001, 3001)), await shop.confirmed()

    async def seen(place: Place) -> set[str]:
        viewer = await shop.store.read(lambda tables: shop.buyers.here(tables, place))
        lines = await shop.ordering.lines(viewer, OrderFilter.ALL, None, 10)
        found = {line.reference for line in lines}
        for order in (mine, grouped, owners, theirs, cost):
            assert (await shop.ordering.order_for(order.reference, viewer) is not None) is (order.reference in found)
        return found

    assert await seen(BUYER) == {mine.reference, grouped.reference}
    assert await seen(OWNER) == {mine.reference, grouped.reference, owners.reference}
    assert await seen(IN_GROUP) == await seen(Place(GROUP, OWNER.user_id)) == {grouped.reference}
    assert await seen(Place(3001, 3001)) == {theirs.reference}
    assert await seen(Place(GROUP, 3001)) == await seen(Place(5, 5)) == set()
    assert await seen(Place(GROUP, PLACE.user_id)) == set()
    assert len(await seen(PLACE)) == 5


async def test_an_order_already_made_is_not_shown_to_whoever_was_removed(shop: Shop, nova: Reseller) -> None:
    draft = await drafted(shop, nova)
    await tapped(shop, draft)
    assert isinstance(await tapped(shop, draft, 901), AlreadyConfirmed)
    await shop.store.write(lambda tables: tables.members.remove(BUYER.user_id))
    assert isinstance(await tapped(shop, draft, 902), DraftGone)


async def test_a_member_of_another_reseller_now_sees_the_orders_made_before_no_more(shop: Shop, nova: Reseller) -> None:
    order = await ordered(shop, nova)
    await add_reseller(shop.store, "Other", people={BUYER.user_id: MemberRole.OWNER}, groups=())
    viewer: Buyer = await shop.store.read(lambda tables: shop.buyers.here(tables, BUYER))
    assert await shop.ordering.order_for(order.reference, viewer) is None
    assert await shop.ordering.lines(viewer, OrderFilter.ALL, None, 10) == []
