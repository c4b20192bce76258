"""The operator's figures and tables, asked for in a chat."""

import csv
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest

from bot.reports.drawing import PNG, Drawing, NotDrawn
from storage.records.orders import Code, FieldValue, Order, OrderState
from storage.records.resellers import EntryKind, NewEntry
from storage.store import Tables
from tests.conversations.shop import ADMIN, GROUP, STRANGER, Shop
from tests.factories import make_item, make_order


async def sell(shop: Shop, name: str = "Nova Games", *, orders: int = 1, **changes: Any) -> Order:
    """Orders of a reseller that were delivered: 22.00 each, for 19.00 at cost."""
    money = {"price": Decimal("22.00"), "captured": Decimal("22.00"), "charged": Decimal("19.00")}
    now = datetime.now(UTC)

    async def unit(tables: Tables) -> Order:
        known = await tables.resellers.by_name(name.casefold())
        account = known or await tables.resellers.add(name, name.casefold(), Decimal(10), now)
        assert account is not None
        usual = {"reseller_id": account.id, "created_at": now, "settled_at": now, "next_check_at": None} | money
        ended: Order | None = None
        for _ in range(orders):
            order = await tables.orders.add(make_order(**(usual | changes)))
            ended = replace(order, state=changes.get("state", OrderState.COMPLETED))
            await tables.orders.save(ended)
            await tables.orders.add_codes(ended.id, [Code("SECRET-CODE", pin="1234")])
            await tables.ledger.post(
                NewEntry(
                    account.id, EntryKind.CHARGE, -money["captured"], now, "=1+1", ADMIN, ended.id, ended.reference
                )
            )
        assert ended is not None
        return ended

    return await shop.store.write(unit)


async def asks(shop: Shop, words: str, **where: Any) -> None:
    """The operator asks, and what goes on beside it is waited for."""
    await shop.says(words, **where)
    await done(shop)


async def done(shop: Shop) -> None:
    """What goes on beside the updates comes to its end."""
    await shop.application.stop()
    await shop.application.start()


def tables_sent(shop: Shop, chat: int = ADMIN) -> dict[str, list[list[str]]]:
    """The documents in a chat, read as spreadsheets do."""
    files = [message.document for message in shop.messages(chat) if message.document]
    return {file.name: list(csv.reader(StringIO(file.content.decode("utf-8-sig")))) for file in files}


async def test_figures_are_one_picture_with_a_short_text(shop: Shop) -> None:
    await sell(shop, orders=2)
    await asks(shop, "/stats 7")
    shown = shop.last()
    assert shown.photo is not None
    assert shown.photo.content.startswith(PNG)
    for words in ("Orders: 2", "Turnover: $44.00", "Cost of what was sold: $38.00", "Margin: $6.00 (13.64%)"):
        assert words in shop.text()
    assert "1. Nova Games: 2 orders, $44.00, margin $6.00" in shop.text()
    assert "1. Steam Wallet 10 USD: 2 orders, $44.00, margin $6.00" in shop.text()


async def test_the_operators_own_orders_are_told_apart_from_what_was_sold(shop: Shop) -> None:
    await sell(shop)
    await sell(shop, reseller_id=None, price=None, captured=None, charged=Decimal("500.00"))
    await asks(shop, "/stats")
    assert "Margin: $3.00" in shop.text()
    assert "Own orders at cost: $500.00" in shop.text()


async def test_money_of_other_currencies_is_named_and_not_added(shop: Shop) -> None:
    await sell(shop)
    await sell(shop, reseller_id=None, price=None, captured=None, charged=Decimal("7.00"), currency="EUR")
    await asks(shop, "/stats")
    assert "Orders: 2" in shop.text()
    assert "Turnover: $22.00" in shop.text()
    assert "In EUR, not counted above: cost €7.00" in shop.text()


async def test_a_long_text_follows_its_picture(shop: Shop) -> None:
    for number in range(6):
        item = make_item(name=f"An item whose name goes on and on for ever {number}")
        await sell(shop, f"A reseller with quite a long name, number {number}", item=item)
    await asks(shop, "/stats 7")
    *_, picture, text = shop.messages()
    assert picture.photo is not None
    assert picture.body.text == ""
    assert text.body.text.startswith("📊")


async def test_without_a_picture_the_words_go_out_alone(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_drawing: Drawing, _chart: object) -> bytes:
        raise NotDrawn("the chart took longer than 30 seconds")

    monkeypatch.setattr(Drawing, "draw", fail)
    await sell(shop)
    await asks(shop, "/stats")
    assert shop.last().photo is None
    assert "Turnover: $22.00" in shop.text()


async def test_a_period_without_orders_is_words_alone(shop: Shop) -> None:
    await asks(shop, "/stats 1")
    assert "No orders in this period." in shop.text()
    assert shop.last().photo is None
    assert shop.labels() == ["1 day", "7 days", "30 days", "90 days"]


async def test_another_period_is_a_tap_away(shop: Shop) -> None:
    await sell(shop, created_at=datetime.now(UTC) - timedelta(days=20))
    await asks(shop, "/stats 7")
    await shop.taps("30 days")
    await done(shop)
    assert "Orders: 1" in shop.text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("0", "A period has at least one day."),
        ("367", "A period has at most 366 days."),
        ("-7", "I do not understand this period."),
        ("1.5", "I do not understand this period."),
        ("99999999999999999999", "I do not understand this period."),
        ("2026-03-14 2026-03-13", "The first day comes after the last one."),
        ("2026-02-30", "There is no such day."),
        ("<b>7</b>", "I do not understand this period."),
    ],
)
async def test_words_that_name_no_period_are_answered_with_what_does(shop: Shop, words: str, said: str) -> None:
    for command in ("/stats", "/export"):
        await shop.says(f"{command} {words}")
        assert said in shop.text()
        assert command in shop.text()


async def test_orders_and_ledger_are_handed_over_as_tables(shop: Shop) -> None:
    order = await sell(shop)
    await asks(shop, "/export")
    orders, ledger = tables_sent(shop).values()
    first = dict(zip(orders[0], orders[1], strict=True))
    assert first["reference"] == order.reference
    assert (first["reseller"], first["price"], first["charged_to_reseller"]) == ("Nova Games", "22.00", "22.00")
    assert (first["supplier_charged"], first["state"], first["currency"]) == ("19.00", "completed", "USD")
    line = dict(zip(ledger[0], ledger[1], strict=True))
    assert (line["amount"], line["balance"], line["order"]) == ("-22.00", "-22.00", order.reference)


async def test_tables_hold_no_codes_and_nothing_that_was_typed_into_fields(shop: Shop) -> None:
    await sell(shop, values=(FieldValue("login", "Login", "my password", "my password"),))
    await asks(shop, "/export")
    content = str(tables_sent(shop))
    assert "SECRET-CODE" not in content
    assert "1234" not in content.replace(str(ADMIN), "")
    assert "my password" not in content


async def test_what_people_wrote_is_no_formula(shop: Shop) -> None:
    await sell(shop, '=HYPERLINK("http://evil.example")', item=make_item(name="@SUM(1+1)"))
    await asks(shop, "/export")
    cells = [cell for table in tables_sent(shop).values() for row in table[1:] for cell in row]
    assert [cell for cell in cells if cell[:1] in {"=", "@", "+"}] == []
    assert "'=1+1" in cells


async def test_a_period_may_be_named_by_its_days(shop: Shop) -> None:
    await sell(shop, created_at=datetime(2026, 3, 10, 12, tzinfo=UTC))
    await sell(shop, created_at=datetime(2026, 3, 12, 12, tzinfo=UTC))
    await asks(shop, "/export 2026-03-10 2026-03-11")
    (name, orders), *_ = tables_sent(shop).items()
    assert name == "orders-2026-03-10-2026-03-11.csv"
    assert len(orders) == 2
    assert "1 order · Mar 10 – 11, 2026" in " ".join(shop.text().split())


async def test_an_empty_period_is_told_and_no_file_is_sent(shop: Shop) -> None:
    await asks(shop, "/export 2020-01-01 2020-01-02")
    assert "no orders and no ledger entries" in shop.text()
    assert tables_sent(shop) == {}


async def test_the_figures_lead_to_their_tables(shop: Shop) -> None:
    await sell(shop)
    await asks(shop, "/stats 7")
    await shop.taps("Export")
    await done(shop)
    assert len(tables_sent(shop)) == 2


@pytest.mark.parametrize("command", ["/stats", "/export"])
async def test_reports_are_refused_where_customers_read_along(shop: Shop, command: str) -> None:
    await sell(shop)
    await asks(shop, command, chat=GROUP)
    assert "Others read along here" in shop.text(GROUP)
    assert tables_sent(shop, GROUP) == {}


@pytest.mark.parametrize("command", ["/stats", "/export"])
async def test_nobody_but_operators_gets_reports(shop: Shop, command: str) -> None:
    await sell(shop)
    await asks(shop, command, who=STRANGER)
    assert all("Turnover" not in message.body.text for message in shop.messages(STRANGER))
    assert tables_sent(shop, STRANGER) == {}


@pytest.mark.parametrize("page", ["Statistics", "Export"])
async def test_the_operators_pages_lead_to_reports_of_the_usual_days(shop: Shop, page: str) -> None:
    await sell(shop, created_at=datetime.now(UTC) - timedelta(days=29))
    await shop.says("/admin")
    await shop.taps(page)
    await done(shop)
    assert "1 order" in shop.text() or "1 ledger entry" in shop.text()


async def test_a_picture_that_telegram_refuses_ends_in_words(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    async def not_a_picture(_drawing: Drawing, _chart: object) -> bytes:
        return b"not a picture"

    monkeypatch.setattr(Drawing, "draw", not_a_picture)
    await sell(shop)
    await asks(shop, "/stats")
    assert "Turnover: $22.00" in shop.text()
    assert shop.last().photo is None
