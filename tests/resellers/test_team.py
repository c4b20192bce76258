"""Teams: who sees them, who changes them, and that somebody is always left to run the account."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.resellers.buyers import Buyers
from bot.resellers.invitations import Adopted, Joined, LinkUnknown
from bot.resellers.team import Gone, GroupRemoved, LastOwner, NotAllowed, Removed, RoleSet, TeamView
from storage.crypto import Vault
from storage.records.orders import Place
from storage.records.resellers import Member, MemberRole
from storage.store import Store
from tests.resellers.club import ADMIN, BUYER, GROUP, OWNER, YAN, ZOE, Club, next_update, owed

PEOPLE = (ADMIN, OWNER, BUYER, ZOE, YAN)


@pytest.fixture
def club(store: Store) -> Club:
    return Club(store)


async def test_a_removed_member_is_a_stranger_at_once(club: Club) -> None:
    nova = await club.reseller()
    buyers = Buyers([ADMIN])
    before = await club.store.read(lambda tables: buyers.here(tables, Place(BUYER, BUYER)))
    assert isinstance(await club.parts.team.remove(nova.id, BUYER, OWNER, next_update()), Removed)
    after = await club.store.read(lambda tables: buyers.here(tables, Place(BUYER, BUYER)))
    assert (before.may_order, after.may_order) == (True, False)
    assert [news["change"] for news in await owed(club.store, BUYER)] == ["removed"]
    assert (await club.trail())[0] == (OWNER, "remove member", "Nova")


async def test_a_removal_handled_twice_is_told_once(club: Club) -> None:
    nova = await club.reseller()
    update = next_update()
    await club.parts.team.remove(nova.id, BUYER, OWNER, update)
    assert isinstance(await club.parts.team.remove(nova.id, BUYER, OWNER, update), Gone)
    assert len(await owed(club.store, BUYER)) == 1


async def test_whoever_leaves_is_not_told_so_again(club: Club) -> None:
    nova = await club.reseller()
    assert isinstance(await club.parts.team.remove(nova.id, BUYER, BUYER, next_update()), Removed)
    assert await owed(club.store, BUYER) == []


async def test_the_last_owner_cannot_leave_or_become_less(club: Club) -> None:
    nova = await club.reseller()
    assert isinstance(await club.parts.team.remove(nova.id, OWNER, OWNER, next_update()), LastOwner)
    assert isinstance(await club.parts.team.set_role(nova.id, OWNER, MemberRole.BUYER, OWNER, next_update()), LastOwner)
    assert isinstance(await club.parts.team.set_role(nova.id, BUYER, MemberRole.OWNER, OWNER, next_update()), RoleSet)
    assert isinstance(await club.parts.team.set_role(nova.id, OWNER, MemberRole.BUYER, OWNER, next_update()), RoleSet)


async def test_an_admin_may_take_the_last_owner_away(club: Club) -> None:
    nova = await club.reseller()
    assert isinstance(await club.parts.team.set_role(nova.id, OWNER, MemberRole.BUYER, ADMIN, next_update()), RoleSet)
    assert isinstance(await club.parts.team.remove(nova.id, OWNER, ADMIN, next_update()), Removed)


async def test_a_member_hears_what_they_became(club: Club) -> None:
    nova = await club.reseller()
    await club.parts.team.set_role(nova.id, BUYER, MemberRole.OWNER, OWNER, next_update())
    [news] = await owed(club.store, BUYER)
    assert (news["change"], news["role"]) == ("role", "owner")


async def test_a_role_that_somebody_has_is_neither_recorded_nor_told(club: Club) -> None:
    nova = await club.reseller()
    await club.parts.team.set_role(nova.id, BUYER, MemberRole.BUYER, OWNER, next_update())
    assert await owed(club.store, BUYER) == []
    assert await club.trail() == []


async def test_a_buyer_and_another_resellers_owner_change_nothing(club: Club) -> None:
    nova = await club.reseller()
    await club.reseller("Atlas", owner=YAN, buyer=None)
    await club.adopts((await club.links(nova)).group_token)
    for who in (BUYER, YAN, ZOE):
        assert isinstance(await club.parts.team.remove(nova.id, OWNER, who, next_update()), NotAllowed)
        assert isinstance(await club.parts.team.remove_group(nova.id, GROUP, who, next_update()), NotAllowed)
        assert isinstance(
            await club.parts.team.set_role(nova.id, OWNER, MemberRole.BUYER, who, next_update()), NotAllowed
        )
    assert await club.member(OWNER) is not None


async def test_an_owner_cannot_reach_another_team_through_the_own_one(club: Club) -> None:
    nova = await club.reseller()
    atlas = await club.reseller("Atlas", owner=YAN, buyer=None)
    await club.adopts((await club.links(atlas)).group_token, YAN)
    assert isinstance(await club.parts.team.remove(nova.id, YAN, OWNER, next_update()), Gone)
    assert isinstance(await club.parts.team.remove_group(nova.id, GROUP, OWNER, next_update()), Gone)
    assert await club.member(YAN) is not None


async def test_an_old_button_does_not_put_somebody_out_of_the_reseller_they_joined_since(club: Club) -> None:
    nova = await club.reseller()
    atlas = await club.reseller("Atlas", owner=YAN, buyer=None)
    await club.parts.team.remove(nova.id, BUYER, OWNER, next_update())
    await club.joins((await club.links(atlas)).person_token, BUYER)
    assert isinstance(await club.parts.team.remove(nova.id, BUYER, ADMIN, next_update()), Gone)
    assert await club.member(BUYER) is not None


async def test_an_old_button_makes_nobody_owner_of_the_reseller_they_joined_since(club: Club) -> None:
    nova = await club.reseller()
    atlas = await club.reseller("Atlas", owner=YAN, buyer=None)
    await club.parts.team.remove(nova.id, BUYER, OWNER, next_update())
    await club.joins((await club.links(atlas)).person_token, BUYER)
    assert isinstance(await club.parts.team.set_role(nova.id, BUYER, MemberRole.OWNER, ADMIN, next_update()), Gone)
    member = await club.member(BUYER)
    assert member is not None
    assert (member.reseller_id, member.role) == (atlas.id, MemberRole.BUYER)


async def test_a_removed_owner_does_not_come_back_by_a_link_made_in_advance(club: Club) -> None:
    nova = await club.reseller()
    theirs, others = await club.links(nova, OWNER), await club.links(nova, ADMIN)
    await club.parts.team.remove(nova.id, OWNER, ADMIN, next_update())
    assert isinstance(await club.joins(theirs.person_token, OWNER), LinkUnknown)
    assert isinstance(await club.joins(others.person_token), Joined)


async def test_an_owner_who_becomes_buyer_lets_nobody_in_by_old_links(club: Club) -> None:
    nova = await club.reseller()
    theirs = await club.links(nova, OWNER)
    await club.parts.team.set_role(nova.id, OWNER, MemberRole.BUYER, ADMIN, next_update())
    assert isinstance(await club.joins(theirs.person_token), LinkUnknown)


async def test_a_removed_group_hears_it_and_belongs_to_nobody(club: Club) -> None:
    nova = await club.reseller()
    await club.adopts((await club.links(nova)).group_token)
    assert isinstance(await club.parts.team.remove_group(nova.id, GROUP, OWNER, next_update()), GroupRemoved)
    standing = await club.store.read(lambda tables: tables.resellers.standing(BUYER, GROUP))
    assert standing.group_of is None
    assert [news["change"] for news in await owed(club.store, GROUP)] == ["group_removed"]
    assert isinstance(await club.adopts((await club.links(nova)).group_token), Adopted)


async def test_a_team_is_shown_to_its_people_and_to_admins(club: Club) -> None:
    nova = await club.reseller()
    await club.links(nova, OWNER)
    seen = {who: await club.parts.team.view(nova.id, who) for who in PEOPLE}
    allowed = {who: view.manages for who, view in seen.items() if isinstance(view, TeamView)}
    assert allowed == {ADMIN: True, OWNER: True, BUYER: False}
    mine = await club.parts.team.mine(OWNER)
    assert isinstance(mine, TeamView)
    assert [member.user_id for member in mine.members] == [OWNER, BUYER]
    assert mine.open_links == 2
    assert isinstance(await club.parts.team.mine(ADMIN), Gone)


ACT = st.tuples(st.sampled_from(["remove", *MemberRole]), st.sampled_from(PEOPLE[1:]), st.sampled_from(PEOPLE[1:]))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACT, max_size=12))
def test_whatever_its_own_people_do_a_reseller_keeps_an_owner(
    acts: list[tuple[str, int, int]], tmp_path_factory: pytest.TempPathFactory, vault: Vault
) -> None:
    url = f"sqlite:///{tmp_path_factory.mktemp('team') / 'orderline.db'}"
    assert asyncio.run(_owners_after(url, vault, acts))


async def _owners_after(url: str, vault: Vault, acts: list[tuple[str, int, int]]) -> Sequence[Member]:
    store = await Store.open(url, vault)
    try:
        club = Club(store)
        nova = await club.reseller()
        for act, target, actor in acts:
            if act == "remove":
                await club.parts.team.remove(nova.id, target, actor, next_update())
            else:
                await club.parts.team.set_role(nova.id, target, MemberRole(act), actor, next_update())
        return await store.read(lambda tables: tables.members.owners(nova.id))
    finally:
        await store.close()
