"""What the supplier has to sell right now, apart from what its published catalog says."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from bot.sandbox.goods.items import Good, Kind, Stock

PERSONAL_SHARE = Decimal("0.95")
CENT = Decimal("0.01")
UNIT_PRICE_STEP = Decimal("0.0001")


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A change of one item by hand; what is not named stays."""

    price: Decimal | msgspec.UnsetType = msgspec.UNSET
    stock: Stock | msgspec.UnsetType = msgspec.UNSET
    name: str | msgspec.UnsetType = msgspec.UNSET
    min_quantity: Decimal | msgspec.UnsetType | None = msgspec.UNSET
    max_quantity: Decimal | msgspec.UnsetType | None = msgspec.UNSET


class Stockroom:
    """Goods by id. Counted stock goes down as orders are taken."""

    def __init__(self, goods: tuple[Good, ...]) -> None:
        self._goods = {good.id: good for good in goods}

    @property
    def goods(self) -> tuple[Good, ...]:
        """Everything on offer, in ascending order of id."""
        return tuple(self._goods.values())

    def find(self, good_id: int) -> Good | None:
        """The good with this id."""
        return self._goods.get(good_id)

    def remove(self, good_id: int) -> bool:
        """Stop selling a good; returns whether it was there."""
        return self._goods.pop(good_id, None) is not None

    def change(self, good: Good, change: Change) -> Good:
        """Change a good by hand."""
        changed = replace(good, **_named(change))
        self._goods[good.id] = changed
        return changed

    def reprice(self, percent: Decimal) -> None:
        """Change every price by so many percent."""
        share = 1 + percent / 100
        self._goods = {good.id: replace(good, price=_priced(good, share)) for good in self._goods.values()}

    def take(self, good_id: int, quantity: Decimal) -> None:
        """Take units out of a counted stock."""
        good = self._goods[good_id]
        left = _left(good.stock)
        if left is not None:
            self._goods[good_id] = replace(good, stock=max(0, left - int(quantity)))


def has_stock(good: Good, quantity: Decimal) -> bool:
    """Whether the stock, as far as it is known, covers the quantity."""
    left = _left(good.stock)
    return good.stock is not False if left is None else left >= quantity


def negotiated(good: Good) -> Good:
    """The good at the price of an account with negotiated prices; nothing else differs (Voodoo CATALOG page)."""
    return replace(good, price=_priced(good, PERSONAL_SHARE))


def _priced(good: Good, share: Decimal) -> Decimal:
    step = UNIT_PRICE_STEP if good.kind is Kind.TOPUP else CENT
    return max((good.price * share).quantize(step, ROUND_HALF_UP), step)


def _left(stock: Stock) -> int | None:
    """The count of a counted stock; ``True`` is an answer, not a one."""
    return stock if isinstance(stock, int) and not isinstance(stock, bool) else None


def _named(change: Change) -> dict[str, object]:
    values = msgspec.structs.asdict(change)
    return {name: value for name, value in values.items() if value is not msgspec.UNSET}
