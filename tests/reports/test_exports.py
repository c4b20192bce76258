"""Tables of a period: page by page, of bounded size, in local time."""

import csv
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.reports.exports import LEDGER_COLUMNS, ORDER_COLUMNS, Bounds, Exports, Table, order_cells
from bot.resellers.periods import Period
from storage.records.figures import OrderRow
from storage.records.orders import OrderState
from storage.records.resellers import EntryKind, NewEntry
from storage.store import Store
from storage.tables import Tables
from tests.factories import make_order

BERLIN = ZoneInfo("Europe/Berlin")
DAY = Period(date(2026, 3, 14), date(2026, 3, 14), BERLIN)
NOON = datetime(2026, 3, 14, 11, tzinfo=UTC)

ROW = OrderRow(
    number=1,
    reference="7KQ2M9XF",
    created_at=NOON,
    settled_at=None,
    reseller=None,
    user_id=1001,
    chat_id=-100200,
    item_name="Steam Wallet 10 USD",
    supplier="voodoo",
    supplier_order_id=None,
    quantity=Decimal(2),
    delivered=0,
    state=OrderState.ACCEPTED,
    attention=None,
    currency="USD",
    price=None,
    captured=None,
    markup=None,
    expected=Decimal("19.0000"),
    charged=Decimal("18.1234"),
    refunded=Decimal("0.0000"),
)


async def keep(store: Store, *moments: datetime) -> None:
    async def unit(tables: Tables) -> None:
        account = await tables.resellers.add("Nova", "nova", Decimal(0), NOON)
        assert account is not None
        for at in moments:
            order = await tables.orders.add(make_order(created_at=at, reseller_id=account.id, price=Decimal(5)))
            line = NewEntry(account.id, EntryKind.CHARGE, Decimal(-5), at, order_id=order.id, reference=order.reference)
            await tables.ledger.post(line)

    await store.write(unit)


def lines(table: Table) -> list[list[str]]:
    table.file.seek(0)
    return list(csv.reader(StringIO(table.file.read().decode("utf-8-sig"))))


@pytest.mark.parametrize("page", [1, 2, 3, 7, 100])
async def test_every_row_is_there_once_whatever_a_page_holds(store: Store, tmp_path: Path, page: int) -> None:
    moments = [NOON] * 4 + [NOON + timedelta(minutes=number) for number in range(3)]
    await keep(store, *moments)
    exports = Exports(store, tmp_path, "USD", Bounds(page=page))
    async with exports.orders(DAY) as table:
        shown = lines(table)
    assert shown[0] == list(ORDER_COLUMNS)
    assert (table.rows, table.ends_at, len({row[0] for row in shown[1:]})) == (7, None, 7)
    async with exports.ledger(DAY) as table:
        shown = lines(table)
    assert shown[0] == list(LEDGER_COLUMNS)
    assert [row[5] for row in shown[1:]] == [f"-{5 * number}.00" for number in range(1, 8)]


async def test_a_table_that_would_grow_too_long_says_where_it_ends(store: Store, tmp_path: Path) -> None:
    await keep(store, *(NOON + timedelta(minutes=number) for number in range(5)))
    async with Exports(store, tmp_path, "USD", Bounds(rows=4, page=2)).orders(DAY) as table:
        assert (table.rows, len(lines(table))) == (4, 5)
        assert table.ends_at == NOON + timedelta(minutes=3)


async def test_a_table_stays_below_what_telegram_takes(store: Store, tmp_path: Path) -> None:
    await keep(store, *(NOON + timedelta(minutes=number) for number in range(9)))
    async with Exports(store, tmp_path, "USD", Bounds(bytes=1500, page=1)).orders(DAY) as table:
        table.file.seek(0)
        assert len(table.file.read()) <= 1500
        assert 0 < table.rows < 9
        assert table.ends_at == NOON + timedelta(minutes=table.rows - 1)


async def test_a_days_table_holds_what_clocks_there_call_that_day(store: Store, tmp_path: Path) -> None:
    await keep(store, DAY.begin - timedelta(seconds=1), DAY.begin, DAY.end - timedelta(seconds=1), DAY.end)
    async with Exports(store, tmp_path, "USD").orders(DAY) as table:
        times = [row[1] for row in lines(table)[1:]]
    assert times == ["2026-03-14T00:00:00+01:00", "2026-03-14T23:59:59+01:00"]


async def test_nothing_is_left_behind_in_the_folder(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    await keep(store, NOON)
    async with Exports(store, folder, "USD").orders(DAY) as table:
        table.file.fileno()  # from here on it is a file on the disk
        assert table.rows == 1
    assert list(folder.iterdir()) == []


def test_amounts_have_the_digits_that_they_need() -> None:
    cells = dict(zip(ORDER_COLUMNS, order_cells(ROW, BERLIN), strict=True))
    assert (str(cells["expected_cost"]), str(cells["supplier_charged"])) == ("19.00", "18.1234")
    assert (str(cells["supplier_refunded"]), cells["price"]) == ("0.00", "")


def test_what_is_not_known_is_left_empty() -> None:
    cells = dict(zip(ORDER_COLUMNS, order_cells(ROW, BERLIN), strict=True))
    assert [cells[name] for name in ("ended_at", "reseller", "supplier_order_id", "attention")] == [""] * 4
