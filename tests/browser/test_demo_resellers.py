"""The demo's resellers, as somebody meets them in the first minutes."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Chat

pytestmark = pytest.mark.browser

PRICE = "$10.08"
"""A sample gift card at Nova Games' twelve percent."""


async def test_the_page_says_who_is_who(chat: Chat) -> None:
    for name, what in (("Nina", "Nova Games, owner"), ("Raj", "Pixel Cards, buyer"), ("Ada", "the operator")):
        await expect(chat.page.get_by_role("radio", name=f"{name}, {what}")).to_be_visible()


async def test_an_invite_lets_somebody_new_in_who_orders_at_the_resellers_price(chat: Chat) -> None:
    await chat.says("/invite Nova Games")
    invite = await chat.sees("Invite to Nova Games")
    await invite.get_by_role("link", name="?start=").click()
    await chat.page.get_by_role("button", name="New person").click()
    await expect(chat.page.get_by_text("Opened as Dara")).to_be_visible()
    await chat.page.get_by_role("button", name="Start", exact=True).click()
    await chat.sees("You order for Nova Games now")
    await chat.says("/find Sample Gift Card 10 USD")
    await chat.taps(f"{PRICE} · Sample Gift Card 10 USD")
    await chat.taps("Buy")
    await chat.taps("2")
    card = await chat.sees("Please check your order")
    await expect(card).to_contain_text("Total: $20.16")
    await chat.taps("Confirm")
    result = await chat.sees(re.compile(r"Delivered.*[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", re.DOTALL))
    await expect(result).not_to_contain_text("18.00")
    await chat.says("/balance")
    await expect(await chat.sees(re.compile(r"Nova Games.*Balance", re.DOTALL))).to_contain_text("Available")


async def test_a_stranger_asks_for_access_and_the_operator_lets_them_in(chat: Chat) -> None:
    await chat.becomes("Boris")
    await chat.page.get_by_role("button", name="Start", exact=True).click()
    await chat.page.get_by_role("button", name=re.compile("🙋")).click()
    await chat.becomes("Ada")
    await chat.sees("Boris asks for access")
    await chat.taps("✅ Approve")
    await chat.taps("Pixel Cards")
    await chat.becomes("Boris")
    await chat.sees("Pixel Cards")


async def test_a_member_orders_in_the_topic_of_their_group(chat: Chat) -> None:
    await chat.becomes("Tom")
    await chat.page.get_by_role("button", name="Nova Games team: Orders").click()
    await chat.says("/find Sample Gift Card 10 USD")
    await chat.taps(f"{PRICE} · Sample Gift Card 10 USD")
    await chat.taps("Buy")
    await chat.taps("2")
    await chat.sees("Please check your order")
    await chat.taps("Confirm")
    result = await chat.sees("Delivered")
    await expect(result).to_be_visible()
