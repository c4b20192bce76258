"""Counts calls per class in a rolling window (LIMITS page)."""

import math
from collections import deque
from datetime import datetime, timedelta
from enum import StrEnum

from bot.sandbox.octopus.faults import GROUPS, Endpoint
from bot.sandbox.octopus.switches import Switches


class RateClass(StrEnum):
    """Calls that share a limit. Availability and logout are in none: no page names one."""

    LOGIN = "login"
    REFRESH = "refresh"
    READ = "read"
    CREATE = "create"
    CHARGES = "charges"


_CLASSES: dict[StrEnum, RateClass] = {
    Endpoint.LOGIN: RateClass.LOGIN,
    Endpoint.REFRESH: RateClass.REFRESH,
    Endpoint.CREATE: RateClass.CREATE,
    Endpoint.CHARGES: RateClass.CHARGES,
    **dict.fromkeys(GROUPS[Endpoint.READ], RateClass.READ),
}


def class_of(endpoint: StrEnum) -> RateClass | None:
    """The class that an endpoint's calls are counted in."""
    return _CLASSES.get(endpoint)


def limit_of(kind: RateClass, switches: Switches) -> int:
    """Calls of a class per window; 0 is no limit."""
    match kind:
        case RateClass.LOGIN:
            return switches.limit_login
        case RateClass.REFRESH:
            return switches.limit_refresh
        case RateClass.READ:
            return switches.limit_read
        case RateClass.CREATE:
            return switches.limit_create
        case RateClass.CHARGES:
            return switches.limit_charges


class Gate:
    """Lets so many calls of each class pass per window; refused ones are not counted."""

    def __init__(self) -> None:
        self._passed: dict[RateClass, deque[datetime]] = {kind: deque() for kind in RateClass}

    def wait(self, kind: RateClass, limit: int, window: float, now: datetime) -> int | None:
        """None when a call may pass, which counts it; else the whole seconds until the next one may."""
        passed = self._passed[kind]
        span = timedelta(seconds=window)
        while passed and passed[0] <= now - span:
            passed.popleft()
        if limit and len(passed) >= limit:
            # One second at least: a wait of 0 would be no wait.
            return max(1, math.ceil((passed[-limit] + span - now).total_seconds()))
        passed.append(now)
        return None
