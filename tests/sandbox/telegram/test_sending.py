"""Sending, editing and deleting through python-telegram-bot, with Telegram's limits and words."""

import struct

import pytest
from telegram import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters
from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError

from tests.sandbox.telegram.lab import ADA, BORIS, GROUP, TOPIC, Lab, refusing


def png(width: int, height: int) -> bytes:
    """What a PNG of this size begins with."""
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + bytes(40)


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=label) for label in labels]])


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


async def test_an_edit_changes_text_and_keyboard_and_says_when(lab: Lab):
    sent = await lab.bot.send_message(ADA, "old", reply_markup=keyboard("a"))
    edited = await lab.bot.edit_message_text("new", ADA, sent.message_id)
    assert not isinstance(edited, bool)
    assert (edited.text, edited.reply_markup, edited.edit_date is not None) == ("new", None, True)


async def test_an_edit_that_changes_nothing_is_not_modified(lab: Lab):
    sent = await lab.bot.send_message(ADA, "<b>same</b>", parse_mode="HTML", reply_markup=keyboard("a"))
    with refusing("message is not modified: specified new message content and reply markup are exactly the same"):
        await lab.bot.edit_message_text(
            "<b>same</b>", ADA, sent.message_id, parse_mode="HTML", reply_markup=keyboard("a")
        )


async def test_a_change_of_formatting_alone_is_a_change(lab: Lab):
    sent = await lab.bot.send_message(ADA, "same")
    await lab.bot.edit_message_text("<b>same</b>", ADA, sent.message_id, parse_mode="HTML")
    assert (await lab.message(sent.message_id))["edits"] == 1


async def test_a_deleted_message_cannot_be_found_to_edit(lab: Lab):
    sent = await lab.bot.send_message(ADA, "old")
    await lab.do("faults/delete-message", chat_id=ADA, message_id=sent.message_id)
    with refusing("message to edit not found"):
        await lab.bot.edit_message_text("new", ADA, sent.message_id)


async def test_the_words_of_people_cannot_be_edited(lab: Lab):
    said = await lab.say("hello")
    with refusing("message can't be edited"):
        await lab.bot.edit_message_text("new", ADA, said["id"])


async def test_a_question_with_force_reply_cannot_be_edited(lab: Lab):
    sent = await lab.bot.send_message(ADA, "How many?", reply_markup=ForceReply())
    with refusing("message can't be edited"):
        await lab.bot.edit_message_text("new", ADA, sent.message_id)


async def test_a_document_has_no_text_to_edit(lab: Lab):
    sent = await lab.bot.send_document(ADA, b"x", filename="a.txt")
    with refusing("there is no text in the message to edit"):
        await lab.bot.edit_message_text("new", ADA, sent.message_id)


async def test_buttons_can_be_taken_off_once(lab: Lab):
    sent = await lab.bot.send_message(ADA, "text", reply_markup=keyboard("a"))
    await lab.bot.edit_message_reply_markup(ADA, sent.message_id)
    assert (await lab.message(sent.message_id))["buttons"] == []
    with refusing("message is not modified"):
        await lab.bot.edit_message_reply_markup(ADA, sent.message_id)


async def test_a_message_can_be_deleted_once(lab: Lab):
    sent = await lab.bot.send_message(ADA, "text")
    assert await lab.bot.delete_message(ADA, sent.message_id)
    with refusing("message to delete not found"):
        await lab.bot.delete_message(ADA, sent.message_id)


async def test_after_two_days_a_message_stays(lab: Lab):
    sent = await lab.bot.send_message(ADA, "text")
    lab.clock.advance(49 * 3600)
    with refusing("message can't be deleted"):
        await lab.bot.delete_message(ADA, sent.message_id)


async def test_in_a_group_the_words_of_others_stay(lab: Lab):
    said = await lab.say("hello", chat=GROUP)
    with refusing("message can't be deleted"):
        await lab.bot.delete_message(GROUP, said["id"])


async def test_a_document_arrives_byte_for_byte(lab: Lab):
    content = bytes(range(256)) + b"\r\n--boundary\r\n\r\n--"
    sent = await lab.bot.send_document(ADA, content, filename="коды.txt", caption="<b>2</b> codes", parse_mode="HTML")
    assert sent.document is not None
    assert (sent.document.file_name, sent.document.file_size, sent.caption) == ("коды.txt", len(content), "2 codes")
    downloaded = await (await lab.bot.get_file(sent.document.file_id)).download_as_bytearray()
    assert bytes(downloaded) == content


async def test_a_document_can_be_sent_again_by_its_id(lab: Lab):
    sent = await lab.bot.send_document(ADA, b"codes", filename="a.txt")
    assert sent.document is not None
    again = await lab.bot.send_document(ADA, sent.document.file_id)
    assert again.document == sent.document


async def test_a_document_that_is_none_is_refused(lab: Lab):
    with refusing("wrong file identifier"):
        await lab.bot.send_document(ADA, "no-such-file-id")
    with refusing("file must be non-empty"):
        await lab.bot.send_document(ADA, b"", filename="a.txt")


async def test_a_photo_has_to_be_a_picture(lab: Lab):
    assert (await lab.bot.send_photo(ADA, png(1, 1))).photo
    with refusing("IMAGE_PROCESS_FAILED"):
        await lab.bot.send_photo(ADA, b"not a picture")


async def test_a_photo_keeps_its_measures_and_its_caption(lab: Lab):
    sent = await lab.bot.send_photo(ADA, png(1080, 1450), caption="<b>Last</b> days", parse_mode="HTML")
    assert [(size.width, size.height) for size in sent.photo] == [(1080, 1450)]
    assert sent.caption == "Last days"


@pytest.mark.parametrize(("width", "height"), [(0, 10), (6000, 4001), (210, 10), (10, 210)])
async def test_a_photo_whose_measures_telegram_does_not_take_is_refused(lab: Lab, width: int, height: int):
    with refusing("PHOTO_INVALID_DIMENSIONS"):
        await lab.bot.send_photo(ADA, png(width, height))


async def test_a_photo_may_have_ten_megabytes_and_a_document_more(lab: Lab):
    padded = png(10, 10).ljust(10_000_001, b"\0")
    with pytest.raises(TelegramError, match="Too Large"):
        await lab.bot.send_photo(ADA, padded)
    assert (await lab.bot.send_photo(ADA, padded[:-1])).photo
    assert (await lab.bot.send_document(ADA, padded, filename="large.png")).document


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


async def test_a_caption_can_be_edited_and_a_text_has_none(lab: Lab):
    file = await lab.bot.send_document(ADA, b"x", filename="a.txt", caption="2 codes")
    await lab.bot.edit_message_caption(ADA, file.message_id, caption="3 codes")
    assert (await lab.message(file.message_id))["text"] == "3 codes"
    text = await lab.bot.send_message(ADA, "text")
    with refusing("there is no caption in the message to edit"):
        await lab.bot.edit_message_caption(ADA, text.message_id, caption="new")


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
