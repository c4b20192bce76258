"""``/team``: what owners, buyers and admins see of a reseller's people and groups, and change."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.telegram import groups, people
from storage.records.resellers import Member, MemberRole, Reseller, ResellerGroup
from storage.store import Store
from tests.conversations.people import BEA, YAN, ZOE, brings, group, links_of, meets, starts
from tests.conversations.shop import ADMIN, COLLEAGUE, GROUP, Shop, open_shop
from tests.factories import NOW, make_item
from tests.resellers.people import add_reseller

OWNER, BUYER = COLLEAGUE, BEA


@pytest.fixture
async def shop(store: Store, tmp_path: Path) -> AsyncIterator[Shop]:
    """The bot with one admin, an owner and a buyer who have opened it."""
    async with open_shop(store, tmp_path, [make_item()], admins=(ADMIN,), desk=(ADMIN,)) as opened:
        meets(opened, BEA, "Bea")
        for person in (ADMIN, OWNER, BUYER):
            await starts(opened, person)
        yield opened


@pytest.fixture
async def nova(store: Store) -> Reseller:
    """A reseller with an owner and a buyer."""
    people_of = {OWNER: MemberRole.OWNER, BUYER: MemberRole.BUYER}
    return await add_reseller(store, "Nova", people=people_of, groups=())


def forges(shop: Shop, who: int, data: str) -> None:
    """Somebody sends the data of a button that they do not have."""
    world = shop.telegram.world
    holders = [one for one in shop.messages(who) if one.keyboard]
    people.press(shop.telegram, world.user(who), world.chat(who), holders[-1].id, data, "", forged=True)


async def member(shop: Shop, user_id: int) -> Member | None:
    """What somebody is."""
    return await shop.store.read(lambda tables: tables.members.get(user_id))


async def test_an_owner_sees_people_groups_and_open_links(shop: Shop, nova: Reseller) -> None:
    await brings(shop, OWNER, group(shop, [OWNER]), (await links_of(shop, nova)).group_token)
    await shop.says("/team", who=OWNER)
    text = shop.text(OWNER)
    assert "Team of Nova" in text
    assert "Person 1003 · owner · you" in text
    assert "Person 1012 · buyer" in text
    assert "Corner" in text
    assert "1 link can still be used." in text


async def test_a_buyer_sees_whom_they_order_for_and_may_leave(shop: Shop, nova: Reseller) -> None:
    await shop.says("/team", who=BUYER)
    assert "You order for Nova" in shop.text(BUYER)
    assert shop.labels(shop.last(BUYER)) == ["Leave"]
    await shop.taps("Leave", who=BUYER)
    assert "Leave Nova?" in shop.text(BUYER)
    await shop.taps("Leave", who=BUYER)
    assert "You do not order for Nova any more" in shop.text(BUYER)
    assert await member(shop, BUYER) is None


async def test_the_only_owner_is_told_why_they_cannot_go(shop: Shop, nova: Reseller) -> None:
    await shop.says("/team", who=OWNER)
    await shop.taps("Person 1003", who=OWNER)
    await shop.taps("Make buyer", who=OWNER)
    assert "is the only owner" in shop.popups()[-1]
    await shop.taps("Leave", who=OWNER)
    await shop.taps("Leave", who=OWNER)
    assert "is the only owner" in shop.popups()[-1]
    assert await member(shop, OWNER) is not None


async def test_an_owner_makes_another_owner_who_hears_it(shop: Shop, nova: Reseller) -> None:
    await shop.says("/team", who=OWNER)
    await shop.taps("Person 1012", who=OWNER)
    await shop.taps("Make owner", who=OWNER)
    assert "✅ Person 1012 is an owner now." in shop.text(OWNER)
    await shop.deliver()
    assert "You are an owner of Nova now" in shop.text(BUYER)


async def test_a_removal_says_that_the_groups_have_to_be_seen_to(shop: Shop, nova: Reseller) -> None:
    await shop.store.write(lambda tables: tables.groups.put(ResellerGroup(GROUP, nova.id, OWNER, NOW)))
    await shop.says("/team", who=OWNER)
    await shop.taps("Person 1012", who=OWNER)
    await shop.taps("Remove", who=OWNER)
    assert "whoever stays in one goes on reading the codes" in shop.text(OWNER)


async def test_a_removal_is_asked_twice_and_told(shop: Shop, nova: Reseller) -> None:
    await shop.says("/team", who=OWNER)
    await shop.taps("Person 1012", who=OWNER)
    await shop.taps("Remove", who=OWNER)
    assert "Remove Person 1012 from Nova?" in shop.text(OWNER)
    assert await member(shop, BUYER) is not None
    await shop.taps("Remove", who=OWNER)
    assert "✅ Person 1012 is out." in shop.text(OWNER)
    await shop.deliver()
    assert "You do not order for Nova any more" in shop.text(BUYER)


async def test_an_owners_invite_lets_one_person_in(shop: Shop, nova: Reseller) -> None:
    await shop.says("/team", who=OWNER)
    await shop.taps("Invite", who=OWNER)
    text = shop.text(OWNER)
    token = text.split("?start=")[1].split()[0]
    assert "who becomes a buyer" in text
    assert "?startgroup=" in text
    await starts(shop, meets(shop), token)
    assert "You order for Nova now" in shop.text(ZOE)
    await shop.deliver()
    assert "Zoe opened your link" in shop.text(OWNER)


async def test_withdrawn_links_do_not_work(shop: Shop, nova: Reseller) -> None:
    links = await links_of(shop, nova)
    await shop.says("/team", who=OWNER)
    await shop.taps("Withdraw", who=OWNER)
    assert "No link of this reseller can be used any more" in shop.text(OWNER)
    await starts(shop, meets(shop), links.person_token)
    assert "does not work" in shop.text(ZOE)


async def test_a_group_is_removed_and_hears_it(shop: Shop, nova: Reseller) -> None:
    corner = group(shop, [OWNER])
    await brings(shop, OWNER, corner, (await links_of(shop, nova)).group_token)
    await shop.says("/team", who=OWNER)
    await shop.taps("Corner", who=OWNER)
    await shop.taps("Remove", who=OWNER)
    assert "✅ Corner is out." in shop.text(OWNER)
    await shop.deliver()
    assert "Nobody orders for Nova here any more" in shop.text(corner.id)
    await shop.says("/order", who=OWNER, chat=corner.id)
    assert "This group belongs to nobody yet" in shop.text(corner.id)


async def test_a_group_that_put_the_bot_out_is_marked(shop: Shop, nova: Reseller) -> None:
    corner = group(shop, [OWNER])
    await brings(shop, OWNER, corner, (await links_of(shop, nova)).group_token)
    groups.remove_bot(shop.telegram, corner, shop.telegram.world.user(OWNER))
    await shop.settle()
    await shop.says("/team", who=OWNER)
    assert "Corner · I cannot write there" in shop.text(OWNER)
    await shop.taps("Corner", who=OWNER)
    assert "Add me again" in shop.text(OWNER)


async def test_forged_buttons_of_a_buyer_and_of_another_owner_change_nothing(shop: Shop, nova: Reseller) -> None:
    await add_reseller(shop.store, "Atlas", people={meets(shop, YAN, "Yan"): MemberRole.OWNER}, groups=())
    for who in (BUYER, YAN):
        await starts(shop, who)
        await shop.says("/team", who=who)
        before = len(shop.popups())
        for data in (
            f"tR|{nova.id}|{OWNER}",
            f"tO|{nova.id}|{OWNER}|buyer",
            f"tI|{nova.id}",
            f"tW|{nova.id}",
            f"tM|{nova.id}|{OWNER}",
            f"tg|{nova.id}|{GROUP}",
        ):
            forges(shop, who, data)
        await shop.settle()
        assert len(shop.popups()) == before + 6
        assert all("Only an owner" in words for words in shop.popups()[before:])
    found = await member(shop, OWNER)
    assert found is not None
    assert found.role is MemberRole.OWNER
    assert await shop.store.read(lambda tables: tables.invites.waiting(nova.id, nova.created_at)) == 0


async def test_an_old_button_shows_the_team_as_it_is(shop: Shop, nova: Reseller) -> None:
    await shop.says("/team", who=OWNER)
    await shop.store.write(lambda tables: tables.members.remove(BUYER))
    await shop.taps("Person 1012", who=OWNER)
    assert "does not belong to the team any more" in shop.popups()[-1]
    assert "Person 1012" not in shop.text(OWNER)


async def test_in_a_group_team_is_asked_for_in_private(shop: Shop, nova: Reseller) -> None:
    corner = group(shop, [OWNER])
    await brings(shop, OWNER, corner, (await links_of(shop, nova)).group_token)
    await shop.says("/team", who=OWNER, chat=corner.id)
    assert "in our private chat" in shop.text(corner.id)


async def test_a_long_team_has_pages(shop: Shop) -> None:
    crowd = dict.fromkeys(range(4001, 4012), MemberRole.BUYER)
    await add_reseller(shop.store, "Nova", people={OWNER: MemberRole.OWNER} | crowd, groups=())
    await shop.says("/team", who=OWNER)
    assert "Person 4001" in shop.text(OWNER)
    assert "Person 4011" not in shop.text(OWNER)
    await shop.taps("›", who=OWNER)
    assert "Person 4011" in shop.text(OWNER)


async def test_an_admin_manages_any_team_even_without_an_owner(shop: Shop, nova: Reseller) -> None:
    await shop.says("/team")
    assert "You belong to no reseller" in shop.text()
    await starts(shop, ADMIN)
    forges(shop, ADMIN, f"tT|{nova.id}|0")
    await shop.settle()
    await shop.taps("Person 1003")
    await shop.taps("Make buyer")
    assert "✅ Person 1003 is a buyer now." in shop.text()
    await shop.taps("Invite")
    assert "who becomes an owner" in shop.text()
