"""Messages edited and deleted, and those that may not be."""

from telegram import ForceReply

from tests.sandbox.telegram.lab import ADA, GROUP, Lab, keyboard, refusing


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


async def test_a_caption_can_be_edited_and_a_text_has_none(lab: Lab):
    file = await lab.bot.send_document(ADA, b"x", filename="a.txt", caption="2 codes")
    await lab.bot.edit_message_caption(ADA, file.message_id, caption="3 codes")
    assert (await lab.message(file.message_id))["text"] == "3 codes"
    text = await lab.bot.send_message(ADA, "text")
    with refusing("there is no caption in the message to edit"):
        await lab.bot.edit_message_caption(ADA, text.message_id, caption="new")
