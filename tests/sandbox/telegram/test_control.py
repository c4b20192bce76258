"""The control API: writing as people, waiting without sleeping, and a clean start."""

import asyncio

import httpx
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.sandbox.telegram.config import SandboxConfig
from bot.sandbox.telegram.server import running
from tests.sandbox.telegram.lab import ADA, BORIS, GROUP, TOPIC, Lab


async def test_a_wait_ends_when_a_fitting_message_comes(lab: Lab):
    waiting = asyncio.create_task(lab.look(f"chats/{ADA}/wait", contains="ready", from_bot=True, timeout=30))
    await lab.bot.send_message(ADA, "not yet")
    await lab.bot.send_message(ADA, "<b>ready</b>", parse_mode="HTML")
    found = await waiting
    assert (found["text"], found["html"]) == ("ready", "<b>ready</b>")


async def test_a_wait_sees_edits_by_version(lab: Lab):
    sent = await lab.bot.send_message(ADA, "placing")
    version = (await lab.look(f"chats/{ADA}/messages"))["version"]
    waiting = asyncio.create_task(lab.look(f"chats/{ADA}/wait", after=version, timeout=30))
    await lab.bot.edit_message_text("done", ADA, sent.message_id)
    found = await waiting
    assert (found["id"], found["text"], found["edits"]) == (sent.message_id, "done", 1)


async def test_the_messages_of_every_chat_are_told_in_the_order_in_which_they_changed(lab: Lab):
    first = await lab.bot.send_message(ADA, "one")
    version = (await lab.look("messages"))["version"]
    await lab.bot.send_message(GROUP, "two")
    await lab.bot.edit_message_text("three", ADA, first.message_id)
    changed = (await lab.look("messages", after=version))["messages"]
    assert [(one["chat_id"], one["text"]) for one in changed] == [(GROUP, "two"), (ADA, "three")]


async def test_every_chat_is_listed_with_where_it_went(lab: Lab):
    group = (await lab.do("chats", title="Corner", kind="group", members=[ADA]))["id"]
    moved = (await lab.do("faults/migrate", chat_id=group))["chat_id"]
    chats = {one["id"]: one for one in (await lab.look("chats"))["chats"]}
    assert (chats[ADA]["kind"], chats[group]["migrated_to"], chats[moved]["members"]) == ("private", moved, [ADA])


async def test_a_wait_that_ends_empty_says_what_was_there(lab: Lab):
    response = await lab.people.get(f"/sandbox/chats/{ADA}/wait", params={"contains": "never", "timeout": 0})
    assert (response.status_code, response.json()["seen"]) == (408, ["/start"])


async def test_waits_can_ask_for_buttons_documents_topics_and_patterns(lab: Lab):
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Confirm", callback_data="c")]])
    card = await lab.bot.send_message(GROUP, "card", reply_markup=markup, message_thread_id=TOPIC)
    file = await lab.bot.send_document(GROUP, b"codes", filename="codes.txt", caption="order 7KQ2-M9XF")
    by_button = await lab.look(f"chats/{GROUP}/wait", button="Confirm", topic=TOPIC)
    by_file = await lab.look(f"chats/{GROUP}/wait", document=True, pattern=r"[A-Z0-9]{4}-[A-Z0-9]{4}")
    assert (by_button["id"], by_file["id"]) == (card.message_id, file.message_id)
    content = await lab.people.get(by_file["document"]["url"])
    assert content.content == b"codes"


async def test_a_press_can_wait_for_its_answer(lab: Lab):
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Buy & go", callback_data="buy")]])
    sent = await lab.bot.send_message(ADA, "card", reply_markup=markup)
    pressing = asyncio.create_task(
        lab.do(f"chats/{ADA}/press", user_id=ADA, message_id=sent.message_id, text="Buy & go", timeout=30)
    )
    (update,) = await lab.bot.get_updates(offset=-1, timeout=30, allowed_updates=["callback_query"])
    while update.callback_query is None:
        (update,) = await lab.bot.get_updates(offset=update.update_id + 1, timeout=30)
    await update.callback_query.answer("Bought")
    assert (await pressing)["answer"] == {"text": "Bought", "show_alert": False, "url": ""}


async def test_the_bots_calls_are_listed_with_how_they_ended(lab: Lab):
    waiting = asyncio.create_task(lab.look("calls", method="sendMessage", timeout=30))
    await lab.raw("sendMessage", chat_id=ADA, text="")
    calls = (await waiting)["calls"]
    assert [(call["method"], call["status"], call["description"]) for call in calls] == [
        ("sendMessage", 400, "Bad Request: message text is empty")
    ]


async def test_the_page_gets_only_what_changed(lab: Lab):
    sent = await lab.bot.send_message(ADA, "one")
    before = await lab.look("page", viewer=ADA)
    waiting = asyncio.create_task(
        lab.look("page", viewer=ADA, since=before["version"], epoch=before["epoch"], timeout=30)
    )
    await lab.bot.edit_message_text("two", ADA, sent.message_id)
    assert [message["text"] for message in (await waiting)["messages"]] == ["two"]


async def test_a_person_sees_their_own_chats_only(lab: Lab):
    await lab.bot.send_message(ADA, "for Ada")
    seen = await lab.look("page", viewer=BORIS)
    assert {chat["id"] for chat in seen["chats"]} == {BORIS, GROUP}
    assert all(message["chat_id"] != ADA for message in seen["messages"])


async def test_a_stranger_cannot_write_into_a_group(lab: Lab):
    await lab.do("users", id=77, first_name="Dora")
    assert "cannot write here" in await lab.refused(f"chats/{GROUP}/messages", user_id=77, text="hi")


async def test_a_reset_forgets_all_but_keeps_counting(lab: Lab):
    await lab.say("before")
    (update,) = await lab.bot.get_updates()
    page = await lab.look("page", viewer=ADA)
    await lab.do("reset")
    await lab.say("after")
    (later,) = await lab.bot.get_updates()
    fresh = await lab.look("page", viewer=ADA, since=page["version"], epoch=page["epoch"])
    assert later.update_id > update.update_id
    assert fresh["version"] > page["version"]
    assert [m["text"] for m in fresh["messages"] if m["chat_id"] == ADA] == ["after"]


async def test_the_admin_may_have_any_id():
    async with running(SandboxConfig(admin_id=1002)) as url, httpx.AsyncClient(base_url=url) as client:
        page = (await client.get("/sandbox/page", params={"viewer": 1002})).json()
    people = [(person["id"], person["first_name"], person["is_admin"]) for person in page["people"]]
    assert people == [(1002, "Ada", True), (1003, "Boris", False), (1004, "Chen", False)]


async def test_a_bad_body_is_refused_with_a_reason(lab: Lab):
    response = await lab.people.post("/sandbox/users", content=b"{")
    assert (response.status_code, response.json()) == (400, {"error": "the body is not JSON"})
    assert "kind must be" in await lab.refused("chats", kind="channel")
    assert await lab.refused("users", id=ADA) == "there is already a user with this id"
