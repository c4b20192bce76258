"""Telegram's HTML: the tags, nesting and complaints of the Bot API (core.telegram.org/bots/api#html-style)."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.sandbox.telegram.errors import BadRequest
from bot.sandbox.telegram.markup.spans import FormattedText, Span

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "link",
    "tg-emoji": "custom_emoji",
}
ARGUMENTS = {"a": "href", "tg-emoji": "emoji-id"}
NAMED_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
REFERENCE = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-z]+));?")
TAG_NAME = re.compile(r"[^\s>]*")
ATTRIBUTE = re.compile(r"\s*([^\s=>]*)\s*(=?)\s*")
VALUE = re.compile(r"\"([^\"]*)\"|'([^']*)'|([A-Za-z0-9.\-]+)")


def complaint(reason: str) -> BadRequest:
    """Return the refusal of markup that cannot be read."""
    return BadRequest(f"can't parse entities: {reason}")


@dataclass(frozen=True, slots=True)
class OpenTag:
    """A tag not yet closed: where its text begins and what it will become."""

    name: str
    start: int
    kind: str
    argument: str


def parse_html(source: str) -> FormattedText:
    """Read HTML; raises ``BadRequest`` "can't parse entities: ..." at the first thing Telegram would refuse."""
    return HtmlReader(source).read()


class HtmlReader:
    """One pass over the source, keeping the plain text so far and the tags still open."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.plain: list[str] = []
        self.length = 0
        self.open: list[OpenTag] = []
        self.spans: list[Span] = []

    def read(self) -> FormattedText:
        """Consume the whole source."""
        while self.at < len(self.source):
            self._step()
        if self.open:
            raise complaint(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        return FormattedText("".join(self.plain), tuple(self.spans))

    def _step(self) -> None:
        if self.source.startswith("</", self.at):
            self._close_tag()
        elif self.source[self.at] == "<":
            self._open_tag()
        else:
            self._character()

    def _character(self) -> None:
        character, width = read_character(self.source, self.at)
        self.plain.append(character)
        self.length += 1
        self.at += width

    def _byte_offset(self, at: int) -> int:
        return len(self.source[:at].encode("utf-8", "surrogatepass"))

    def _open_tag(self) -> None:
        begin = self._byte_offset(self.at)
        name = self._take(TAG_NAME, self.at + 1).lower()
        if self.at >= len(self.source):
            raise complaint(f"Unclosed start tag at byte offset {begin}")
        if name not in TAGS:
            raise complaint(f'Unsupported start tag "{name}" at byte offset {begin}')
        kind, argument = self._meaning(name, self._attributes(name, begin), begin)
        self.open.append(OpenTag(name, self.length, kind, argument))

    def _take(self, pattern: re.Pattern[str], at: int) -> str:
        match = pattern.match(self.source, at)
        found = match.group() if match else ""
        self.at = at + len(found)
        return found

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        while True:
            name, value = self._attribute(tag, begin)
            if name is None:
                return attributes
            attributes[name] = value

    def _attribute(self, tag: str, begin: int) -> tuple[str | None, str]:
        match = ATTRIBUTE.match(self.source, self.at)
        name, equals = (match.group(1), match.group(2)) if match else ("", "")
        self.at = match.end() if match else self.at
        if self.at >= len(self.source):
            raise complaint(f'Unclosed start tag "{tag}" at byte offset {begin}')
        if not name and not equals and self.source[self.at] == ">":
            self.at += 1
            return None, ""
        if not name:
            raise complaint(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
        if not equals:
            # Telegram takes a bare attribute for <blockquote expandable> only because it means something there.
            return name.lower(), ""
        value = VALUE.match(self.source, self.at)
        if value is None:
            raise complaint(f"Unclosed start tag at byte offset {begin}")
        self.at = value.end()
        return name.lower(), unescape(next(group for group in value.groups() if group is not None))

    def _meaning(self, name: str, attributes: dict[str, str], begin: int) -> tuple[str, str]:
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise complaint(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        if name == "blockquote" and "expandable" in attributes:
            return "expandable_blockquote", ""
        if name == "code":
            return "code", attributes.get("class", "").removeprefix("language-")
        return TAGS[name], attributes.get(ARGUMENTS.get(name, ""), "")

    def _close_tag(self) -> None:
        begin = self._byte_offset(self.at)
        if not self.open:
            raise complaint(f"Unexpected end tag at byte offset {begin}")
        name = self._take(TAG_NAME, self.at + 2).lower()
        if not self.source.startswith(">", self.at):
            raise complaint(f"Unclosed end tag at byte offset {begin}")
        self.at += 1
        tag = self.open.pop()
        if name and name != tag.name:
            raise complaint(f'Unmatched end tag at byte offset {begin}, expected "</{tag.name}>", found "</{name}>"')
        if self.length > tag.start:
            self._finish(tag)

    def _finish(self, tag: OpenTag) -> None:
        span = Span(tag.kind, tag.start, self.length, tag.argument)
        if tag.kind == "link":
            linked = link_span(span, "".join(self.plain)[tag.start : self.length])
            self.spans.extend([linked] if linked else [])
        elif tag.kind == "pre":
            self._finish_pre(span)
        elif tag.kind == "code" and not (self.open and self.open[-1].name == "pre"):
            self.spans.append(Span("code", span.start, span.end))
        else:
            self.spans.append(span)

    def _finish_pre(self, span: Span) -> None:
        """``<pre><code class="language-x">`` that covers all of the ``pre`` names its language."""
        inner = [code for code in self.spans if code.kind == "code" and code.start >= span.start]
        self.spans = [code for code in self.spans if code not in inner]
        whole = [code.argument for code in inner if (code.start, code.end) == (span.start, span.end)]
        self.spans.append(Span("pre", span.start, span.end, whole[0] if whole else ""))


def link_span(span: Span, label: str) -> Span | None:
    """Turn a link into a text link or a mention; Telegram drops a link whose address is not one."""
    address = span.argument or label
    if address.startswith("tg://user?id=") and address[13:].isdigit():
        return Span("text_mention", span.start, span.end, address[13:])
    if "://" not in address:
        address = f"http://{address}"
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https", "tg", "ton", "tonsite"} or not parts.netloc:
        return None
    if parts.scheme in {"http", "https"} and "." not in parts.netloc:
        return None
    return Span("text_link", span.start, span.end, address + ("" if parts.path or parts.query else "/"))


def read_character(source: str, at: int) -> tuple[str, int]:
    """Return the character at a position, character references resolved, and how much source it took."""
    match = REFERENCE.match(source, at) if source[at] == "&" else None
    if match is None:
        return source[at], 1
    decimal, hexadecimal, name = match.groups()
    if name:
        known = NAMED_CHARACTERS.get(name)
        return (known, len(match.group())) if known else ("&", 1)
    number = int(decimal) if decimal else int(hexadecimal, 16)
    if not 0 < number <= 0x10FFFF or 0xD800 <= number < 0xE000:
        return "&", 1
    return chr(number), len(match.group())


def unescape(value: str) -> str:
    """Resolve the character references that Telegram knows."""
    out: list[str] = []
    at = 0
    while at < len(value):
        character, width = read_character(value, at)
        out.append(character)
        at += width
    return "".join(out)
