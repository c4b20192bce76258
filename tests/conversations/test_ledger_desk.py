"""Credits, debits and limits from the chat: by commands, replies and replays."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.sandbox.telegram import people
from bot.sandbox.telegram.model import StoredFile
from storage.records.resellers import EntryKind
from tests.conversations.accounts import found_account, handled_twice, present, replies, writes
from tests.conversations.shop import ADMIN, Shop

FIVE = Decimal(5)


async def test_a_credit_is_posted_told_and_audited(shop: Shop) -> None:
    nova = await found_account(shop)
    await shop.says("/credit nova games 1 250.50 USD for May")
    assert "$1,250.50 credited to Nova Games." in shop.text()
    assert "for May" in shop.text()
    assert "Balance: $1,250.50" in shop.text()
    assert "/debit Nova Games 1250.5" in shop.text()
    assert (await present(shop, nova)).balance == Decimal("1250.5")
    await shop.says("/audit")
    assert "credit · Nova Games\n$1,250.50: for May" in shop.text()


async def test_whoever_lost_the_answer_is_not_told_to_post_again(shop: Shop) -> None:
    nova = await found_account(shop)
    shop.telegram.faults.drop_replies("sendMessage", 1)
    await shop.says("/credit Nova Games 25")
    assert "Please look before you ask again" in shop.text()
    assert (await present(shop, nova)).balance == Decimal(25)


async def test_an_amount_that_two_accounts_may_be_meant_for_is_posted_to_neither(shop: Shop) -> None:
    one, other = await found_account(shop, "Nova"), await found_account(shop, "Nova 2")
    await shop.says("/credit Nova 2 100")
    assert shop.text().startswith("Did you mean one of these?")
    assert shop.labels()[:2] == ["Nova 2", "Nova"]
    assert [(await present(shop, account)).balance for account in (one, other)] == [0, 0]


async def test_the_opposite_entry_undoes_a_mistyped_one(shop: Shop) -> None:
    nova = await found_account(shop, balance="500")
    await shop.says("/debit Nova Games 500")
    assert "$500.00 debited from Nova Games." in shop.text()
    assert (await present(shop, nova)).balance == 0
    lines = await shop.store.read(lambda tables: tables.ledger.last(nova.id, 5))
    assert [line.kind for line in lines] == [EntryKind.DEBIT, EntryKind.CREDIT]


async def test_a_command_handled_twice_posts_once(shop: Shop) -> None:
    nova = await found_account(shop)
    writes(shop, "/credit Nova Games 50")
    await handled_twice(shop)
    assert "not done twice" in shop.text()
    assert (await present(shop, nova)).balance == 50


async def test_a_reply_handled_twice_posts_once(shop: Shop) -> None:
    nova = await found_account(shop)
    await shop.says("/reseller nova games")
    await shop.taps("➕ Credit")
    writes(shop, "50 for May", reply_to=shop.last().id)
    await handled_twice(shop)
    assert "not done twice" in shop.text()
    assert (await present(shop, nova)).balance == 50


@pytest.mark.parametrize(
    ("amount", "problem"),
    [
        ("-50", "above zero"),
        ("0", "above zero"),
        ("1,000", "two ways. Please write it without separators. ($1.00 or $1,000.00)"),
        ("12.345", "Is that $12,345.00? Please write it without separators."),
        ("1.000,00,0", "I cannot read that number. Please write it without separators."),
        ("99999999999999999999", "too much"),
        ("0.001", "too many decimals for USD"),
        ("€50", "kept in USD alone"),
        ("50 EUR", "kept in USD alone"),
        ("lots", "not an amount"),
        ("50 200 cards", "Is it “50” with a note, or “50 200”?"),
        (f"50 {'n' * 201}", "note is too long"),
    ],
)
async def test_an_amount_that_cannot_be_meant_is_asked_for_again_and_nothing_is_posted(
    shop: Shop, amount: str, problem: str
) -> None:
    nova = await found_account(shop)
    await shop.says(f"/credit Nova Games {amount}")
    assert problem in shop.text()
    assert "How much shall be credited to Nova Games?" in shop.text()
    assert (await present(shop, nova)).balance == 0
    await replies(shop, "50")
    assert (await present(shop, nova)).balance == 50


async def test_a_debit_never_passes_the_limit(shop: Shop) -> None:
    nova = await found_account(shop, balance="50")
    await shop.says("/debit Nova Games 60")
    assert "Nothing was debited: $10.00 more than Nova Games has." in shop.text()
    await shop.says("/limit Nova Games 10")
    assert "Credit limit of Nova Games: $10.00." in shop.text()
    await shop.says("/debit Nova Games 60")
    assert (await present(shop, nova)).balance == -10
    await shop.says("/limit Nova Games 0")
    assert "already uses more than that" in shop.text()
    assert "lowest limit possible now is $10.00" in shop.text()


async def test_more_than_an_account_can_hold_is_refused(shop: Shop) -> None:
    await found_account(shop, balance="999999999999")
    await shop.says("/credit Nova Games 999999999999")
    assert "Nothing was changed: an account can hold $1,000,000,000,000.00 at most." in shop.text()


async def test_a_command_without_an_amount_asks_for_it(shop: Shop) -> None:
    nova = await found_account(shop)
    await shop.says("/credit Nova Games")
    assert "How much shall be credited to Nova Games?" in shop.text()
    await replies(shop, "$5 for May")
    assert (await present(shop, nova)).balance == FIVE


async def test_a_reply_goes_before_an_open_order(shop: Shop) -> None:
    nova = await found_account(shop)
    await shop.says("steam")
    await shop.taps("Steam Wallet")
    await shop.taps("Buy")
    await shop.says("/credit Nova Games")
    await replies(shop, "3")
    assert (await present(shop, nova)).balance == 3
    draft = await shop.store.read(lambda tables: tables.drafts.get(ADMIN, ADMIN))
    assert draft is not None
    assert draft.quantity is None


async def test_a_picture_is_no_amount(shop: Shop) -> None:
    await found_account(shop)
    await shop.says("/credit Nova Games")
    world = shop.telegram.world
    picture = people.Draft(photo=StoredFile("photo", "receipt.jpg", "image/jpeg", b"x"), reply_to=shop.last().id)
    people.write(shop.telegram, world.user(ADMIN), world.chat(ADMIN), picture)
    await shop.settle()
    assert "Please answer with text." in shop.text()
    assert "How much shall be credited" in shop.text()


async def test_words_that_link_like_a_question_are_not_one(shop: Shop) -> None:
    nova = await found_account(shop)
    await shop.says(f"https://t.me/orderline_bot?ask=credit-{nova.id}-{ADMIN}")
    own = max(shop.telegram.world.chat(ADMIN).messages)
    await shop.says("50", reply_to=own)
    assert (await present(shop, nova)).balance == 0


async def test_balance_tells_what_resellers_hold(shop: Shop) -> None:
    await shop.says("/balance")
    assert "Resellers" not in shop.text()
    await found_account(shop, balance="100")
    orbit = await found_account(shop, "Orbit")
    await shop.says("/limit Orbit 50")
    await shop.says("/debit Orbit 30")
    assert await shop.store.write(lambda tables: tables.resellers.hold(orbit.id, FIVE))
    await shop.says("/balance")
    assert "Resellers · 2 accounts" in shop.text()
    assert "Their balances: $100.00" in shop.text()
    assert "Held for open orders: $5.00" in shop.text()
    assert "Owed by them: $30.00" in shop.text()


async def test_a_limit_that_is_none_or_there_already_changes_nothing(shop: Shop) -> None:
    nova = await found_account(shop)
    await shop.says("/limit Nova Games -5")
    assert "It cannot be below zero." in shop.text()
    await replies(shop, "0")
    assert "Nova Games is like that already; nothing was changed." in shop.text()
    assert await present(shop, nova) == nova


async def test_a_limit_handled_twice_is_set_once(shop: Shop) -> None:
    nova = await found_account(shop)
    writes(shop, "/limit Nova Games 100")
    await handled_twice(shop)
    assert "not done twice" in shop.text()
    assert (await present(shop, nova)).credit_limit == 100
    trail = await shop.store.read(lambda tables: tables.audit.last(9))
    assert [entry.action for entry in trail] == ["limit"]


async def test_a_question_is_about_the_account_whatever_it_is_called_by_now(shop: Shop) -> None:
    nova = await found_account(shop)
    await shop.says("/credit Nova Games")
    asked = shop.last().id
    renamed = replace(nova, name="Orbit")
    await shop.store.write(lambda tables: tables.resellers.save(renamed, "orbit"))
    await shop.says("5", reply_to=asked)
    assert "$5.00 credited to Orbit." in shop.text()
