"""Links, groups and new people on the chat page, in a real browser."""

from collections.abc import AsyncGenerator

import pytest
from playwright.async_api import Page, expect
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update

from tests.browser.tabs import open_tab
from tests.sandbox.telegram.lab import ADA, BORIS, Lab

pytestmark = pytest.mark.browser

LINK = "https://t.me/orderline_demo_bot"


@pytest.fixture
async def page(lab: Lab) -> AsyncGenerator[Page]:
    """The page as Ada sees it."""
    async with open_tab() as tab:
        await tab.goto(lab.url)
        await expect(tab.get_by_role("radio", name="Ada")).to_be_checked()
        yield tab


async def texts(lab: Lab) -> list[tuple[str | None, int]]:
    """What was written to the bot, and by whom."""
    updates: tuple[Update, ...] = await lab.bot.get_updates(timeout=30)
    said = [update.message for update in updates if update.message and update.message.text]
    return [(message.text, message.from_user.id) for message in said if message.from_user]


async def test_a_start_link_opens_the_chat_and_start_follows_it(lab: Lab, page: Page):
    await lab.bot.send_message(ADA, f"Invite: {LINK}?start=invite_7")
    await page.get_by_role("link", name=f"{LINK}?start=invite_7").click()
    await expect(page.get_by_text("t.me/orderline_demo_bot?start=invite_7", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Start", exact=True).click()
    assert await texts(lab) == [("/start invite_7", ADA)]
    await expect(page.get_by_role("textbox", name="Message")).to_be_visible()


async def test_an_opened_link_can_be_followed_by_somebody_else(lab: Lab, page: Page):
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Join", url=f"{LINK}?start=invite_7")]])
    await lab.bot.send_message(ADA, "An invite", reply_markup=markup)
    await page.get_by_role("link", name="Join").click()
    await page.get_by_role("radio", name="Boris").click()
    await expect(page.get_by_text("Opened as Boris")).to_be_visible()
    await page.get_by_role("button", name="Start", exact=True).click()
    assert await texts(lab) == [("/start invite_7", BORIS)]


async def test_an_opened_link_can_be_dropped(lab: Lab, page: Page):
    await page.get_by_label("Open a t.me link").fill(f"{LINK}?start=invite_7")
    await page.get_by_role("button", name="Open", exact=True).click()
    await page.get_by_role("button", name="Drop the link").click()
    await expect(page.get_by_role("textbox", name="Message")).to_be_visible()
    await expect(page.get_by_role("button", name="Start", exact=True)).to_be_hidden()


async def test_a_link_of_somebody_else_is_not_opened(page: Page):
    await page.get_by_label("Open a t.me link").fill("https://t.me/somebody?start=invite_7")
    await page.get_by_role("button", name="Open", exact=True).click()
    await expect(page.locator("#toasts")).to_contain_text("no link of the bot")


async def test_a_link_in_the_address_is_opened_as_whoever_looks(lab: Lab, page: Page):
    await page.goto(f"{lab.url}/?start=invite_7")
    await page.get_by_role("button", name="Start", exact=True).click()
    assert await texts(lab) == [("/start invite_7", ADA)]


async def test_a_group_link_offers_the_groups_of_the_person(lab: Lab, page: Page):
    await lab.bot.send_message(ADA, f"{LINK}?startgroup=invite_8")
    await page.get_by_role("link", name=f"{LINK}?startgroup=invite_8").click()
    await page.get_by_role("button", name="Add here: Game Corner").click()
    assert await texts(lab) == [("/start@orderline_demo_bot invite_8", ADA)]
    await expect(page.get_by_role("heading", name="Game Corner: General")).to_be_visible()


async def test_a_group_link_can_make_a_new_group(lab: Lab, page: Page):
    await page.get_by_label("Open a t.me link").fill(f"{LINK}?startgroup=invite_8")
    await page.get_by_role("button", name="Open", exact=True).click()
    await page.get_by_role("button", name="Close").click()
    await page.get_by_role("radio", name="Boris").click()
    await page.get_by_role("button", name="Add to a group").click()
    await page.get_by_label("Name of a new group").fill("Weekend Players")
    await page.get_by_label("with topics").check()
    await page.get_by_role("button", name="Make it").click()
    await expect(page.get_by_role("heading", name="Weekend Players: General")).to_be_visible()
    assert await texts(lab) == [("/start@orderline_demo_bot invite_8", BORIS)]


async def test_a_new_person_joins_and_leaves_a_group(page: Page):
    await page.get_by_role("button", name="New person").click()
    await expect(page.get_by_role("radio", name="Dara")).to_be_checked()
    await page.get_by_role("button", name="Groups…").click()
    await page.get_by_role("button", name="Join: Game Corner").click()
    await expect(page.get_by_text("Dara joined")).to_be_visible()
    await page.get_by_role("button", name="Groups…").click()
    await page.get_by_role("button", name="Leave: Game Corner").click()
    await expect(page.get_by_role("button", name="Game Corner")).to_have_count(0)


async def test_a_group_is_made_with_the_bot_in_it(lab: Lab, page: Page):
    await page.get_by_role("button", name="Groups…").click()
    await page.get_by_label("Name of a new group").fill("Corner Two")
    await page.get_by_role("button", name="Make it").click()
    await expect(page.get_by_role("heading", name="Corner Two")).to_be_visible()
    await expect(page.get_by_text("Ada added Orderline")).to_be_visible()
    standing = [update.my_chat_member for update in await lab.bot.get_updates() if update.my_chat_member]
    assert [one.new_chat_member.status for one in standing] == ["member"]
