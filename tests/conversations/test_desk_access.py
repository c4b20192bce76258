"""Who reaches the operator's desk, where, and what is kept of what they do."""

from pathlib import Path

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
from storage.records.resellers import MarkupScope, Member, MemberRole
from storage.store import Store, Tables
from tests.conversations.accounts import forges, found_account, present
from tests.conversations.shop import COLLEAGUE, GROUP, STRANGER, Shop, open_shop
from tests.factories import NOW, make_item

REFUSED = "Эта команда только для оператора."
"""What the stranger, who speaks Russian, is told."""


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


async def test_the_trail_is_read_page_by_page(shop: Shop) -> None:
    nova = await found_account(shop)
    for percent in range(1, 14):
        await shop.says(f"/markup Nova Games {percent + 10}")
    await shop.says("/audit")
    assert "23%, was 22%" in shop.text()
    assert "11%, was 5%" not in shop.text()
    await shop.taps("Older ›")
    assert "11%, was 5%" in shop.text()
    assert "Older ›" not in shop.labels()
    await shop.taps("« Newest")
    assert "23%, was 22%" in shop.text()
    assert (await present(shop, nova)).markup == 23
