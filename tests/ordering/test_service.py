"""Who may see which orders."""

from bot.resellers.buyers import Buyer
from storage.records.orders import OrderFilter, Place
from tests.factories import PLACE, keys
from tests.ordering.scripted import completed, failed
from tests.ordering.shop import Shop

GROUP = Place(chat_id=-1001, user_id=7, thread_id=4)
ADMIN = Buyer(PLACE, admin=True)
ADMIN_IN_GROUP = Buyer(Place(GROUP.chat_id, PLACE.user_id), admin=True)
STRANGER = Buyer(Place(5, 5), admin=False)


async def test_the_operators_order_is_shown_where_it_was_made_and_to_admins_in_private(shop: Shop) -> None:
    mine, ours = await shop.confirmed(), await shop.confirmed(place=GROUP)
    await shop.push(completed(ours))
    for viewer in (ADMIN, ADMIN_IN_GROUP):
        view = await shop.ordering.order_for(ours.reference, viewer)
        assert view is not None
        assert view.codes == keys("CODE-0", "CODE-1")
    assert await shop.ordering.order_for(ours.reference, STRANGER) is None
    assert await shop.ordering.order_for(mine.reference, ADMIN_IN_GROUP) is None


async def test_an_order_is_found_as_people_type_its_reference(shop: Shop) -> None:
    order = await shop.confirmed()
    spoken = f"{order.reference[:4]}-{order.reference[4:]}".lower()
    assert await shop.ordering.order_for(spoken, ADMIN) is not None
    assert await shop.ordering.order_for("nonsense", ADMIN) is None
    assert await shop.ordering.order_for("7KQ2M9XF", ADMIN) is None


async def test_codes_do_not_show_in_a_views_repr(shop: Shop) -> None:
    order = await shop.confirmed()
    await shop.push(completed(order))
    assert "CODE-0" not in repr(await shop.ordering.order_for(order.reference, ADMIN))


async def test_a_list_shows_the_orders_of_the_chat_and_to_admins_in_private_all(shop: Shop) -> None:
    mine = await shop.confirmed()
    theirs = await shop.confirmed(place=GROUP)

    async def seen(viewer: Buyer) -> list[str]:
        return [line.reference for line in await shop.ordering.lines(viewer, OrderFilter.ALL, None, 10)]

    assert await seen(ADMIN) == [theirs.reference, mine.reference]
    assert await seen(ADMIN_IN_GROUP) == [theirs.reference]
    assert await seen(STRANGER) == []


async def test_a_list_goes_on_below_the_last_number_that_was_shown(shop: Shop) -> None:
    orders = [await shop.confirmed() for _ in range(3)]
    first = await shop.ordering.lines(ADMIN, OrderFilter.ALL, None, 2)
    rest = await shop.ordering.lines(ADMIN, OrderFilter.ALL, first[-1].number, 2)
    assert [line.reference for line in (*first, *rest)] == [order.reference for order in reversed(orders)]


async def test_a_result_goes_to_the_chat_and_topic_that_ordered(shop: Shop) -> None:
    order = await shop.confirmed(place=GROUP)
    await shop.push(failed(order))
    owed = [one for one in await shop.owed() if one.notice is None]
    assert {(one.chat_id, one.thread_id) for one in owed} == {(GROUP.chat_id, 4)}
