"""Voodoo's order object and webhook body, read into reports. Pure; tolerant of what the documentation leaves open."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from bot.suppliers.errors import MalformedReport
from bot.suppliers.exact import NotANumber, NotJson, amount, decode_object, encode, number
from bot.suppliers.outcomes import Report, ReportedStatus
from bot.suppliers.reading import instant, text
from storage.records.orders import Code

STATUSES: Mapping[str, ReportedStatus] = {
    "pending": ReportedStatus.PENDING,
    "processing": ReportedStatus.PENDING,
    "completed": ReportedStatus.COMPLETED,
    "partial": ReportedStatus.PARTIAL,
    "failed": ReportedStatus.FAILED,
}
"""ORDERS page; any other word is not terminal."""

ORDER_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
"""Order ids are UUIDs in the documentation; anything that fits into a URL path is accepted."""


def read_order(body: bytes) -> Report:
    """Read the order object that create and get answer with (REF-CREATE, REF-GET); raises ``MalformedReport``."""
    return _report(_object(body), id_name="id", item_name="item", price_name="price")


def read_event(body: bytes) -> Report:
    """Read a webhook's body, which renames some fields (WEBHOOKS page); raises ``MalformedReport``."""
    return _report(_object(body), id_name="order_id", item_name="item_id", price_name="total_price")


def _object(body: bytes) -> dict[str, Any]:
    try:
        return decode_object(body)
    except NotJson as error:
        raise MalformedReport(str(error)) from None


def _report(record: Mapping[str, Any], *, id_name: str, item_name: str, price_name: str) -> Report:
    raw_status = _status(record)
    charged = record.get(price_name)
    return Report(
        supplier_order_id=_id(record, id_name),
        status=STATUSES.get(raw_status.casefold(), ReportedStatus.UNKNOWN),
        order_id=text(record.get("merchant_order_id")) or None,
        raw_status=raw_status,
        item_id=text(record.get(item_name)) or None,
        quantity=_quantity(record),
        delivered=_delivered(record),
        charged=None if charged is None else _amount(charged, price_name),
        refunded=_refunded(record.get("refund_amount")),
        codes=_codes(record.get("codes")),
        error=text(record.get("error")),
        error_message=text(record.get("error_message")),
        completed_at=instant(record.get("completed_at")),
    )


def _id(record: Mapping[str, Any], name: str) -> str:
    value = record.get(name)
    if not isinstance(value, str) or not ORDER_ID.fullmatch(value):
        raise MalformedReport(f"no usable {name}")
    return value


def _status(record: Mapping[str, Any]) -> str:
    value = record.get("status")
    if not isinstance(value, str) or not value.strip():
        raise MalformedReport("no status")
    return value.strip()[:100]


def _amount(value: object, name: str) -> Decimal:
    try:
        return amount(value)
    except NotANumber as error:
        raise MalformedReport(f"{name} is {error}") from None


def _refunded(value: object) -> Decimal | None:
    return None if value is None else _amount(value or 0, "refund_amount")


def _quantity(record: Mapping[str, Any]) -> Decimal | None:
    value = record.get("quantity")
    try:
        return None if value is None else number(value)
    except NotANumber:
        raise MalformedReport("quantity is not a number") from None


def _delivered(record: Mapping[str, Any]) -> int:
    # An integer in the documentation, but decimal top-ups may well count in fractions: whole units are what we keep.
    value = record.get("delivered_quantity")
    try:
        return 0 if value is None else max(0, int(number(value)))
    except NotANumber:
        raise MalformedReport("delivered_quantity is not a number") from None


def _codes(value: object) -> tuple[Code, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise MalformedReport("codes is not a list")
    codes = (_code(entry) for entry in cast("list[object]", value))
    return tuple(Code(code) for code in codes if code)


def _code(entry: object) -> str:
    """One code. The documentation promises strings; anything else is kept as its JSON rather than lost."""
    if isinstance(entry, str):
        return entry.strip()
    return "" if entry is None else encode(entry).decode()
