"""What people do beyond writing and tapping, as the bot gets to hear of it."""

from tests.sandbox.telegram.lab import ADA, BORIS, GROUP, Lab


async def test_the_bot_hears_of_an_edited_message_if_it_asks_for_such_news(lab: Lab):
    await lab.bot.get_updates(offset=-1, allowed_updates=["message", "edited_message"])
    written = await lab.do(f"chats/{ADA}/messages", user_id=ADA, text="helo")
    await lab.do(f"chats/{ADA}/messages/{written['id']}", user_id=ADA, text="hello")
    (*_, last) = await lab.bot.get_updates(timeout=30)
    assert last.edited_message is not None
    assert (last.edited_message.message_id, last.edited_message.text) == (written["id"], "hello")
    (shown,) = [one for one in (await lab.look(f"chats/{ADA}/messages"))["messages"] if one["id"] == written["id"]]
    assert (shown["text"], shown["edits"]) == ("hello", 1)


async def test_nobody_can_edit_the_words_of_another(lab: Lab):
    written = await lab.do(f"chats/{GROUP}/messages", user_id=ADA, text="mine")
    refused = await lab.people.post(
        f"/sandbox/chats/{GROUP}/messages/{written['id']}", json={"user_id": BORIS, "text": "yours"}
    )
    assert (refused.status_code, refused.json()["error"]) == (400, "Bad Request: message can't be edited")
