"""Octopus's quotes, called charges: the question, the price, and why there is none (CHARGES page). Pure."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from bot.suppliers.errors import MalformedReport
from bot.suppliers.exact import NotANumber, NotJson, amount, decode_object, encode, number, wire_number
from bot.suppliers.octopus.feed import Unusable, read_denominations
from bot.suppliers.outcomes import QuoteProblem, QuoteRefused, QuoteRequest
from bot.suppliers.reading import text
from storage.records.orders import Quote

Record = Mapping[str, Any]


def charges_body(request: QuoteRequest, wallet_id: int | None) -> bytes:
    """The question, numbers exact."""
    body: dict[str, object] = {
        "denomination": wire_number(request.denomination),
        "quantity": wire_number(request.quantity),
    }
    if wallet_id is not None:
        body["wallet_id"] = wallet_id
    return encode(body)


def read_quote(body: bytes, request: QuoteRequest, wallet_id: int | None, now: datetime) -> Quote | QuoteRefused:
    """The price, or that one order may not have so many; raises ``MalformedReport``.

    Only ``total_payable`` must be there, and its currency where a wallet of another may pay; the rest is optional.
    """
    record = _unwrapped(body)
    details = _record(record.get("charges_details"))
    most = _count(record.get("max_quantity"))
    if most is not None and most < request.quantity:
        return QuoteRefused(QuoteProblem.QUANTITY, max_quantity=most)
    face = _optional(record, "non_discounted_total")
    face = request.denomination * request.quantity if face is None else face
    currency = _currency(details, request, wallet_id)
    converted = currency != request.item.currency
    return Quote(
        denomination=request.denomination,
        quantity=request.quantity,
        face=face,
        discount=_discount(record, face),
        total=_required(record, "total_payable"),
        currency=currency,
        quoted_at=now,
        rate=_rate(details) if converted else None,
        fee=_fee(record, details) if converted else None,
        tax=_optional(record, "gst_amount") or None,
        max_quantity=most,
        account="" if wallet_id is None else str(wallet_id),
    )


def problem_with(product: bytes, request: QuoteRequest) -> QuoteProblem:
    """What is wrong with a refused question, by the product as it is now."""
    try:
        offered = read_denominations(_unwrapped(product).get("available_denominations"))
    except (MalformedReport, Unusable):
        return QuoteProblem.REFUSED
    if any(entry.least <= request.denomination <= entry.most for entry in offered):
        return QuoteProblem.REFUSED
    return QuoteProblem.DENOMINATION


def _unwrapped(body: bytes) -> Record:
    try:
        record = decode_object(body)
    except NotJson as error:
        raise MalformedReport(f"the quote is {error}") from None
    return _record(record["data"]) if {"success", "data"} <= record.keys() else record


def _record(value: object) -> Record:
    return cast("Record", value) if isinstance(value, dict) else {}


def _currency(details: Record, request: QuoteRequest, wallet_id: int | None) -> str:
    said = text(details.get("destination_currency")).upper()
    if said:
        return said
    if wallet_id is not None:
        raise MalformedReport("the quote does not say in which currency it is paid")
    return request.item.currency


def _discount(record: Record, face: Decimal) -> Decimal:
    said = _optional(record, "discount_amount")
    if said is not None:
        return said
    total = _optional(record, "total_amount")
    return Decimal(0) if total is None else max(Decimal(0), face - total)


def _fee(record: Record, details: Record) -> Decimal | None:
    said = _optional(record, "handling_fee_amount")
    return _optional(details, "conversion_fee") if said is None else said


def _rate(details: Record) -> Decimal | None:
    try:
        rate = number(details.get("forex_rate"))
    except NotANumber:
        return None
    return rate if rate > 0 else None


def _count(value: object) -> Decimal | None:
    try:
        most = number(value)
    except NotANumber:
        return None
    return most if most >= 1 else None


def _optional(record: Record, name: str) -> Decimal | None:
    return None if record.get(name) is None else _required(record, name)


def _required(record: Record, name: str) -> Decimal:
    try:
        return amount(record.get(name))
    except NotANumber as error:
        raise MalformedReport(f"the quote's {name} is {error}") from None
