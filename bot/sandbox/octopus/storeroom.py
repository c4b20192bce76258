"""What the supplier has on offer right now, which may change under the client's hands."""

from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from bot.sandbox.octopus.goods import Denomination, Product

HUNDREDTH = Decimal("0.01")


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One denomination in a change by hand."""

    min_value: Decimal
    max_value: Decimal
    discount: Decimal = Decimal(0)


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A change of one product by hand; what is not named stays. ``discount`` is that of every denomination."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    max_quantity: int | msgspec.UnsetType = msgspec.UNSET
    denominations: tuple[Entry, ...] | msgspec.UnsetType = msgspec.UNSET
    discount: Decimal | msgspec.UnsetType = msgspec.UNSET


class Storeroom:
    """Products by id, in ascending order; ``restore`` brings the first ones back."""

    def __init__(self, products: tuple[Product, ...]) -> None:
        self._first = products
        self._products: dict[int, Product] = {}
        self.restore()

    @property
    def products(self) -> tuple[Product, ...]:
        """Everything on offer."""
        return tuple(self._products.values())

    def find(self, product_id: int) -> Product | None:
        """The product with this id."""
        return self._products.get(product_id)

    def restore(self) -> None:
        """Sell again what was sold at first."""
        self._products = {product.id: product for product in sorted(self._first, key=lambda product: product.id)}

    def remove(self, product_id: int) -> bool:
        """Stop selling a product; returns whether it was there."""
        return self._products.pop(product_id, None) is not None

    def change(self, product: Product, change: Change) -> Product:
        """Change a product by hand."""
        changed = product
        if change.name is not msgspec.UNSET:
            changed = replace(changed, name=change.name)
        if change.max_quantity is not msgspec.UNSET:
            changed = replace(changed, max_quantity=change.max_quantity)
        if change.denominations is not msgspec.UNSET:
            entries = (Denomination(one.min_value, one.max_value, one.discount) for one in change.denominations)
            changed = replace(changed, denominations=tuple(entries))
        if (discount := change.discount) is not msgspec.UNSET:
            changed = _each(changed, lambda one: replace(one, discount=discount))
        return self._put(changed)

    def drop_denomination(self, product: Product, value: Decimal | None) -> Product:
        """Stop selling the denominations that cover a value, or the last one when none is named."""
        kept = [one for one in product.denominations if value is not None and not one.covers(value)]
        left = kept if value is not None else list(product.denominations[:-1])
        return self._put(replace(product, denominations=tuple(left)))

    def reprice(self, percent: Decimal) -> None:
        """Let everything cost so many percent more; a discount never falls below nothing."""
        for product in self.products:
            self._put(_each(product, lambda one: replace(one, discount=_moved(one.discount, percent))))

    def _put(self, product: Product) -> Product:
        self._products[product.id] = product
        return product


def _each(product: Product, change: Callable[[Denomination], Denomination]) -> Product:
    return replace(product, denominations=tuple(change(one) for one in product.denominations))


def _moved(discount: Decimal, percent: Decimal) -> Decimal:
    share = (100 - discount) * (1 + percent / 100)
    return max(Decimal(0), (100 - share).quantize(HUNDREDTH, ROUND_HALF_UP))
