"""Logging: structured lines on stderr, with everything that could carry a secret kept out."""

import logging
import re
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any

import structlog

NOISY = ("httpx", "httpcore", "telegram", "apscheduler", "aiosqlite", "uvicorn.access", "alembic", "asyncio")
"""Libraries whose INFO lines repeat ours; httpx would print URLs that contain the bot token."""

BOT_TOKEN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{30,}")
HIDDEN = "[hidden]"


class Redactor:
    """Replaces known secrets, and anything that looks like a bot token, in whatever is about to be written."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        # Longest first, so that a secret inside another does not leave the rest of it behind.
        known = sorted({secret for secret in secrets if len(secret) >= 6}, key=len, reverse=True)
        parts = [re.escape(secret) for secret in known] + [BOT_TOKEN.pattern]
        self._pattern = re.compile("|".join(parts))

    def clean(self, text: str) -> str:
        """Return ``text`` without secrets."""
        return self._pattern.sub(HIDDEN, text)

    def __call__(self, _logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """Clean every value of a structlog event."""
        for key, value in event.items():
            if isinstance(value, str):
                event[key] = self.clean(value)
            elif isinstance(value, BaseException) or not isinstance(value, (int, float, bool, type(None))):
                event[key] = self.clean(str(value))
        return event


class RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """Cleans the finished line too: tracebacks are rendered late."""

    def __init__(self, redactor: Redactor, **options: Any) -> None:
        super().__init__(**options)
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        """Render a record and clean the result."""
        return self._redactor.clean(super().format(record))


def configure_logging(level: str, style: str, secrets: Iterable[str] = ()) -> None:
    """Send our lines and the libraries' warnings to stderr, as text on a terminal and JSON elsewhere."""
    redactor = Redactor(secrets)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redactor,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler(sys.stderr)
    final = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(style)]
    handler.setFormatter(RedactingFormatter(redactor, foreign_pre_chain=shared, processors=final))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)


def _renderer(style: str) -> Any:
    if style == "console" or (style == "auto" and sys.stderr.isatty()):
        return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    return structlog.processors.JSONRenderer()
