"""Tables of a period for spreadsheets: orders and ledger lines, written page by page into a file of bounded size."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Final, TypeVar, cast
from zoneinfo import ZoneInfo

from bot.presentation.tables import spreadsheet, spreadsheet_rows
from bot.resellers.periods import Period
from storage.records.figures import LedgerRow, OrderRow
from storage.store import Store

IN_MEMORY: Final = 1 << 20
"""Bytes that a table may take of the heap; what is more goes to a file in the data folder."""

Cell = str | Decimal
R = TypeVar("R", OrderRow, LedgerRow)

ORDER_COLUMNS: Final = (
    "reference", "ordered_at", "ended_at", "state", "reseller", "user_id", "chat_id", "item", "quantity", "delivered",
    "price", "charged_to_reseller", "markup_percent", "currency", "expected_cost", "supplier_charged",
    "supplier_refunded", "supplier", "supplier_order_id", "attention",
)  # fmt: skip
LEDGER_COLUMNS: Final = (
    "line",
    "at",
    "reseller",
    "kind",
    "amount",
    "balance",
    "currency",
    "order",
    "note",
    "by_user_id",
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large a table may become: Telegram takes documents of 50 MB (``telegram.constants.FileSizeLimit``)."""

    rows: int = 100_000
    bytes: int = 45_000_000
    page: int = 500


@dataclass(frozen=True, slots=True)
class Table:
    """A finished table. Where not all rows found room, ``ends_at`` is the moment of the last one that did."""

    file: IO[bytes]
    rows: int
    ends_at: datetime | None = None


class Exports:
    """Writes tables. Nothing of an order that opens goods or was typed by people is in them."""

    def __init__(self, store: Store, folder: Path, currency: str, bounds: Bounds | None = None) -> None:
        self._store = store
        self._folder = folder
        self._currency = currency
        self._bounds = bounds or Bounds()

    @asynccontextmanager
    async def orders(self, period: Period) -> AsyncGenerator[Table]:
        """The period's orders, oldest first, with times as clocks in its zone show them."""

        async def page(begin: datetime, after: int) -> list[OrderRow]:
            most = self._bounds.page
            return await self._store.read(lambda tables: tables.figures.orders(begin, period.end, most, after))

        with self._file() as file:
            yield await self._written(
                file, period, ORDER_COLUMNS, page, lambda row: order_cells(row, period.zone),
                lambda row: (row.created_at, row.number),
            )  # fmt: skip

    @asynccontextmanager
    async def ledger(self, period: Period) -> AsyncGenerator[Table]:
        """The period's ledger lines of every reseller, oldest first."""

        async def page(begin: datetime, after: int) -> list[LedgerRow]:
            most = self._bounds.page
            return await self._store.read(lambda tables: tables.figures.ledger(begin, period.end, most, after))

        with self._file() as file:
            yield await self._written(
                file, period, LEDGER_COLUMNS, page, lambda row: ledger_cells(row, self._currency, period.zone),
                lambda row: (row.at, row.id),
            )  # fmt: skip

    def _file(self) -> IO[bytes]:
        return cast("IO[bytes]", SpooledTemporaryFile(max_size=IN_MEMORY, dir=str(self._folder)))

    async def _written(
        self,
        file: IO[bytes],
        period: Period,
        columns: Sequence[str],
        page: Callable[[datetime, int], Awaitable[list[R]]],
        cells: Callable[[R], Sequence[Cell]],
        place: Callable[[R], tuple[datetime, int]],
    ) -> Table:
        file.write(spreadsheet(columns, ()))
        begin, after, rows = period.begin, 0, 0
        while found := await page(begin, after):
            written = spreadsheet_rows(map(cells, found))
            if rows + len(found) > self._bounds.rows or file.tell() + len(written) > self._bounds.bytes:
                return Table(file, rows, ends_at=begin)
            file.write(written)
            rows += len(found)
            begin, after = place(found[-1])
        return Table(file, rows)


def order_cells(row: OrderRow, zone: ZoneInfo) -> tuple[Cell, ...]:
    """An order's cells, as ``ORDER_COLUMNS`` names them."""
    return (
        row.reference,
        _moment(row.created_at, zone),
        _moment(row.settled_at, zone),
        row.state.value,
        row.reseller or "",
        Decimal(row.user_id),
        Decimal(row.chat_id),
        row.item_name,
        row.quantity,
        Decimal(row.delivered),
        *map(_amount, (row.price, row.captured, row.markup)),
        row.currency,
        *map(_amount, (row.expected, row.charged, row.refunded)),
        row.supplier,
        row.supplier_order_id or "",
        row.attention.value if row.attention else "",
    )


def ledger_cells(row: LedgerRow, currency: str, zone: ZoneInfo) -> tuple[Cell, ...]:
    """A ledger line's cells, as ``LEDGER_COLUMNS`` names them."""
    return (
        Decimal(row.id),
        _moment(row.at, zone),
        row.reseller,
        row.kind.value,
        *map(_amount, (row.amount, row.balance)),
        currency,
        row.reference,
        row.note,
        "" if row.actor_id is None else Decimal(row.actor_id),
    )


def _moment(when: datetime | None, zone: ZoneInfo) -> str:
    """A time as clocks in the zone show it, with its distance from UTC."""
    return "" if when is None else when.astimezone(zone).isoformat(timespec="seconds")


def _amount(amount: Decimal | None) -> Cell:
    """An amount without the zeros that only its column needs, at least two digits."""
    if amount is None:
        return ""
    plain = amount.normalize()
    exponent = plain.as_tuple().exponent
    return plain.quantize(Decimal("0.01")) if isinstance(exponent, int) and exponent > -2 else plain
