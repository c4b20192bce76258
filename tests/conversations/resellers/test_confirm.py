"""The confirm card of a reseller: what it costs, what is left, and everything that stands in the way."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.suppliers.errors import SupplierUnavailable
from storage.records.queues import KnownBalance
from storage.records.resellers import EntryKind, MemberRole, NewEntry, Reseller
from tests.conversations.buying import any_draft, ordered
from tests.conversations.resellers.nova import BUYER, at_confirm
from tests.conversations.seller import Seller
from tests.conversations.shop import ADMIN, GROUP, Shop, priced
from tests.factories import NOW, make_item
from tests.resellers.people import add_reseller


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
    assert await any_draft(shop, BUYER) is None
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
    assert await any_draft(shop) is None


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
