"""A reseller's own money as its people see it: the balance, the ledger page by page, and a statement as a file."""

import csv
from decimal import Decimal
from io import StringIO

from tests.journeys import goods
from tests.journeys.orders import sees_order
from tests.journeys.people import Message, Person
from tests.journeys.resellers import Reseller, amount, does, group_of, reseller
from tests.journeys.world import World


def orders_one(seller: Reseller, person: Person) -> str:
    """Somebody orders one key, which costs their reseller 9.90; returns the reference."""
    reference = goods.orders_keys(person)
    sees_order(person, reference, "Delivered")
    return reference


def table(person: Person, message: Message) -> list[dict[str, str]]:
    """A statement's rows, as a spreadsheet reads them."""
    content = person.telegram.control.get(message["document"]["url"]).content.decode("utf-8-sig")
    return list(csv.DictReader(StringIO(content, newline="")))


def test_a_balance_tells_what_is_there_what_is_held_and_what_is_left(world: World) -> None:
    seller = reseller(world)
    world.voodoo.switch("outcome", "hold")
    sees_order(seller.buyer, goods.orders_keys(seller.buyer), "In progress")
    for person in (seller.owner, seller.buyer):
        text = does(person, "/balance", "Balance: ")["text"]
        shown = {label: amount(text, label) for label in ("Balance", "Held for open orders", "Available")}
        assert shown == {
            "Balance": Decimal(100),
            "Held for open orders": Decimal("9.90"),
            "Available": Decimal("90.10"),
        }


def test_a_statement_begins_and_ends_with_the_balance_and_holds_every_line(world: World) -> None:
    seller = reseller(world)
    references = [orders_one(seller, person) for person in (seller.buyer, seller.owner)]
    does(seller.boss, f"/debit {seller.name} 10 =cmd()", "debited")
    seller.owner.says("/statement month")
    message = seller.owner.sees("Statement of", document=True)
    assert amount(message["text"], "Closing balance") == Decimal("70.20")
    rows = table(seller.owner, message)
    assert [row["balance"] for row in rows] == ["0.00", "100.00", "90.10", "80.20", "70.20", "70.20"]
    charges = [row for row in rows if row["kind"] == "charge"]
    assert [row["order"] for row in charges] == references
    assert [row["ordered_by"] for row in charges] == [seller.buyer.name, seller.owner.name]
    assert rows[4]["text"] == "'=cmd()"


def test_an_owner_turns_the_pages_of_the_ledger(world: World) -> None:
    seller = reseller(world, credit="0")
    for number in range(12):
        does(seller.boss, f"/credit {seller.name} 1 note {number}.", "credited to")
    seller.owner.says("/balance")
    newest = seller.owner.sees(r"Available: .*note 11\.")  # the notice of the last credit may come just now
    assert "note 1." not in newest["text"]
    seller.owner.taps("Older", newest)
    oldest = seller.owner.sees(r"note 1\.")
    assert "note 11" not in oldest["text"]
    seller.owner.taps("Newest", oldest)
    seller.owner.sees("note 11")


def test_a_buyer_reads_neither_the_ledger_nor_a_statement(world: World) -> None:
    seller = reseller(world)
    assert "credit" not in does(seller.buyer, "/balance", "Balance: ")["text"]
    does(seller.buyer, "/statement 30", "Only the owners")
    owners = does(seller.owner, "/balance", "Balance: ")
    data = next(b["callback_data"] for row in owners["buttons"] for b in row if "Statement" in b["text"])
    seller.buyer.says("/order")
    seller.buyer.forges(data, seller.buyer.sees("Catalog"))
    seller.buyer.sees("Only the owners")


def test_in_a_group_nobodys_money_is_told(world: World) -> None:
    seller = reseller(world)
    chat, topic = group_of(world, seller)
    there = world.in_group(seller.owner, chat, topic)
    for command in ("/balance", "/statement"):
        assert "$" not in does(there, command, "Others read along")["text"]


def test_a_period_that_is_none_is_explained(world: World) -> None:
    seller = reseller(world)
    for period in ("soon", "2026-02-30", "0", "2026-10-31 2026-10-01", "9" * 20):
        does(seller.owner, f"/statement {period}", "Write which days")
