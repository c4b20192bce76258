"""A new user's first minutes with the demo."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Chat
from tests.browser.tabs import PHONE

pytestmark = pytest.mark.browser


async def buys_a_gift_card(chat: Chat, quantity: str = "2") -> None:
    await chat.says("/find Sample Gift Card 10 USD")
    await chat.taps("$9.00 · Sample Gift Card 10 USD")
    await chat.taps("Buy")
    await chat.sees("How many?")
    await chat.taps(quantity)
    await chat.sees("Please check your order")
    await chat.taps("Confirm")


async def test_an_order_goes_from_the_catalog_to_codes_that_can_be_copied(chat: Chat) -> None:
    await chat.says("/order")
    await chat.sees("Choose a category")
    await chat.taps("›")
    await chat.taps("Landmarks & samples")
    await chat.sees("Prices and stock as of")
    await chat.taps("›")
    await chat.taps("$9.00 · Sample Gift Card 10 USD")
    await chat.taps("Buy")
    await chat.taps("2")
    await chat.sees("Total: $18.00")
    await chat.taps("Confirm")
    result = await chat.sees(re.compile(r"Delivered.*[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", re.DOTALL))
    await expect(result.locator("code")).to_have_count(2)
    await expect(chat.page.get_by_role("button", name=re.compile("^Copy all"))).to_be_visible()


async def test_a_card_is_ordered_from_the_other_supplier_at_a_quoted_price(chat: Chat) -> None:
    await chat.says("/find Steam Wallet Card")
    await chat.sees("This is what the catalog has")
    await chat.page.get_by_role("button", name=re.compile("Steam Wallet Card")).last.click()
    await chat.sees("Region: United States")
    await chat.taps("Buy")
    await chat.taps("50")
    await chat.sees("How many?")
    await chat.taps("2")
    await chat.sees("Leaves the wallet: $96.50")
    await chat.taps("Confirm")
    result = await chat.sees(re.compile(r"Delivered.*STEAM-.*PIN", re.DOTALL))
    await expect(result).to_contain_text("Valid until")


async def test_the_panel_decides_how_an_order_ends(chat: Chat) -> None:
    await chat.page.get_by_label("Orders end as").select_option("hold")
    await buys_a_gift_card(chat)
    await chat.sees("In progress")
    await chat.page.get_by_role("button", name="Partial").first.click()
    part = await chat.sees("Partly delivered")
    await expect(part).to_contain_text("1 of 2 delivered")
    await expect(part).to_contain_text("Refunded: $9.00")
    await chat.page.get_by_label("Orders end as").select_option("completed")


async def test_a_failed_order_says_why_and_what_was_refunded(chat: Chat) -> None:
    await chat.page.get_by_label("Orders end as").select_option("failed")
    await buys_a_gift_card(chat)
    failed = await chat.sees("Not delivered")
    await expect(failed).to_contain_text("Refunded: $18.00")
    await chat.page.get_by_label("Orders end as").select_option("completed")


async def test_a_value_that_the_panel_refuses_is_said_and_does_not_stay_in_its_field(chat: Chat) -> None:
    field = chat.page.get_by_label("Seconds to deliver")
    await chat.page.get_by_role("tab", name="Octopus Cards").click()
    await expect(field).to_have_value("5")
    await field.fill("-1")
    await field.press("Enter")
    await expect(chat.page.locator(".toast")).to_be_visible()
    await expect(field).to_have_value("5")
    await chat.page.get_by_role("tab", name="Voodoo Center").click()


async def test_a_stranger_learns_that_there_is_no_access_and_nothing_else(chat: Chat) -> None:
    await chat.becomes("Chen")
    await chat.page.get_by_role("button", name="Start", exact=True).click()
    await chat.sees("You do not have access to this bot.")
    await chat.says("/order")
    await expect(chat.page.get_by_role("article", name=re.compile("^Orderline"))).to_have_count(2)
    await expect(chat.page.get_by_text("Choose a category")).to_have_count(0)


async def test_ordering_in_the_group_is_asked_of_the_one_who_orders_and_hides_the_codes(chat: Chat) -> None:
    await chat.page.get_by_role("button", name=re.compile("Orders")).first.click()
    await chat.says("/find Sample Game Service")
    await chat.taps("$15.00 · Sample Game Service")
    await chat.taps("Buy")
    await chat.sees("Reply to this message")
    await chat.says("ada@example.com")
    await chat.sees("Please check your order")
    await chat.taps("Confirm")
    await chat.sees("Delivered")


async def test_the_whole_shop_fits_a_phone(chat: Chat) -> None:
    await chat.page.set_viewport_size(PHONE)
    await chat.page.reload()
    await chat.page.get_by_role("button", name=re.compile("^Orderline")).first.click()
    await chat.says("/order")
    await chat.sees("Choose a category")
    wide = await chat.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide
