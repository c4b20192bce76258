"""The door: strangers, links, groups that the bot is brought to, and those who were put out."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram import BotCommandScopeChat, Update

from bot.conversations.patience import Patience
from bot.delivery.windows import Rate
from bot.sandbox.telegram import groups, people
from bot.sandbox.telegram.model import BotStanding, ChatKind
from storage.records.resellers import MemberRole, Reseller
from storage.store import Store
from tests.conversations.people import BEA, YAN, ZOE, brings, group, links_of, meets, starts
from tests.conversations.shop import ADMIN, COLLEAGUE, GROUP, Shop, open_shop
from tests.factories import make_item
from tests.resellers.people import add_reseller

OWNER, BUYER = COLLEAGUE, BEA
NO_ACCESS = "You do not have access to this bot."


@pytest.fixture
async def shop(store: Store, tmp_path: Path) -> AsyncIterator[Shop]:
    """The bot with one admin, whose own chat is the operator's desk."""
    async with open_shop(store, tmp_path, [make_item()], admins=(ADMIN,), desk=(ADMIN,)) as opened:
        meets(opened, BEA, "Bea")
        await starts(opened, ADMIN)
        yield opened


@pytest.fixture
async def nova(store: Store) -> Reseller:
    """A reseller with an owner and a buyer."""
    return await add_reseller(store, "Nova", people={OWNER: MemberRole.OWNER, BUYER: MemberRole.BUYER}, groups=())


async def menu(shop: Shop, user_id: int) -> dict[str, str]:
    """The menu of a person's own chat, once everything that goes on beside the updates has ended."""
    if shop.application.running:
        await shop.application.stop()
    commands = await shop.application.bot.get_my_commands(BotCommandScopeChat(user_id))
    return {one.command: one.description for one in commands}


async def test_a_stranger_learns_nothing_but_how_to_ask(shop: Shop) -> None:
    meets(shop)
    for words in ("/start", "/order", "/balance", "/team", "steam", "/order_7KQ2M9XF"):
        await shop.says(words, who=ZOE)
        assert shop.text(ZOE) == NO_ACCESS
        assert shop.labels(shop.last(ZOE)) == ["🙋 Ask for access"]


async def test_asking_again_says_that_it_waits_and_the_desk_hears_once(shop: Shop) -> None:
    await starts(shop, meets(shop))
    first = shop.last(ZOE)
    await shop.says("/start", who=ZOE)
    await shop.taps("Ask for access", who=ZOE)
    assert "You asked for access" in shop.text(ZOE)
    await shop.taps("Ask for access", who=ZOE, message=first.id)
    assert "It waits for an answer" in shop.messages(ZOE)[0].body.text
    await shop.deliver()
    [asked] = [one.body.text for one in shop.messages(ADMIN) if "asks for access" in one.body.text]
    assert str(ZOE) in asked
    assert "@zoe" in asked


async def test_a_link_lets_a_stranger_in(shop: Shop, nova: Reseller) -> None:
    await starts(shop, meets(shop), (await links_of(shop, nova)).person_token)
    assert "You order for Nova now" in shop.text(ZOE)
    await shop.taps("Open the catalog", who=ZOE)
    assert "Catalog" in shop.text(ZOE)


async def test_a_link_that_was_used_lets_nobody_in_and_offers_to_ask(shop: Shop, nova: Reseller) -> None:
    links = await links_of(shop, nova)
    await starts(shop, meets(shop), links.person_token)
    await starts(shop, meets(shop, YAN, "Yan"), links.person_token)
    assert "used already" in shop.text(YAN)
    assert shop.labels(shop.last(YAN)) == ["🙋 Ask for access"]


async def test_a_member_who_opens_a_link_is_told_that_they_are_in(shop: Shop, nova: Reseller) -> None:
    links = await links_of(shop, nova)
    await starts(shop, OWNER, links.person_token)
    assert "already order for Nova" in shop.text(OWNER)
    await starts(shop, meets(shop), links.person_token)
    assert "You order for Nova now" in shop.text(ZOE)


async def test_a_member_of_another_reseller_must_leave_it_first(shop: Shop, nova: Reseller) -> None:
    await add_reseller(shop.store, "Atlas", people={meets(shop): MemberRole.BUYER}, groups=())
    await starts(shop, ZOE, (await links_of(shop, nova)).person_token)
    assert "You order for Atlas, and nobody can belong to two" in shop.text(ZOE)


async def test_an_admin_is_asked_before_a_link_is_used_up(shop: Shop, nova: Reseller) -> None:
    await starts(shop, ADMIN, (await links_of(shop, nova)).person_token)
    assert "You run the shop" in shop.text()
    assert await shop.store.read(lambda tables: tables.members.get(ADMIN)) is None
    await shop.taps("Join anyway")
    assert "You order for Nova now" in shop.text()
    assert await shop.store.read(lambda tables: tables.members.get(ADMIN)) is not None


async def test_a_stranger_cannot_forge_an_admins_button(shop: Shop, nova: Reseller) -> None:
    await starts(shop, meets(shop))
    world, token = shop.telegram.world, (await links_of(shop, nova)).person_token
    card = shop.last(ZOE).id
    for data in (f"jJ|{token}", f"jR|{ZOE}|{nova.id}", f"jN|{ZOE}", f"tT|{nova.id}|0", f"tI|{nova.id}"):
        people.press(shop.telegram, world.user(ZOE), world.chat(ZOE), card, data, "", forged=True)
    await shop.settle()
    assert shop.popups()[-5:] == [f"{NO_ACCESS} Send /start to ask for it."] * 5
    assert await shop.store.read(lambda tables: tables.members.get(ZOE)) is None


async def test_a_group_link_in_private_is_not_used_up(shop: Shop, nova: Reseller) -> None:
    links = await links_of(shop, nova)
    await starts(shop, OWNER, links.group_token)
    assert "for a group" in shop.text(OWNER)
    corner = group(shop, [OWNER])
    await brings(shop, OWNER, corner, links.group_token)
    assert "From now on Nova orders here" in shop.text(corner.id)


async def test_a_persons_link_in_a_group_is_not_used_up(shop: Shop, nova: Reseller) -> None:
    links = await links_of(shop, nova)
    corner = group(shop, [OWNER, meets(shop)])
    await brings(shop, OWNER, corner, links.person_token)
    assert "for one person" in shop.text(corner.id)
    await starts(shop, ZOE, links.person_token)
    assert "You order for Nova now" in shop.text(ZOE)


async def test_who_brings_the_bot_with_a_link_hears_only_that_it_worked(shop: Shop, nova: Reseller) -> None:
    corner = group(shop, [OWNER, BUYER])
    await brings(shop, OWNER, corner, (await links_of(shop, nova, OWNER)).group_token)
    assert [one.body.text.splitlines()[0] for one in shop.messages(corner.id)] == ["✅ From now on Nova orders here."]
    await shop.says("/find steam", who=BUYER, chat=corner.id)
    assert "This is what the catalog has" in shop.text(corner.id)


async def test_brought_without_a_link_the_bot_explains_itself_once(shop: Shop, nova: Reseller) -> None:
    corner = group(shop, [meets(shop), OWNER])
    await brings(shop, ZOE, corner)
    assert "nobody's yet" in shop.text(corner.id)
    await shop.says("hello bot", who=ZOE, chat=corner.id)
    await shop.says("/weather", who=OWNER, chat=corner.id)
    assert len(shop.messages(corner.id)) == 1


async def test_a_group_that_is_added_long_after_the_bot_came_hears_so_below_the_link(
    shop: Shop, nova: Reseller
) -> None:
    corner = group(shop, [OWNER, meets(shop)])
    await brings(shop, ZOE, corner)
    await shop.says("/order", who=OWNER, chat=corner.id)
    await brings(shop, OWNER, corner, (await links_of(shop, nova)).group_token)
    assert "nobody's yet" in shop.messages(corner.id)[0].body.text
    assert "From now on Nova orders here" in shop.text(corner.id)


async def test_a_member_in_a_group_that_is_nobodys_is_told_how_to_add_it(shop: Shop, nova: Reseller) -> None:
    await shop.says("/order", who=OWNER, chat=GROUP)
    assert "This group belongs to nobody yet" in shop.text(GROUP)


async def test_a_member_of_another_reseller_is_a_stranger_in_a_group(shop: Shop, nova: Reseller) -> None:
    corner = group(shop, [OWNER, meets(shop)])
    await add_reseller(shop.store, "Atlas", people={ZOE: MemberRole.OWNER}, groups=())
    await brings(shop, OWNER, corner, (await links_of(shop, nova)).group_token)
    await shop.says("/order", who=ZOE, chat=corner.id)
    refused = ["This group belongs to a reseller: only its members order here.", "One of its owners can invite you."]
    assert shop.text(corner.id).split("\n") == refused
    assert shop.labels(shop.last(corner.id)) == []
    await shop.says("/order", who=OWNER, chat=corner.id)
    await shop.taps("Steam", who=ZOE, chat=corner.id)
    assert shop.popups()[-1] == " ".join(refused)


async def test_a_strangers_group_link_gives_no_group_away(shop: Shop, nova: Reseller) -> None:
    corner = group(shop, [meets(shop)])
    await brings(shop, ZOE, corner, (await links_of(shop, nova)).group_token)
    assert "Only a member" in shop.text(corner.id)
    assert await shop.store.read(lambda tables: tables.groups.get(corner.id)) is None


async def test_a_bot_that_was_kicked_and_comes_back_says_whose_group_it_is(shop: Shop, nova: Reseller) -> None:
    corner = group(shop, [OWNER, meets(shop)])
    await brings(shop, OWNER, corner, (await links_of(shop, nova)).group_token)
    groups.remove_bot(shop.telegram, corner, shop.telegram.world.user(OWNER))
    await shop.settle()
    await brings(shop, ZOE, corner)
    assert shop.text(corner.id).startswith("Nova orders here.")


async def test_a_group_that_becomes_a_supergroup_stays_its_resellers(shop: Shop, nova: Reseller) -> None:
    small = group(shop, [OWNER], -4242)
    small.kind = ChatKind.GROUP
    await brings(shop, OWNER, small, (await links_of(shop, nova)).group_token)
    grown = groups.migrate(shop.telegram, small, shop.telegram.world.user(OWNER))
    await shop.settle()
    await shop.says("/find steam", who=OWNER, chat=grown.id)
    assert "This is what the catalog has" in shop.text(grown.id)


async def test_a_group_that_kicks_the_bot_at_once_is_no_failure(shop: Shop) -> None:
    corner = group(shop, [meets(shop)])
    groups.add_bot(shop.telegram, corner, shop.telegram.world.user(ZOE))
    corner.standing = BotStanding.KICKED
    await shop.settle()
    assert shop.messages(corner.id) == []


async def test_a_removed_members_old_buttons_answer_with_an_alert_and_nothing_else(shop: Shop, nova: Reseller) -> None:
    await starts(shop, BUYER)
    await shop.says("/order", who=BUYER)
    shown = shop.text(BUYER)
    await shop.store.write(lambda tables: tables.members.remove(BUYER))
    await shop.taps("Steam", who=BUYER)
    assert shop.popups()[-1] == f"{NO_ACCESS} Send /start to ask for it."
    assert shop.text(BUYER) == shown
    await shop.says("/order", who=BUYER)
    assert shop.text(BUYER) == NO_ACCESS


async def test_a_flood_of_strangers_is_answered_a_little(store: Store, tmp_path: Path) -> None:
    patience = Patience(lambda: 0.0, words=Rate(2, 10), taps=Rate(1, 10), in_all=Rate(3, 10))
    async with open_shop(store, tmp_path, [make_item()], patience=patience) as shop:
        for user_id in range(3001, 3005):
            meets(shop, user_id, f"P{user_id}")
            for _ in range(3):
                await shop.says("let me in", who=user_id)
        assert [len(shop.messages(user_id)) for user_id in range(3001, 3005)] == [2, 1, 0, 0]
        await shop.taps("Ask for access", who=3001)
        await shop.taps("Ask for access", who=3001, message=shop.messages(3001)[0].id)
        assert "You asked for access" in shop.text(3001)
        assert len(shop.popups()) == 1


async def test_an_invited_person_comes_in_while_strangers_flood(store: Store, tmp_path: Path) -> None:
    silent = Patience(lambda: 0.0, words=Rate(1, 10), taps=Rate(1, 10), in_all=Rate(1, 10))
    async with open_shop(store, tmp_path, [make_item()], patience=silent) as shop:
        nova = await add_reseller(store, "Nova", people={}, groups=())
        for user_id in (3001, 3002):
            meets(shop, user_id, f"P{user_id}")
            await shop.says("let me in", who=user_id)
        await starts(shop, 3002, (await links_of(shop, nova)).person_token)
        assert "You order for Nova now" in shop.text(3002)


@pytest.mark.parametrize(("role", "words"), [(MemberRole.OWNER, "invites"), (MemberRole.BUYER, "whom you order for")])
async def test_members_see_a_menu_of_their_own(shop: Shop, nova: Reseller, role: MemberRole, words: str) -> None:
    await starts(shop, meets(shop), (await links_of(shop, nova, role=role)).person_token)
    shown = await menu(shop, ZOE)
    assert {"order", "balance", "team"} <= {*shown}
    assert not {"status", "resolve", "catalog"} & {*shown}
    assert words in shown["team"]


async def test_a_chosen_language_holds_for_the_menu(shop: Shop, nova: Reseller) -> None:
    await starts(shop, BUYER)
    await shop.says("/language", who=BUYER)
    await shop.taps("Русский", who=BUYER)
    assert (await menu(shop, BUYER))["balance"] == "ваш баланс и последние операции"


async def test_who_is_no_member_any_more_has_no_menu(shop: Shop, nova: Reseller) -> None:
    await starts(shop, BUYER)
    await shop.says("/team", who=OWNER)
    await shop.taps(f"Person {BUYER}", who=OWNER)
    await shop.taps("Remove", who=OWNER)
    await shop.taps("Remove", who=OWNER)
    assert await menu(shop, BUYER) == {}


async def test_whoever_writes_as_the_group_is_asked_to_write_as_themselves(shop: Shop, nova: Reseller) -> None:
    corner = group(shop, [OWNER])
    links = await links_of(shop, nova)
    await brings(shop, OWNER, corner)
    masked = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    for number, words in enumerate(("/order", f"/start@orderline_demo_bot {links.group_token}", "good morning")):
        chat = {"id": corner.id, "type": "supergroup", "title": "Corner"}
        command = [{"type": "bot_command", "offset": 0, "length": len(words.split()[0])}]
        message = {"message_id": 900 + number, "date": 1, "chat": chat, "from": masked, "sender_chat": chat}
        raw = {"update_id": 5_000_000 + number, "message": message | {"text": words, "entities": command}}
        await shop.handle(Update.de_json(raw, shop.application.bot))
    told = [one.body.text for one in shop.messages(corner.id)[1:]]
    assert len(told) == 2
    assert all("Please write as yourself" in words for words in told)
    assert await shop.store.read(lambda tables: tables.groups.get(corner.id)) is None
