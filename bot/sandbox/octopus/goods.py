"""One voucher product as the supplier knows it: where it works, its face values, and what its vouchers look like."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class VoucherShape(StrEnum):
    """Which fields a delivered voucher has."""

    CARD_AND_PIN = "card number and PIN"
    CODE = "code without PIN"
    CLAIM_URL = "claim URL only"
    CARD_WITH_URL = "code and claim URL"


DELIVERY_MODES = {
    VoucherShape.CARD_AND_PIN: "Code with PIN",
    VoucherShape.CODE: "Code",
    VoucherShape.CLAIM_URL: "URL",
    VoucherShape.CARD_WITH_URL: "Code and URL",
}
"""Only "Code with PIN" is a documented label (PRODUCTS page)."""


@dataclass(frozen=True, slots=True)
class Denomination:
    """One face value, or a range of them, with the percent off it; fixed when both ends are equal (PRODUCTS page)."""

    least: Decimal
    most: Decimal
    discount: Decimal

    @property
    def fixed(self) -> bool:
        """Whether it is one value."""
        return self.least == self.most

    def covers(self, value: Decimal) -> bool:
        """Whether a face value is in it."""
        return self.least <= value <= self.most


@dataclass(frozen=True, slots=True)
class Product:
    """One product; ``max_quantity`` is the client's bulk limit for it, ``brand`` begins its codes."""

    id: int
    name: str
    category: str
    sub_category: str | None
    country: str
    currency: str
    denominations: tuple[Denomination, ...]
    brand: str
    shape: VoucherShape = VoucherShape.CARD_AND_PIN
    max_quantity: int = 100
    validity: str | None = "12 months"
    brand_reference: bool = True
    """Whether its vouchers have a voucher_reference_number."""

    def denomination_for(self, value: Decimal) -> Denomination | None:
        """The best rate for a face value: an entry that is fixed comes before a range."""
        covering = [one for one in self.denominations if one.covers(value)]
        return max(covering, key=lambda one: (one.fixed, one.discount), default=None)


def fixed(*values: int | str, discount: str = "0") -> tuple[Denomination, ...]:
    """Fixed face values at one discount."""
    return tuple(Denomination(Decimal(value), Decimal(value), Decimal(discount)) for value in values)


def between(least: int | str, most: int | str, discount: str = "0") -> Denomination:
    """A range of face values."""
    return Denomination(Decimal(least), Decimal(most), Decimal(discount))
