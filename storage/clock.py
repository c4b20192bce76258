"""Time as something that is passed in."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Answers the present time, aware and in UTC."""


def utc_now() -> datetime:
    """The system's time in UTC."""
    return datetime.now(UTC)
