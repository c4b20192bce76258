"""Who else hears of an order: the operator's feed, the team of a reseller, and its owners when little is left."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event

from bot.ordering.confirming import Confirmed
from bot.ordering.notices import order_notices
from bot.resellers.choices import quiet
from bot.resellers.limits import ShopLimits
from bot.suppliers.outcomes import Rejected, Report, ReportedStatus
from storage.records.orders import Order, OrderState, Place, RejectReason, Step
from storage.records.queues import Delivery, DeliveryKind, NoticeKind
from storage.records.resellers import Choices, FeedEvent, MemberRole, Reseller
from storage.store import Store
from storage.tables import Tables
from tests.factories import NOW, PLACE, keys, make_draft, make_order
from tests.ordering.scripted import completed, failed, report
from tests.ordering.shop import DESK_CHAT, Shop
from tests.resellers.people import BUYER, GROUP, OWNER, add_reseller

ELSEWHERE = -2001
IN_GROUP = Place(GROUP, BUYER.user_id, thread_id=7)
NIGHT = datetime(2026, 3, 14, 23, tzinfo=UTC)
TEAM = Choices(team_failures=True)


@pytest.fixture
async def nova(store: Store) -> Reseller:
    """A reseller with an owner, a buyer and two groups."""
    return await add_reseller(store, groups=(GROUP, ELSEWHERE))


async def choose(store: Store, chosen: dict[int, Choices]) -> None:
    async def work(tables: Tables) -> None:
        for chat_id, choices in chosen.items():
            await tables.chats.choose(chat_id, choices)

    await store.write(work)


async def ordered(shop: Shop, reseller: Reseller | None = None, place: Place = PLACE, quantity: int = 2) -> Order:
    terms: dict[str, Any] = {"reseller_id": reseller.id, "markup": reseller.markup} if reseller else {}
    draft = make_draft(place=place, step=Step.CONFIRM, update_id=1, quantity=Decimal(quantity), **terms)
    await shop.store.write(lambda tables: tables.drafts.save(draft))
    outcome = await shop.ordering.confirm(draft.id, place, 900, shown=1)
    assert isinstance(outcome, Confirmed)
    return outcome.order


async def settled(shop: Shop, order: Order, *said: Any) -> None:
    each = [replace(one, supplier_order_id=f"S-{order.id}") if isinstance(one, Report) else one for one in said]
    shop.supplier.places.extend(each)
    await shop.work()


async def heard(shop: Shop, chat_id: int) -> list[NoticeKind]:
    """The notices that a chat is sent by now."""
    return [one.notice for one in await shop.owed() if one.chat_id == chat_id and one.notice is not None]


def notices(owed: Sequence[Delivery], kind: NoticeKind) -> dict[int, Delivery]:
    return {one.chat_id: one for one in owed if one.notice is kind}


async def test_unless_it_chose_the_desk_hears_of_failures_and_not_of_good_orders(store: Store) -> None:
    shop = Shop(store)
    good = await ordered(shop)
    await settled(shop, good, completed(good))
    assert await heard(shop, DESK_CHAT) == []
    bad = await ordered(shop)
    await settled(shop, bad, failed(bad))
    assert await heard(shop, DESK_CHAT) == [NoticeKind.ORDER_FAILED]


@pytest.mark.parametrize(
    ("event", "notice"),
    [
        (FeedEvent.NEW, NoticeKind.ORDER_NEW),
        (FeedEvent.COMPLETED, NoticeKind.ORDER_COMPLETED),
        (FeedEvent.PARTIAL, NoticeKind.ORDER_PARTIAL),
        (FeedEvent.FAILED, NoticeKind.ORDER_FAILED),
        (FeedEvent.REJECTED, NoticeKind.ORDER_REJECTED),
    ],
)
async def test_the_desk_hears_exactly_the_events_it_chose(store: Store, event: FeedEvent, notice: NoticeKind) -> None:
    shop = Shop(store, partial_final_after=timedelta(), partial_final_looks=0)
    await choose(store, {DESK_CHAT: Choices(feed=(event,))})
    for answer in (completed, _in_part, failed, _refused):
        order = await ordered(shop)
        await settled(shop, order, answer(order))
    times = 4 if event is FeedEvent.NEW else 1
    assert await heard(shop, DESK_CHAT) == [notice] * times


async def test_what_needs_somebody_is_told_whatever_the_feed(store: Store) -> None:
    shop = Shop(store)
    await choose(store, {DESK_CHAT: Choices(feed=())})
    order = await ordered(shop)
    await settled(shop, order, completed(order, codes=(), delivered=2))
    assert await heard(shop, DESK_CHAT) == [NoticeKind.ORDER_ATTENTION]


async def test_an_order_that_the_shops_account_could_not_pay_is_told_whatever_the_feed(store: Store) -> None:
    shop = Shop(store)
    await choose(store, {DESK_CHAT: Choices(feed=())})
    await settled(shop, await ordered(shop), Rejected(RejectReason.REFUSED, "sold out"))
    assert await heard(shop, DESK_CHAT) == []
    await settled(shop, await ordered(shop), Rejected(RejectReason.INSUFFICIENT_FUNDS, "top up"))
    assert await heard(shop, DESK_CHAT) == [NoticeKind.ORDER_REJECTED]


async def test_the_feed_names_the_reseller(store: Store, nova: Reseller) -> None:
    shop = Shop(store)
    await choose(store, {DESK_CHAT: Choices(feed=tuple(FeedEvent))})
    order = await ordered(shop, nova, BUYER)
    told = notices(await shop.owed(), NoticeKind.ORDER_NEW)[DESK_CHAT]
    assert told.data["reseller"] == "Nova Games"
    assert told.order_id == order.id


async def test_whatever_else_is_told_of_an_order_names_its_reseller_too(store: Store, nova: Reseller) -> None:
    shop = Shop(store)
    order = await ordered(shop, nova, BUYER)
    kind, facts = NoticeKind.CHAT_UNREACHABLE, {"reason": "blocked"}
    await store.write(lambda tables: shop.desk.tell(tables, kind, "1", facts, NOW, order_id=order.id))
    assert notices(await shop.owed(), kind)[DESK_CHAT].data == facts | {"reseller": "Nova Games"}


async def test_the_chat_that_ordered_is_not_told_of_its_own_good_order_twice(store: Store) -> None:
    shop = Shop(store)
    await choose(store, {DESK_CHAT: Choices(feed=tuple(FeedEvent))})
    order = await ordered(shop, place=Place(DESK_CHAT, PLACE.user_id))
    await settled(shop, order, completed(order))
    assert await heard(shop, DESK_CHAT) == []


async def test_a_desk_that_sleeps_hears_of_failures_when_its_night_is_over(store: Store) -> None:
    shop = Shop(store)
    await choose(store, {DESK_CHAT: quiet(Choices(), 22 * 60, 7 * 60)})
    shop.clock.now = NIGHT
    order = await ordered(shop)
    await settled(shop, order, failed(order))
    owed = await shop.owed()
    assert [one.kind for one in owed if one.chat_id == PLACE.chat_id][-1] is DeliveryKind.RESULT
    assert notices(owed, NoticeKind.ORDER_FAILED) == {}
    shop.clock.now = datetime(2026, 3, 15, 7, tzinfo=UTC)
    assert await heard(shop, DESK_CHAT) == [NoticeKind.ORDER_FAILED]


async def test_results_come_at_night_too(store: Store) -> None:
    shop = Shop(store)
    await choose(store, {PLACE.chat_id: quiet(Choices(), 0, 24 * 60 - 1)})
    order = await ordered(shop)
    await settled(shop, order, completed(order))
    assert [one.kind for one in await shop.owed()][-1] is DeliveryKind.RESULT


async def test_a_failure_is_told_in_the_teams_other_chats_that_chose_it(store: Store, nova: Reseller) -> None:
    shop = Shop(store)
    await choose(
        store,
        {GROUP: replace(TEAM, thread_id=9), ELSEWHERE: Choices(), OWNER.user_id: TEAM, BUYER.user_id: TEAM, 77: TEAM},
    )
    order = await ordered(shop, nova, BUYER)
    await settled(shop, order, failed(order))
    told = notices(await shop.owed(), NoticeKind.TEAM_FAILURE)
    assert set(told) == {GROUP, OWNER.user_id}
    assert told[GROUP].thread_id == 9
    assert told[GROUP].order_id == order.id
    assert told[GROUP].data["who"] == f"Person {BUYER.user_id}"


async def test_the_chat_of_the_order_hears_its_result_alone(store: Store, nova: Reseller) -> None:
    shop = Shop(store)
    await choose(store, {GROUP: TEAM})
    order = await ordered(shop, nova, IN_GROUP)
    await settled(shop, order, failed(order))
    assert await heard(shop, GROUP) == []


async def test_good_ends_and_other_resellers_failures_are_not_told(store: Store, nova: Reseller) -> None:
    shop = Shop(store)
    await add_reseller(store, "Vega", people={}, groups=(-3000,))
    await choose(store, {GROUP: TEAM, -3000: TEAM})
    order = await ordered(shop, nova, BUYER)
    await settled(shop, order, completed(order))
    assert notices(await shop.owed(), NoticeKind.TEAM_FAILURE) == {}
    order = await ordered(shop, nova, BUYER)
    await settled(shop, order, failed(order))
    assert set(notices(await shop.owed(), NoticeKind.TEAM_FAILURE)) == {GROUP}


@pytest.mark.usefixtures("nova")
async def test_a_failure_of_the_shops_own_order_is_no_teams(store: Store) -> None:
    shop = Shop(store)
    await choose(store, {GROUP: TEAM, OWNER.user_id: TEAM})
    order = await ordered(shop)
    await settled(shop, order, failed(order))
    assert notices(await shop.owed(), NoticeKind.TEAM_FAILURE) == {}


async def test_an_owner_who_became_a_buyer_hears_of_the_team_no_more(store: Store, nova: Reseller) -> None:
    shop = Shop(store)
    await choose(store, {OWNER.user_id: TEAM})
    member = await store.read(lambda tables: tables.members.get(OWNER.user_id))
    assert member is not None
    await store.write(lambda tables: tables.members.put(replace(member, role=MemberRole.BUYER)))
    order = await ordered(shop, nova, BUYER)
    await settled(shop, order, failed(order))
    assert notices(await shop.owed(), NoticeKind.TEAM_FAILURE) == {}


async def test_a_teams_night_is_its_own(store: Store, nova: Reseller) -> None:
    shop = Shop(store)
    await choose(store, {GROUP: quiet(replace(TEAM, time_zone="Asia/Tashkent"), 0, 5 * 60), OWNER.user_id: TEAM})
    shop.clock.now = NIGHT  # four in the morning in Tashkent
    order = await ordered(shop, nova, BUYER)
    await settled(shop, order, failed(order))
    assert set(notices(await shop.owed(), NoticeKind.TEAM_FAILURE)) == {OWNER.user_id}
    shop.clock.pass_(hours=1)
    assert set(notices(await shop.owed(), NoticeKind.TEAM_FAILURE)) == {GROUP}


async def test_an_order_that_leaves_too_little_is_told_once_to_owners_and_desk(store: Store, nova: Reseller) -> None:
    shop = Shop(store, limits=ShopLimits(low_balance=Decimal(80)))
    await ordered(shop, nova, BUYER)  # 20.90 of 100: 79.10 are left
    low = notices(await shop.owed(), NoticeKind.RESELLER_LOW)
    assert set(low) == {OWNER.user_id, DESK_CHAT}
    assert Decimal(low[OWNER.user_id].data["amount"]) == Decimal("79.10")
    assert "reseller" not in low[OWNER.user_id].data
    assert low[DESK_CHAT].data["reseller"] == "Nova Games"
    await ordered(shop, nova, BUYER)
    assert notices(await shop.owed(), NoticeKind.RESELLER_LOW) == {}


async def test_an_accounts_own_limit_goes_before_the_shops(store: Store) -> None:
    shop = Shop(store, limits=ShopLimits(low_balance=Decimal(80)))
    careless = await add_reseller(store, low_balance=Decimal(0))
    await ordered(shop, careless, BUYER)
    assert notices(await shop.owed(), NoticeKind.RESELLER_LOW) == {}


async def test_an_order_that_nobody_chose_to_hear_of_reads_choices_once(store: Store, nova: Reseller) -> None:
    shop = Shop(store)
    order = make_order(reseller_id=nova.id, place=BUYER, state=OrderState.ACCEPTED)
    seen: list[str] = []

    async def work(tables: Tables) -> None:
        connection = tables.orders._db.sync_connection  # pyright: ignore[reportPrivateUsage] - to watch its statements
        event.listen(connection, "before_cursor_execute", lambda *told: seen.append(told[2]))
        await shop.desk.order_changed(tables, order, replace(order, state=OrderState.COMPLETED), NOW)

    await store.write(work)
    assert len(seen) == 1


def test_an_order_that_stays_as_it_is_calls_for_no_notice() -> None:
    order = make_order(state=OrderState.COMPLETED)
    assert list(order_notices(order, order)) == []


def _in_part(order: Order) -> Any:
    return report(order, ReportedStatus.PARTIAL, delivered=1, codes=keys("A"), refunded=Decimal("9.50"))


def _refused(_order: Order) -> Any:
    return Rejected(RejectReason.REFUSED)
