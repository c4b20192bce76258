"""Invites: what a link does, for whom, where, and how often."""

import asyncio
from datetime import timedelta

import pytest

from bot.resellers.invitations import (
    AdminMustBeSure,
    Adopted,
    AlreadyMember,
    BelongsElsewhere,
    GroupTaken,
    Joined,
    LinkExpired,
    LinkUnknown,
    LinkUsed,
    NotOfTeam,
    WrongPlace,
    digest_of,
)
from bot.resellers.membership import new_token
from bot.resellers.team import Gone, NotAllowed
from storage.records.resellers import InviteKind, MemberRole
from storage.store import Store
from tests.resellers.club import ADMIN, BUYER, DESK, GROUP, OWNER, YAN, ZOE, Club, next_update, owed


@pytest.fixture
def club(store: Store) -> Club:
    return Club(store)


async def test_a_link_makes_whoever_opens_it_a_member(club: Club) -> None:
    nova = await club.reseller()
    links = await club.links(nova, OWNER)
    outcome = await club.joins(links.person_token)
    member = await club.member(ZOE)
    assert isinstance(outcome, Joined)
    assert member is not None
    assert (member.reseller_id, member.role, member.invited_by) == (nova.id, MemberRole.BUYER, OWNER)
    assert (member.name, member.username) == ("Person 4", "person4")
    assert (await club.trail())[0] == (ZOE, "join", "Nova")


async def test_the_first_person_of_a_reseller_becomes_its_owner(club: Club) -> None:
    empty = await club.reseller(owner=None, buyer=None)
    links = await club.links(empty)
    await club.joins(links.person_token)
    member = await club.member(ZOE)
    assert links.role is MemberRole.OWNER
    assert member is not None
    assert member.role is MemberRole.OWNER


async def test_whoever_made_the_link_hears_who_came(club: Club) -> None:
    links = await club.links(await club.reseller(), OWNER)
    await club.joins(links.person_token)
    [news] = await owed(club.store, OWNER)
    assert (news["change"], news["person"], news["reseller"]) == ("joined", "Person 4", "Nova")


async def test_a_link_works_once(club: Club) -> None:
    links = await club.links(await club.reseller())
    await club.joins(links.person_token)
    assert isinstance(await club.joins(links.person_token, YAN), LinkUsed)
    assert await club.member(YAN) is None


async def test_of_many_people_at_once_a_link_lets_one_in(club: Club) -> None:
    links = await club.links(await club.reseller())
    outcomes = await asyncio.gather(*(club.joins(links.person_token, who) for who in range(20, 40)))
    assert [type(outcome) for outcome in outcomes].count(Joined) == 1
    assert [type(outcome) for outcome in outcomes].count(LinkUsed) == 19


async def test_an_update_that_is_handled_twice_joins_once_and_says_the_same(club: Club) -> None:
    links = await club.links(await club.reseller())
    update = next_update()
    first = await club.joins(links.person_token, update=update)
    assert await club.joins(links.person_token, update=update) == first
    assert [action for _, action, _ in await club.trail()].count("join") == 1


async def test_an_expired_link_lets_nobody_in(club: Club) -> None:
    links = await club.links(await club.reseller())
    club.now = links.expires_at
    assert isinstance(await club.joins(links.person_token), LinkExpired)
    club.now -= timedelta(microseconds=1)
    assert isinstance(await club.joins(links.person_token), Joined)


async def test_a_made_up_link_is_no_link(club: Club) -> None:
    assert isinstance(await club.joins("x" * 32), LinkUnknown)
    assert isinstance(await club.adopts("x" * 32), LinkUnknown)


async def test_a_link_is_stored_as_a_digest_alone(club: Club) -> None:
    links = await club.links(await club.reseller())
    stored = await club.store.read(lambda tables: tables.invites.get(digest_of(links.person_token)))
    assert stored is not None
    assert links.person_token not in repr(stored)
    assert await club.store.read(lambda tables: tables.invites.get(links.person_token)) is None


async def test_a_member_who_opens_a_link_of_their_own_reseller_leaves_it_for_others(club: Club) -> None:
    links = await club.links(await club.reseller())
    assert isinstance(await club.joins(links.person_token, BUYER), AlreadyMember)
    assert isinstance(await club.joins(links.person_token), Joined)


async def test_a_buyer_who_opens_an_owners_link_becomes_owner(club: Club) -> None:
    links = await club.links(await club.reseller(), role=MemberRole.OWNER)
    assert isinstance(await club.joins(links.person_token, BUYER), Joined)
    member = await club.member(BUYER)
    assert member is not None
    assert member.role is MemberRole.OWNER


async def test_an_owner_who_opens_a_buyers_link_stays_owner(club: Club) -> None:
    links = await club.links(await club.reseller(), role=MemberRole.BUYER)
    assert isinstance(await club.joins(links.person_token, OWNER), AlreadyMember)
    member = await club.member(OWNER)
    assert member is not None
    assert member.role is MemberRole.OWNER


async def test_nobody_slips_from_one_reseller_into_another(club: Club) -> None:
    nova = await club.reseller()
    atlas = await club.reseller("Atlas", owner=YAN, buyer=None)
    links = await club.links(atlas)
    outcome = await club.joins(links.person_token, BUYER)
    member = await club.member(BUYER)
    assert isinstance(outcome, BelongsElsewhere)
    assert outcome.present.id == nova.id
    assert member is not None
    assert member.reseller_id == nova.id
    assert isinstance(await club.joins(links.person_token), Joined)


async def test_an_admin_joins_only_when_they_say_that_they_mean_it(club: Club) -> None:
    links = await club.links(await club.reseller())
    assert isinstance(await club.joins(links.person_token, ADMIN), AdminMustBeSure)
    assert await club.member(ADMIN) is None
    assert isinstance(await club.joins(links.person_token, ADMIN, sure=True), Joined)
    assert await owed(club.store, ADMIN) == []


async def test_each_kind_of_link_works_in_its_place_only_and_is_not_used_up_elsewhere(club: Club) -> None:
    links = await club.links(await club.reseller())
    assert await club.joins(links.group_token) == WrongPlace(InviteKind.GROUP)
    assert await club.adopts(links.person_token) == WrongPlace(InviteKind.PERSON)
    assert isinstance(await club.joins(links.person_token), Joined)
    assert isinstance(await club.adopts(links.group_token), Adopted)


@pytest.mark.parametrize("who", [ADMIN, OWNER, BUYER])
async def test_admins_and_members_add_a_group(club: Club, who: int) -> None:
    nova = await club.reseller()
    outcome = await club.adopts((await club.links(nova)).group_token, who)
    standing = await club.store.read(lambda tables: tables.resellers.standing(BUYER, GROUP))
    assert isinstance(outcome, Adopted)
    assert outcome.new
    assert standing.group_of is not None
    assert standing.group_of.id == nova.id


async def test_a_stranger_and_another_resellers_member_add_no_group(club: Club) -> None:
    nova = await club.reseller()
    await club.reseller("Atlas", owner=YAN, buyer=None)
    links = await club.links(nova)
    assert isinstance(await club.adopts(links.group_token, ZOE), NotOfTeam)
    assert isinstance(await club.adopts(links.group_token, YAN), NotOfTeam)
    assert isinstance(await club.adopts(links.group_token), Adopted)


async def test_a_group_is_not_taken_from_its_reseller(club: Club) -> None:
    nova = await club.reseller()
    atlas = await club.reseller("Atlas", owner=YAN, buyer=None)
    await club.adopts((await club.links(nova)).group_token)
    assert isinstance(await club.adopts((await club.links(atlas)).group_token, YAN), GroupTaken)
    assert isinstance(await club.adopts((await club.links(atlas)).group_token, ADMIN), GroupTaken)


async def test_the_operators_own_chat_becomes_nobodys_group(club: Club) -> None:
    links = await club.links(await club.reseller())
    assert isinstance(await club.adopts(links.group_token, ADMIN, DESK), GroupTaken)


async def test_a_group_that_is_the_resellers_already_leaves_the_link_for_another(club: Club) -> None:
    nova = await club.reseller()
    first, second = await club.links(nova), await club.links(nova)
    await club.adopts(first.group_token)
    again = await club.adopts(second.group_token)
    assert isinstance(again, Adopted)
    assert not again.new
    assert isinstance(await club.adopts(second.group_token, chat=-101), Adopted)


async def test_a_group_added_twice_by_one_update_is_said_to_be_new_both_times(club: Club) -> None:
    links = await club.links(await club.reseller())
    update = next_update()
    first = await club.adopts(links.group_token, update=update)
    assert await club.adopts(links.group_token, update=update) == first


async def test_links_are_made_by_admins_and_owners_alone(club: Club) -> None:
    nova = await club.reseller()
    await club.reseller("Atlas", owner=YAN, buyer=None)
    for who in (BUYER, ZOE, YAN):
        assert isinstance(await club.parts.invitations.links(nova.id, who, next_update()), NotAllowed)
    assert isinstance(await club.parts.invitations.links(404, ADMIN, next_update()), Gone)


async def test_withdrawn_links_let_nobody_in(club: Club) -> None:
    nova = await club.reseller()
    links = await club.links(nova, OWNER)
    assert await club.parts.invitations.withdraw(nova.id, OWNER, next_update()) == 2
    assert isinstance(await club.joins(links.person_token), LinkUnknown)
    assert isinstance(await club.parts.invitations.withdraw(nova.id, BUYER, next_update()), NotAllowed)


def test_tokens_fit_a_start_link_and_are_not_guessed() -> None:
    tokens = {new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(len(token) == 32 and token.replace("-", "").replace("_", "").isalnum() for token in tokens)
