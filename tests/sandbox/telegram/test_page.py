"""The chat page in a real browser: what people see and tap."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright, expect
from telegram import (
    BotCommand,
    CopyTextButton,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReplyParameters,
)

from tests.sandbox.telegram.lab import ADA, BORIS, GROUP, TOPIC, Lab, running_lab
from tests.sandbox.telegram.panelled import supplier
from tests.sandbox.telegram.serving import serving

pytestmark = pytest.mark.browser

PICTURE = Path(__file__).parents[3] / "docs" / "chat.png"


@pytest.fixture
async def page() -> AsyncGenerator[Page]:
    """An empty browser tab whose script errors fail the test."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        tab = await browser.new_page(viewport={"width": 1360, "height": 860})
        errors: list[str] = []
        tab.on("pageerror", lambda error: errors.append(str(error)))
        yield tab
        await browser.close()
        assert errors == []


async def take_tap(lab: Lab) -> Any:
    """Wait for the next callback query, as a bot does."""
    (update,) = await lab.bot.get_updates(timeout=30, allowed_updates=["callback_query"])
    assert update.callback_query is not None
    return update.callback_query


async def test_a_person_starts_the_bot_and_writes(lab: Lab, page: Page):
    await lab.bot.set_my_description("Cards and top-ups")
    await page.goto(lab.url)
    await page.get_by_role("radio", name="Boris").click()
    await expect(page.get_by_text("Cards and top-ups")).to_be_visible()
    await page.get_by_role("button", name="Start", exact=True).click()
    await page.get_by_role("textbox", name="Message").fill("two\nlines")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("article", name="Boris")).to_have_count(2)
    updates = [update.message.text for update in await lab.bot.get_updates() if update.message]
    assert updates == ["/start", "two\nlines"]


async def test_a_text_too_long_for_one_message_is_sent_as_several(lab: Lab, page: Page):
    await page.goto(lab.url)
    await page.get_by_label("Message", exact=True).fill("x" * 4095 + "🎮" + "y" * 900)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("article").last).to_contain_text("🎮yyy")
    updates = await lab.bot.get_updates(timeout=30)
    texts = [update.message and update.message.text for update in updates]
    assert texts[-2:] == ["x" * 4095, "🎮" + "y" * 900]


async def test_messages_and_edits_appear_by_themselves(lab: Lab, page: Page):
    await page.goto(lab.url)
    sent = await lab.bot.send_message(ADA, "Placing <b>7KQ2</b>", parse_mode="HTML")
    bubble = page.get_by_role("article", name="Orderline")
    await expect(bubble.locator("b")).to_have_text("7KQ2")
    await lab.bot.edit_message_text("Done", ADA, sent.message_id)
    await expect(bubble).to_contain_text("Done")
    await expect(bubble).to_contain_text("edited")
    await lab.bot.delete_message(ADA, sent.message_id)
    await expect(bubble).to_have_count(0)


async def test_a_tap_reaches_the_bot_and_its_answer_the_person(lab: Lab, page: Page):
    await page.goto(lab.url)
    row = [
        InlineKeyboardButton("Confirm", callback_data="c", style="success"),
        InlineKeyboardButton("Cancel", callback_data="x", style="danger"),
    ]
    await lab.bot.send_message(ADA, "Sure?", reply_markup=InlineKeyboardMarkup([row]))
    await expect(page.get_by_role("button", name="Confirm")).to_have_class("key success")
    await page.get_by_role("button", name="Confirm").click()
    await (await take_tap(lab)).answer("Ordered")
    await expect(page.locator("#toasts")).to_contain_text("Ordered")
    await expect(page.get_by_role("button", name="Confirm")).to_have_class("key success")


async def test_answers_of_earlier_taps_are_not_shown_again_to_who_comes_back(lab: Lab, page: Page):
    await page.goto(lab.url)
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Confirm", callback_data="c")]])
    await lab.bot.send_message(ADA, "Sure?", reply_markup=markup)
    await page.get_by_role("button", name="Confirm").click()
    await (await take_tap(lab)).answer("Ordered")
    await expect(page.locator("#toasts")).to_contain_text("Ordered")
    await page.reload()
    await expect(page.get_by_role("button", name="Confirm")).to_be_visible()
    assert await page.locator("#toasts .toast").count() == 0


async def test_a_photo_that_arrives_stays_in_view_when_it_has_loaded(lab: Lab, page: Page):
    await page.goto(lab.url)
    for number in range(30):
        await lab.bot.send_message(ADA, f"line {number}")
    await expect(page.get_by_role("log").get_by_text("line 29")).to_be_in_viewport()
    await page.get_by_label("Attach a file").set_input_files(PICTURE)
    await expect(page.locator("img.photo")).to_be_in_viewport(ratio=0.9)
    await expect(page.locator("article.message").last.locator("time")).to_be_in_viewport()


async def test_a_photo_of_the_bot_stands_above_its_caption(lab: Lab, page: Page):
    await page.goto(lab.url)
    await lab.bot.send_photo(ADA, PICTURE.read_bytes(), caption="<b>Seven days</b>", parse_mode="HTML")
    message = page.locator("article.message").last
    await expect(message.get_by_role("img")).to_be_in_viewport(ratio=0.9)
    await expect(message.locator("b")).to_have_text("Seven days")
    picture, words = await message.get_by_role("img").bounding_box(), await message.locator(".body").bounding_box()
    assert picture is not None
    assert words is not None
    assert picture["y"] + picture["height"] <= words["y"]


async def test_an_alert_waits_to_be_read(lab: Lab, page: Page):
    await page.goto(lab.url)
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Why?", callback_data="y")]])
    await lab.bot.send_message(ADA, "Refused", reply_markup=markup)
    await page.get_by_role("button", name="Why?").click()
    await (await take_tap(lab)).answer("Sold out", show_alert=True)
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Sold out")
    await dialog.get_by_role("button", name="OK").click()
    await expect(dialog).to_have_count(0)


async def test_codes_and_copy_buttons_copy(lab: Lab, page: Page):
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.goto(lab.url)
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Copy all", copy_text=CopyTextButton("A B"))]])
    await lab.bot.send_message(ADA, "<code>AAAA-BBBB</code>", parse_mode="HTML", reply_markup=markup)
    await page.get_by_role("button", name="AAAA-BBBB").click()
    await expect(page.locator("#toasts")).to_contain_text("Copied")
    assert await page.evaluate("navigator.clipboard.readText()") == "AAAA-BBBB"
    await page.get_by_role("button", name="Copy all").click()
    await page.wait_for_function("navigator.clipboard.readText().then((text) => text === 'A B')")


async def test_a_spoiler_is_hidden_until_it_is_tapped(lab: Lab, page: Page):
    await page.goto(lab.url)
    await lab.bot.send_message(ADA, "🎁 PIN <tg-spoiler>4711</tg-spoiler>", parse_mode="HTML")
    await expect(page.locator(".preview")).to_have_text("🎁 PIN ▒▒▒▒")
    await page.get_by_role("button", name="Hidden text").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".spoiler.shown")).to_have_text("4711")


async def test_a_selective_question_opens_the_reply_bar_of_the_person_asked(lab: Lab, page: Page):
    asked = await lab.say("/order", user=BORIS, chat=GROUP, topic=TOPIC)
    await lab.bot.send_message(
        GROUP,
        "How many?",
        reply_parameters=ReplyParameters(asked["id"]),
        reply_markup=ForceReply(selective=True, input_field_placeholder="From 1 to 10"),
    )
    await page.goto(lab.url)
    await page.get_by_role("button", name="Game Corner: Orders").click()
    await expect(page.get_by_role("article", name="Orderline")).to_contain_text("How many?")
    await expect(page.get_by_text("Reply to Orderline")).to_be_hidden()
    await page.get_by_role("radio", name="Boris").click()
    await page.get_by_role("button", name="Game Corner: Orders").click()
    await expect(page.get_by_text("Reply to Orderline")).to_be_visible()
    await expect(page.get_by_placeholder("From 1 to 10")).to_be_focused()
    await page.keyboard.type("5")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Reply to Orderline")).to_be_hidden()
    answers = [update.message for update in await lab.bot.get_updates(offset=-1) if update.message]
    assert [(message.text, message.message_thread_id) for message in answers] == [("5", TOPIC)]


async def test_the_commands_menu_works_by_keyboard_in_the_persons_language(lab: Lab, page: Page):
    await lab.bot.set_my_commands([BotCommand("order", "Order"), BotCommand("help", "Help")])
    await lab.bot.set_my_commands([BotCommand("help", "Помощь")], language_code="ru")
    await page.goto(lab.url)
    await page.get_by_role("button", name="Commands menu").press("Enter")
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("menuitem", name="/help Help")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("article", name="Ada").last).to_contain_text("/help")
    await page.get_by_label("Language", exact=True).select_option("ru")
    await page.get_by_role("button", name="Commands menu").click()
    await expect(page.get_by_role("menuitem", name="/help Помощь")).to_be_visible()


async def test_tapping_a_message_replies_to_it_and_a_command_is_sent(lab: Lab, page: Page):
    await page.goto(lab.url)
    sent = await lab.bot.send_message(ADA, "Your order: /order_7KQ2M9XF")
    bubble = page.get_by_role("article", name="Orderline")
    await bubble.locator(".bubble").click(position={"x": 5, "y": 5})
    await expect(page.get_by_text("Reply to Orderline")).to_be_visible()
    await bubble.get_by_role("button", name="/order_7KQ2M9XF").click()
    (update,) = await lab.bot.get_updates(timeout=30)
    assert update.message is not None
    assert update.message.text == "/order_7KQ2M9XF"
    assert update.message.reply_to_message is not None
    assert update.message.reply_to_message.message_id == sent.message_id


async def test_documents_go_both_ways(lab: Lab, page: Page, tmp_path: Path):
    await page.goto(lab.url)
    await lab.bot.send_document(ADA, b"AAAA\nBBBB\n", filename="codes.txt")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Download codes.txt").click()
    saved = await (await download.value).path()
    assert saved.read_bytes() == b"AAAA\nBBBB\n"
    upload = tmp_path / "list.csv"
    upload.write_bytes(b"a,b\n")
    await page.get_by_label("Attach a file").set_input_files(upload)
    (update,) = await lab.bot.get_updates(timeout=30)
    assert update.message is not None
    assert update.message.document is not None
    assert update.message.document.file_name == "list.csv"


async def test_unread_messages_are_counted_until_they_are_seen(lab: Lab, page: Page):
    await page.goto(lab.url)
    await expect(page.get_by_role("article", name="Ada")).to_have_count(1)
    await lab.bot.send_message(GROUP, "news", message_thread_id=TOPIC)
    topic = page.get_by_role("button", name="Game Corner: Orders, 1 unread")
    await topic.click()
    await expect(page.get_by_role("button", name="Game Corner: Orders", exact=True)).to_be_visible()


async def test_faults_can_be_switched_from_the_page(lab: Lab, page: Page):
    await page.goto(lab.url)
    await page.get_by_role("button", name="Flood wait in this chat, 10 s").click()
    await expect(page.get_by_text(f"Flood wait in chat {ADA}")).to_be_visible()
    await page.get_by_role("button", name="End all faults").click()
    await expect(page.get_by_text("Telegram is having a good day")).to_be_visible()


async def test_on_a_phone_chats_and_conversation_take_turns(lab: Lab, page: Page):
    await page.set_viewport_size({"width": 390, "height": 844})
    await lab.bot.send_message(ADA, "hello")
    await page.goto(lab.url)
    await page.get_by_role("button", name="Orderline, 1 unread").click()
    await expect(page.get_by_role("article", name="Orderline")).to_be_visible()
    await expect(page.get_by_role("navigation", name="Chats")).to_be_hidden()
    overflow = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert overflow is False
    await page.get_by_role("button", name="Back to chats").click()
    await expect(page.get_by_role("navigation", name="Chats")).to_be_visible()


async def test_the_supplier_panel_settles_orders_and_turns_switches(page: Page):
    received: list[Any] = []
    async with serving(supplier(received)) as url, running_lab(suppliers={"voodoo": url}) as lab:
        await page.goto(lab.url)
        panel = page.get_by_role("complementary", name="Sandbox panel")
        await expect(panel.get_by_role("row", name="Steam 20 USD")).to_contain_text("processing")
        await panel.get_by_role("button", name="Complete").click()
        await expect(panel.get_by_role("row", name="Steam 20 USD")).to_contain_text("completed")
        async with page.expect_response("**/sandbox/set"):
            await panel.get_by_role("switch", name="Extra fields").click()
        await panel.get_by_label("Delay, s").fill("7")
        async with page.expect_response("**/sandbox/set"):
            await panel.get_by_label("Delay, s").press("Enter")
        async with page.expect_response("**/sandbox/set"):
            await panel.get_by_label("Ends as").select_option("b")
    assert received == [
        {"as": "completed"},
        {"name": "extra", "value": True},
        {"name": "delay", "value": 7},
        {"name": "end", "value": "b"},
    ]
