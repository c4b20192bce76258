"""Links that open the bot, and what members do to a group."""

import asyncio

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update

from bot.sandbox.telegram.links import BotLink, LinkKind, read_link
from tests.sandbox.telegram.lab import ADA, BORIS, CHEN, GROUP, Lab

BOT = "orderline_demo_bot"


async def made_group(lab: Lab, *members: int, bot: bool = False, **more: object) -> int:
    """A group of these people, made by the first."""
    made = await lab.do("chats", title="Corner", members=list(members), bot=bot, **more)
    return int(made["id"])


async def heard(lab: Lab) -> list[Update]:
    """What waits for the bot."""
    return list(await lab.bot.get_updates())


@pytest.mark.parametrize(
    ("link", "read"),
    [
        (f"https://t.me/{BOT}?start=abc-_9", BotLink(LinkKind.PERSON, "abc-_9")),
        (f"t.me/{BOT}?start=abc", BotLink(LinkKind.PERSON, "abc")),
        (f"https://t.me/{BOT.upper()}", BotLink(LinkKind.PERSON, "")),
        (f"https://telegram.me/{BOT}?startgroup=abc", BotLink(LinkKind.GROUP, "abc")),
        (f"https://t.me/{BOT}?startgroup", BotLink(LinkKind.GROUP, "")),
        (f"tg://resolve?domain={BOT}&startgroup=abc", BotLink(LinkKind.GROUP, "abc")),
        ("https://t.me/another_bot?start=abc", None),
        (f"https://example.com/{BOT}?start=abc", None),
        ("", None),
    ],
)
def test_only_the_bots_own_links_open_it(link: str, read: BotLink | None) -> None:
    assert read_link(link, BOT) == read


async def test_a_start_link_writes_start_with_its_parameter(lab: Lab):
    await lab.do(f"users/{BORIS}/open", link=f"https://t.me/{BOT}?start=abc")
    (update,) = await heard(lab)
    assert update.message is not None
    assert (update.message.text, update.message.chat.id) == ("/start abc", BORIS)


async def test_a_group_link_brings_the_bot_and_starts_it_there(lab: Lab):
    group = await made_group(lab, BORIS)
    await lab.do(f"users/{BORIS}/open", link=f"https://t.me/{BOT}?startgroup=abc", chat_id=group)
    joined, standing, started = await heard(lab)
    assert joined.message is not None
    assert [user.username for user in joined.message.new_chat_members] == [BOT]
    assert standing.my_chat_member is not None
    changed = standing.my_chat_member
    assert (changed.old_chat_member.status, changed.new_chat_member.status) == ("left", "member")
    assert changed.from_user.id == BORIS
    assert started.message is not None
    assert (started.message.text, started.message.chat.id) == (f"/start@{BOT} abc", group)


async def test_a_group_link_only_starts_a_bot_that_is_there(lab: Lab):
    await lab.do(f"users/{BORIS}/startgroup", chat_id=GROUP, parameter="abc")
    (update,) = await heard(lab)
    assert update.message is not None
    assert update.message.text == f"/start@{BOT} abc"


async def test_a_group_link_needs_a_group_of_ones_own_and_a_parameter_that_may_be(lab: Lab):
    group = await made_group(lab, BORIS)
    assert "not a member" in await lab.refused(f"users/{CHEN}/startgroup", chat_id=group, parameter="abc")
    assert "groups only" in await lab.refused(f"users/{CHEN}/startgroup", chat_id=CHEN, parameter="abc")
    assert "START_PARAM_INVALID" in await lab.refused(f"users/{BORIS}/startgroup", chat_id=group, parameter="a b")
    assert "no link of the bot" in await lab.refused(f"users/{BORIS}/open", link="https://t.me/somebody")
    assert await heard(lab) == []


async def test_any_member_brings_the_bot_and_puts_it_out(lab: Lab):
    group = await made_group(lab, BORIS, CHEN)
    await lab.do(f"chats/{group}/bot", user_id=CHEN)
    assert await lab.refused(f"chats/{group}/bot", user_id=CHEN) == "Bad Request: USER_ALREADY_PARTICIPANT"
    await lab.do(f"chats/{group}/bot", user_id=BORIS, present=False)
    assert await lab.refused(f"chats/{group}/bot", user_id=BORIS, present=False) == "Bad Request: USER_NOT_PARTICIPANT"
    assert "not a member" in await lab.refused(f"chats/{group}/bot", user_id=ADA)
    news = [update.my_chat_member for update in await heard(lab) if update.my_chat_member]
    seen = [(one.from_user.id, one.old_chat_member.status, one.new_chat_member.status) for one in news]
    assert seen == [(CHEN, "left", "member"), (BORIS, "member", "kicked")]


async def test_people_join_and_leave(lab: Lab):
    group = await made_group(lab, BORIS, bot=True)
    page = await lab.look("page", viewer=CHEN)
    assert page["joinable"] == [{"id": group, "title": "Corner"}]
    await lab.do(f"chats/{group}/join", user_id=CHEN)
    await lab.say("hello", user=CHEN, chat=group)
    await lab.do(f"chats/{group}/leave", user_id=CHEN)
    assert "cannot write here" in await lab.refused(f"chats/{group}/messages", user_id=CHEN, text="still there?")
    messages = [update.message for update in await heard(lab) if update.message]
    came, went = messages[-2], messages[-1]
    assert [user.id for user in came.new_chat_members] == [CHEN]
    assert went.left_chat_member is not None
    assert went.left_chat_member.id == CHEN


async def test_who_made_a_group_runs_it(lab: Lab):
    group = await made_group(lab, BORIS, ADA, bot=True)
    (owner,) = await lab.bot.get_chat_administrators(group)
    assert owner.user.id == BORIS
    assert (await lab.bot.get_chat_member(group, ADA)).status == "member"


async def test_a_program_may_tap_with_data_that_no_button_has(lab: Lab):
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Confirm", callback_data="c")]])
    sent = await lab.bot.send_message(ADA, "Sure?", reply_markup=markup)
    path = f"chats/{ADA}/press"
    assert "no such button" in await lab.refused(path, user_id=ADA, message_id=sent.message_id, data="d")
    pressing = asyncio.create_task(lab.do(path, user_id=ADA, message_id=sent.message_id, data="d", forged=True))
    (update,) = await lab.bot.get_updates(timeout=30)
    assert update.callback_query is not None
    assert update.callback_query.data == "d"
    await pressing


async def test_new_people_need_no_description(lab: Lab):
    first, second = await lab.do("users"), await lab.do("users", note="curious")
    assert (first["id"], second["id"]) == (1005, 1006)
    assert first["first_name"] != second["first_name"]
    page = await lab.look("page", viewer=second["id"])
    assert page["people"][-1]["note"] == "curious"
