"""Text with formatting: spans in characters here, entities in UTF-16 units in the Bot API."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.sandbox.telegram.errors import BadRequest


@dataclass(frozen=True, slots=True)
class Span:
    """One piece of formatting over ``text[start:end]``; ``argument`` is a link, a language or a user id."""

    kind: str
    start: int
    end: int
    argument: str = ""

    def moved(self, by: int) -> "Span":
        """Return the same formatting ``by`` characters further on."""
        return replace(self, start=self.start + by, end=self.end + by)


@dataclass(frozen=True, slots=True)
class FormattedText:
    """A text and its formatting, sorted by position, outer spans first."""

    text: str
    spans: tuple[Span, ...] = ()

    def entities(self) -> list[dict[str, Any]]:
        """Return the Bot API's ``MessageEntity`` objects: offsets and lengths in UTF-16 code units."""
        marks = utf16_offsets(self.text)
        return [
            {"type": span.kind, "offset": marks[span.start], "length": marks[span.end] - marks[span.start]}
            | _argument_to_api(span)
            for span in self.spans
        ]


ARGUMENT_FIELDS = {"text_link": "url", "pre": "language", "custom_emoji": "custom_emoji_id"}


def _argument_to_api(span: Span) -> dict[str, Any]:
    if not span.argument:
        return {}
    if span.kind == "text_mention":
        return {"user": {"id": int(span.argument), "is_bot": False, "first_name": span.argument}}
    return {ARGUMENT_FIELDS[span.kind]: span.argument} if span.kind in ARGUMENT_FIELDS else {}


def utf16_offsets(text: str) -> list[int]:
    """Return, for every character position and the end, its offset in UTF-16 code units."""
    marks = [0]
    for character in text:
        marks.append(marks[-1] + (2 if ord(character) > 0xFFFF else 1))
    return marks


def in_order(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Sort spans as Telegram does: by start, the longer one first."""
    return tuple(sorted(spans, key=lambda span: (span.start, -span.end)))


def spans_from_api(text: str, entities: Sequence[Any]) -> list[Span]:
    """Read ``MessageEntity`` objects; raises ``BadRequest`` for one that cuts a character in two."""
    positions = {offset: index for index, offset in enumerate(utf16_offsets(text))}
    return [span for entity in entities if (span := _span_from_api(positions, entity)) is not None]


def _span_from_api(positions: dict[int, int], entity: Any) -> Span | None:
    try:
        kind, offset, length = str(entity["type"]), int(entity["offset"]), int(entity["length"])
    except (TypeError, KeyError, ValueError) as error:
        raise BadRequest("can't parse MessageEntity: Object expected") from error
    if offset not in positions:
        raise BadRequest(f"entity begins in a middle of a UTF-16 symbol at byte offset {offset}")
    end = positions.get(min(offset + length, max(positions)))
    if end is None:
        raise BadRequest(f"entity ends in a middle of a UTF-16 symbol at byte offset {offset + length}")
    argument = entity.get("user", {}).get("id") or entity.get(ARGUMENT_FIELDS.get(kind, ""), "")
    return Span(kind, positions[offset], end, str(argument)) if length > 0 else None
