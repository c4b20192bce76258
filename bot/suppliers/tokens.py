"""The short-lived bearer token of a supplier's account: fetched once for all who need it, renewed before it ends."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.suppliers.errors import SupplierUnavailable
from storage.clock import Clock

NEXT_TRY = timedelta(seconds=30)
"""After a renewal that failed while the kept token is still good."""


@dataclass(frozen=True, slots=True)
class Access:
    """A token and, by our own clock, when it should be renewed and when it ends."""

    token: str = field(repr=False)
    renew_at: datetime
    ends_at: datetime

    @classmethod
    def lasting(cls, token: str, since: datetime, lifetime: timedelta, margin: timedelta) -> "Access":
        """A token of this age and lifetime, to be renewed ``margin`` early (a quarter early when that is less)."""
        ends_at = since + lifetime
        return cls(token, ends_at - min(margin, lifetime / 4), ends_at)


class Tokens:
    """Keeps the one token of an account in memory.

    ``renew`` fetches the next one, told whether the supplier refused the last; it raises what it likes.
    """

    def __init__(self, renew: Callable[[bool], Awaitable[Access]], clock: Clock, name: str) -> None:
        self._renew = renew
        self._clock = clock
        self._name = name
        self._access: Access | None = None
        self._refused: str | None = None
        self._try_at: datetime | None = None
        self._flight: asyncio.Task[str] | None = None

    async def get(self, *, refused: str | None = None) -> str:
        """A token that should work: the kept one, unless it is about to end or is the one just ``refused``."""
        access = self._access
        if access is not None and refused == access.token:
            self._refused = refused
        elif access is not None and self._refused != access.token and self._clock() < (self._try_at or access.renew_at):
            return access.token
        if self._flight is None:
            self._flight = asyncio.create_task(self._fly(), name=f"{self._name} token")
            self._flight.add_done_callback(self._landed)
        return await asyncio.shield(self._flight)

    async def _fly(self) -> str:
        kept = self._access if self._access is not None and self._access.token != self._refused else None
        try:
            access = await self._renew(self._access is not None and kept is None)
        except SupplierUnavailable:
            if kept is None or self._clock() >= kept.ends_at:
                raise
            self._try_at = min(self._clock() + NEXT_TRY, kept.ends_at)
            return kept.token
        self._access, self._refused, self._try_at = access, None, None
        return access.token

    def _landed(self, flight: asyncio.Task[str]) -> None:
        self._flight = None
        if not flight.cancelled():
            flight.exception()  # whoever waited has it too; unread it would warn when nobody waited any more

    async def close(self) -> None:
        """Give up a renewal that is still under way."""
        if self._flight is not None:
            self._flight.cancel()
            await asyncio.gather(self._flight, return_exceptions=True)
