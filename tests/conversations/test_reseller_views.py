"""What resellers see while they look, order and look back: their own prices, their own money, their own orders."""

import csv
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from bot.sandbox.telegram import people
from bot.sandbox.telegram.model import User
from bot.suppliers.errors import SupplierUnavailable
from storage.records.catalog import ItemKey
from storage.records.orders import Attention, Draft, Order, OrderFilter, OrderState, Place, RejectReason
from storage.records.queues import KnownBalance
from storage.records.resellers import EntryKind, MarkupRule, MarkupScope, MemberRole, NewEntry, Reseller
from storage.store import Store, Tables
from tests.conversations.shop import ADMIN, COLLEAGUE, GROUP, STRANGER, Seller, Shop, open_shop, priced
from tests.factories import NOW, keys, make_card, make_chat, make_item, make_order
from tests.resellers.people import add_reseller

OWNER, BUYER, RIVAL = COLLEAGUE, STRANGER, 1005
REFERENCE = "7KQ2M9XF"
EURO = make_item(key=ItemKey("voodoo", "9"), name="Euro card", currency="EUR", category="Euro")


@pytest.fixture
def seller(store: Store) -> Seller:
    """The supplier behind the cards: 4 % off their face value."""
    return Seller(store)


@pytest.fixture
async def shop(store: Store, tmp_path: Path, seller: Seller) -> AsyncIterator[Shop]:
    """The bot with an item of 9.50 USD, a quoted card, and one in euros; one admin."""
    items = [make_item(), make_card(), EURO]
    async with open_shop(store, tmp_path, items, seller=seller, admins=(ADMIN,)) as opened:
        opened.telegram.world.add_user(User(RIVAL, "Eve"))
        yield opened


@pytest.fixture
async def nova(store: Store) -> Reseller:
    """A reseller with 100 USD, ten percent on top of cost, two people who speak English, and a group."""
    who = {OWNER: MemberRole.OWNER, BUYER: MemberRole.BUYER}
    await store.write(lambda tables: tables.chats.seen(make_chat(id=BUYER, title="Boris", language="en")))
    return await add_reseller(store, "Nova Games", people=who, groups=[GROUP])


@pytest.fixture
async def rival(store: Store) -> Reseller:
    """Another reseller, with one person."""
    return await add_reseller(store, "Rival Ltd", people={RIVAL: MemberRole.OWNER}, groups=[])


async def stored(shop: Shop, reseller: Reseller | None, *codes: str, **changes: Any) -> Order:
    """A delivered order of Nova's buyer for 10.45 that cost 9.50."""
    ended = {"state": OrderState.COMPLETED, "settled_at": NOW, "next_check_at": None, "reference": REFERENCE}
    sold = {"reseller_id": reseller.id, "price": Decimal("10.45"), "captured": Decimal("10.45")} if reseller else {}
    cost = {"expected": Decimal("9.50"), "charged": Decimal("9.50"), "place": Place(BUYER, BUYER)}
    order = make_order(**(ended | cost | sold | changes))

    async def unit(tables: Tables) -> Order:
        added = await tables.orders.add(order)
        await tables.orders.add_codes(added.id, keys(*codes))
        return added

    return await shop.store.write(unit)


async def draft(shop: Shop, who: int = BUYER, chat: int | None = None) -> Draft:
    """The order being put together."""
    found = await shop.store.read(lambda tables: tables.drafts.get(chat or who, who))
    assert found is not None
    return found


async def at_confirm(shop: Shop, who: int = BUYER, chat: int | None = None, quantity: str = "2") -> None:
    """Order the simple item up to the confirm card."""
    await shop.says("/find steam wallet 10", who=who, chat=chat)
    await shop.taps("Steam Wallet 10", who=who, chat=chat)
    await shop.taps("Buy", who=who, chat=chat)
    await shop.taps(quantity, who=who, chat=chat)


async def forged(shop: Shop, data: str, who: int = RIVAL) -> None:
    """Somebody sends a tap with this data, which was another's, under their own newest message with buttons."""
    world = shop.telegram.world
    bearer = next(one for one in reversed(shop.messages(who)) if one.keyboard)
    people.press(shop.telegram, world.user(who), world.chat(who), bearer.id, data, "", forged=True)
    await shop.settle()


async def ordered(shop: Shop) -> list[Order]:
    """Every order there is."""

    async def every(tables: Tables) -> list[Order]:
        lines = await tables.orders.lines(OrderFilter.ALL, chat_id=None, user_id=None, before=None, limit=50)
        found = [await tables.orders.by_reference(line.reference) for line in lines]
        return [order for order in found if order is not None]

    return await shop.store.read(every)


# Prices


async def test_lists_searches_and_cards_name_the_resellers_price(shop: Shop, nova: Reseller) -> None:
    await shop.says("/order", who=BUYER)
    await shop.taps("Steam · 1", who=BUYER)
    assert any("$10.45" in label for label in shop.labels(shop.last(BUYER)))
    await shop.says("steam wallet 10", who=BUYER)
    assert any("$10.45 · Steam Wallet 10 USD" in label for label in shop.labels(shop.last(BUYER)))
    await shop.taps("Steam Wallet 10", who=BUYER)
    assert "Price: $10.45 each" in shop.text(BUYER)
    assert "9.50" not in shop.text(BUYER)


async def test_an_operator_still_reads_the_cost(shop: Shop, nova: Reseller) -> None:
    await shop.says("steam wallet 10")
    await shop.taps("Steam Wallet 10")
    assert "Price: $9.50 each" in shop.text()


async def test_a_markup_of_its_own_goes_before_the_resellers(shop: Shop, nova: Reseller) -> None:
    rule = MarkupRule(nova.id, MarkupScope.CATEGORY, "Steam", Decimal(20))
    await shop.store.write(lambda tables: tables.resellers.set_rule(rule))
    await shop.says("steam wallet 10", who=BUYER)
    assert any("$11.40" in label for label in shop.labels(shop.last(BUYER)))


async def test_a_quoted_item_is_from_the_resellers_price_and_without_the_suppliers_discount(
    shop: Shop, nova: Reseller
) -> None:
    await shop.says("steam wallet card", who=BUYER)
    await shop.taps("Steam Wallet Card", who=BUYER)
    assert "from $5.31 each" in shop.text(BUYER)
    assert "iscount" not in shop.text(BUYER)
    await shop.taps("Buy", who=BUYER)
    assert "iscount" not in shop.text(BUYER)


async def test_a_quoted_order_is_shown_at_the_resellers_price_up_to_confirm(shop: Shop, nova: Reseller) -> None:
    await shop.says("steam wallet card", who=BUYER)
    await shop.taps("Steam Wallet Card", who=BUYER)
    await shop.taps("Buy", who=BUYER)
    await shop.taps("50 USD", who=BUYER)
    assert "Price: $52.80 each" in shop.text(BUYER)
    await shop.taps("1", who=BUYER)
    text = shop.text(BUYER)
    assert "Face value: $50.00" in text
    assert "Total: $52.80" in text
    for absent in ("48", "iscount", "wallet:", "Rate", "fee"):
        assert absent not in text


async def test_what_is_sold_in_another_currency_says_so_and_has_no_buy_button(shop: Shop, nova: Reseller) -> None:
    await shop.says("euro", who=BUYER)
    await shop.taps("Euro card", who=BUYER)
    assert "your balance is in USD" in shop.text(BUYER)
    assert "Buy" not in shop.labels(shop.last(BUYER))
    await shop.says("euro")
    await shop.taps("Euro card")
    assert "Buy" in shop.labels()


async def test_an_operator_sees_no_prices_in_a_resellers_group(shop: Shop, nova: Reseller) -> None:
    for words in ("/order", "/find steam"):
        await shop.says(words, chat=GROUP)
        assert "only its members order here" in shop.text(GROUP)
        assert "9.50" not in shop.text(GROUP)


async def test_an_operator_cannot_use_the_buttons_of_members_in_their_group(shop: Shop, nova: Reseller) -> None:
    await shop.says("/find steam wallet 10", who=BUYER, chat=GROUP)
    await shop.taps("Steam Wallet 10", chat=GROUP)
    assert "only its members order here" in shop.text(GROUP)
    await shop.says("/find steam wallet 10", who=BUYER, chat=GROUP)
    await shop.taps("Steam Wallet 10", who=BUYER, chat=GROUP)
    await shop.taps("Buy", chat=GROUP)
    assert await shop.store.read(lambda tables: tables.drafts.get(GROUP, ADMIN)) is None


# Confirm


async def test_the_confirm_card_names_price_balance_and_what_will_be_left(shop: Shop, nova: Reseller) -> None:
    await at_confirm(shop)
    text = shop.text(BUYER)
    for fact in ("Price: $10.45 each", "Total: $20.90", "Your balance: $100.00", "Available after this order: $79.10"):
        assert fact in text
    assert "upplier" not in text


async def test_the_suppliers_balance_is_never_named_to_a_reseller(shop: Shop, nova: Reseller) -> None:
    poor = KnownBalance("voodoo", "main", Decimal("2.22"), "USD", NOW)
    await shop.store.write(lambda tables: tables.balances.put(poor))
    await at_confirm(shop)
    assert "2.22" not in shop.text(BUYER)
    assert "too little" not in shop.text(BUYER)


async def test_not_enough_is_said_on_the_card_and_at_confirm_with_what_is_missing(shop: Shop, nova: Reseller) -> None:
    await at_confirm(shop, quantity="10")
    assert "Not enough: $4.50 is missing." in shop.text(BUYER)
    await shop.taps("Confirm", who=BUYER)
    assert shop.popups()[-1].startswith("Not enough: $4.50 is missing. Ask the operator")
    assert "Not enough: $4.50 is missing." in shop.text(BUYER)
    assert await ordered(shop) == []


async def test_money_that_came_meanwhile_lets_the_same_card_be_confirmed(shop: Shop, nova: Reseller) -> None:
    await at_confirm(shop, quantity="10")
    credit = NewEntry(nova.id, EntryKind.CREDIT, Decimal(10), NOW)
    await shop.store.write(lambda tables: tables.ledger.post(credit))
    await shop.taps("Confirm", who=BUYER)
    [order] = await ordered(shop)
    assert (order.price, order.reseller_id) == (Decimal("104.50"), nova.id)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"largest_order": Decimal(20)}, "One order may cost $20.00 at most."),
        ({"spend_per_day": Decimal("15.5")}, "Your team may order for $15.50 a day, and $15.50 of it is left today."),
    ],
)
async def test_every_barrier_is_said_on_the_card_and_at_confirm(
    shop: Shop, nova: Reseller, changes: dict[str, Any], said: str
) -> None:
    await shop.store.write(lambda tables: tables.resellers.save(replace(nova, **changes)))
    await at_confirm(shop)
    assert said in shop.text(BUYER)
    await shop.taps("Confirm", who=BUYER)
    assert said in shop.popups()[-1]
    assert await ordered(shop) == []


async def test_a_suspension_is_said_at_buy_and_on_a_card_that_was_there_before(shop: Shop, nova: Reseller) -> None:
    await at_confirm(shop)
    await shop.store.write(lambda tables: tables.resellers.save(replace(nova, suspended_at=NOW)))
    await shop.taps("Confirm", who=BUYER)
    assert "Your account is suspended" in shop.popups()[-1]
    assert "Your account is suspended" in shop.text(BUYER)
    await shop.says("/cancel", who=BUYER)
    await shop.says("/find steam wallet 10", who=BUYER)
    await shop.taps("Steam Wallet 10", who=BUYER)
    await shop.taps("Buy", who=BUYER)
    assert "Your account is suspended" in shop.popups()[-1]
    assert await shop.store.read(lambda tables: tables.drafts.get(BUYER, BUYER)) is None
    assert await ordered(shop) == []


async def test_too_many_orders_within_a_minute_are_told_how_many_are_the_most(shop: Shop, nova: Reseller) -> None:
    await shop.store.write(lambda tables: tables.resellers.save(replace(nova, orders_per_minute=1)))
    await at_confirm(shop, quantity="1")
    await shop.taps("Confirm", who=BUYER)
    await at_confirm(shop, quantity="1")
    assert "at most 1 a minute" in shop.text(BUYER)


async def test_a_raised_markup_asks_again_with_both_prices(shop: Shop, nova: Reseller) -> None:
    await at_confirm(shop)
    await shop.store.write(lambda tables: tables.resellers.save(replace(nova, markup=Decimal(20))))
    await shop.taps("Confirm", who=BUYER)
    assert "from $20.90 to $22.80" in shop.text(BUYER)
    assert await ordered(shop) == []


async def test_a_dearer_item_names_both_of_the_resellers_prices(shop: Shop, nova: Reseller) -> None:
    await at_confirm(shop)
    await shop.stock([priced(make_item(), "10.00")])
    await shop.taps("Confirm", who=BUYER)
    assert "from $20.90 to $22.00" in shop.text(BUYER)


async def test_in_a_group_the_card_names_the_price_and_what_is_missing_but_no_balance(
    shop: Shop, nova: Reseller
) -> None:
    await at_confirm(shop, chat=GROUP)
    assert "Total: $20.90" in shop.text(GROUP)
    assert "balance" not in shop.text(GROUP)
    await shop.store.write(lambda tables: tables.ledger.post(NewEntry(nova.id, EntryKind.DEBIT, Decimal(-90), NOW)))
    await shop.taps("Confirm", who=BUYER, chat=GROUP)
    assert "Not enough: $10.90 is missing." in shop.text(GROUP)


async def test_why_the_supplier_names_no_price_is_not_told_to_a_reseller(
    shop: Shop, nova: Reseller, seller: Seller
) -> None:
    seller.refusal = SupplierUnavailable("wallet Main EUR is empty")
    await shop.says("steam wallet card", who=BUYER)
    await shop.taps("Steam Wallet Card", who=BUYER)
    await shop.taps("Buy", who=BUYER)
    await shop.taps("50 USD", who=BUYER)
    await shop.taps("1", who=BUYER)
    assert "Main EUR" not in shop.text(BUYER)


async def test_a_draft_that_somebody_else_would_pay_for_is_given_up(shop: Shop, nova: Reseller) -> None:
    await at_confirm(shop, who=ADMIN)
    who = {ADMIN: MemberRole.BUYER}
    await add_reseller(shop.store, "Own", people=who, groups=[])
    await shop.taps("‹ Back")
    assert "no longer open" in shop.text()
    assert await shop.store.read(lambda tables: tables.drafts.get(ADMIN, ADMIN)) is None


async def test_an_admin_who_is_a_member_orders_on_that_account_at_its_price(shop: Shop) -> None:
    own = await add_reseller(shop.store, "Own", people={ADMIN: MemberRole.OWNER}, groups=[])
    await at_confirm(shop, who=ADMIN)
    assert "Total: $20.90" in shop.text()
    assert "Paid by Own, balance: $" in shop.text()
    await shop.taps("Confirm")
    [order] = await ordered(shop)
    assert order.reseller_id == own.id


async def test_an_admin_who_is_a_member_reads_of_every_command_once(shop: Shop) -> None:
    await add_reseller(shop.store, "Own", people={ADMIN: MemberRole.OWNER}, groups=[])
    await shop.says("/help")
    told = [line.split()[0] for line in shop.text().splitlines() if line.startswith("/")]
    assert len(told) == len(set(told))
    assert {"/statement", "/balance", "/team"} <= set(told)


# Looking back


async def test_a_buyer_sees_own_orders_at_their_price_and_without_the_operators_filter(
    shop: Shop, nova: Reseller
) -> None:
    await stored(shop, nova, attention=Attention.COST_DIFFERS)
    await stored(shop, nova, reference="ABCDEFG2", place=Place(OWNER, OWNER))
    await shop.says("/orders", who=BUYER)
    assert "$10.45" in shop.text(BUYER)
    assert "ABCDEFG2" not in shop.text(BUYER)
    assert "attention" not in shop.text(BUYER)
    assert shop.labels(shop.last(BUYER)) == ["• All", "Open", "Failed"]
    await shop.says("/orders attention", who=BUYER)
    assert REFERENCE in shop.text(BUYER)


async def test_an_owner_sees_the_whole_teams_orders_and_who_made_them(shop: Shop, nova: Reseller) -> None:
    await stored(shop, nova)
    await stored(shop, nova, reference="ABCDEFG2", place=Place(OWNER, OWNER))
    await shop.says("/orders", who=OWNER)
    assert REFERENCE in shop.text(OWNER)
    assert "ABCDEFG2" in shop.text(OWNER)
    assert f"Person {BUYER}" in shop.text(OWNER)
    await shop.says(f"/order_{REFERENCE}", who=OWNER)
    assert f"Ordered by: Person {BUYER}" in shop.text(OWNER)
    assert "9.50" not in shop.text(OWNER)


async def test_a_group_lists_its_own_orders_alone(shop: Shop, nova: Reseller) -> None:
    await stored(shop, nova)
    await stored(shop, nova, reference="ABCDEFG2", place=Place(GROUP, OWNER))
    await shop.says("/orders", who=BUYER, chat=GROUP)
    assert "ABCDEFG2" in shop.text(GROUP)
    assert REFERENCE not in shop.text(GROUP)


async def test_an_operator_reads_cost_price_and_whose_it_is(shop: Shop, nova: Reseller) -> None:
    await stored(shop, nova)
    await shop.says("/orders")
    assert "$10.45 (cost $9.50)" in shop.text()
    assert f"Nova Games · Person {BUYER}" in shop.text()
    await shop.says(f"/order_{REFERENCE}")
    assert f"Sold to Nova Games, ordered by Person {BUYER}" in shop.text()
    assert "Supplier charged: $9.50" in shop.text()


async def test_an_operator_lists_one_resellers_orders_by_its_name(shop: Shop, nova: Reseller, rival: Reseller) -> None:
    for number in range(9):
        await stored(shop, nova, reference=f"ABCDEFG{number}")
    await stored(shop, rival)
    await shop.says("/orders nova GAMES")
    assert "Nova Games" in shop.text()
    assert "ABCDEFG8" in shop.text()
    assert REFERENCE not in shop.text()
    await shop.taps("Older")
    assert "ABCDEFG0" in shop.text()
    await shop.taps("Failed")
    assert "There are no orders here." in shop.text()


async def test_a_mistyped_name_offers_the_closest_and_lists_nothing(shop: Shop, nova: Reseller) -> None:
    await stored(shop, nova)
    await shop.says("/orders Nova Gmes")
    assert "There is no reseller called Nova Gmes." in shop.text()
    assert "Nova Games" in shop.labels()
    assert REFERENCE not in shop.text()


async def test_a_name_after_orders_is_nobodys_business_but_an_operators(
    shop: Shop, nova: Reseller, rival: Reseller
) -> None:
    await stored(shop, nova)
    await shop.says("/orders Nova Games", who=RIVAL)
    assert "There are no orders here." in shop.text(RIVAL)


async def test_what_a_reject_says_tells_a_reseller_nothing_of_the_suppliers_money(shop: Shop, nova: Reseller) -> None:
    await stored(
        shop,
        nova,
        state=OrderState.REJECTED,
        reject_reason=RejectReason.INSUFFICIENT_FUNDS,
        error_message="Main EUR holds 2.22",
        captured=Decimal(0),
    )
    await shop.says(f"/order_{REFERENCE}", who=BUYER)
    assert "Nothing was charged: $10.45 is available again." in shop.text(BUYER)
    for absent in ("2.22", "Main EUR", "too little", "9.50"):
        assert absent not in shop.text(BUYER)


# Others


async def test_anothers_reference_is_as_one_that_does_not_exist(shop: Shop, nova: Reseller, rival: Reseller) -> None:
    await stored(shop, nova, "SECRET-CODE")
    await shop.says("/order_ZZZZZZZZ", who=RIVAL)
    nothing = shop.text(RIVAL)
    for words in (f"/order_{REFERENCE}",):
        await shop.says(words, who=RIVAL)
        assert shop.text(RIVAL) == nothing
    await shop.says("7kq2-m9xf", who=RIVAL)
    assert "Nothing in the catalog" in shop.text(RIVAL)


@pytest.mark.parametrize("data", [f"d|{REFERENCE}", "d|ZZZZZZZZ"])
async def test_anothers_codes_are_not_sent_for_a_replayed_button(
    shop: Shop, nova: Reseller, rival: Reseller, data: str
) -> None:
    await stored(shop, nova, "SECRET-CODE")
    await shop.says("/order", who=RIVAL)
    await forged(shop, data)
    assert "no such order" in shop.text(RIVAL)
    assert "SECRET" not in shop.text(RIVAL)


async def test_anothers_draft_is_as_one_that_is_gone(shop: Shop, nova: Reseller, rival: Reseller) -> None:
    await at_confirm(shop)
    theirs = await draft(shop)
    await shop.says("/order", who=RIVAL)
    for data in (f"y|{theirs.id}|{theirs.update_id}", f"k|{theirs.id}", f"x|{theirs.id}", "k|no-such-draft"):
        await forged(shop, data)
        assert "no longer open" in shop.text(RIVAL)
    assert await draft(shop) == theirs
    assert not any("somebody else" in popup for popup in shop.popups())


async def test_a_resellers_list_is_not_opened_by_an_operators_button(
    shop: Shop, nova: Reseller, rival: Reseller
) -> None:
    await stored(shop, nova)
    await shop.says("/order", who=RIVAL)
    await forged(shop, f"Or|{nova.id}|all|0")
    assert "There are no orders here." in shop.text(RIVAL)


# Money


async def test_a_buyer_reads_the_balance_and_no_entries(shop: Shop, nova: Reseller) -> None:
    await shop.says("/balance", who=BUYER)
    assert "Balance: $100.00" in shop.text(BUYER)
    assert "credit" not in shop.text(BUYER)
    assert shop.labels(shop.last(BUYER)) == []


async def test_an_owner_pages_through_the_ledger(shop: Shop, nova: Reseller) -> None:
    for number in range(12):
        note = NewEntry(nova.id, EntryKind.CREDIT, Decimal(1), NOW, f"note {number:02}")
        await shop.store.write(lambda tables, note=note: tables.ledger.post(note))
    await shop.says("/balance", who=OWNER)
    assert "Balance: $112.00" in shop.text(OWNER)
    assert "note 11" in shop.text(OWNER)
    assert "note 01" not in shop.text(OWNER)
    await shop.taps("Older", who=OWNER)
    assert "note 01" in shop.text(OWNER)
    await shop.taps("Newest", who=OWNER)
    assert "note 11" in shop.text(OWNER)


async def test_a_buyer_who_presses_an_owners_button_reads_the_balance_alone(shop: Shop, nova: Reseller) -> None:
    for data, said in (("B|0", "Balance: $100.00"), ("S|30", "Only the owners")):
        await shop.says("/order", who=BUYER)
        await forged(shop, data, BUYER)
        assert shop.last(BUYER).document is None
        assert said in shop.text(BUYER)
        assert "credit" not in shop.text(BUYER)


@pytest.mark.parametrize("words", ["/balance", "/statement"])
async def test_money_is_not_told_where_others_read_along(shop: Shop, nova: Reseller, words: str) -> None:
    await shop.says(words, who=OWNER, chat=GROUP)
    assert "Others read along here" in shop.text(GROUP)


async def test_an_operators_balance_is_still_that_of_the_suppliers(shop: Shop, nova: Reseller) -> None:
    await shop.says("/balance")
    assert "$100.00" not in shop.text() or "Resellers" in shop.text()
    await shop.says("/statement")
    assert "You belong to no reseller" in shop.text()


async def test_an_owner_gets_a_statement_as_a_file(shop: Shop, nova: Reseller) -> None:
    order = await stored(shop, nova)
    charge = NewEntry(
        nova.id, EntryKind.CHARGE, Decimal("-10.45"), NOW, "=Steam", order_id=order.id, reference=order.reference
    )
    await shop.store.write(lambda tables: tables.ledger.post(charge))
    await shop.says("/statement 2026-03-14 2026-03-14", who=OWNER)
    document = shop.last(OWNER).document
    assert document is not None
    assert document.name == "statement_2026-03-14_2026-03-14.csv"
    table = list(csv.DictReader(StringIO(document.content.decode("utf-8-sig"), newline="")))
    assert [row["balance"] for row in table] == ["0.00", "100.00", "89.55", "89.55"]
    assert table[2]["text"] == "'=Steam"
    assert table[2]["ordered_by"] == f"Person {BUYER}"
    await shop.says("/statement 2026-03-15", who=OWNER)
    document = shop.last(OWNER).document
    assert document is not None
    assert '"opening balance","","","","","89.55"' in document.content.decode()


async def test_the_button_below_the_balance_sends_the_last_month(shop: Shop, nova: Reseller) -> None:
    await shop.says("/balance", who=OWNER)
    await shop.taps("Statement of 30 days", who=OWNER)
    assert shop.last(OWNER).document is not None


async def test_a_statement_of_too_many_lines_is_not_read_but_asked_for_in_parts(
    shop: Shop, nova: Reseller, database_url: str
) -> None:
    many = """
        INSERT INTO ledger (reseller_id, kind, amount, balance, at, note, reference)
        WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 50000)
        SELECT reseller_id, kind, amount, balance, at, note, reference FROM ledger, counted
    """
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text(many))
    engine.dispose()
    await shop.says("/statement 2026-03-14", who=OWNER)
    assert shop.last(OWNER).document is None
    assert "more than 50,000 entries" in shop.text(OWNER)
    assert "fewer days" in shop.text(OWNER)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("yesterday", "I do not understand this period."),
        ("0", "That is less than a day."),
        ("2026-03-14 2026-03-01", "ends before it begins"),
        ("2026-02-30", "There is no such day."),
        ("2026-03-01 2026-03-02 2026-03-03", "I do not understand this period."),
        ("999999999", "That is too long."),
    ],
)
async def test_a_period_that_is_none_is_explained(shop: Shop, nova: Reseller, words: str, said: str) -> None:
    await shop.says(f"/statement {words}", who=OWNER)
    assert said in shop.text(OWNER)
    assert "/statement 2026-10-01 2026-10-31" in shop.text(OWNER)
