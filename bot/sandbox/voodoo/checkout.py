"""Reads a create call as strictly as the documentation words it (REF-CREATE, ORDERS and ERRORS pages)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import cast

from bot.sandbox.goods.items import Good, Kind, Question
from bot.sandbox.voodoo.stockroom import Stockroom, has_stock

LONGEST_REFERENCE = 100
LONGEST_TEXT = 2_000
LARGEST_QUANTITY = Decimal(10) ** 9
SMALLEST_STEP = Decimal("0.00000001")
CENT = Decimal("0.01")


class Refused(Exception):
    """The call is refused and nothing is charged; the envelope says ``code`` and the message."""

    def __init__(self, detail: str, code: str = "validation_error", status: int = 400) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code
        self.status = status


@dataclass(frozen=True, slots=True)
class Purchase:
    """A valid wish: what, how much, and the form as it is echoed (choices by their names)."""

    good: Good
    quantity: Decimal
    reference: str | None
    fields: dict[str, str] = field(repr=False)

    @property
    def price(self) -> Decimal:
        """The total to charge, in whole cents and never less than one."""
        return max((self.good.price * self.quantity).quantize(CENT, ROUND_HALF_UP), CENT)


def read_purchase(body: Mapping[str, object], stockroom: Stockroom, *, sold_out: bool = False) -> Purchase:
    """Check a create call's body against the item it names; raises ``Refused``.

    ``sold_out`` lets no item have any stock.
    """
    good = _good(body.get("item_id"), stockroom)
    reference = _reference(body.get("merchant_order_id"))
    quantity = _quantity(body.get("quantity"), good)
    fields = _fields(body.get("fields"), good)
    if sold_out or not has_stock(good, quantity):
        raise Refused("Item is not available")
    return Purchase(good, quantity, reference, fields)


def _good(item_id: object, stockroom: Stockroom) -> Good:
    if item_id is None:
        raise Refused("item_id is required")
    if not isinstance(item_id, int) or isinstance(item_id, bool):
        raise Refused("item_id must be an integer")
    good = stockroom.find(item_id)
    if good is None:
        raise Refused("Item is not available")
    return good


def _reference(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise Refused("merchant_order_id must be a string")
    if len(value) > LONGEST_REFERENCE:
        raise Refused(f"merchant_order_id must have at most {LONGEST_REFERENCE} characters")
    return value or None


def _quantity(value: object, good: Good) -> Decimal:
    if good.kind is Kind.SERVICE:
        if value is not None:
            raise Refused("quantity must be omitted for service items")
        return Decimal(1)
    if value is None:
        if good.kind is Kind.TOPUP:
            raise Refused("quantity is required for top-up items")
        return _bounded(Decimal(1), good)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Refused("quantity must be a number")
    return _bounded(_whole_where_due(Decimal(value), good), good)


def _whole_where_due(quantity: Decimal, good: Good) -> Decimal:
    if good.kind is Kind.KEY and quantity % 1:
        raise Refused("quantity must be an integer for key items")
    return quantity


def _bounded(quantity: Decimal, good: Good) -> Decimal:
    if quantity <= 0:
        raise Refused("quantity must be greater than 0")
    if quantity > LARGEST_QUANTITY:
        raise Refused(f"quantity must be at most {LARGEST_QUANTITY}")
    if quantity % SMALLEST_STEP:
        raise Refused("quantity must have at most 8 decimal places")
    if good.min_quantity is not None and quantity < good.min_quantity:
        raise Refused(f"quantity must be at least {good.min_quantity}")
    if good.max_quantity is not None and quantity > good.max_quantity:
        raise Refused(f"quantity must be at most {good.max_quantity}")
    return quantity


def _fields(value: object, good: Good) -> dict[str, str]:
    if value is not None and not isinstance(value, dict):
        raise Refused("fields must be an object")
    given = cast("dict[str, object]", value or {})
    if good.kind is Kind.KEY and given:
        raise Refused("fields are not used for key items")
    known = {question.name: question for question in good.questions}
    if unknown := sorted(given.keys() - known.keys()):
        raise Refused(f"Unknown field: {unknown[0]}")
    if missing := [name for name, question in known.items() if question.required and given.get(name) is None]:
        raise Refused(f"Field {missing[0]} is required")
    return {name: _answer(known[name], answer) for name, answer in given.items() if answer is not None}


def _answer(question: Question, value: object) -> str:
    if question.options:
        return _choice(question, value)
    if not isinstance(value, str):
        raise Refused(f"Field {question.name} must be a string")
    if question.required and not value.strip():
        raise Refused(f"Field {question.name} is required")
    if len(value) > LONGEST_TEXT:
        raise Refused(f"Field {question.name} must have at most {LONGEST_TEXT} characters")
    return value


def _choice(question: Question, value: object) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Refused(f"Field {question.name} must be a numeric choice id")
    name = next((option.name for option in question.options if option.id == value), None)
    if name is None:
        raise Refused(f"Field {question.name}: {value} is not a valid choice")
    return name
