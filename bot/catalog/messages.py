"""What the bot and its import process say to each other: one request in, lines of JSON out."""

from decimal import Decimal

import msgspec

from bot.catalog.reports import FeedReport, ImportProgress
from bot.suppliers.feeds import Feed


class ImportRequest(msgspec.Struct, frozen=True):
    """One supplier's refresh. Rows of the suppliers in ``keep`` are taken over from the present snapshot."""

    feed: Feed
    keep: tuple[str, ...]
    directory: str
    max_bytes: int
    max_drop: Decimal
    accept_drop: bool = False


class Progressed(msgspec.Struct, frozen=True, tag="progress"):
    """How far the import has come."""

    progress: ImportProgress


class Finished(msgspec.Struct, frozen=True, tag="finished"):
    """The new snapshot is in place, or the old one is still right."""

    report: FeedReport


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """The catalog came but cannot be trusted."""

    reason: str


class Unavailable(msgspec.Struct, frozen=True, tag="unavailable"):
    """The catalog could not be had."""

    reason: str


Verdict = Finished | Refused | Unavailable
Message = Progressed | Finished | Refused | Unavailable

encode = msgspec.json.Encoder().encode
decode_request = msgspec.json.Decoder(ImportRequest).decode
decode_message = msgspec.json.Decoder(Message).decode
