"""How the local supplier behaves until told otherwise: one frozen record of every lasting switch."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec

from bot.sandbox.shop.exact import NumberStyle

Seconds = Annotated[float, msgspec.Meta(ge=0, le=31_536_000)]
Tries = Annotated[int, msgspec.Meta(ge=1, le=10)]
Count = Annotated[int, msgspec.Meta(ge=0, le=10_000)]


class Outcome(StrEnum):
    """How orders end when their time comes; ``HOLD`` leaves them PENDING until somebody settles them."""

    DELIVERED = "delivered"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"
    HOLD = "hold"


class OpenWord(StrEnum):
    """The status word of an order that is not delivered yet; only the first one is documented."""

    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    ON_HOLD = "ON_HOLD"


class Views(StrEnum):
    """How often a voucher is readable; the pages contradict each other (FIRST against SYNC)."""

    FIRST_CLEAR = "first-clear"
    ALWAYS_MASKED = "always-masked"
    ALWAYS_CLEAR = "always-clear"


class MaskStyle(StrEnum):
    """What stands for hidden characters, which no page says."""

    STARS = "stars"
    BULLETS = "bullets"
    CROSSES = "crosses"


class FundsAnswer(StrEnum):
    """How an order is refused that the wallet cannot pay; the pages name the code but no status (WALLETS)."""

    CODE_400 = "400 INSUFFICIENT_FUNDS"
    CODE_402 = "402 INSUFFICIENT_FUNDS"
    BAD_REQUEST = "400 BAD_REQUEST"


class CreatedStatus(StrEnum):
    """The status of a reply to create, which the guide does not state (SYNC says 201)."""

    CREATED = "201"
    OK = "200"


class Edition(StrEnum):
    """What the product list holds; every one but the first is a fault."""

    WHOLE = "whole"
    THIRD = "a third of the items"
    BAD_RECORDS = "some bad records"
    EMPTY = "empty"


class Switches(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every lasting switch with its normal position. Times are in seconds; a limit of 0 is no limit."""

    # Fulfilment
    outcome: Outcome = Outcome.DELIVERED
    settle_after: Seconds = 5.0
    """From create to delivery of a large order."""
    small_pending: bool = False
    """Whether orders of one to five vouchers are answered PENDING too."""
    vouchers_missing: Count = 0
    """How many vouchers fewer than it says it delivered an order has."""
    partial_grows: bool = False
    """Whether an order delivered in part becomes whole by itself."""
    grow_after: Seconds = 5.0
    open_word: OpenWord = OpenWord.PENDING
    created_status: CreatedStatus = CreatedStatus.CREATED
    lookup_blind_seconds: Seconds = 0.0
    """How long after create a look-up by client_reference finds nothing."""
    lookup_blind_calls: Count = 0
    """How many look-ups by client_reference find nothing."""

    # Vouchers
    views: Views = Views.FIRST_CLEAR
    mask: MaskStyle = MaskStyle.STARS
    sample_codes: bool = False
    """Whether new codes are full of X, as the documentation's own samples are (CREATE page)."""
    list_vouchers: bool = False
    """Whether lists carry vouchers, which makes a list a view."""

    # Money
    price_move: Decimal = Decimal(0)
    """Percent that an order costs more than its quote."""
    quote_cache: Seconds = 300.0
    handling_fee: Decimal = Decimal(0)
    """Fixed fee of a conversion, in the wallet's currency."""
    funds_answer: FundsAnswer = FundsAnswer.CODE_400
    refunds: bool = True
    """Whether orders that fail or are cancelled are paid back by themselves."""
    refund_after: Seconds = 0.0

    # Access
    ip_allowed: bool = True
    key_revoked: bool = False
    single_session: bool = False
    """Whether a login ends the tokens of earlier ones."""
    access_lifetime: Seconds = 3_600.0
    refresh_lifetime: Seconds = 604_800.0
    early_expiry: Seconds = 0.0
    """How long before the announced time access tokens really end."""

    # Rate limits per minute (LIMITS page, sandbox column)
    limit_login: Count = 30
    limit_refresh: Count = 30
    limit_read: Count = 600
    limit_create: Count = 120
    limit_charges: Count = 300
    limit_window: Annotated[float, msgspec.Meta(gt=0, le=3_600)] = 60.0
    retry_after: bool = True
    """Whether a refusal for too many calls says when to come back."""

    # Answers
    slow: Seconds = 0.0
    pagination_headers: bool = True
    numbers: NumberStyle = NumberStyle.TWO_PLACES
    extra_fields: bool = False
    wrapped: bool = False
    """Whether replies are wrapped as ``{success, data}``, as some samples read them."""

    # Catalog
    edition: Edition = Edition.WHOLE
    max_quantity: Count = 0
    """The bulk limit of every product; 0 leaves each its own."""

    # Webhooks
    webhook_tries: Tries = 5
    webhook_spacing: Seconds = 2.0
    """Before the second try; every later wait is twice as long."""
    webhook_timeout: Seconds = 10.0
    webhook_https: bool = False
    """Whether only https receivers are called (WEBHOOKS page)."""
    sync_events: bool = True
    """Whether orders that were answered with their vouchers are pushed as well."""
    wallet_events: bool = True

    def with_value(self, name: str, value: object) -> "Switches":
        """A copy with one switch moved; text is read as a number or a toggle where one is due.

        Raises ``msgspec.ValidationError`` with a sentence for people.
        """
        changed = {**msgspec.structs.asdict(self), name: value}
        return msgspec.convert(changed, Switches, strict=False)
