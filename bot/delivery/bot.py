"""The one way to Telegram: the Bot API client, heard by the line and paced by the pacer."""

from telegram.ext import ExtBot

from bot.delivery.line import Line, ListeningRequest
from bot.delivery.pacing import MAX_IN_FLIGHT, ChatPacer, Pace
from storage.records.queues import Priority

CONNECT_SECONDS = 5
ANSWER_SECONDS = 20


def open_bot(token: str, api_url: str, *, pace: Pace | None = None, line: Line | None = None) -> ExtBot[Priority]:
    """Open a client of the Bot API at ``api_url``; nothing is sent yet. ``pace`` replaces Telegram's own rates."""
    request = ListeningRequest(
        line or Line(),
        connection_pool_size=MAX_IN_FLIGHT,
        connect_timeout=CONNECT_SECONDS,
        read_timeout=ANSWER_SECONDS,
        write_timeout=ANSWER_SECONDS,
        pool_timeout=ANSWER_SECONDS,
    )
    return ExtBot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=request,
        rate_limiter=ChatPacer(pace),
    )
