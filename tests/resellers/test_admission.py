"""Questions for access: asked once, answered once, by admins alone."""

import asyncio
from datetime import timedelta

import pytest

from bot.resellers.admission import (
    ASK_AGAIN_AFTER,
    Approved,
    Asked,
    AskLater,
    Decided,
    Declined,
    HasAccess,
    StillWaits,
    default_name,
)
from bot.resellers.naming import MAX_NAME, clean_name
from bot.resellers.team import Gone, NotAllowed
from storage.records.queues import NoticeKind
from storage.records.resellers import AccessRequest, MemberRole
from storage.store import Store
from tests.factories import NOW
from tests.resellers.club import ADMIN, BUYER, OWNER, SECOND_ADMIN, ZOE, Club, next_update, owed


@pytest.fixture
def club(store: Store) -> Club:
    return Club(store)


async def test_a_question_reaches_the_desk_with_who_it_is(club: Club) -> None:
    assert isinstance(await club.asks(), Asked)
    [(notice, facts)] = club.told.notices
    assert notice is NoticeKind.ACCESS_REQUESTED
    assert (facts["user_id"], facts["name"], facts["username"]) == (ZOE, "Person 4", "person4")


async def test_asking_again_tells_how_it_stands_and_nags_nobody(club: Club) -> None:
    await club.asks()
    club.now += timedelta(days=3)
    assert await club.asks() == StillWaits(NOW)
    assert len(club.told.notices) == 1


async def test_after_a_refusal_one_may_ask_again_a_day_later(club: Club) -> None:
    await club.asks()
    assert isinstance(await club.parts.admission.decline(ZOE, ADMIN, next_update()), Declined)
    [news] = await owed(club.store, ZOE)
    assert news["change"] == "declined"
    assert await club.asks() == AskLater(NOW + ASK_AGAIN_AFTER)
    club.now += ASK_AGAIN_AFTER
    assert isinstance(await club.asks(), Asked)
    assert [facts["again"] for _, facts in club.told.notices] == [False, True]


async def test_approved_for_a_reseller_with_an_owner_one_is_a_buyer_and_hears_it(club: Club) -> None:
    nova = await club.reseller()
    await club.asks()
    outcome = await club.approves(nova)
    assert isinstance(outcome, Approved)
    assert (outcome.member.reseller_id, outcome.member.role) == (nova.id, MemberRole.BUYER)
    assert [news["change"] for news in await owed(club.store, ZOE)] == ["approved"]
    assert (await club.trail())[0] == (ADMIN, "approve", "Nova")
    assert isinstance(await club.asks(), HasAccess)


async def test_approved_as_a_new_reseller_one_owns_it_under_ones_own_name(club: Club) -> None:
    await club.asks()
    outcome = await club.parts.admission.approve_new(ZOE, ADMIN, next_update())
    assert isinstance(outcome, Approved)
    assert (outcome.reseller.name, outcome.member.role) == ("Person 4", MemberRole.OWNER)
    assert [action for _, action, _ in await club.trail()] == ["approve", "create"]


async def test_a_new_resellers_name_that_is_taken_gets_a_number(club: Club) -> None:
    await club.reseller("PERSON 4")
    await club.asks()
    outcome = await club.parts.admission.approve_new(ZOE, ADMIN, next_update())
    assert isinstance(outcome, Approved)
    assert outcome.reseller.name == "Person 4 2"


async def test_of_two_admins_who_answer_at_once_one_does(club: Club) -> None:
    nova = await club.reseller()
    await club.asks()
    outcomes = await asyncio.gather(
        club.approves(nova),
        club.parts.admission.decline(ZOE, SECOND_ADMIN, next_update()),
        club.parts.admission.approve_new(ZOE, SECOND_ADMIN, next_update()),
    )
    assert [type(outcome) for outcome in outcomes] == [Approved, Decided, Decided]
    late = outcomes[1]
    assert isinstance(late, Decided)
    assert (late.view.request.decided_by, late.view.reseller) == (ADMIN, nova)
    assert len(await owed(club.store, ZOE)) == 1


async def test_who_came_in_by_a_link_meanwhile_has_been_answered(club: Club) -> None:
    nova = await club.reseller()
    await club.asks()
    await club.joins((await club.links(nova)).person_token)
    assert await club.parts.admission.waiting(10) == []
    outcome = await club.parts.admission.decline(ZOE, ADMIN, next_update())
    assert isinstance(outcome, Decided)
    assert await club.member(ZOE) is not None


async def test_only_admins_answer(club: Club) -> None:
    nova = await club.reseller()
    await club.asks()
    for who in (OWNER, BUYER, ZOE):
        assert isinstance(await club.approves(nova, by=who), NotAllowed)
        assert isinstance(await club.parts.admission.approve_new(ZOE, who, next_update()), NotAllowed)
        assert isinstance(await club.parts.admission.decline(ZOE, who, next_update()), NotAllowed)
    assert await club.member(ZOE) is None


async def test_nobody_is_let_in_who_never_asked(club: Club) -> None:
    nova = await club.reseller()
    assert isinstance(await club.approves(nova), Gone)
    assert isinstance(await club.parts.admission.approve_new(ZOE, ADMIN, next_update()), Gone)
    assert isinstance(await club.parts.admission.decline(ZOE, ADMIN, next_update()), Gone)
    assert await club.store.read(lambda tables: tables.resellers.names()) == {"nova": nova.id}


async def test_an_answer_handled_twice_changes_nothing_more(club: Club) -> None:
    await club.asks()
    update = next_update()
    first = await club.parts.admission.approve_new(ZOE, ADMIN, update)
    again = await club.parts.admission.approve_new(ZOE, ADMIN, update)
    assert isinstance(first, Approved)
    assert again == Decided(first.view)
    assert len(await club.store.read(lambda tables: tables.resellers.names())) == 1


async def test_accounts_are_chosen_from_by_name_a_page_at_a_time(club: Club) -> None:
    for name in ("Cedar", "alder", "Birch"):
        await club.reseller(name, owner=None, buyer=None)
    found, total = await club.parts.admission.resellers(1, 1)
    assert ([one.name for one in found], total) == (["Birch"], 3)


@pytest.mark.parametrize("name", ["", " ", "/start", "x" * 200, "\u202e", "🎮" * 70, "Zoe"])
def test_whatever_somebody_is_called_a_reseller_can_be_called_something(name: str) -> None:
    for username in ("", "zoe"):
        called = default_name(AccessRequest(ZOE, name, username, NOW))
        assert isinstance(clean_name(called), str)
        assert len(called) <= MAX_NAME
