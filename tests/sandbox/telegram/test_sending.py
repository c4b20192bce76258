"""Sending, editing and deleting through python-telegram-bot, with Telegram's limits and words."""

import pytest
from telegram import ForceReply, ReplyParameters
from telegram.error import BadRequest, Forbidden, InvalidToken

from tests.sandbox.telegram.lab import ADA, BORIS, GROUP, TOPIC, Lab, keyboard, refusing


async def test_the_library_takes_the_bot_for_a_real_one(lab: Lab):
    me = await lab.bot.get_me()
    assert (me.username, me.is_bot, me.can_read_all_group_messages) == ("orderline_demo_bot", True, False)


async def test_an_unknown_token_is_unauthorized(lab: Lab):
    with pytest.raises(InvalidToken, match="rejected by the server"):
        async with lab.another_bot("1:wrong"):
            pass
    answer = await lab.people.get("/bot1:wrong/getMe")
    assert (answer.status_code, answer.json()["description"]) == (401, "Unauthorized")


async def test_an_unknown_method_is_not_found(lab: Lab):
    answer = await lab.raw("makeCoffee")
    assert answer == {"ok": False, "error_code": 404, "description": "Not Found"}


async def test_methods_are_found_without_regard_to_case(lab: Lab):
    assert (await lab.raw("GETME"))["ok"]


async def test_a_message_comes_back_with_its_entities_in_utf16_units(lab: Lab):
    sent = await lab.bot.send_message(ADA, "🎮 <b>Steam</b>", parse_mode="HTML")
    assert sent.text == "🎮 Steam"
    assert [(entity.type, entity.offset, entity.length) for entity in sent.entities] == [("bold", 3, 5)]


async def test_4096_characters_after_parsing_are_enough(lab: Lab):
    sent = await lab.bot.send_message(ADA, "<b>" + "x" * 4096 + "</b>", parse_mode="HTML")
    assert len(sent.text or "") == 4096


async def test_one_character_more_is_too_long(lab: Lab):
    with refusing("message is too long"):
        await lab.bot.send_message(ADA, "x" * 4097)


@pytest.mark.parametrize("text", ["", "  \n ", "<b></b>"])
async def test_a_message_of_nothing_is_empty(lab: Lab, text: str):
    with refusing("message text is empty"):
        await lab.bot.send_message(ADA, text, parse_mode="HTML")


async def test_white_space_around_a_message_is_dropped(lab: Lab):
    assert (await lab.bot.send_message(ADA, "\n <b> hi </b>\n", parse_mode="HTML")).text == "hi"


async def test_a_caption_has_its_own_limit(lab: Lab):
    await lab.bot.send_document(ADA, b"x", caption="x" * 1024, filename="a.txt")
    with refusing("message caption is too long"):
        await lab.bot.send_document(ADA, b"x", caption="x" * 1025, filename="a.txt")


async def test_nobody_is_there_before_they_wrote(lab: Lab):
    with refusing("chat not found"):
        await lab.bot.send_message(BORIS, "hello")


async def test_a_person_met_in_a_group_cannot_be_written_to_first(lab: Lab):
    await lab.say("/order", user=BORIS, chat=GROUP)
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await lab.bot.send_message(BORIS, "hello")


async def test_a_chat_that_never_was_is_not_found(lab: Lab):
    with refusing("chat not found"):
        await lab.bot.send_message(987654321987, "hello")


async def test_a_message_in_a_topic_hangs_on_the_topic(lab: Lab):
    sent = await lab.bot.send_message(GROUP, "hi", message_thread_id=TOPIC)
    assert sent.is_topic_message
    assert sent.message_thread_id == TOPIC
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.forum_topic_created is not None


async def test_a_topic_that_is_gone_is_not_found(lab: Lab):
    await lab.do("faults/delete-topic", chat_id=GROUP, topic=TOPIC)
    with refusing("message thread not found"):
        await lab.bot.send_message(GROUP, "hi", message_thread_id=TOPIC)


async def test_a_reply_stays_in_the_topic_of_what_it_answers(lab: Lab):
    asked = await lab.say("/order", user=BORIS, chat=GROUP, topic=TOPIC)
    sent = await lab.bot.send_message(GROUP, "how many?", reply_parameters=ReplyParameters(asked["id"]))
    assert sent.message_thread_id == TOPIC
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.message_id == asked["id"]


async def test_a_reply_to_nothing_is_refused_unless_it_does_not_matter(lab: Lab):
    with refusing("message to be replied not found"):
        await lab.bot.send_message(ADA, "hi", reply_parameters=ReplyParameters(999))
    lenient = ReplyParameters(999, allow_sending_without_reply=True)
    assert (await lab.bot.send_message(ADA, "hi", reply_parameters=lenient)).reply_to_message is None


async def test_a_force_reply_reaches_the_page_with_its_placeholder(lab: Lab):
    markup = ForceReply(selective=True, input_field_placeholder="A number")
    sent = await lab.bot.send_message(ADA, "How many?", reply_markup=markup)
    shown = await lab.message(sent.message_id)
    assert shown["force_reply"] == {"selective": True, "placeholder": "A number"}


async def test_protected_content_is_marked(lab: Lab):
    sent = await lab.bot.send_message(ADA, "secret", protect_content=True)
    assert sent.has_protected_content


async def test_typing_shows_until_the_next_message(lab: Lab):
    async def typing() -> bool:
        chats = (await lab.look("page", viewer=ADA))["chats"]
        return next(chat["typing"] for chat in chats if chat["id"] == ADA)

    await lab.bot.send_chat_action(ADA, "typing")
    assert await typing()
    await lab.bot.send_message(ADA, "done")
    assert not await typing()


async def test_a_chat_action_nobody_knows_is_refused(lab: Lab):
    with pytest.raises(BadRequest, match="rong parameter action"):
        await lab.bot.send_chat_action(ADA, "juggling")


async def test_nothing_is_sent_when_the_keyboard_is_refused(lab: Lab):
    with refusing("BUTTON_DATA_INVALID"):
        await lab.bot.send_message(ADA, "text", reply_markup=keyboard("я" * 33))
    assert all(m["text"] != "text" for m in (await lab.look(f"chats/{ADA}/messages"))["messages"])


async def test_chats_and_members_can_be_looked_at(lab: Lab):
    chat = await lab.bot.get_chat(GROUP)
    member = await lab.bot.get_chat_member(GROUP, ADA)
    assert (chat.title, chat.is_forum, member.status) == ("Game Corner", True, "creator")


async def test_a_group_that_was_left_is_closed(lab: Lab):
    await lab.bot.leave_chat(GROUP)
    with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
        await lab.bot.send_message(GROUP, "hello")


async def test_old_messages_make_room(lab: Lab):
    await lab.do("reset")
    await lab.do(f"users/{ADA}/start")
    for number in range(410):
        await lab.raw("sendMessage", chat_id=ADA, text=str(number))
    texts = [message["text"] for message in (await lab.look(f"chats/{ADA}/messages"))["messages"]]
    assert (len(texts), texts[-1]) == (400, "409")


async def test_a_group_has_an_owner_and_counts_the_bot(lab: Lab):
    (owner,) = await lab.bot.get_chat_administrators(GROUP)
    assert (owner.user.id, await lab.bot.get_chat_member_count(GROUP)) == (ADA, 4)
    with refusing("there are no administrators in the private chat"):
        await lab.bot.get_chat_administrators(ADA)


async def test_somebody_unknown_is_no_member(lab: Lab):
    with refusing("PARTICIPANT_ID_INVALID"):
        await lab.bot.get_chat_member(GROUP, 31337)


async def test_a_markup_language_nobody_knows_is_refused(lab: Lab):
    with refusing("unsupported parse_mode"):
        await lab.bot.send_message(ADA, "text", parse_mode="BBCode")
