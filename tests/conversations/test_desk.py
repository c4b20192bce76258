"""The operator's desk: who is meant, new resellers, cards and pages, and who may do what."""

import pytest

from bot.presentation.desk_buttons import (
    AskFor,
    DropMarkup,
    OpenBounds,
    OpenEntries,
    OpenMarkups,
    OpenReseller,
    Resume,
    Suspend,
    Wanted,
)
from storage.records.resellers import MarkupScope, Member, MemberRole
from storage.store import Tables
from tests.conversations.accounts import forges, found_account, handled_twice, present, replies
from tests.conversations.shop import ADMIN, STRANGER, Shop
from tests.factories import NOW


async def test_a_button_handled_twice_suspends_once(shop: Shop) -> None:
    nova = await found_account(shop)
    await shop.says("/reseller Nova Games")
    shop.press("⏸ Suspend")
    await handled_twice(shop)
    assert (await present(shop, nova)).suspended
    trail = await shop.store.read(lambda tables: tables.audit.last(9))
    assert [entry.action for entry in trail] == ["suspend"]


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
    await found_account(shop)
    await replies(shop, "nova  games")
    assert "There already is a reseller called Nova Games." in shop.text()
    assert "What shall the new reseller be called?" in shop.text()
    await replies(shop, "Orbit")
    await shop.taps("➕ Create reseller Orbit")
    assert "orbit" in await shop.store.read(lambda tables: tables.resellers.names())


async def test_a_name_taken_meanwhile_shows_who_has_it(shop: Shop) -> None:
    await shop.says("/invite Nova Games")
    await found_account(shop)
    await shop.taps("➕ Create")
    assert "There already is a reseller called Nova Games." in shop.text()


async def test_a_reseller_is_made_once_however_often_its_button_is_handled(shop: Shop) -> None:
    await shop.says("/invite Orbit")
    shop.press("➕ Create reseller Orbit")
    await handled_twice(shop)
    assert await shop.store.read(lambda tables: tables.resellers.names()) == {"orbit": 1}
    trail = await shop.store.read(lambda tables: tables.audit.last(9))
    assert [entry.action for entry in trail].count("create") == 1
    assert "Invite to Orbit" in shop.text()


async def test_buttons_of_an_account_that_is_not_there_say_so(shop: Shop) -> None:
    await shop.says("/admin")
    gone = 99
    for meant in (
        OpenReseller(gone),
        Suspend(gone),
        Resume(gone),
        OpenEntries(gone, 0),
        OpenMarkups(gone, 0),
        DropMarkup(gone, MarkupScope.ITEM, "0"),
        OpenBounds(gone),
        AskFor(Wanted.CREDIT, gone),
    ):
        await forges(shop, meant, ADMIN)
        assert "There is no such reseller." in shop.text(), meant
        await shop.taps("‹ Administration")


async def test_renaming_keeps_names_apart(shop: Shop) -> None:
    nova = await found_account(shop)
    await found_account(shop, "Orbit")
    await shop.says("/reseller nova games")
    await shop.taps("Rename")
    await replies(shop, "ORBIT")
    assert "There already is a reseller called Orbit." in shop.text()
    await replies(shop, "n" * 65)
    assert "too long" in shop.text()
    await replies(shop, "Nova")
    assert "Nova Games is called Nova now." in shop.text()
    await shop.taps("Rename")
    await replies(shop, "Nova")
    assert "It was like that already" in shop.text()
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


async def test_the_card_shows_people_groups_and_the_last_entries(shop: Shop) -> None:
    nova = await found_account(shop, balance="20 for May")

    async def join(tables: Tables) -> None:
        await tables.members.put(Member(STRANGER, nova.id, MemberRole.OWNER, "Sam", NOW))

    await shop.store.write(join)
    await shop.says("/reseller Nova Games")
    assert "Members: Sam (owner)" in shop.text()
    assert "+$20.00 → $20.00 · credit\n" in shop.text()
    await shop.taps("Ledger")
    assert "Ledger of Nova Games" in shop.text()
    await shop.taps("‹ Nova Games")
    await shop.taps("👥 Team")
    assert "Team of Nova Games" in shop.text()
    await shop.taps("‹ Nova Games")
    await shop.taps("Orders")
    assert "There are no orders here." in shop.text()
    await shop.taps("‹ Nova Games")
    assert "👤 Nova Games" in shop.text()


async def test_a_name_is_needed_to_show_or_stop_one_account(shop: Shop) -> None:
    nova = await found_account(shop)
    for command in ("reseller", "suspend", "resume"):
        await shop.says(f"/{command}")
        assert "Resellers · 1 account" in shop.text()
    assert await present(shop, nova) == nova


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
