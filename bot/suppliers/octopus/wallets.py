"""Octopus's wallets, and what their transactions say of an order (WALLETS and TRANSACTIONS pages)."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, cast

from bot.suppliers.errors import MalformedReport, SupplierUnavailable
from bot.suppliers.exact import NotANumber, NotJson, amount, decode, integer, number
from bot.suppliers.outcomes import Balance, Report, ReportedStatus
from bot.suppliers.reading import text
from storage.clock import Clock

KEPT_FOR = timedelta(days=1)
"""How long currencies are kept, as the supplier itself keeps them (REFERENCE-DATA page)."""

NO_CURRENCY = "XXX"
"""ISO 4217's code for an amount in none that is known."""

_CURRENCY = re.compile(r"[A-Z]{3}")

Record = Mapping[str, Any]


def records(body: bytes, what: str) -> list[Record]:
    """The objects of a list, wrapped or not; raises ``MalformedReport``. Entries that are none are left out."""
    try:
        read = decode(body)
    except NotJson as error:
        raise MalformedReport(f"the {what} are {error}") from None
    if isinstance(read, dict):
        read = cast("Record", read).get("data")
    if not isinstance(read, list):
        raise MalformedReport(f"the {what} are not a list")
    entries = cast("list[object]", read)
    return [cast("Record", entry) for entry in entries if isinstance(entry, dict)]


class Currencies:
    """Codes of currencies by the ids that wallets name them with, kept for a day; ``read`` gets the list's body."""

    def __init__(self, read: Callable[[], Awaitable[bytes]], clock: Clock) -> None:
        self._read = read
        self._clock = clock
        self._codes: Mapping[int, str] = {}
        self._until: datetime | None = None

    async def codes(self, wanted: Iterable[int]) -> Mapping[int, str]:
        """Every code known; asked for anew when old or lacking a ``wanted`` one. Raises ``SupplierError``."""
        fresh = self._until is not None and self._clock() < self._until
        if not fresh or not self._codes.keys() >= set(wanted):
            try:
                self._codes = _codes(await self._read())
            except SupplierUnavailable:
                if not self._codes:
                    raise
            else:
                self._until = self._clock() + KEPT_FOR
        return self._codes


def _codes(body: bytes) -> Mapping[int, str]:
    codes: dict[int, str] = {}
    for record in records(body, "currencies"):
        code, id_ = text(record.get("currency")).upper(), _id(record.get("id"))
        if id_ is not None and _CURRENCY.fullmatch(code):
            codes[id_] = code
    return codes


@dataclass(frozen=True, slots=True)
class Wallet:
    """One wallet as it is listed."""

    id: int
    currency_id: int | None
    amount: Decimal
    kind: str

    def balance(self, codes: Mapping[int, str]) -> Balance:
        """The balance with its currency's code."""
        code = codes.get(self.currency_id, NO_CURRENCY) if self.currency_id is not None else NO_CURRENCY
        return Balance(str(self.id), self.amount, code, self.kind)


def read_wallets(body: bytes) -> tuple[Wallet, ...]:
    """Every wallet of the account; raises ``MalformedReport``."""
    return tuple(map(_wallet, records(body, "wallets")))


def _wallet(record: Record) -> Wallet:
    try:
        id_, held = integer(record.get("id")), number(record.get("amount"))
    except NotANumber as error:
        raise MalformedReport(f"a wallet's id or amount is {error}") from None
    return Wallet(id_, _id(record.get("currency_id")), held, text(record.get("type")).lower()[:40])


def _id(value: object) -> int | None:
    try:
        return integer(value)
    except NotANumber:
        return None


def wants_money(report: Report, expected: Decimal | None) -> bool:
    """Whether only the transactions tell what an order cost or what of it came back.

    An order's own amounts leave out tax, so a cost other than ``expected`` is not believed (octopus.md 16, 12).
    """
    match report.status:
        case ReportedStatus.FAILED | ReportedStatus.DELIVERING:
            return True
        case ReportedStatus.COMPLETED:
            return report.charged is None or report.charged != expected or report.delivered < (report.quantity or 0)
        case _:
            return False


def with_money(report: Report, body: bytes) -> Report:
    """The report with what the order's transactions say, in the wallet's currency; raises ``MalformedReport``.

    The order's id stands in their remarks alone ("... - Order #12345"), and only whole numbers count as it.
    """
    named = re.compile(rf"#\s*{report.supplier_order_id}(?!\d)")
    ours = [record for record in records(body, "transactions") if named.search(text(record.get("remarks")))]
    debits, credits_ = _moved(ours, "DEBIT"), _moved(ours, "CREDIT")
    # They are listed newest first: where the debit is in sight, so is every refund.
    refunded = credits_ if debits or credits_ else report.refunded
    return replace(report, charged=debits or report.charged, refunded=refunded)


def _moved(transactions: Iterable[Record], direction: str) -> Decimal:
    """The sum of one direction's transactions, those that failed left out."""
    moved = (
        _amount(record.get("amount"))
        for record in transactions
        if text(record.get("transaction_type")).upper() == direction and text(record.get("status")).upper() != "FAILED"
    )
    return sum(moved, Decimal(0))


def _amount(value: object) -> Decimal:
    try:
        return amount(value)
    except NotANumber:
        raise MalformedReport("a transaction's amount is not a number") from None
