"""Formatted text as safe HTML for the chat page."""

from html import escape

from bot.sandbox.telegram.markup.spans import FormattedText, Span, in_order

ELEMENTS = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "code": ('<code class="tap-copy" tabindex="0" role="button">', "</code>"),
    "pre": ('<pre class="tap-copy" tabindex="0" role="button">', "</pre>"),
    "spoiler": ('<span class="spoiler" tabindex="0" role="button" aria-label="Hidden text">', "</span>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ("<blockquote>", "</blockquote>"),
    "bot_command": ('<button type="button" class="command">', "</button>"),
    "mention": ('<span class="mention">', "</span>"),
    "text_mention": ('<span class="mention">', "</span>"),
}
LINKS = {"url", "text_link", "email"}
BLOCKS = {"pre", "blockquote", "expandable_blockquote"}


def to_html(formatted: FormattedText) -> str:
    """Return nested, escaped HTML; line breaks stay as they are (the page shows them)."""
    return _inside(formatted.text, in_order(formatted.spans), 0, len(formatted.text))


def _inside(text: str, spans: tuple[Span, ...], start: int, end: int) -> str:
    out: list[str] = []
    at = start
    for index, span in enumerate(spans):
        if span.start < at or span.start >= end:
            continue
        # A span that crosses its parent's end is shown up to there: HTML must nest, entities need not.
        stop = min(span.end, end)
        inner = tuple(other for other in spans[index + 1 :] if other.start < stop)
        opening, closing = _element(span, text[span.start : stop])
        out += [escape(text[at : span.start]), opening, _inside(text, inner, span.start, stop), closing]
        # A block ends its line by itself; the line break after it would show as an empty line.
        at = stop + (span.kind in BLOCKS and text[stop : stop + 1] == "\n" and stop < end)
    return "".join([*out, escape(text[at:end])])


def _element(span: Span, covered: str) -> tuple[str, str]:
    if span.kind not in LINKS:
        return ELEMENTS.get(span.kind, ("", ""))
    address = {"url": covered, "email": f"mailto:{covered}"}.get(span.kind, span.argument)
    return f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">', "</a>"
