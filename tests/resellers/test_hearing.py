"""Who may choose what a chat hears, and what choosing does."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.resellers.buyers import Buyers
from bot.resellers.hearing import Hearing, Hearings, NotYours
from storage.records.orders import Place
from storage.records.resellers import Choices, FeedEvent, MemberRole, Reseller
from storage.store import Store
from storage.tables import Tables
from tests.factories import make_delivery
from tests.resellers.people import BUYER, GROUP, OWNER, PEOPLE, add_reseller

ADMIN, DESK, STRANGER = 9001, -9000, 9999
EVENING = datetime(2026, 3, 14, 21, 30, tzinfo=UTC)

Choice = Callable[[Hearings, Place], Awaitable[Hearing | NotYours]]


def team(on: bool) -> Choice:
    return lambda hearings, place: hearings.team_failures(place, on=on)


def feed(on: bool, event: FeedEvent = FeedEvent.COMPLETED) -> Choice:
    return lambda hearings, place: hearings.feed(place, event, on=on)


def night(hearings: Hearings, place: Place) -> Awaitable[Hearing | NotYours]:
    return hearings.quiet(place, 22 * 60, 7 * 60)


def zone(hearings: Hearings, place: Place) -> Awaitable[Hearing | NotYours]:
    return hearings.time_zone(place, "Europe/Kyiv")


def low(hearings: Hearings, place: Place) -> Awaitable[Hearing | NotYours]:
    return hearings.low_balance(place, Decimal(50))


@pytest.fixture
async def nova(store: Store) -> Reseller:
    return await add_reseller(store)


def hearings(store: Store, now: datetime = EVENING) -> Hearings:
    return Hearings(store, Buyers([ADMIN]), lambda: now, frozenset({DESK, ADMIN}), Decimal(10))


PRIVATE_ADMIN, ADMIN_AT_DESK = Place(ADMIN, ADMIN), Place(DESK, ADMIN)
OWNER_IN_GROUP, BUYER_IN_GROUP = Place(GROUP, OWNER.user_id, 7), Place(GROUP, BUYER.user_id)
EVERY = {"team": team(on=True), "feed": feed(on=True), "night": night, "zone": zone, "low": low}
MAY = {
    OWNER: {"team", "night", "zone", "low"},
    BUYER: {"night", "zone"},
    OWNER_IN_GROUP: {"team", "night", "zone"},
    BUYER_IN_GROUP: set[str](),
    PRIVATE_ADMIN: {"feed", "night", "zone"},
    ADMIN_AT_DESK: {"feed", "night", "zone"},
    Place(GROUP, ADMIN): set[str](),
    Place(DESK, OWNER.user_id): set[str](),
    Place(STRANGER, STRANGER): set[str](),
    Place(-4000, OWNER.user_id): set[str](),
}


@pytest.mark.usefixtures("nova")
@pytest.mark.parametrize("what", EVERY)
@pytest.mark.parametrize("place", MAY, ids=lambda place: f"{place.user_id} in {place.chat_id}")
async def test_everybody_may_choose_what_is_theirs_and_nothing_else(store: Store, place: Place, what: str) -> None:
    before = await store.read(lambda tables: tables.chats.choices_of([place.chat_id]))
    outcome = await EVERY[what](hearings(store), place)
    assert isinstance(outcome, Hearing) == (what in MAY[place])
    if isinstance(outcome, NotYours):
        assert await store.read(lambda tables: tables.chats.choices_of([place.chat_id])) == before


@pytest.mark.usefixtures("nova")
async def test_what_is_offered_is_what_may_be_chosen(store: Store) -> None:
    for place, may in MAY.items():
        seen = await hearings(store).view(place)
        offered = {"team": seen.team, "feed": seen.feed, "low": seen.low_balance is not None}
        quiet = {"night", "zone"} if seen.may_change else set[str]()
        assert {name for name, there in offered.items() if there} | quiet == may


async def test_an_owner_who_was_removed_changes_nothing_any_more(store: Store, nova: Reseller) -> None:
    await store.write(lambda tables: tables.members.remove(OWNER.user_id))
    for choice in EVERY.values():
        assert isinstance(await choice(hearings(store), OWNER_IN_GROUP), NotYours)
    assert nova.low_balance is None


@pytest.mark.usefixtures("nova")
async def test_the_topic_where_it_was_chosen_hears_the_team(store: Store) -> None:
    chosen = await hearings(store).team_failures(OWNER_IN_GROUP, on=True)
    assert isinstance(chosen, Hearing)
    assert (chosen.choices.team_failures, chosen.choices.thread_id) == (True, 7)
    again = await hearings(store).team_failures(OWNER_IN_GROUP, on=False)
    assert isinstance(again, Hearing)
    assert again.choices == Choices()


async def test_each_event_of_the_feed_is_a_switch_of_its_own(store: Store) -> None:
    service = hearings(store)
    await service.feed(ADMIN_AT_DESK, FeedEvent.NEW, on=True)
    await service.feed(ADMIN_AT_DESK, FeedEvent.NEW, on=True)
    await service.feed(ADMIN_AT_DESK, FeedEvent.FAILED, on=False)
    chosen = await service.view(ADMIN_AT_DESK)
    assert chosen.choices.feed == (FeedEvent.NEW, FeedEvent.PARTIAL, FeedEvent.REJECTED)


@pytest.mark.usefixtures("nova")
async def test_the_card_tells_the_time_there(store: Store) -> None:
    await hearings(store).time_zone(OWNER, "Asia/Kolkata")
    seen = await hearings(store).view(OWNER)
    assert (seen.there.hour, seen.there.minute) == (3, 0)


async def test_a_limit_of_its_own_is_kept_beside_the_rest_of_the_account(store: Store, nova: Reseller) -> None:
    chosen = await hearings(store).low_balance(OWNER, Decimal(75))
    assert isinstance(chosen, Hearing)
    assert chosen.low_balance == 75
    kept = await store.read(lambda tables: tables.resellers.get(nova.id))
    assert kept == replace(nova, low_balance=Decimal(75))
    back = await hearings(store).low_balance(OWNER, None)
    assert isinstance(back, Hearing)
    assert back.low_balance == 10


async def held(store: Store, until: datetime) -> None:
    await store.write(lambda tables: tables.outbox.add(make_delivery(chat_id=BUYER.chat_id, due_at=until), EVENING))


async def heard(store: Store, at: datetime) -> int:
    async def claim(tables: Tables) -> int:
        return len(await tables.outbox.claim(at, timedelta(seconds=1), 10))

    return await store.write(claim)


@pytest.mark.usefixtures("nova")
async def test_what_waits_comes_at_once_when_the_quiet_hours_are_switched_off(store: Store) -> None:
    night_time = EVENING + timedelta(hours=2)
    await hearings(store).quiet(BUYER, 22 * 60, 7 * 60)
    await held(store, EVENING + timedelta(hours=9, minutes=30))
    assert await heard(store, night_time) == 0
    await hearings(store, night_time).quiet(BUYER, 0, 0)
    assert await heard(store, night_time) == 1


@pytest.mark.usefixtures("nova")
async def test_what_waits_comes_when_the_new_quiet_hours_end(store: Store) -> None:
    await hearings(store).quiet(BUYER, 21 * 60, 7 * 60)
    await held(store, EVENING + timedelta(hours=9, minutes=30))
    await hearings(store).quiet(BUYER, 21 * 60, 22 * 60)
    assert await heard(store, EVENING) == 0
    assert await heard(store, EVENING + timedelta(minutes=30)) == 1


async def test_an_admin_who_is_an_owner_too_chooses_both(store: Store) -> None:
    await add_reseller(store, people={**PEOPLE, ADMIN: MemberRole.OWNER})
    for what in ("team", "feed", "night", "low"):
        assert isinstance(await EVERY[what](hearings(store), PRIVATE_ADMIN), Hearing)
