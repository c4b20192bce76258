"""The two-hour bearer token: exchanged once for all who need it, and again shortly before it ends."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from storage.clock import Clock

LIFETIME = timedelta(hours=2)
"""Voodoo AUTH page."""

MARGIN = timedelta(minutes=10)


class Tokens:
    """Keeps the one token of an account in memory; ``exchange`` fetches a new one and raises what it likes."""

    def __init__(self, exchange: Callable[[], Awaitable[str]], clock: Clock) -> None:
        self._exchange = exchange
        self._clock = clock
        self._token: str | None = None
        self._ends = datetime.min.replace(tzinfo=clock().tzinfo)
        self._flight: asyncio.Task[str] | None = None

    async def get(self, *, refused: str | None = None) -> str:
        """A token that should work: the kept one, unless it is about to end or is the one just ``refused``."""
        if self._token is not None and self._token != refused and self._clock() < self._ends - MARGIN:
            return self._token
        if self._flight is None:
            self._flight = asyncio.create_task(self._renew(), name="voodoo token exchange")
            self._flight.add_done_callback(self._landed)
        return await asyncio.shield(self._flight)

    async def _renew(self) -> str:
        asked_at = self._clock()
        token = await self._exchange()
        self._token, self._ends = token, asked_at + LIFETIME
        return token

    def _landed(self, flight: asyncio.Task[str]) -> None:
        self._flight = None
        if not flight.cancelled():
            flight.exception()  # whoever waited has it too; unread it would warn when nobody waited any more

    async def close(self) -> None:
        """Give up an exchange that is still under way."""
        if self._flight is not None:
            self._flight.cancel()
            await asyncio.gather(self._flight, return_exceptions=True)
