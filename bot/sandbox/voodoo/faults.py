"""Faults armed for the next calls and webhooks of the local Voodoo Center."""

import asyncio
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

import msgspec

from bot.sandbox.shop.faults import Armable, CallFault, Waiting


class Endpoint(StrEnum):
    """A call of the API, as the log and the faults name it."""

    TOKEN = "token"  # noqa: S105 - a name
    BALANCE = "balance"
    CREATE = "create"
    GET = "get"
    CATALOG = "catalog"
    ANY = "any"


class Fault(CallFault, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One armed fault of the API; ``message`` replaces that of the error that ``reply`` answers with."""

    endpoint: Endpoint
    message: str = "Service trouble"

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


class WebhookFault(Armable, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One armed trick; ``value`` is the number of extra deliveries of ``repeat`` or the seconds of ``delay``."""

    trick: WebhookTrick
    value: Annotated[float, msgspec.Meta(ge=0, le=3_600)] = 1.0


class Armed:
    """The faults waiting for their call or webhook."""

    def __init__(self) -> None:
        self._calls = Waiting[Fault]()
        self._webhooks = Waiting[WebhookFault]()

    def __iter__(self) -> Iterator[Fault | WebhookFault]:
        yield from self._calls
        yield from self._webhooks

    @property
    def calm(self) -> asyncio.Event:
        """Set when the answers that are delayed now are released."""
        return self._calls.calm

    def arm(self, fault: Fault) -> None:
        """Let a fault wait for its call."""
        self._calls.arm(fault)

    def arm_webhook(self, fault: WebhookFault) -> None:
        """Let a trick wait for its webhook."""
        self._webhooks.arm(fault)

    def release(self) -> None:
        """Answer now whoever waits for a delayed answer."""
        self._calls.release()

    def clear(self) -> None:
        """Forget every fault."""
        self._calls.clear()
        self._webhooks.clear()

    def take(self, endpoint: Endpoint) -> Fault | None:
        """Use up one strike of the oldest fault meant for this endpoint."""
        return self._calls.take(lambda fault: fault.strikes(endpoint))

    def take_webhook(self, trick: WebhookTrick) -> WebhookFault | None:
        """Use up one strike of the oldest trick of this kind."""
        return self._webhooks.take(lambda fault: fault.trick is trick)
