"""The operator's desk: resellers administered from the chat, by commands, buttons and replies."""

from decimal import Decimal
from pathlib import Path

import pytest

from bot.presentation.buttons import Button
from bot.presentation.desk_buttons import (
    AskFor,
    CreateReseller,
    DeskPage,
    DropMarkup,
    OpenDesk,
    OpenReseller,
    Suspend,
    Wanted,
)
from bot.resellers.naming import folded
from bot.sandbox.telegram import people
from bot.sandbox.telegram.model import StoredFile
from storage.records.resellers import EntryKind, MarkupRule, MarkupScope, Member, MemberRole, Reseller
from storage.store import Store, Tables
from tests.conversations.shop import ADMIN, COLLEAGUE, GROUP, STRANGER, Shop, open_shop
from tests.factories import NOW, make_item

FIVE = Decimal(5)
REFUSED = "Эта команда только для оператора."
"""What the stranger, who speaks Russian, is told."""


async def found_account(shop: Shop, name: str = "Nova Games", balance: str = "") -> Reseller:
    """An account with this much in it."""

    async def make(tables: Tables) -> Reseller:
        made = await tables.resellers.add(name, folded(name), FIVE, NOW)
        assert made is not None
        return made

    made = await shop.store.write(make)
    if balance:
        await shop.says(f"/credit {name} {balance}")
    return made


async def present(shop: Shop, reseller: Reseller) -> Reseller:
    """The account as it is now."""
    found = await shop.store.read(lambda tables: tables.resellers.get(reseller.id))
    assert found is not None
    return found


async def rules_of(shop: Shop, reseller: Reseller) -> list[MarkupRule]:
    """Its markups of its own."""
    return await shop.store.read(lambda tables: tables.resellers.rules(reseller.id))


async def replies(shop: Shop, text: str, *, who: int = ADMIN, chat: int | None = None) -> None:
    """Somebody answers the bot's newest message by replying to it."""
    await shop.says(text, who=who, chat=chat, reply_to=shop.last(chat or who).id)


async def test_a_credit_is_posted_told_and_audited(shop: Shop) -> None:
    nova = await found_account(shop)
    await shop.says("/credit nova games 1 250.50 USD for May")
    assert "$1,250.50 credited to Nova Games." in shop.text()
    assert "for May" in shop.text()
    assert "Balance: $1,250.50" in shop.text()
    assert "/debit Nova Games 1250.5" in shop.text()
    assert (await present(shop, nova)).balance == Decimal("1250.5")
    await shop.says("/audit")
    assert "credit · Nova Games\n1250.50 USD: for May" in shop.text()


async def test_the_opposite_entry_undoes_a_mistyped_one(shop: Shop) -> None:
    nova = await found_account(shop, balance="500")
    await shop.says("/debit Nova Games 500")
    assert "$500.00 debited from Nova Games." in shop.text()
    assert (await present(shop, nova)).balance == 0
    lines = await shop.store.read(lambda tables: tables.ledger.last(nova.id, 5))
    assert [line.kind for line in lines] == [EntryKind.DEBIT, EntryKind.CREDIT]


def writes(shop: Shop, text: str, reply_to: int | None = None) -> None:
    """The operator writes; the bot does not react yet."""
    world = shop.telegram.world
    people.write(shop.telegram, world.user(ADMIN), world.chat(ADMIN), people.Draft(text, reply_to=reply_to))


async def forges(shop: Shop, meant: Button, who: int) -> None:
    """Somebody sends a button's data that no message shows to them; the bot reacts."""
    world, own = shop.telegram.world, shop.last(who)
    people.press(shop.telegram, world.user(who), world.chat(who), own.id, meant.pack(), "", forged=True)
    await shop.settle()


async def handled_twice(shop: Shop) -> None:
    """The bot handles everything that waits, and is killed before it can note so."""
    for update in await shop.fetch():
        await shop.handle(update)
        await shop.handle(update)


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


async def test_a_button_handled_twice_suspends_once(shop: Shop) -> None:
    nova = await found_account(shop)
    await shop.says("/reseller Nova Games")
    shop.press("⏸ Suspend")
    await handled_twice(shop)
    assert (await present(shop, nova)).suspended
    trail = await shop.store.read(lambda tables: tables.audit.last(9))
    assert [entry.action for entry in trail] == ["suspend"]


@pytest.mark.parametrize(
    ("amount", "problem"),
    [
        ("-50", "above zero"),
        ("0", "above zero"),
        ("1,000", "two ways. Please write it without separators. ($1.00 or $1,000.00)"),
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
    assert "Nothing was changed: an account can hold $1,000,000,000,000.00." in shop.text()


async def test_a_mistyped_name_shows_who_may_be_meant_and_does_nothing(shop: Shop) -> None:
    nova = await found_account(shop)
    words = {"credit": "50", "debit": "5", "markup": "9", "limit": "5", "limits": "day 5"}
    for command in (*words, "suspend", "resume", "reseller"):
        await shop.says(f"/{command} Nvoa Games {words.get(command, '')}")
        assert "There is no reseller called Nvoa Games." in shop.text(), command
        assert "Nova Games" in shop.labels(), command
    assert await present(shop, nova) == nova
    await shop.taps("Nova Games")
    assert shop.text().startswith("👤 Nova Games")
    assert await present(shop, nova) == nova


async def test_a_name_that_begins_like_another_is_taken_whole(shop: Shop) -> None:
    short = await found_account(shop, "Nova")
    await found_account(shop, "Nova Games")
    await shop.says("/suspend Nova Gmaes")
    assert "no reseller called Nova Gmaes" in shop.text()
    assert not (await present(shop, short)).suspended
    await shop.says("/credit Nova Gmaes 50")
    assert "not an amount" in shop.text()
    assert "credited to Nova?" in shop.text()
    assert (await present(shop, short)).balance == 0


async def test_a_command_without_words_says_how(shop: Shop) -> None:
    for name in ("credit", "debit", "markup", "limit", "limits", "invite"):
        await shop.says(f"/{name}")
        assert f"/{name} Nova Games" in shop.text()


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


async def test_new_resellers_are_made_only_when_that_is_asked_for(shop: Shop) -> None:
    await found_account(shop)
    await shop.says("/invite Nova Gamess")
    assert "There is no reseller called Nova Gamess." in shop.text()
    assert shop.labels()[:2] == ["Nova Games", "➕ Create reseller Nova Gamess"]
    assert len(await shop.store.read(lambda tables: tables.resellers.names())) == 1
    await shop.taps("➕ Create")
    assert len(await shop.store.read(lambda tables: tables.resellers.names())) == 2
    assert "Invite to Nova Gamess" in shop.text()
    assert "?start=" in shop.text()
    assert "?startgroup=" in shop.text()


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("n" * 200, "too long; 64"),
        ("a\u200bb", "characters that nobody can see"),
        ("\u0301", "needs letters or digits"),
    ],
)
async def test_names_that_cannot_be_had_are_refused_with_the_reason(shop: Shop, name: str, problem: str) -> None:
    await shop.says(f"/invite {name}")
    assert problem in shop.text()
    assert await shop.store.read(lambda tables: tables.resellers.names()) == {}


async def test_a_name_may_be_an_emoji_and_is_found_by_it(shop: Shop) -> None:
    await shop.says("/invite 🎮 Café")
    await shop.taps("➕ Create")
    await shop.says("/credit 🎮 cafe 5")
    assert "$5.00 credited to 🎮 Café." in shop.text()


async def test_an_existing_name_is_invited_to_at_once(shop: Shop) -> None:
    await found_account(shop)
    await shop.says("/invite nova  GAMES")
    assert "Invite to Nova Games" in shop.text()
    assert len(await shop.store.read(lambda tables: tables.resellers.names())) == 1


async def test_a_new_reseller_by_button_asks_for_its_name(shop: Shop) -> None:
    await shop.says("/admin")
    await shop.taps("➕ New reseller")
    await replies(shop, "/")  # a command is no answer
    await shop.says("/admin")
    await shop.taps("➕ New reseller")
    await replies(shop, "x" * 65)
    assert "too long" in shop.text()
    await replies(shop, "Orbit")
    await shop.taps("➕ Create reseller Orbit")
    assert "orbit" in await shop.store.read(lambda tables: tables.resellers.names())


async def test_a_name_taken_meanwhile_shows_who_has_it(shop: Shop) -> None:
    await shop.says("/invite Nova Games")
    await found_account(shop)
    await shop.taps("➕ Create")
    assert "There already is a reseller called Nova Games." in shop.text()


async def test_renaming_keeps_names_apart(shop: Shop) -> None:
    nova = await found_account(shop)
    await found_account(shop, "Orbit")
    await shop.says("/reseller nova games")
    await shop.taps("Rename")
    await replies(shop, "ORBIT")
    assert "There already is a reseller called Orbit." in shop.text()
    await replies(shop, "Nova")
    assert "Nova Games is called Nova now." in shop.text()
    assert (await present(shop, nova)).name == "Nova"


async def test_suspending_and_resuming_by_name_and_by_button(shop: Shop) -> None:
    nova = await found_account(shop)
    await shop.says("/suspend nova games")
    assert "Nova Games is suspended." in shop.text()
    assert (await present(shop, nova)).suspended
    await shop.taps("▶ Resume")
    assert "Nova Games may order again." in shop.text()
    assert not (await present(shop, nova)).suspended
    await shop.says("/resume Nova Games")
    assert "It was like that already" in shop.text()


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


async def test_the_card_shows_people_groups_and_the_last_entries(shop: Shop) -> None:
    nova = await found_account(shop, balance="20 for May")

    async def join(tables: Tables) -> None:
        await tables.members.put(Member(STRANGER, nova.id, MemberRole.OWNER, "Sam", NOW))

    await shop.store.write(join)
    await shop.says("/reseller Nova Games")
    assert "Members: Sam (owner)" in shop.text()
    assert "credit +$20.00 → $20.00\nfor May" in shop.text()
    await shop.taps("Ledger")
    assert "Ledger of Nova Games" in shop.text()
    await shop.taps("‹ Nova Games")
    await shop.taps("👥 Team")
    assert "Team of Nova Games" in shop.text()


async def test_the_list_has_pages(shop: Shop) -> None:
    for number in range(10):
        await found_account(shop, f"Shop {number}")
    await shop.says("/resellers")
    assert "10 accounts" in shop.text()
    assert "Shop 0" in shop.labels()
    assert "Shop 8" not in shop.labels()
    await shop.taps("›")
    assert "Shop 8" in shop.labels()
    await shop.taps("Shop 9")
    assert shop.text().startswith("👤 Shop 9")


async def test_admin_leads_everywhere_and_back(shop: Shop) -> None:
    await found_account(shop)
    for title, words in {
        "Resellers": "1 account",
        "Requests for access": "",
        "All orders": "Orders",
        "Orders that need attention": "Orders",
        "Balances": "No supplier is configured.",
        "Status": "Running for",
        "Catalog": "3 items",
        "Notifications": "",
        "Audit trail": "Audit trail",
    }.items():
        await shop.says("/admin")
        await shop.taps(title)
        assert words in shop.text(), title
        await shop.taps("‹ Administration")
        assert "Everything here is a command too" in shop.text(), title


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


async def test_strangers_and_members_reach_nothing_of_the_desk(shop: Shop) -> None:
    nova = await found_account(shop)

    async def join(tables: Tables) -> None:
        await tables.members.put(Member(STRANGER, nova.id, MemberRole.OWNER, "Sam", NOW))

    await shop.store.write(join)
    for command in ("admin", "resellers", "reseller Nova Games", "invite Orbit", "credit Nova Games 50",
                    "debit Nova Games 5", "markup Nova Games 0", "limit Nova Games 99", "limits Nova Games day 5",
                    "suspend Nova Games", "resume Nova Games", "audit"):  # fmt: skip
        await shop.says(f"/{command}", who=STRANGER)
        assert REFUSED in shop.text(STRANGER), command
    assert await present(shop, nova) == nova


async def test_a_member_who_taps_the_operators_button_changes_nothing(shop: Shop) -> None:
    nova = await found_account(shop)

    async def join(tables: Tables) -> None:
        await tables.members.put(Member(STRANGER, nova.id, MemberRole.OWNER, "Sam", NOW))

    await shop.store.write(join)
    await shop.says("/order", who=STRANGER)
    for meant in (
        Suspend(nova.id),
        OpenReseller(nova.id),
        AskFor(Wanted.CREDIT, nova.id),
        DropMarkup(nova.id, MarkupScope.ITEM, "0"),
        CreateReseller(),
        OpenDesk(DeskPage.AUDIT),
    ):
        await forges(shop, meant, STRANGER)
        assert shop.popups()[-1] == REFUSED, meant
    assert "👤" not in shop.text(STRANGER)
    assert await present(shop, nova) == nova


async def test_in_the_operators_chat_only_the_one_who_was_asked_can_answer(store: Store, tmp_path: Path) -> None:
    async with open_shop(store, tmp_path, [make_item()], desk=[GROUP]) as shop:
        nova = await found_account(shop)
        await shop.says("/credit Nova Games", chat=GROUP)
        asked = shop.last(GROUP).id
        assert "How much shall be credited to Nova Games?" in shop.text(GROUP)
        await shop.says("50", who=COLLEAGUE, chat=GROUP, reply_to=asked)
        assert "Somebody else was asked this." in shop.text(GROUP)
        await shop.says("50", chat=GROUP, reply_to=asked)
        assert (await present(shop, nova)).balance == 50


async def test_customers_who_read_along_see_nothing_of_the_desk(shop: Shop) -> None:
    await found_account(shop)
    for command in ("admin", "resellers", "reseller Nova Games", "credit Nova Games 5", "invite Nova Games", "audit"):
        await shop.says(f"/{command}", chat=GROUP)
        assert "Others read along here" in shop.text(GROUP), command
