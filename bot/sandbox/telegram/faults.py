"""Faults on demand: floods, outages, slow and lost replies."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from bot.sandbox.telegram.errors import TooManyRequests
from bot.sandbox.telegram.shapes import JsonObject
from bot.sandbox.telegram.world import World

ANY_METHOD = "*"


class OutageKind(StrEnum):
    """How Telegram is down: connections that break, or an error page."""

    DROP = "drop"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class OutageFault:
    """Nothing works until then."""

    kind: OutageKind
    status: int
    until: datetime


@dataclass(frozen=True, slots=True)
class SlowFault:
    """Calls of ``method`` are answered ``delay`` seconds late until then."""

    method: str
    delay: float
    until: datetime


class Faults:
    """The faults that are on now. Durations are in seconds by the world's clock."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._floods: dict[int | None, datetime] = {}
        self._outage: OutageFault | None = None
        self._slow: SlowFault | None = None
        self._dropped: dict[str, int] = {}

    def _later(self, seconds: float) -> datetime:
        self._world.changes.bump()
        return self._world.now() + timedelta(seconds=seconds)

    def flood(self, chat_id: int | None, seconds: float) -> None:
        """Answer 429 for one chat, or for the whole bot (None)."""
        self._floods[chat_id] = self._later(seconds)

    def fail(self, kind: OutageKind, seconds: float, status: int = 502) -> None:
        """Break every call."""
        self._outage = OutageFault(kind, status, self._later(seconds))

    def slow_down(self, delay: float, seconds: float, method: str = ANY_METHOD) -> None:
        """Delay replies."""
        self._slow = SlowFault(method.lower(), delay, self._later(seconds))

    def drop_replies(self, method: str, calls: int) -> None:
        """Carry out the next calls of ``method``, then break the connection instead of answering."""
        self._dropped[method.lower()] = calls
        self._world.changes.bump()

    def clear(self) -> None:
        """Switch all of them off."""
        self._floods.clear()
        self._dropped.clear()
        self._outage = self._slow = None
        self._world.changes.bump()

    def outage(self) -> OutageFault | None:
        """Return the outage that is on."""
        return self._outage if self._outage and self._outage.until > self._world.now() else None

    def delay(self, method: str) -> float:
        """Return how many seconds late this method's reply is."""
        slow = self._slow
        if slow is None or slow.until <= self._world.now() or slow.method not in {ANY_METHOD, method}:
            return 0.0
        return slow.delay

    def check_flood(self, chat_id: int | None) -> None:
        """Raise ``TooManyRequests`` while this chat or the whole bot is flooding."""
        for scope in (None, chat_id):
            until = self._floods.get(scope)
            if until and until > self._world.now():
                raise TooManyRequests(max(1, ceil((until - self._world.now()).total_seconds())))

    def takes_reply(self, method: str) -> bool:
        """Whether this reply is to be lost; counts it."""
        for name in (method, ANY_METHOD):
            if self._dropped.get(name, 0) > 0:
                self._dropped[name] -= 1
                return True
        return False

    def describe(self) -> list[JsonObject]:
        """Return the faults that are on, as sentences for the panel and facts for tests."""
        now = self._world.now()
        found: list[JsonObject] = [
            {"kind": "flood", "chat_id": chat_id, "seconds": _left(until, now)}
            for chat_id, until in self._floods.items()
            if until > now
        ]
        if outage := self.outage():
            found.append({"kind": "outage", "how": outage.kind, "seconds": _left(outage.until, now)})
        if self._slow and self._slow.until > now:
            found.append({"kind": "slow", "delay": self._slow.delay, "seconds": _left(self._slow.until, now)})
        dropped = ((method, calls) for method, calls in self._dropped.items() if calls > 0)
        return found + [{"kind": "drop-reply", "method": method, "calls": calls} for method, calls in dropped]


def _left(until: datetime, now: datetime) -> int:
    return ceil((until - now).total_seconds())
