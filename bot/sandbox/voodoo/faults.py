"""Faults armed for the next calls: what goes wrong, where, whether the call still takes effect, and how often."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, TypeVar

import msgspec

Times = Annotated[int, msgspec.Meta(ge=1)] | None
"""How many calls a fault strikes; None strikes them all until cleared."""


class Endpoint(StrEnum):
    """A call of the API, as the log and the faults name it."""

    TOKEN = "token"  # noqa: S105 - a name
    BALANCE = "balance"
    CREATE = "create"
    GET = "get"
    CATALOG = "catalog"
    ANY = "any"


class Fate(StrEnum):
    """What happens to the answer."""

    REPLY = "reply"
    DROP = "drop"
    CUT = "cut"
    DELAY = "delay"
    HANG = "hang"


class Moment(StrEnum):
    """Whether the fault strikes before the call took effect or after."""

    BEFORE = "before"
    AFTER = "after"


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One armed fault.

    ``reply`` answers ``status`` (as the error envelope, or as HTML without ``json``), ``drop`` hangs up unanswered,
    ``cut`` hangs up in the middle of the true answer, ``delay`` answers after ``seconds``, ``hang`` never answers.
    """

    endpoint: Endpoint
    fate: Fate
    moment: Moment = Moment.BEFORE
    times: Times = 1
    status: Annotated[int, msgspec.Meta(ge=400, le=599)] = 503
    json: bool = True
    retry_after: str | None = None
    seconds: Annotated[float, msgspec.Meta(ge=0, le=3_600)] = 0.0

    def strikes(self, endpoint: Endpoint) -> bool:
        """Whether a call of this endpoint is meant."""
        return self.endpoint in (endpoint, Endpoint.ANY)


class WebhookTrick(StrEnum):
    """What goes wrong with the next webhook."""

    LOSE = "lose"
    REPEAT = "repeat"
    MIS_SIGN = "mis-sign"
    DELAY = "delay"
    EARLY = "early"
    NULL_ITEM = "null item"


class WebhookFault(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One armed trick; ``value`` is the number of extra deliveries of ``repeat`` or the seconds of ``delay``."""

    trick: WebhookTrick
    times: Times = 1
    value: Annotated[float, msgspec.Meta(ge=0, le=3_600)] = 1.0


F = TypeVar("F", Fault, WebhookFault)


class Armed:
    """The faults waiting for their call, oldest first."""

    def __init__(self) -> None:
        self._calls: list[Fault] = []
        self._webhooks: list[WebhookFault] = []

    def __iter__(self) -> Iterator[Fault | WebhookFault]:
        yield from self._calls
        yield from self._webhooks

    def arm(self, fault: Fault) -> None:
        """Let a fault wait for its call."""
        self._calls.append(fault)

    def arm_webhook(self, fault: WebhookFault) -> None:
        """Let a trick wait for its webhook."""
        self._webhooks.append(fault)

    def clear(self) -> None:
        """Forget every fault."""
        self._calls.clear()
        self._webhooks.clear()

    def take(self, endpoint: Endpoint) -> Fault | None:
        """Use up one strike of the oldest fault meant for this endpoint."""
        for position, fault in enumerate(self._calls):
            if fault.strikes(endpoint):
                return _strike(self._calls, position)
        return None

    def take_webhook(self, trick: WebhookTrick) -> WebhookFault | None:
        """Use up one strike of the oldest trick of this kind."""
        for position, fault in enumerate(self._webhooks):
            if fault.trick is trick:
                return _strike(self._webhooks, position)
        return None


def _strike(faults: list[F], position: int) -> F:
    fault = faults[position]
    if fault.times == 1:
        del faults[position]
    elif fault.times is not None:
        faults[position] = msgspec.structs.replace(fault, times=fault.times - 1)
    return fault
