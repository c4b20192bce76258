"""Every row of the table of Telegram's errors, as a pure function."""

import httpx
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.delivery.outcomes import (
    AsWanted,
    BadMarkup,
    EditTargetGone,
    Flooded,
    InDoubt,
    Migrated,
    Misconfigured,
    NotSent,
    Refused,
    TopicGone,
    Unreachable,
    classify,
)

NOT_MODIFIED = (
    "Message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


def test_a_flood_answer_says_how_many_seconds_to_wait():
    assert classify(RetryAfter(17), editing=False) == Flooded(17)


def test_a_flood_answer_without_a_time_still_waits():
    assert classify(NetworkError("Too Many Requests: retry later"), editing=False) == Flooded(5)


def test_a_migrated_group_names_its_new_id():
    assert classify(ChatMigrated(-1009999999999), editing=False) == Migrated(-1009999999999)


@pytest.mark.parametrize(
    "error",
    [
        Forbidden("Forbidden: bot was blocked by the user"),
        Forbidden("Forbidden: bot was kicked from the supergroup chat"),
        Forbidden("Forbidden: user is deactivated"),
        BadRequest("Chat not found"),
        BadRequest("Not enough rights to send text messages to the chat"),
        BadRequest("CHAT_WRITE_FORBIDDEN"),
    ],
)
def test_a_chat_that_cannot_be_written_to_is_unreachable_for_the_reason_telegram_gave(error: TelegramError):
    assert classify(error, editing=False) == Unreachable(error.message)


def test_a_message_that_is_not_modified_is_as_wanted():
    assert classify(BadRequest(NOT_MODIFIED), editing=True) == AsWanted()


@pytest.mark.parametrize("said", ["Message to edit not found", "Message can't be edited", "MESSAGE_ID_INVALID"])
def test_an_edit_of_a_deleted_message_asks_for_a_new_one(said: str):
    assert classify(BadRequest(said), editing=True) == EditTargetGone()


def test_a_lost_edit_target_means_nothing_to_a_new_message():
    said = "Message to edit not found"
    assert classify(BadRequest(said), editing=False) == Refused(said)


@pytest.mark.parametrize("editing", [True, False])
def test_unparsable_markup_is_our_bug(editing: bool):
    said = 'Can\'t parse entities: unsupported start tag "x" at byte offset 0'
    assert classify(BadRequest(said), editing=editing) == BadMarkup(said)


@pytest.mark.parametrize(
    "said", ["inline keyboard button URL 'https://claim/SECRET' is invalid: Wrong HTTP URL", "BUTTON_URL_INVALID"]
)
def test_a_refused_link_is_not_quoted(said: str):
    verdict = classify(BadRequest(said), editing=False)
    assert isinstance(verdict, BadMarkup)
    assert "SECRET" not in verdict.reason


@pytest.mark.parametrize("said", ["Message thread not found", "TOPIC_CLOSED", "TOPIC_DELETED"])
def test_a_missing_topic_leads_to_the_chat_itself(said: str):
    assert classify(BadRequest(said), editing=False) == TopicGone()


@pytest.mark.parametrize("cause", [httpx.ConnectError("no"), httpx.ConnectTimeout("no"), httpx.PoolTimeout("no")])
def test_a_request_that_never_left_was_not_sent(cause: Exception):
    assert classify(caused(TimedOut(), cause), editing=False) == NotSent(type(cause).__name__)


@pytest.mark.parametrize(
    "cause", [httpx.ReadTimeout("late"), httpx.WriteTimeout("late"), httpx.ReadError("cut"), httpx.WriteError("cut")]
)
def test_a_request_that_may_have_arrived_is_in_doubt(cause: Exception):
    assert isinstance(classify(caused(NetworkError("gone"), cause), editing=True), InDoubt)


def test_a_server_error_is_in_doubt():
    assert classify(NetworkError("Internal Server Error (500)"), editing=False) == InDoubt("NetworkError")


def test_a_reply_that_is_no_json_is_in_doubt_and_its_bytes_are_not_repeated():
    verdict = classify(TelegramError("Invalid server response"), editing=False)
    assert verdict == InDoubt("TelegramError")


@pytest.mark.parametrize(
    "error", [InvalidToken("Unauthorized"), Conflict("terminated by other getUpdates request"), EndPointNotFound("x")]
)
def test_a_wrong_token_or_a_second_poller_is_a_matter_of_configuration(error: TelegramError):
    assert classify(error, editing=False) == Misconfigured(error.message)


@pytest.mark.parametrize(
    "error", [BadRequest("Message is too long"), NetworkError("Request Entity Too Large"), BadRequest("Text is empty")]
)
def test_what_telegram_will_never_take_is_refused(error: TelegramError):
    assert classify(error, editing=False) == Refused(error.message)
