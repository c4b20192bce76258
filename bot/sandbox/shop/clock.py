"""The time of a local supplier, which tests may set."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time of this computer, aware and in UTC."""
    return datetime.now(UTC)
