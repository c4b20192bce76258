"""No secret reaches a log line, whichever way it tries."""

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
import structlog
from cryptography.fernet import Fernet

from bot.log import HIDDEN, Redactor, configure_logging

ROOT = Path(__file__).parents[1]
TOKEN = "123456789:AAexampleexampleexampleexample12345"


def call_telegram(key: str) -> None:
    raise RuntimeError(f"https://api.telegram.org/bot{TOKEN}/getMe with {key}")


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_carries_time_level_event_and_facts(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", "json")
    structlog.get_logger().warning("supplier is busy", supplier="voodoo", retry_after=3)
    (line,) = lines(capsys)
    assert (line["level"], line["event"], line["supplier"], line["retry_after"]) == (
        "warning",
        "supplier is busy",
        "voodoo",
        3,
    )
    assert str(line["timestamp"]).endswith("Z")


def test_a_value_that_ends_like_the_beginning_of_bytes_leaves_the_line_whole(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging("info", "json")
    structlog.get_logger().warning("no valid signature", client="2001:db8::b", supplier="voodoo")
    (line,) = lines(capsys)
    assert (line["client"], line["supplier"]) == ("2001:db8::b", "voodoo")


def test_known_secrets_and_bot_tokens_are_hidden_in_values_and_tracebacks(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", "json", ["ak_live_secret_key"])
    log = structlog.get_logger()
    try:
        call_telegram("ak_live_secret_key")
    except RuntimeError as error:
        log.exception("a call failed", error=error, nested={"key": "ak_live_secret_key"})
    written = capsys.readouterr().err
    assert "ak_live_secret_key" not in written
    assert TOKEN not in written
    assert HIDDEN in written


def test_http_clients_do_not_log_urls_at_any_level_we_offer(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("debug", "json")
    logging.getLogger("httpx").info("HTTP Request: POST https://api.telegram.org/bot%s/getMe", TOKEN)
    assert lines(capsys) == []


@pytest.mark.parametrize("library", ["aiosqlite", "sqlalchemy.engine", "asyncio", "h11", "some.other"])
def test_libraries_are_heard_from_warnings_on_whatever_level_we_speak_at(
    capsys: pytest.CaptureFixture[str], library: str
) -> None:
    configure_logging("debug", "json")
    logging.getLogger(library).debug("INSERT ... %s", "a code")
    logging.getLogger(library).info("executing %s", "a code")
    logging.getLogger("bot.somewhere").debug("heard")
    logging.getLogger(library).warning("heard, too")
    assert [line["event"] for line in lines(capsys)] == ["heard", "heard, too"]


def test_strangers_cannot_fill_the_log_through_the_web_server(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("debug", "json")
    logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
    logging.getLogger("uvicorn.error").error("Exception in ASGI application")
    assert [line["event"] for line in lines(capsys)] == ["Exception in ASGI application"]


def test_a_library_that_shows_a_value_is_heard_without_it(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", "json")
    logging.getLogger("asyncio").error("Task exception was never retrieved\nfuture: exception=%r", ValueError("ABCD-1"))
    logging.getLogger("h11").warning("illegal status line: %r", bytearray(b"ABCD-1"))
    assert "ABCD-1" not in capsys.readouterr().err


def test_a_traceback_tells_the_way_but_no_value(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", "json")
    code = "ABCD-EFGH"
    try:
        int(code)
    except ValueError:
        structlog.get_logger().exception("an order cannot be read")
    (line,) = lines(capsys)
    assert "test_a_traceback_tells_the_way" in str(line["exception"])
    assert "ValueError: invalid literal" in str(line["exception"])
    assert code not in str(line)


STRAY = """
import gc, threading, warnings
from bot.log import catch_strays, configure_logging
configure_logging("info", "json")
catch_strays()
def fail(code="ABCD-EFGH"): int(code)
threading.Thread(target=fail, name="worker").start()
class Bad:
    def __del__(self): fail()
Bad(); gc.collect()
warnings.warn("a library warns")
"""


def test_what_nobody_catches_is_logged_like_everything_else() -> None:
    done = subprocess.run([sys.executable, "-c", STRAY], capture_output=True, text=True, cwd=ROOT, check=True)
    events = [json.loads(line)["event"] for line in done.stderr.splitlines()]
    assert {"a thread ended by a failure", "a failure that could not be raised"} <= set(events)
    assert any("a library warns" in event for event in events)
    assert "ABCD-EFGH" not in done.stderr.replace(STRAY, "")


def test_a_warning_of_a_library_is_structured_and_clean_too(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", "json")
    logging.getLogger("telegram").warning("lost %s", TOKEN)
    (line,) = lines(capsys)
    assert line["event"] == f"lost {HIDDEN}"


@pytest.mark.parametrize(
    "secret",
    [
        TOKEN,
        "eyJhbGciOiJFZERTQSJ9.eyJvcmlnaW4iOiJhcGkifQ.c2lnbmF0dXJlb2Y",
        "Bearer at.0123456789abcdef.0123",
        Fernet(Fernet.generate_key()).encrypt(b"code").decode(),
    ],
)
def test_tokens_nobody_told_us_of_are_hidden_for_their_shape(secret: str) -> None:
    hidden = Redactor().clean(f"sent {secret} away")
    assert secret.removeprefix("Bearer ") not in hidden
    assert hidden.startswith("sent ")
    assert hidden.endswith(f"{HIDDEN} away")


def test_a_secret_inside_a_longer_one_leaves_no_remainder() -> None:
    assert Redactor(["secret-one", "secret-one-two"]).clean("secret-one-two") == HIDDEN
