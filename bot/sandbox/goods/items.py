"""One invented good as the supplier knows it: price, stock, limits and the form to fill in."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """The supplier's product types (Voodoo ORDERS page)."""

    KEY = "key"
    TOPUP = "topup"
    SERVICE = "service"


class CodeShape(StrEnum):
    """What the delivered codes of a key good look like."""

    DASHED = "dashed"
    PLAIN = "plain"
    URL = "url"
    WITH_PIN = "with_pin"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: the numeric id is submitted, the name is echoed."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Question:
    """One field of a good's form; a choice when it has options, else text."""

    name: str
    label: str
    required: bool = True
    options: tuple[Option, ...] = ()


Stock = int | bool | None
"""A count, a plain yes or no, or null for "not tracked"."""


@dataclass(frozen=True, slots=True)
class Good:
    """One item of the catalog; ``price`` is per unit in major units, bounds are None where there is no limit."""

    id: int
    name: str
    category: str
    kind: Kind
    price: Decimal
    subscriber_price: Decimal
    stock: Stock
    region: str = ""
    description: str = ""
    min_quantity: Decimal | None = None
    max_quantity: Decimal | None = None
    questions: tuple[Question, ...] = ()
    code_shape: CodeShape = CodeShape.DASHED
