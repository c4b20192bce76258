"""The bodies of control calls."""

from decimal import Decimal
from typing import Annotated

import msgspec

from bot.sandbox.goods.items import Good, Kind
from bot.sandbox.voodoo.settlement import OUT_OF_STOCK, OUT_OF_STOCK_MESSAGE
from bot.sandbox.voodoo.shelf import Edition
from bot.sandbox.voodoo.switches import Outcome


class Settle(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"outcome": "as"}):
    """End an order now. ``delivered`` is for a part; ``error`` and ``message`` are for a failure."""

    outcome: Outcome
    delivered: int | None = None
    error: str = OUT_OF_STOCK
    message: str = OUT_OF_STOCK_MESSAGE


class SetBalance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Set the balance, in major units; ``name`` is what a panel's switch sends along."""

    value: Decimal
    name: str = "balance"


class Reprice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Change every price by so many percent."""

    percent: Decimal


class Publish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Publish the catalog as it is now; ``value`` is the edition, ``name`` what a panel sends along."""

    value: Edition = Edition.WHOLE
    name: str = "publish"


class Listing(msgspec.Struct, frozen=True):
    """Which items to list: of one kind, of one category, and how many at most."""

    kind: Kind | None = None
    category: str | None = None
    limit: Annotated[int, msgspec.Meta(ge=1)] = 100

    def matches(self, good: Good) -> bool:
        """Whether a good is asked for."""
        return self.kind in (None, good.kind) and self.category in (None, good.category)
