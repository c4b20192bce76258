"""What Telegram does to a text before it keeps it: trims, detects links and commands, settles overlaps, caps."""

import re
from collections.abc import Iterable

from telegram.constants import MessageLimit

from bot.sandbox.telegram.markup.spans import FormattedText, Span, in_order

SOLID = frozenset({"code", "pre"})
"""Kinds that share their text with no other formatting (core.telegram.org/bots/api#formatting-options)."""
HOLDERS = frozenset({"blockquote", "expandable_blockquote"})
"""Kinds that may hold ``code`` and ``pre``."""

DETECTED = (
    ("bot_command", re.compile(r"(?<![\w/<>@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z][A-Za-z0-9_]{2,31})?(?![\w/@])")),
    ("url", re.compile(r"(?<![\w@])https?://[^\s<>\"']*[\w/#=&\-]")),
    ("mention", re.compile(r"(?<![\w@/])@[A-Za-z][A-Za-z0-9_]{3,31}\b")),
    ("email", re.compile(r"(?<![\w.+@-])[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}\b")),
)


def settle(formatted: FormattedText) -> FormattedText:
    """Return the text as Telegram keeps it; past 100 entities formatting is silently lost."""
    trimmed = trim(formatted)
    spans = separate(merge(trimmed.spans))
    spans += detect(trimmed.text, spans)
    return FormattedText(trimmed.text, in_order(spans)[: MessageLimit.MESSAGE_ENTITIES])


def trim(formatted: FormattedText) -> FormattedText:
    """Drop white space around the text, and formatting that covers nothing any more."""
    cut = len(formatted.text) - len(formatted.text.lstrip())
    text = formatted.text.strip()
    moved = (span.moved(-cut) for span in formatted.spans)
    clipped = (Span(s.kind, max(s.start, 0), min(s.end, len(text)), s.argument) for s in moved)
    return FormattedText(text, in_order(span for span in clipped if span.start < span.end))


def merge(spans: Iterable[Span]) -> list[Span]:
    """Join touching and overlapping spans of the same formatting."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.kind, each.argument, each.start)):
        last = merged[-1] if merged else None
        touches = last and (last.kind, last.argument) == (span.kind, span.argument) and last.end >= span.start
        if last and touches and span.kind not in HOLDERS | SOLID:
            merged[-1] = Span(span.kind, last.start, max(last.end, span.end), span.argument)
        else:
            merged.append(span)
    return merged


def separate(spans: Iterable[Span]) -> list[Span]:
    """Take every other formatting off the text of ``code`` and ``pre``."""
    kept = list(spans)
    for solid in (span for span in list(kept) if span.kind in SOLID):
        kept = [part for span in kept for part in _without(span, solid)]
    return kept


def _without(span: Span, solid: Span) -> list[Span]:
    apart = span.end <= solid.start or span.start >= solid.end
    if span is solid or apart or span.kind in HOLDERS:
        return [span]
    if span.kind in SOLID:
        return [] if (span.start, -span.end) > (solid.start, -solid.end) else [span]
    pieces = ((span.start, min(span.end, solid.start)), (max(span.start, solid.end), span.end))
    return [Span(span.kind, start, end, span.argument) for start, end in pieces if start < end]


def detect(text: str, spans: Iterable[Span]) -> list[Span]:
    """Find commands, links, mentions and addresses that are plain text so far."""
    taken = [span for span in spans if span.kind in SOLID or span.kind in {"text_link", "text_mention"}]
    found: list[Span] = []
    for kind, pattern in DETECTED:
        for match in pattern.finditer(text):
            span = Span(kind, *match.span())
            if all(span.end <= other.start or span.start >= other.end for other in (*taken, *found)):
                found.append(span)
    return found
