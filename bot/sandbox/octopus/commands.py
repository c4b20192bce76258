"""The bodies of control calls."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec

from bot.sandbox.octopus.goods import Product
from bot.sandbox.octopus.switches import Outcome
from bot.sandbox.octopus.wallets import WalletType


class Settle(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"outcome": "as"}):
    """Let an order go on now. ``delivered`` is how many vouchers a part has then, ``missing`` how many fewer are
    handed over, ``refund`` overrides what the switches say, ``silent`` sends no webhook.
    """

    outcome: Outcome
    delivered: int | None = None
    missing: Annotated[int, msgspec.Meta(ge=0)] = 0
    refund: bool | None = None
    silent: bool = False


class SetWallet(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Set a wallet's balance (``value``, in major units) or type; ``name`` is what a panel's switch sends along."""

    value: Decimal | None = None
    type: WalletType | None = None
    name: str = ""


class OpenWallet(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Open a wallet in a currency."""

    currency: str
    value: Decimal = Decimal(0)


class SetRate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one unit of a currency is worth in US dollars from now on."""

    currency: str
    usd: Decimal


class TokenKind(StrEnum):
    """Which tokens to end."""

    ACCESS = "access"
    ALL = "all"


class Expire(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """End tokens now."""

    kind: TokenKind = TokenKind.ACCESS


class Push(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Send an order's webhook: about the status it has, or about one that it has not."""

    status: str | None = None


class Forge(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Any event: ``data`` goes as it is, signed with ``secret`` (the true one when None); ``headers`` replace any."""

    type: str = "order.delivered"
    data: dict[str, object] = msgspec.field(default_factory=dict[str, object])
    event_id: str | None = None
    secret: str | None = None
    headers: dict[str, str] = msgspec.field(default_factory=dict[str, str])


class Reprice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Let everything cost so many percent more."""

    percent: Decimal


class DropDenomination(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Stop selling what covers a face value, or the last entry when none is named."""

    value: Decimal | None = None


class PickItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An item named by its id; ``name`` is what a panel's switch sends along."""

    value: int
    name: str = ""


class Listing(msgspec.Struct, frozen=True):
    """Which items to list: in one currency, of one category, and how many at most."""

    currency: str | None = None
    category: str | None = None
    limit: Annotated[int, msgspec.Meta(ge=1)] = 100

    def matches(self, product: Product) -> bool:
        """Whether a product is asked for."""
        return self.currency in (None, product.currency) and self.category in (None, product.category)
