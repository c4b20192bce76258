"""How the local supplier behaves until told otherwise: one frozen record of every lasting switch."""

from enum import StrEnum
from typing import Annotated

import msgspec

from bot.sandbox.shop.exact import NumberStyle

Seconds = Annotated[float, msgspec.Meta(ge=0, le=86_400)]
Tries = Annotated[int, msgspec.Meta(ge=1, le=10)]
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000)]


class Outcome(StrEnum):
    """How orders end when their time comes; ``HOLD`` leaves them open until somebody settles them."""

    COMPLETED = "completed"
    PARTIAL = "partial"
    FAILED = "failed"
    HOLD = "hold"


class StockRule(StrEnum):
    """When a lack of stock shows."""

    CATALOG = "as in the catalog"
    AT_CREATE = "sold out at create"
    AFTER_CREATE = "sold out after create"


class DateStyle(StrEnum):
    """How times are written, which no page says; ``NAIVE`` names no zone at all."""

    ZULU = "Z"
    OFFSET = "+00:00"
    FRACTION = "fraction"
    NAIVE = "none"


class MissingReference(StrEnum):
    """What stands for ``merchant_order_id`` when the order was made without one."""

    EMPTY = "empty text"
    NULL = "null"
    ABSENT = "absent"


class DuplicateStatus(StrEnum):
    """The answer to a reference that was used before (the pages say 400; the 409 row is not explained)."""

    BAD_REQUEST = "400"
    CONFLICT = "409"


class KeyState(StrEnum):
    """What the token exchange thinks of the API key."""

    VALID = "valid"
    REVOKED = "revoked"
    NOT_ENABLED = "not enabled"


class CatalogAnswer(StrEnum):
    """What a download is answered with."""

    FILE = "file"
    MISSING = "404"
    FORBIDDEN = "403"
    BROKEN = "503"


class Switches(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every lasting switch with its normal position."""

    outcome: Outcome = Outcome.COMPLETED
    settle_after: Seconds = 3.0
    service_settle_after: Seconds = 8.0
    visit_processing: bool = True
    unknown_status: bool = False
    stock: StockRule = StockRule.CATALOG
    codes_missing: Count = 0
    duplicate_status: DuplicateStatus = DuplicateStatus.BAD_REQUEST
    numbers: NumberStyle = NumberStyle.PLAIN
    dates: DateStyle = DateStyle.ZULU
    missing_reference: MissingReference = MissingReference.EMPTY
    extra_fields: bool = False
    key_state: KeyState = KeyState.VALID
    token_lifetime: Seconds = 7_200.0
    personal_catalog: bool = False
    catalog_answer: CatalogAnswer = CatalogAnswer.FILE
    personal_answer: CatalogAnswer = CatalogAnswer.FILE
    catalog_validators: bool = True
    webhook_tries: Tries = 3
    webhook_spacing: Seconds = 60.0
    webhook_timeout: Seconds = 30.0
    webhook_guard: bool = False

    def with_value(self, name: str, value: object) -> "Switches":
        """A copy with one switch moved; text is read as a number or a toggle where one is due.

        Raises ``msgspec.ValidationError`` with a sentence for people.
        """
        changed = {**msgspec.structs.asdict(self), name: value}
        return msgspec.convert(changed, Switches, strict=False)
