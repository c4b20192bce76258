"""Faults armed for the next calls, orders and webhooks of the local Octopus Cards."""

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec

from bot.sandbox.shop.faults import Armable, CallFault, Waiting


class Endpoint(StrEnum):
    """A call of the API, as the log and the faults name it; the last three are groups."""

    LOGIN = "login"
    REFRESH = "refresh"
    LOGOUT = "logout"
    PRODUCTS = "products"
    PRODUCT = "product"
    AVAILABILITY = "availability"
    CHARGES = "charges"
    REFERENCE = "reference"
    WALLETS = "wallets"
    TRANSACTIONS = "transactions"
    CREATE = "create"
    LOOKUP = "lookup"
    ORDER = "order"
    READ = "read"
    AUTH = "auth"
    ANY = "any"


GROUPS = {
    Endpoint.READ: frozenset(
        {
            Endpoint.PRODUCTS,
            Endpoint.PRODUCT,
            Endpoint.REFERENCE,
            Endpoint.WALLETS,
            Endpoint.TRANSACTIONS,
            Endpoint.LOOKUP,
            Endpoint.ORDER,
        }
    ),
    Endpoint.AUTH: frozenset({Endpoint.LOGIN, Endpoint.REFRESH, Endpoint.LOGOUT}),
    Endpoint.ANY: frozenset(Endpoint) - {Endpoint.READ, Endpoint.AUTH, Endpoint.ANY},
}
"""Every GET, everything under ``/auth``, and everything."""


class Fault(CallFault, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One armed fault of the API; ``code`` and ``message`` replace those of the error that ``reply`` answers with."""

    endpoint: Endpoint
    code: str | None = None
    message: str | None = None

    def strikes(self, endpoint: Endpoint) -> bool:
        """Whether a call of this endpoint is meant."""
        return endpoint in GROUPS.get(self.endpoint, {self.endpoint})


class OrderTrick(StrEnum):
    """What becomes of the next order, whatever the switches say."""

    PENDING = "pending"
    SHORT = "short"
    PARTIAL = "partial"
    FAIL = "fail"
    CANCEL = "cancel"
    HOLD = "hold"
    DEARER = "dearer"


class OrderFault(Armable, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One armed trick: ``value`` is the vouchers missing of ``short``, the vouchers delivered of ``partial`` (0 is
    about half), the percent of ``dearer``.
    """

    trick: OrderTrick
    value: Decimal | None = None


class WebhookTrick(StrEnum):
    """What goes wrong with the next webhook about an order.

    ``early`` sends it before the create's reply, when a large order is still PENDING, and not again; ``out of order``
    keeps it back until the next one was sent; ``other order`` puts another order's id into it.
    """

    LOSE = "lose"
    REPEAT = "repeat"
    MIS_SIGN = "mis-sign"
    DELAY = "delay"
    EARLY = "early"
    OUT_OF_ORDER = "out of order"
    OTHER_ORDER = "other order"


class WebhookFault(Armable, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One armed trick; ``value`` is the extra deliveries of ``repeat``, the seconds of ``delay``, or the id of
    ``other order`` (0 is an id that nobody has).
    """

    trick: WebhookTrick
    value: Annotated[float, msgspec.Meta(ge=0)] | None = None


AnyFault = Fault | OrderFault | WebhookFault


class Armed:
    """The faults waiting for their call, order or webhook."""

    def __init__(self) -> None:
        self.calls = Waiting[Fault]()
        self.orders = Waiting[OrderFault]()
        self.webhooks = Waiting[WebhookFault]()

    def __iter__(self) -> Iterator[AnyFault]:
        yield from self.calls
        yield from self.orders
        yield from self.webhooks

    def clear(self) -> None:
        """Forget every fault."""
        self.calls.clear()
        self.orders.clear()
        self.webhooks.clear()

    def release(self) -> None:
        """Answer now whoever waits for a delayed answer."""
        self.calls.release()

    def take_call(self, endpoint: Endpoint) -> Fault | None:
        """Use up one strike of the oldest fault meant for this endpoint."""
        return self.calls.take(lambda fault: fault.strikes(endpoint))

    def take_order(self, trick: OrderTrick) -> OrderFault | None:
        """Use up one strike of the oldest trick of this kind."""
        return self.orders.take(lambda fault: fault.trick is trick)

    def take_webhook(self, trick: WebhookTrick) -> WebhookFault | None:
        """Use up one strike of the oldest trick of this kind."""
        return self.webhooks.take(lambda fault: fault.trick is trick)
