"""A supplier that answers as it is told, and what it says."""

from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from bot.ordering.journal import Journal
from bot.suppliers.errors import MalformedReport, SupplierError
from bot.suppliers.feeds import Feed
from bot.suppliers.outcomes import (
    Accepted,
    Balance,
    Event,
    FetchOutcome,
    Found,
    Missing,
    NotOffered,
    PlaceOutcome,
    PlaceRequest,
    Pointer,
    QuoteOutcome,
    QuoteRequest,
    Report,
    ReportedStatus,
)
from storage.records.orders import Order
from tests.factories import keys

T = TypeVar("T")

MISSING = Missing()


class ScriptedSupplier:
    """A supplier that gives prepared answers in turn, journals replies as a real client does, and counts calls."""

    name = "voodoo"
    title = "Voodoo Center"

    def __init__(self, journal: Journal, *, pushes: bool = True) -> None:
        self.pushes = pushes
        self.places: deque[PlaceOutcome | Report | Exception] = deque()
        self.looks: deque[FetchOutcome | Report | Exception] = deque()
        self.meanwhile: Callable[[], Awaitable[object] | None] = lambda: None
        self.when_balances_are_read: Callable[[], None] = lambda: None
        self.held: list[tuple[Balance, ...] | SupplierError] = []
        self.placed: list[PlaceRequest] = []
        self.looked: list[str] = []
        self.finds = False
        self.finds_next: deque[FetchOutcome | Report | Exception] = deque()
        self.sought: list[str] = []
        self.quotes: deque[QuoteOutcome | Exception] = deque()
        self.quoted: list[QuoteRequest] = []
        self._journal = journal

    async def balances(self) -> tuple[Balance, ...]:
        self.when_balances_are_read()
        answer = self.held.pop(0)
        if isinstance(answer, SupplierError):
            raise answer
        return answer

    async def place(self, request: PlaceRequest) -> PlaceOutcome:
        self.placed.append(request)
        await self._meanwhile()
        answer = _drawn(self.places)
        if isinstance(answer, Report):
            return Accepted(answer, await self._record(request.order_id, answer))
        return answer

    async def quote(self, request: QuoteRequest) -> QuoteOutcome:
        self.quoted.append(request)
        await self._meanwhile()
        return _drawn(self.quotes) if self.quotes else NotOffered()

    async def find(self, order_id: str) -> FetchOutcome | NotOffered:
        self.sought.append(order_id)
        return await self._look(self.finds_next, order_id) if self.finds else NotOffered()

    async def fetch(self, supplier_order_id: str, order_id: str) -> FetchOutcome:
        self.looked.append(supplier_order_id)
        return await self._look(self.looks, order_id)

    async def _look(self, prepared: deque[FetchOutcome | Report | Exception], order_id: str) -> FetchOutcome:
        await self._meanwhile()
        answer = _drawn(prepared)
        if isinstance(answer, Report):
            return Found(answer, await self._record(order_id, answer))
        return answer

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        return bool(headers) and bool(body)

    def parse(self, body: bytes) -> Event:
        """A webhook that tells no status only points."""
        try:
            return self.read_reply(body)
        except MalformedReport:
            return _decoded(body, Pointer)

    def read_reply(self, body: bytes) -> Report:
        return _decoded(body, Report)

    def feed(self) -> Feed:
        return Feed(self.name, "jsonl", (), "USD")

    async def gather(self, folder: Path) -> None:
        """The scripted catalog is on the shelf already."""

    async def close(self) -> None:
        self.places.clear()

    async def _meanwhile(self) -> None:
        """Let happen what happens while a call is on its way."""
        happening = self.meanwhile()
        if happening is not None:
            await happening

    async def _record(self, order_id: str, report: Report) -> int:
        return await self._journal.record(self.name, order_id, as_body(report))


def as_body(told: Report | Pointer) -> bytes:
    """A report or a pointer as the scripted supplier's wire format."""
    return msgspec.json.encode(told)


def _drawn(prepared: deque[T | Exception]) -> T:
    """The next answer; raises one that is an error."""
    answer = prepared.popleft()
    if isinstance(answer, Exception):
        raise answer
    return answer


def _decoded(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.MsgspecError as error:
        raise MalformedReport(f"no {kind.__name__}") from error


def report(order: Order, status: ReportedStatus = ReportedStatus.PENDING, **changes: Any) -> Report:
    """What the supplier says of an order: by default that it has it and took the price."""
    said = Report(
        supplier_order_id="S-1", status=status, order_id=order.id, raw_status=status.value, charged=order.expected
    )
    return replace(said, **changes)


def completed(order: Order, **changes: Any) -> Report:
    """Delivered in full, with a code for each unit."""
    units = int(order.quantity)
    facts = {"delivered": units, "codes": keys(*(f"CODE-{unit}" for unit in range(units)))} | changes
    return report(order, ReportedStatus.COMPLETED, **facts)


def failed(order: Order, **changes: Any) -> Report:
    """Not delivered, everything refunded."""
    facts = {"refunded": order.expected, "error": "OUT_OF_STOCK", "error_message": "gone"} | changes
    return report(order, ReportedStatus.FAILED, **facts)
