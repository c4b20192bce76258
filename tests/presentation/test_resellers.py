"""What operators see of resellers."""

from dataclasses import replace
from decimal import Decimal

from telegram import InlineKeyboardButton

from bot.presentation.accounts import Account, entries_card
from bot.presentation.cards import Card, Paging, visible_length
from bot.presentation.changes import already_done_card, limit_card, plain_number, posted_card
from bot.presentation.desk import trail_card, unknown_name_card
from bot.presentation.desk_buttons import DropMarkup, OpenEntries, OpenReseller, OpenTrail
from bot.presentation.resellers import reseller_card, resellers_card
from bot.presentation.speech import speech_in
from bot.presentation.terms import bounds_card, digest_of, markups_card
from bot.resellers.limits import ShopLimits
from storage.records.resellers import (
    AuditEntry,
    Entry,
    EntryKind,
    MarkupRule,
    MarkupScope,
    Member,
    MemberRole,
    Reseller,
)
from tests.factories import NOW

EN = speech_in("en")
USUAL = ShopLimits(orders_per_minute=20, largest_order=Decimal(250))
NOVA = Reseller(
    7,
    "Nova <Games>",
    NOW,
    markup=Decimal(8),
    credit_limit=Decimal(50),
    balance=Decimal("120.5"),
    held=Decimal(20),
)
CREDIT = Entry(7, EntryKind.CREDIT, Decimal(50), NOW, "for <May>", 1001, id=3, balance=Decimal("120.5"))
CHARGE = Entry(7, EntryKind.CHARGE, Decimal("-9.5"), NOW, reference="7KQ2M9XF", id=2, balance=Decimal("70.5"))
OWN_MARKUPS = (
    MarkupRule(7, MarkupScope.CATEGORY, "Steam & Co", Decimal(5)),
    MarkupRule(7, MarkupScope.ITEM, "voodoo:4711", Decimal("12.5")),
)


def account(reseller: Reseller = NOVA, **changes: object) -> Account:
    """An account with the markups above."""
    return replace(Account(reseller, "USD", USUAL, rules=OWN_MARKUPS), **changes)


def buttons(card: Card) -> dict[str, InlineKeyboardButton]:
    """A card's buttons, by label."""
    return {one.text: one for row in card.keyboard.inline_keyboard for one in row} if card.keyboard else {}


def test_the_list_names_balance_held_money_and_who_is_suspended() -> None:
    asleep = replace(NOVA, id=8, name="Asleep", held=Decimal(0), suspended_at=NOW)
    card = resellers_card([NOVA, asleep], "USD", EN, paging=Paging(0, 8, 2))
    assert "<b>Resellers</b> · 2 accounts" in card.text
    assert "<b>Nova &lt;Games&gt;</b>\n$120.50 · held $20.00" in card.text
    assert "<b>Asleep</b> · ⏸ suspended\n$120.50" in card.text
    assert buttons(card)["Nova <Games>"].callback_data == OpenReseller(7).pack()
    assert "⏸ Asleep" in buttons(card)


def test_a_list_of_nobody_says_how_to_begin() -> None:
    assert "/invite makes the first one" in resellers_card([], "USD", EN, paging=Paging(0, 8, 0)).text


def test_a_card_says_what_may_still_be_ordered_for_and_at_which_markups() -> None:
    text = reseller_card(account(items={"voodoo:4711": "Steam Wallet"}, entries=[CREDIT, CHARGE]), EN).text
    for fact in (
        "👤 <b>Nova &lt;Games&gt;</b>",
        "Balance: <b>$120.50</b>",
        "Held for open orders: $20.00",
        "Credit limit: $50.00",
        "Available: <b>$150.50</b>",
        "Markup: <b>8%</b>",
        "• category Steam &amp; Co: <b>5%</b>",
        "• item Steam Wallet (voodoo:4711): <b>12.5%</b>",
        "Bounds of its orders: as for everybody",
        "Members: none",
        "<b>+$50.00</b> → $120.50 · credit\n14 Mar 2026, 15:09 UTC · <i>for &lt;May&gt;</i>\n\n<b>",
        "<b>-$9.50</b> → $70.50 · order /order_7KQ2M9XF\n14 Mar 2026",
    ):
        assert fact in text, fact


def test_an_account_without_a_markup_is_seen_to_order_at_cost() -> None:
    fresh = account(replace(NOVA, markup=Decimal(0)), rules=())
    assert "Markup: <b>0%</b>, so it orders at cost" in reseller_card(fresh, EN).text


def test_people_and_groups_are_named_up_to_a_handful() -> None:
    members = [
        Member(number, 7, MemberRole.BUYER if number else MemberRole.OWNER, f"P{number}", NOW) for number in range(8)
    ]
    text = reseller_card(account(members=members, groups=["<Team>"]), EN).text
    assert "Members: P0 (owner), P1, P2, P3, P4 and 3 more" in text
    assert "Groups: &lt;Team&gt;" in text


def test_a_suspended_account_can_be_resumed_and_an_active_one_suspended() -> None:
    assert "⏸ Suspend" in buttons(reseller_card(account(), EN))
    asleep = reseller_card(account(replace(NOVA, suspended_at=NOW)), EN)
    assert "▶ Resume" in buttons(asleep)
    assert "⏸ Suspended since" in asleep.text


def test_the_widest_account_fits_into_a_message() -> None:
    rules = [MarkupRule(7, MarkupScope.CATEGORY, "c" * 500, Decimal("12.34"))] * 40
    members = [Member(number, 7, MemberRole.OWNER, "n" * 130, NOW) for number in range(50)]
    entries = [replace(CREDIT, note="w" * 4000)] * 5
    wide = account(replace(NOVA, name="N" * 64), rules=rules, members=members, groups=["g" * 255] * 20, entries=entries)
    assert visible_length(reseller_card(wide, EN).text) < 4096
    assert visible_length(markups_card(wide, EN, offset=0).text) < 4096
    assert visible_length(entries_card(wide.reseller, entries * 3, "USD", EN, before=0).text) < 4096


def test_the_ledger_leads_to_older_lines() -> None:
    lines = [replace(CREDIT, id=number) for number in range(30, 19, -1)]
    card = entries_card(NOVA, lines, "USD", EN, before=31)
    assert buttons(card)["Older ›"].callback_data == OpenEntries(7, 21).pack()
    assert buttons(card)["« Newest"].callback_data == OpenEntries(7, 0).pack()
    assert "There are no entries here." in entries_card(NOVA, [], "USD", EN, before=0).text


def test_each_markup_of_its_own_has_a_button_that_takes_it_away() -> None:
    card = markups_card(account(), EN, offset=0)
    taken = buttons(card)["✕ category Steam & Co: 5%"].callback_data
    assert taken == DropMarkup(7, MarkupScope.CATEGORY, digest_of("Steam & Co")).pack()
    assert "On everything: <b>8%</b>" in card.text


def test_a_page_of_markups_behind_the_end_is_the_last() -> None:
    rules = [MarkupRule(7, MarkupScope.CATEGORY, f"c{number}", Decimal(5)) for number in range(12)]
    card = markups_card(account(rules=rules), EN, offset=90)
    assert "• category c11: <b>5%</b>" in card.text
    assert "2 of 2" in buttons(card)


def test_bounds_tell_those_of_its_own_from_the_shops() -> None:
    text = bounds_card(replace(NOVA, orders_per_minute=3, low_balance=Decimal(20)), USUAL, "USD", EN).text
    assert text.splitlines()[1:] == [
        "Orders a minute, each person: 3",
        "Value of a day's orders: no bound, as for everybody",
        "Largest order: $250.00, as for everybody",
        "Its owners are told below: $20.00",
    ]


def test_a_credit_says_the_new_balance_and_how_to_undo_it() -> None:
    text = posted_card(NOVA, replace(CREDIT, amount=Decimal(1200)), "USD", EN).text
    assert "✅ <b>$1,200.00</b> credited to Nova &lt;Games&gt;." in text
    assert "<i>for &lt;May&gt;</i>" in text
    assert "Balance: <b>$120.50</b>" in text
    assert "<code>/debit Nova &lt;Games&gt; 1200</code>" in text


def test_a_debit_is_undone_by_a_credit() -> None:
    text = posted_card(NOVA, replace(CREDIT, kind=EntryKind.DEBIT, amount=Decimal("-0.5")), "USD", EN).text
    assert "<b>$0.50</b> debited from Nova" in text
    assert "<code>/credit Nova &lt;Games&gt; 0.5</code>" in text


def test_a_repetition_says_that_it_was_not_done_twice() -> None:
    text = already_done_card(NOVA, "USD", EN).text
    assert "not done twice" in text
    assert "Balance: <b>$120.50</b>" in text


def test_a_new_limit_says_how_to_set_it_back() -> None:
    text = limit_card(NOVA, Decimal("12.5"), "USD", EN).text
    assert "Credit limit of Nova &lt;Games&gt;: <b>$50.00</b>" in text
    assert "It was $12.50." in text
    assert "<code>/limit Nova &lt;Games&gt; 12.5</code>" in text


def test_numbers_of_commands_have_no_grouping_and_no_exponent() -> None:
    assert [plain_number(Decimal(text)) for text in ("1200.00", "1E+3", "0.50", "0", "1.125")] == [
        "1200",
        "1000",
        "0.5",
        "0",
        "1.1250",
    ]


def test_an_unknown_name_offers_accounts_to_look_at_and_makes_one_only_when_asked() -> None:
    card = unknown_name_card("Nvoa", [NOVA], EN, may_create=True)
    assert "no reseller called <b>Nvoa</b>" in card.text
    assert buttons(card)["Nova <Games>"].callback_data == OpenReseller(7).pack()
    assert "➕ Create reseller Nvoa" in buttons(card)
    assert "➕ Create reseller Nvoa" not in buttons(unknown_name_card("Nvoa", [], EN, may_create=False))


def test_the_trail_says_who_did_what_and_turns_its_pages() -> None:
    entries = [AuditEntry(number, 1001, "credit", "Nova <Games>", "$50 <x>", at=NOW) for number in range(20, 9, -1)]
    unknown = AuditEntry(9, 5, "polish", "x", "", at=NOW)
    card = trail_card(entries, {1001: "Ann & Co"}, EN, before=0)
    assert "Ann &amp; Co\ncredit · <b>Nova &lt;Games&gt;</b>\n<i>$50 &lt;x&gt;</i>" in card.text
    assert buttons(card)["Older ›"].callback_data == OpenTrail(11).pack()
    assert " · 5\npolish · <b>x</b>" in trail_card([unknown], {}, EN, before=0).text
