"""What an order costs: the documented formula of the quote, rounded half up to each currency's precision (CHARGES)."""

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from bot.sandbox.octopus.world import step_of


@dataclass(frozen=True, slots=True)
class Conversion:
    """How the product's currency becomes the wallet's: units per unit, and a fixed fee in the wallet's currency."""

    rate: Decimal
    fee: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Charges:
    """One price. ``face``, ``discount`` and ``total`` are in ``source``, the product's currency, ``payable`` and
    ``net`` in ``destination``, the wallet's.
    """

    source: str
    destination: str
    face: Decimal
    discount_percent: Decimal
    discount: Decimal
    total: Decimal
    net: Decimal
    payable: Decimal
    conversion: Conversion | None = None

    def dearer(self, percent: Decimal) -> "Charges":
        """The same goods for so many percent more; the discount shrinks, but never below nothing."""
        if not percent:
            return self
        total = max(Decimal(0), rounded(self.total * (1 + percent / 100), self.source))
        discount = max(Decimal(0), self.face - total)
        return replace(_paid(self, total), discount=discount)


def charges(
    face_value: Decimal,
    quantity: int,
    discount_percent: Decimal,
    source: str,
    destination: str,
    conversion: Conversion | None = None,
) -> Charges:
    """Price so many vouchers of one face value; ``conversion`` is None within one currency."""
    face = rounded(face_value * quantity, source)
    discount = rounded(face * discount_percent / 100, source)
    nothing = Decimal(0)
    priced = Charges(source, destination, face, discount_percent, discount, nothing, nothing, nothing, conversion)
    return _paid(priced, face - discount)


def _paid(priced: Charges, total: Decimal) -> Charges:
    net = total if priced.conversion is None else rounded(total * priced.conversion.rate, priced.destination)
    fee = priced.conversion.fee if priced.conversion else Decimal(0)
    return replace(priced, total=total, net=net, payable=net + fee)


def rounded(amount: Decimal, currency: str) -> Decimal:
    """The amount in whole smallest units of its currency."""
    return amount.quantize(step_of(currency), ROUND_HALF_UP)
