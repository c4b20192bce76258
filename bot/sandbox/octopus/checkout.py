"""Reads quotes and create calls as strictly as the documentation words them (CREATE, CHARGES and ERRORS pages)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bot.sandbox.octopus.errors import Refused, absent, against_the_rules, invalid, invalid_field
from bot.sandbox.octopus.goods import Denomination, Product
from bot.sandbox.octopus.storeroom import Storeroom
from bot.sandbox.octopus.switches import Switches
from bot.sandbox.octopus.world import step_of

LARGEST_QUANTITY = 5_000
LARGEST_DENOMINATION = Decimal(10) ** 9
LONGEST_REFERENCE = 255
LONGEST_EMAIL = 254
LARGEST_ID = 2_147_483_647

_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_PRINTABLE_ASCII = re.compile(r"[\x20-\x7e]*")

Body = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Goods:
    """A valid wish: so many vouchers of one face value."""

    product: Product
    value: Decimal
    denomination: Denomination
    quantity: int
    wallet_id: int | None


@dataclass(frozen=True, slots=True)
class Purchase:
    """A valid create call."""

    goods: Goods
    reference: str | None
    email: str | None


def read_purchase(body: Body, storeroom: Storeroom, switches: Switches) -> Purchase:
    """Check a create call; raises ``Refused``."""
    for name in ("product_id", "denomination", "quantity"):
        if body.get(name) is None:
            raise invalid_field(name, "required")
    product_id = whole(body["product_id"], "product_id")
    reference = _reference(body.get("client_reference"))
    email = _email(body.get("email"))
    product = storeroom.find(product_id)
    if product is None:
        raise absent("Product")
    return Purchase(read_goods(body, product, switches), reference, email)


def read_goods(body: Body, product: Product, switches: Switches) -> Goods:
    """Check what is wanted of a product; raises ``Refused``."""
    value = face_value(body.get("denomination"), product)
    quantity = count(body.get("quantity"))
    wallet_id = None if body.get("wallet_id") is None else whole(body["wallet_id"], "wallet_id")
    denomination = product.denomination_for(value)
    if denomination is None:
        raise against_the_rules("Invalid denomination for this product")
    if quantity > (most := bulk_limit(product, switches)):
        raise against_the_rules(f"Quantity exceeds the maximum of {most}")
    return Goods(product, value, denomination, quantity, wallet_id)


def bulk_limit(product: Product, switches: Switches) -> int:
    """How many vouchers of a product one order may have."""
    return min(switches.max_quantity or product.max_quantity, LARGEST_QUANTITY)


def face_value(value: object, product: Product) -> Decimal:
    """A face value in the precision of the product's currency; raises ``Refused``."""
    if value is None:
        raise invalid_field("denomination", "required")
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise invalid_field("denomination", "must be a number")
    wanted = Decimal(value)
    if not 0 < wanted <= LARGEST_DENOMINATION:
        raise invalid_field("denomination", "must be greater than 0")
    if wanted % step_of(product.currency):
        raise invalid_field("denomination", f"too many decimals for {product.currency}")
    return wanted


def count(value: object) -> int:
    """A number of vouchers; raises ``Refused``."""
    if value is None:
        raise invalid_field("quantity", "required")
    wanted = whole(value, "quantity")
    if not 1 <= wanted <= LARGEST_QUANTITY:
        raise invalid_field("quantity", f"must be between 1 and {LARGEST_QUANTITY}")
    return wanted


def whole(value: object, name: str) -> int:
    """A JSON integer; raises ``Refused``."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise invalid_field(name, "must be an integer")
    return value


def path_id(text: str, what: str) -> int:
    """An id in a path or a query; raises ``Refused`` ("Invalid country ID")."""
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text[:12]) <= LARGEST_ID:
        raise against_the_rules(f"Invalid {what} ID")
    return int(text)


def _reference(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise invalid_field("client_reference", "must be a string")
    if len(value) > LONGEST_REFERENCE:
        raise invalid_field("client_reference", f"at most {LONGEST_REFERENCE} characters")
    if not _PRINTABLE_ASCII.fullmatch(value):
        raise invalid_field("client_reference", "printable ASCII only")
    return value or None


def _email(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > LONGEST_EMAIL or not _EMAIL.fullmatch(value):
        raise invalid("Invalid email: must be a valid email address")
    return value


def duplicate() -> Refused:
    """The answer to a client_reference that was used before: only the message tells it apart (ERRORS page)."""
    return against_the_rules("Duplicate client_reference")
