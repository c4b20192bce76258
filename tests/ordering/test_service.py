"""Who may see which orders."""

from bot.ordering.service import Viewer
from storage.records.orders import OrderFilter, Place
from tests.factories import PLACE, keys
from tests.ordering.shop import Shop, completed, failed

GROUP = Place(chat_id=-1001, user_id=7, thread_id=4)
OWNER = Viewer(PLACE.user_id, PLACE.chat_id, admin=False, private=True)
STRANGER = Viewer(5, 5, admin=False, private=True)
ADMIN = Viewer(1, 1, admin=True, private=True)
ADMIN_IN_GROUP = Viewer(1, GROUP.chat_id, admin=True, private=False)


async def test_an_order_is_shown_where_it_was_made_and_to_admins_in_private(shop: Shop) -> None:
    order = await shop.confirmed()
    await shop.push(completed(order))
    for viewer in (OWNER, ADMIN):
        view = await shop.ordering.order_for(order.reference, viewer)
        assert view is not None
        assert view.codes == keys("CODE-0", "CODE-1")
    for viewer in (STRANGER, ADMIN_IN_GROUP):
        assert await shop.ordering.order_for(order.reference, viewer) is None


async def test_an_order_is_found_as_people_type_its_reference(shop: Shop) -> None:
    order = await shop.confirmed()
    spoken = f"{order.reference[:4]}-{order.reference[4:]}".lower()
    assert await shop.ordering.order_for(spoken, OWNER) is not None
    assert await shop.ordering.order_for("nonsense", OWNER) is None
    assert await shop.ordering.order_for("7KQ2M9XF", OWNER) is None


async def test_codes_do_not_show_in_a_views_repr(shop: Shop) -> None:
    order = await shop.confirmed()
    await shop.push(completed(order))
    assert "CODE-0" not in repr(await shop.ordering.order_for(order.reference, OWNER))


async def test_a_list_shows_the_orders_of_the_chat_and_to_admins_in_private_all(shop: Shop) -> None:
    mine = await shop.confirmed()
    theirs = await shop.confirmed(place=GROUP)

    async def seen(viewer: Viewer) -> list[str]:
        return [line.reference for line in await shop.ordering.lines(viewer, OrderFilter.ALL, None, 10)]

    assert await seen(OWNER) == [mine.reference]
    assert await seen(ADMIN) == [theirs.reference, mine.reference]
    assert await seen(ADMIN_IN_GROUP) == [theirs.reference]
    assert await seen(STRANGER) == []


async def test_a_list_goes_on_below_the_last_number_that_was_shown(shop: Shop) -> None:
    orders = [await shop.confirmed() for _ in range(3)]
    first = await shop.ordering.lines(OWNER, OrderFilter.ALL, None, 2)
    rest = await shop.ordering.lines(OWNER, OrderFilter.ALL, first[-1].number, 2)
    assert [line.reference for line in (*first, *rest)] == [order.reference for order in reversed(orders)]


async def test_a_result_goes_to_the_chat_and_topic_that_ordered(shop: Shop) -> None:
    order = await shop.confirmed(place=GROUP)
    await shop.push(failed(order))
    owed = [one for one in await shop.owed() if one.notice is None]
    assert {(one.chat_id, one.thread_id) for one in owed} == {(GROUP.chat_id, 4)}
