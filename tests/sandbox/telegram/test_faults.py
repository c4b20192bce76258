"""Telegram's bad days, as python-telegram-bot sees them."""

import asyncio

import pytest
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter

from tests.sandbox.telegram.lab import ADA, BORIS, CHEN, GROUP, Lab, refusing, running_lab


async def test_a_flood_wait_holds_one_chat_and_ends(lab: Lab):
    await lab.do(f"users/{BORIS}/start")
    await lab.do("faults/flood", chat_id=ADA, seconds=7)
    with pytest.raises(RetryAfter):
        await lab.bot.send_message(ADA, "hi")
    assert (await lab.raw("sendMessage", chat_id=ADA, text="hi"))["parameters"] == {"retry_after": 7}
    assert (await lab.bot.send_message(BORIS, "hi")).text == "hi"
    lab.clock.advance(7)
    assert (await lab.bot.send_message(ADA, "hi")).text == "hi"


async def test_a_flood_wait_of_the_bot_holds_everything(lab: Lab):
    await lab.do("faults/flood", seconds=3)
    with pytest.raises(RetryAfter):
        await lab.bot.get_chat(GROUP)


async def test_a_bot_that_was_blocked_is_told_and_forbidden(lab: Lab):
    await lab.do("faults/block", user_id=ADA)
    (update,) = await lab.bot.get_updates()
    assert update.my_chat_member is not None
    assert update.my_chat_member.new_chat_member.status == "kicked"
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await lab.bot.send_message(ADA, "hi")
    await lab.do(f"users/{ADA}/start")
    assert (await lab.bot.send_message(ADA, "again")).text == "again"


async def test_a_deleted_account_is_forbidden(lab: Lab):
    await lab.do("faults/deactivate", user_id=ADA)
    with pytest.raises(Forbidden, match="user is deactivated"):
        await lab.bot.send_message(ADA, "hi")


async def test_a_bot_that_was_kicked_is_told_and_forbidden(lab: Lab):
    await lab.do("faults/kick", chat_id=GROUP)
    kicked = [update.my_chat_member for update in await lab.bot.get_updates() if update.my_chat_member]
    assert [change.new_chat_member.status for change in kicked] == ["kicked"]
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await lab.bot.send_message(GROUP, "hi")
    await lab.do("faults/restore", chat_id=GROUP)
    assert (await lab.bot.send_message(GROUP, "hi")).text == "hi"


async def test_a_group_that_became_a_supergroup_says_where_it_went(lab: Lab):
    group = (await lab.do("chats", title="Players", members=[ADA, CHEN]))["id"]
    new = (await lab.do("faults/migrate", chat_id=group))["chat_id"]
    with pytest.raises(ChatMigrated) as migrated:
        await lab.bot.send_message(group, "hi")
    assert migrated.value.new_chat_id == new
    messages = [update.message for update in await lab.bot.get_updates() if update.message]
    assert [(m.chat.id, m.migrate_to_chat_id, m.migrate_from_chat_id) for m in messages[-2:]] == [
        (group, new, None),
        (new, None, group),
    ]
    assert (await lab.bot.send_message(new, "hi")).chat.type == "supergroup"


async def test_a_supergroup_does_not_migrate_again(lab: Lab):
    assert "only a basic group" in await lab.refused("faults/migrate", chat_id=GROUP)


async def test_an_outage_breaks_connections_and_ends(lab: Lab):
    await lab.do("faults/outage", seconds=5)
    with pytest.raises(NetworkError, match="disconnected"):
        await lab.bot.send_message(ADA, "lost")
    lab.clock.advance(5)
    sent = await lab.bot.send_message(ADA, "back")
    texts = [message["text"] for message in (await lab.look(f"chats/{ADA}/messages"))["messages"]]
    assert texts == ["/start", sent.text]


async def test_an_outage_may_be_an_error_page(lab: Lab):
    await lab.do("faults/outage", how="status", status=502, seconds=5)
    with pytest.raises(NetworkError, match="Bad Gateway") as outage:
        await lab.bot.send_message(ADA, "lost")
    assert not isinstance(outage.value, BadRequest)


async def test_a_lost_reply_is_lost_after_its_effect(lab: Lab):
    await lab.do("faults/drop-reply", method="sendMessage", calls=1)
    with pytest.raises(NetworkError):
        await lab.bot.send_message(ADA, "sent all the same")
    texts = [message["text"] for message in (await lab.look(f"chats/{ADA}/messages"))["messages"]]
    assert texts[-1] == "sent all the same"
    assert (await lab.bot.send_message(ADA, "answered")).text == "answered"


async def test_a_slow_reply_waits_while_others_pass_until_the_fault_ends(lab: Lab):
    await lab.do("faults/slow", method="sendMessage", delay=3600, seconds=3600)
    slow = asyncio.create_task(lab.bot.send_message(ADA, "slow"))
    await lab.bot.get_me()
    assert not slow.done()
    await lab.do("faults/clear")
    assert (await slow).text == "slow"


async def test_confirmed_updates_can_come_again_under_their_old_ids(lab: Lab):
    await lab.say("once")
    (first,) = await lab.bot.get_updates()
    assert await lab.bot.get_updates(offset=first.update_id + 1) == ()
    assert (await lab.do("faults/redeliver", count=1))["redelivered"] == 1
    (again,) = await lab.bot.get_updates(offset=first.update_id + 1)
    assert again.update_id == first.update_id
    assert await lab.bot.get_updates(offset=first.update_id + 1) == ()


async def test_a_message_that_was_deleted_takes_no_edit(lab: Lab):
    sent = await lab.bot.send_message(ADA, "card")
    await lab.do("faults/delete-message", chat_id=ADA, message_id=sent.message_id)
    with refusing("message to edit not found"):
        await lab.bot.edit_message_text("new", ADA, sent.message_id)


async def send_until_held(lab: Lab, chat_id: int, gap: float) -> tuple[int, int]:
    """Send every ``gap`` seconds; return how many passed, and the wait after that."""
    for number in range(40):
        answer = await lab.raw("sendMessage", chat_id=chat_id, text=str(number))
        if not answer["ok"]:
            return number, answer["parameters"]["retry_after"]
        lab.clock.advance(gap)
    return 40, 0


async def test_a_short_burst_passes_and_the_fourth_at_once_waits():
    async with running_lab(rate_limits=True) as lab:
        assert await send_until_held(lab, ADA, gap=0) == (3, 3)


async def test_one_message_a_second_never_waits_in_private():
    async with running_lab(rate_limits=True) as lab:
        assert await send_until_held(lab, ADA, gap=1) == (40, 0)


async def test_a_group_takes_twenty_in_a_minute():
    async with running_lab(rate_limits=True) as lab:
        assert await send_until_held(lab, GROUP, gap=2) == (20, 20)


async def test_limits_are_off_unless_asked_for(lab: Lab):
    assert await send_until_held(lab, ADA, gap=0) == (40, 0)
    await lab.do("faults/rate-limits", on=True)
    assert (await send_until_held(lab, ADA, gap=0))[0] == 3


async def test_the_faults_that_are_on_are_told_and_end_together(lab: Lab):
    await lab.do("faults/flood", chat_id=ADA, seconds=7)
    await lab.do("faults/drop-reply", method="sendMessage", calls=2)
    assert (await lab.look("faults"))["faults"] == [
        {"kind": "flood", "chat_id": ADA, "seconds": 7},
        {"kind": "drop-reply", "method": "sendmessage", "calls": 2},
    ]
    assert (await lab.do("faults/clear"))["faults"] == []


async def test_a_fault_nobody_knows_is_refused(lab: Lab):
    assert await lab.refused("faults/earthquake") == "there is no such fault"
