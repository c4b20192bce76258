"""Items of a supplier's catalog, and what an order must say about them."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class ProductType(StrEnum):
    """What kind of thing an item is; decides which questions an order asks (Voodoo ORDERS page)."""

    KEY = "key"
    TOPUP = "topup"
    SERVICE = "service"


class FieldKind(StrEnum):
    """How a field is answered."""

    TEXT = "text"
    CHOICE = "choice"


class Availability(StrEnum):
    """What the snapshot believes about stock; only the supplier decides, at create."""

    IN_STOCK = "in_stock"
    OUT_OF_STOCK = "out_of_stock"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a choice field: ``id`` goes to the supplier, ``label`` to people."""

    id: int
    label: str


@dataclass(frozen=True, slots=True)
class ItemField:
    """One thing the supplier must be told, submitted under ``name`` and shown as ``label``."""

    name: str
    label: str
    kind: FieldKind
    required: bool = True
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class ItemKey:
    """Names one item of one supplier; ``str()`` gives ``supplier:id``, the form that buttons and rows carry."""

    supplier: str
    id: str

    def __str__(self) -> str:
        return f"{self.supplier}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> "ItemKey":
        """Read ``supplier:id``; raises ``ValueError`` when a part is missing."""
        supplier, colon, id_ = text.partition(":")
        if not (supplier and colon and id_):
            raise ValueError(f"not an item key: {text!r}")
        return cls(supplier, id_)


@dataclass(frozen=True, slots=True, order=True)
class Denomination:
    """Face values that one unit of an item may have, in major units of the item's currency; ``least == most`` is one.

    ``discount`` is the percentage off face value that the catalog promises, None when it promises nothing.
    """

    least: Decimal
    most: Decimal
    discount: Decimal | None = None

    @property
    def fixed(self) -> bool:
        """Whether it is a single value rather than a range."""
        return self.least == self.most


class FactKind(StrEnum):
    """What a fact about an item tells."""

    FORM = "form"
    """What is delivered, such as a code with a PIN."""

    DELIVERY = "delivery"
    """How soon it comes."""

    VALIDITY = "validity"
    """For how long it can be used."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something worth knowing before an item is ordered, in its supplier's own words."""

    kind: FactKind
    words: str


@dataclass(frozen=True, slots=True)
class Item:
    """One orderable thing. ``price`` is per unit, in major units of ``currency``; bounds are None when unknown.

    With ``denominations`` the buyer chooses a face value, and ``price`` is the least that a unit may cost. ``decimals``
    is how many an amount of its currency may have, None for what the currency usually has. A ``quoted`` item's price
    is what its supplier's quote says, not what the catalog says. ``keywords`` are words that find it besides its name,
    category and region, such as country codes; ``facts`` are what people should know besides.
    """

    key: ItemKey
    name: str
    category: str
    product_type: ProductType
    price: Decimal
    currency: str
    region: str = ""
    description: str = ""
    availability: Availability = Availability.UNKNOWN
    stock: int | None = None
    min_quantity: Decimal | None = None
    max_quantity: Decimal | None = None
    fields: tuple[ItemField, ...] = ()
    denominations: tuple[Denomination, ...] = ()
    decimals: int | None = None
    quoted: bool = False
    keywords: str = ""
    facts: tuple[Fact, ...] = ()
