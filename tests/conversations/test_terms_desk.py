"""Markups and bounds from the chat."""

from decimal import Decimal

import pytest

from storage.records.resellers import MarkupRule, MarkupScope
from tests.conversations.accounts import found_account, handled_twice, present, replies, rules_of, writes
from tests.conversations.shop import Shop


async def test_markups_are_for_everything_a_category_or_an_item(shop: Shop) -> None:
    nova = await found_account(shop)
    await shop.says("/markup Nova Games 7,5 %")
    assert "Markup on everything: 7.5%." in shop.text()
    assert "/markup Nova Games 5" in shop.text()
    assert (await present(shop, nova)).markup == Decimal("7.5")
    await shop.says("/markup Nova Games 3 category STEAM")
    assert "Markup on category Steam: 3%." in shop.text()
    await shop.says("/markup Nova Games 12 item voodoo:4711")
    assert "item Steam Wallet 10 USD (voodoo:4711): 12%" in shop.text()
    assert "/markup Nova Games off item voodoo:4711" in shop.text()
    assert set(await rules_of(shop, nova)) == {
        MarkupRule(nova.id, MarkupScope.CATEGORY, "Steam", Decimal(3)),
        MarkupRule(nova.id, MarkupScope.ITEM, "voodoo:4711", Decimal(12)),
    }
    await shop.says("/markup Nova Games off item voodoo:4711")
    assert "No markup of its own any more" in shop.text()
    await shop.taps("✕ category Steam")
    assert await rules_of(shop, nova) == []


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("-5", "cannot be below zero"),
        ("1001", "1,000% is the most"),
        ("5.555", "two are the most"),
        ("off", "I cannot read that"),
        ("5 category Steem", "no category called Steem. Closest: Steam."),
        ("5 item voodoo:1", "no item voodoo:1"),
        ("5 item nonsense", "no item nonsense"),
        ("off category Steam", "no markup of its own on Steam"),
    ],
)
async def test_a_markup_that_cannot_be_meant_changes_nothing(shop: Shop, words: str, problem: str) -> None:
    nova = await found_account(shop)
    await shop.says(f"/markup Nova Games {words}")
    assert problem in shop.text()
    assert await present(shop, nova) == nova
    assert await rules_of(shop, nova) == []


async def test_bounds_are_set_together_or_not_at_all(shop: Shop) -> None:
    nova = await found_account(shop)
    await shop.says("/limits Nova Games minute 5 day 1 000 order lots")
    assert "not an amount" in shop.text()
    assert await present(shop, nova) == nova
    await shop.says("/limits Nova Games minute 5 day 1 000 order 99.50 low 20")
    assert "/limits Nova Games minute off day off order off low off" in shop.text()
    now = await present(shop, nova)
    assert (now.orders_per_minute, now.spend_per_day, now.largest_order) == (5, Decimal(1000), Decimal("99.5"))
    assert now.low_balance == 20
    await shop.says("/limits Nova Games day off")
    assert "/limits Nova Games day 1000" in shop.text()
    assert (await present(shop, nova)).spend_per_day is None
    assert (await present(shop, nova)).orders_per_minute == 5


async def test_bounds_can_be_asked_for_one_by_one(shop: Shop) -> None:
    nova = await found_account(shop)
    await shop.says("/limits Nova Games")
    await shop.taps("Orders a minute")
    for wrong in ("0", "1.5", "-1", "many", "1001"):
        await replies(shop, wrong)
        assert "whole number from 1 to 1,000, or off" in shop.text(), wrong
    await replies(shop, "3")
    assert (await present(shop, nova)).orders_per_minute == 3
    await shop.taps("Largest order")
    await replies(shop, "off")
    assert "It was like that already" in shop.text()
    await shop.says("/limits Nova Games fast")
    assert "I cannot read that; nothing was changed." in shop.text()


async def test_a_markup_that_is_there_already_changes_nothing(shop: Shop) -> None:
    nova = await found_account(shop)
    for words in ("5", "7 category Steam", "7 category Steam"):
        await shop.says(f"/markup Nova Games {words}")
    assert "It was like that already" in shop.text()
    assert len(await rules_of(shop, nova)) == 1


async def test_a_stale_button_takes_no_other_markup_away(shop: Shop) -> None:
    nova = await found_account(shop)
    await shop.says("/markup Nova Games 7 category Steam")
    stale = shop.last().id
    await shop.says("/markup Nova Games off category Steam")
    await shop.says("/markup Nova Games 9 item voodoo:4711")
    await shop.taps("✕ category Steam", message=stale)
    assert [rule.target for rule in await rules_of(shop, nova)] == ["voodoo:4711"]


async def test_a_markup_handled_twice_is_set_once(shop: Shop) -> None:
    await found_account(shop)
    writes(shop, "/markup Nova Games 9 category Steam")
    await handled_twice(shop)
    trail = await shop.store.read(lambda tables: tables.audit.last(9))
    assert [entry.detail for entry in trail] == ["category Steam: 9 %, was none"]
