"""Logging: structured lines on stderr, with everything that could carry a secret kept out."""

import logging
import re
import sys
import threading
from collections.abc import Iterable, MutableMapping
from types import TracebackType
from typing import Any

import structlog

from bot.stack import told, without_bytes, without_quotes

OURS = ("bot", "storage")
"""Whose lines the level is for. Libraries warn, and say nothing below that: httpx would print URLs that contain the
bot token, aiosqlite every statement with its parameters.
"""

FROM_ERRORS_ON = ("uvicorn.error",)
"""Libraries whose warnings strangers can cause as often as they like, such as by talking no HTTP to the web server."""

TOKENS = (
    r"\d{6,}:[A-Za-z0-9_-]{30,}",  # of a Telegram bot
    r"eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}",  # JSON Web Token, as suppliers issue them
    r"(?<=[Bb]earer )[\w.~+/-]{8,}=*",
    r"gAAAAA[\w-]{40,}=*",  # what the vault has sealed
)
"""What is hidden for its shape, whoever made it."""

HIDDEN = "[hidden]"


class Redactor:
    """Replaces known secrets, and anything that looks like a token, in whatever is about to be written."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        # Longest first, so that a secret inside another does not leave the rest of it behind.
        known = sorted({secret for secret in secrets if len(secret) >= 6}, key=len, reverse=True)
        parts = [re.escape(secret) for secret in known] + list(TOKENS)
        self._pattern = re.compile("|".join(parts))

    def clean(self, text: str) -> str:
        """Return ``text`` without secrets, and without bytes that somebody quotes."""
        return self.hide(without_bytes(text))

    def hide(self, text: str) -> str:
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
    """Hides secrets in the finished line too.

    Its values have lost their bytes before: in a line of JSON what follows ``"2001:db8::b"`` would be taken for such.
    """

    def __init__(self, redactor: Redactor, **options: Any) -> None:
        super().__init__(**options)
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        """Render a record and hide what is secret in it."""
        return self._redactor.hide(super().format(record))


def configure_logging(level: str, style: str, secrets: Iterable[str] = ()) -> None:
    """Send our lines and the libraries' warnings to stderr, as text on a terminal and JSON elsewhere."""
    redactor = Redactor(secrets)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_traceback),
        redactor,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler(sys.stderr)
    final = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(style)]
    handler.setFormatter(RedactingFormatter(redactor, foreign_pre_chain=[_quote_nothing, *shared], processors=final))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level.upper())
    for name in FROM_ERRORS_ON:
        logging.getLogger(name).setLevel(logging.ERROR)


def catch_strays() -> None:
    """Let the log tell of what nobody catches, too: Python itself would print it with every value in it."""
    log = structlog.get_logger()

    def in_thread(stray: threading.ExceptHookArgs) -> None:
        log.error("a thread ended by a failure", thread=stray.thread and stray.thread.name, exc_info=stray.exc_value)

    def unraisable(stray: Any) -> None:
        log.error("a failure that could not be raised", exc_info=stray.exc_value)

    threading.excepthook = in_thread
    sys.unraisablehook = unraisable
    logging.captureWarnings(capture=True)


def _traceback(exc_info: tuple[type[BaseException], BaseException, TracebackType | None]) -> str:
    return told(exc_info[1])


def _quote_nothing(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep what a library says and leave out what it quotes: asyncio shows whole results and errors."""
    event["event"] = without_quotes(str(event["event"]))
    return event


def _renderer(style: str) -> Any:
    if style == "console" or (style == "auto" and sys.stderr.isatty()):
        return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    return structlog.processors.JSONRenderer()
