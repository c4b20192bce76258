"""Resellers read their own balance, ledger and statements."""

import csv
from decimal import Decimal
from io import StringIO

import pytest
from sqlalchemy import create_engine, text

from storage.records.resellers import EntryKind, NewEntry, Reseller
from tests.conversations.resellers.nova import BUYER, OWNER, forged, stored
from tests.conversations.shop import GROUP, Shop
from tests.factories import NOW


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
        ("999999999", "That period is too long."),
    ],
)
async def test_a_period_that_is_none_is_explained(shop: Shop, nova: Reseller, words: str, said: str) -> None:
    await shop.says(f"/statement {words}", who=OWNER)
    assert said in shop.text(OWNER)
    assert "/statement 2026-10-01 2026-10-31" in shop.text(OWNER)
