"""Octopus's order records, from create, look-up and list, read into reports. Pure; only id and status must be readable.

Codes are shown once: whatever else is odd about a record, its vouchers are kept.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, cast

from bot.suppliers.errors import MalformedReport
from bot.suppliers.exact import NotANumber, NotJson, amount, decode, encode, integer, number
from bot.suppliers.outcomes import Report, ReportedStatus
from bot.suppliers.reading import instant, text
from storage.records.orders import Code

STATUSES: Mapping[str, ReportedStatus] = {
    "PENDING": ReportedStatus.PENDING,
    "PROCESSING": ReportedStatus.PENDING,
    "DELIVERED": ReportedStatus.COMPLETED,
    "PARTIALLY_DELIVERED": ReportedStatus.DELIVERING,
    "FAILED": ReportedStatus.FAILED,
    "CANCELLED": ReportedStatus.FAILED,
}
"""ORDERS page, and a sibling product's PROCESSING; any other word is not terminal."""

REFERENCES = ("client_reference", "ref", "reference_code")
"""What the two generations of the documentation call our id."""

ORDER_ID = re.compile(r"[0-9]{1,18}")

_KNOWN = frozenset({"card_number", "pin_code", "claim_url", "expires_at", "voucher_reference_number"})
_GOODS = re.compile(r"code|pin|card|key|url|link|number|serial|token", re.IGNORECASE)
_GAPS = re.compile(r"[\s_-]+")

Record = Mapping[str, Any]


def read_order(body: bytes, *, created: bool = False) -> Report:
    """Read a reply that holds one order, as an object or a list of one; raises ``MalformedReport``.

    ``created`` is for the answer to a create.
    """
    return _report(_only(_decoded(body)), created)


def reference_of(record: Record) -> str | None:
    """Our id as a record names it, under any of its names."""
    names = (text(record.get(name)) for name in REFERENCES)
    return next((name for name in names if name), None)


def _decoded(body: bytes) -> object:
    try:
        return decode(body)
    except NotJson as error:
        raise MalformedReport(str(error)) from None


def _only(value: object) -> Record:
    """The one record in a reply, out of ``{success, data}`` and out of a list."""
    if isinstance(value, dict) and {"success", "data"} <= value.keys():
        value = cast("Record", value)["data"]
    if isinstance(value, list):
        records = cast("list[object]", value)
        if len(records) != 1:
            raise MalformedReport(f"a list of {len(records)} orders")
        value = records[0]
    if not isinstance(value, dict):
        raise MalformedReport("not an order")
    return cast("Record", value)


def _report(record: Record, created: bool) -> Report:
    codes = tuple(_codes(record.get("vouchers")))
    raw_status = _status(record, codes)
    word = _GAPS.sub("_", raw_status.upper())
    status = STATUSES.get(word, ReportedStatus.UNKNOWN)
    quantity = _number(record.get("quantity"))
    return Report(
        supplier_order_id=_id(record),
        status=status,
        order_id=reference_of(record),
        raw_status=raw_status,
        item_id=text(record.get("product_id")) or None,
        quantity=quantity,
        delivered=_delivered(record, status, quantity, len(codes)),
        charged=_charged(record),
        codes=codes,
        error=word if status is ReportedStatus.FAILED else "",
        error_message=_reason(record) if status is ReportedStatus.FAILED else "",
        completed_at=instant(record.get("delivered_on")) or instant(record.get("completed_at")),
        denomination=_number(record.get("denomination")),
        created=created,
    )


def _id(record: Record) -> str:
    id_ = _integer(record.get("id"))
    if id_ is None or id_ <= 0:
        raise MalformedReport("no usable id")
    return str(id_)


def _status(record: Record, codes: tuple[Code, ...]) -> str:
    """The status as it is written; a record that holds vouchers is an order even when it says none."""
    status = text(record.get("status"))[:100]
    if not status and not codes:
        raise MalformedReport("no status")
    return status


def _reason(record: Record) -> str:
    """Why it failed, in the supplier's words; the sentence that greeted the order is none."""
    message = text(record.get("message"))
    said = text(record.get("failure_reason")) or text(record.get("status_text"))
    return said or ("" if "success" in message.casefold() else message)


def _delivered(record: Record, status: ReportedStatus, quantity: Decimal | None, held: int) -> int:
    said = _number(record.get("delivered_quantity"))
    if said is None and status is ReportedStatus.COMPLETED:
        said = quantity
    return held if said is None else max(0, int(said))


def _charged(record: Record) -> Decimal | None:
    """What left the wallet, where it is in the product's currency: otherwise only the transaction knows."""
    product_currency, wallet_currency = (text(record.get(f"{side}_currency")) for side in ("base", "deduction"))
    face, discount = _amount(record.get("amount")), _amount(record.get("discount") or 0)
    if not product_currency or product_currency != wallet_currency or face is None or discount is None:
        return None
    return face - discount if face >= discount else None


def _codes(vouchers: object) -> Iterator[Code]:
    """Every voucher that holds anything, however it is written."""
    entries = cast("list[object]", vouchers) if isinstance(vouchers, list) else [vouchers]
    for entry in entries:
        code = _voucher(cast("Record", entry)) if isinstance(entry, dict) else Code(_part(entry))
        if code != Code():
            yield code


def _voucher(entry: Record) -> Code:
    """One voucher's parts; one that hides its goods under a name we do not know is kept as its JSON."""
    value, pin, link = (_part(entry.get(name)) for name in ("card_number", "pin_code", "claim_url"))
    if not (value or pin or link) and _strange(entry):
        value = _part(entry)
    expires_at = instant(entry.get("expires_at"))
    serial = _part(entry.get("voucher_reference_number"))
    if expires_at is None and (written := _part(entry.get("expires_at"))):
        # Some cards ask for it when they are used, so an expiry that is no date must not get lost.
        serial = f"{serial} (expires: {written})".strip()
    return Code(value, pin, link, expires_at, serial)


def _strange(entry: Record) -> bool:
    """Whether a voucher without documented parts may hold its goods under other names."""
    others = {name: part for name, part in entry.items() if name not in _KNOWN and _part(part)}
    return bool(others) and (len(others) == len(entry) or any(map(_GOODS.search, others)))


def _part(value: object) -> str:
    """One part of a voucher. The documentation promises strings; anything else is kept as its JSON."""
    if isinstance(value, str):
        return value.strip()
    return "" if value is None or value in ({}, []) else encode(value).decode()


def _number(value: object) -> Decimal | None:
    try:
        return number(value)
    except NotANumber:
        return None


def _amount(value: object) -> Decimal | None:
    try:
        return amount(value)
    except NotANumber:
        return None


def _integer(value: object) -> int | None:
    try:
        return integer(value)
    except NotANumber:
        return None
