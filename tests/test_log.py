"""No secret reaches a log line, whichever way it tries."""

import json
import logging

import pytest
import structlog

from bot.log import HIDDEN, Redactor, configure_logging

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


def test_a_warning_of_a_library_is_structured_and_clean_too(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", "json")
    logging.getLogger("telegram").warning("lost %s", TOKEN)
    (line,) = lines(capsys)
    assert line["event"] == f"lost {HIDDEN}"


def test_a_secret_inside_a_longer_one_leaves_no_remainder() -> None:
    assert Redactor(["secret-one", "secret-one-two"]).clean("secret-one-two") == HIDDEN
