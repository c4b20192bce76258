"""Values of suppliers' JSON, read tolerantly: sentences for people, and times."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.suppliers.exact import encode
from bot.suppliers.tidy import tidy

LONGEST_TEXT = 500


def text(value: object) -> str:
    """A sentence for people out of whatever stands there; bounded, one line, nothing unseen in it, ``""`` for null."""
    if value is None:
        return ""
    words = value if isinstance(value, str) else encode(value).decode()
    return tidy(words, LONGEST_TEXT)


def instant(value: object) -> datetime | None:
    """An ISO 8601 time in any of its spellings, UTC where it names no zone; None when it cannot be read."""
    if not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value.strip())
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def http_date(value: str) -> datetime | None:
    """The time in an HTTP header (RFC 9110, 5.6.7), None when it cannot be read."""
    try:
        read = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
