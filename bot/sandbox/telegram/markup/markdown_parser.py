"""Telegram's MarkdownV2 (core.telegram.org/bots/api#markdownv2-style)."""

from dataclasses import dataclass

from bot.sandbox.telegram.errors import BadRequest
from bot.sandbox.telegram.markup.html_parser import complaint, link_span
from bot.sandbox.telegram.markup.spans import FormattedText, Span

MARKS = {
    "*": "bold",
    "__": "underline",
    "_": "italic",
    "~": "strikethrough",
    "||": "spoiler",
    "```": "pre",
    "`": "code",
    "[": "link",
}
RESERVED = frozenset("_*[]()~`>#+-=|{}.!")
ESCAPABLE_TO = 126


@dataclass(frozen=True, slots=True)
class OpenMark:
    """A mark not yet closed."""

    mark: str
    start: int
    byte_offset: int


def parse_markdown(source: str) -> FormattedText:
    """Read MarkdownV2; raises ``BadRequest`` "can't parse entities: ..." as Telegram does."""
    return MarkdownReader(source).read()


class MarkdownReader:
    """One pass over the source, keeping the plain text so far and the marks still open."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.plain: list[str] = []
        self.open: list[OpenMark] = []
        self.spans: list[Span] = []

    def read(self) -> FormattedText:
        """Consume the whole source."""
        while self.at < len(self.source):
            self._step()
        if self.open:
            last = self.open[-1]
            raise complaint(f"Can't find end of {_kind(last.mark)} entity at byte offset {last.byte_offset}")
        return FormattedText("".join(self.plain), tuple(self.spans))

    def _step(self) -> None:
        if self._escaped():
            self._take(self.source[self.at + 1], 2)
        elif self.open and self._closes(self.open[-1].mark):
            self._close()
        elif self.open and self.open[-1].mark in {"`", "```"}:
            self._take(self.source[self.at], 1)
        elif mark := self._mark():
            self._open(mark)
        else:
            self._plain()

    def _escaped(self) -> bool:
        following = self.source[self.at + 1 : self.at + 2]
        return self.source[self.at] == "\\" and following != "" and 0 < ord(following) <= ESCAPABLE_TO

    def _take(self, character: str, width: int) -> None:
        self.plain.append(character)
        self.at += width

    def _byte_offset(self) -> int:
        return len(self.source[: self.at].encode())

    def _mark(self) -> str:
        return next((mark for mark in ("```", "||", "__", *MARKS) if self.source.startswith(mark, self.at)), "")

    def _closes(self, mark: str) -> bool:
        if mark == "_" and self.source.startswith("__", self.at):
            # "__" is read as underline first; it ends an italic only where no underline could begin or end.
            return not any(each.mark == "__" for each in self.open) and self.source.endswith("__")
        return self.source.startswith("]" if mark == "[" else mark, self.at)

    def _open(self, mark: str) -> None:
        self.open.append(OpenMark(mark, len(self.plain), self._byte_offset()))
        self.at += len(mark)
        if mark == "```":
            self._skip_language()

    def _skip_language(self) -> None:
        line, found, _ = self.source[self.at :].partition("\n")
        if found and line and not any(character.isspace() or character == "`" for character in line):
            self.at += len(line) + 1
        elif found and not line:
            self.at += 1

    def _plain(self) -> None:
        character = self.source[self.at]
        at_line_start = self.at == 0 or self.source[self.at - 1] == "\n"
        if character == ">" and at_line_start:
            self._quote()
            return
        if character in RESERVED:
            raise self._reserved(character)
        self._take(character, 1)

    def _reserved(self, character: str) -> BadRequest:
        return complaint(f"Character '{character}' is reserved and must be escaped with the preceding '\\'")

    def _quote(self) -> None:
        """One quoted line: a blockquote to the end of the line."""
        line = self.source[self.at + 1 :].partition("\n")[0]
        inner = parse_markdown(line)
        start = len(self.plain)
        self.plain.extend(inner.text)
        self.spans.extend(span.moved(start) for span in inner.spans)
        self.spans.append(Span("blockquote", start, len(self.plain)))
        self.at += 1 + len(line)

    def _close(self) -> None:
        mark = self.open.pop()
        self.at += 1 if mark.mark == "[" else len(mark.mark)
        address = self._address() if mark.mark == "[" else ""
        span = Span(_kind(mark.mark), mark.start, len(self.plain), address)
        if mark.mark == "[":
            linked = link_span(span, "".join(self.plain[mark.start :]))
            self.spans.extend([linked] if linked else [])
        elif span.end > span.start:
            self.spans.append(span)

    def _address(self) -> str:
        if not self.source.startswith("(", self.at):
            return ""
        end = self.source.find(")", self.at)
        if end < 0:
            raise complaint(f"Can't find end of a URL at byte offset {self._byte_offset()}")
        address = self.source[self.at + 1 : end]
        self.at = end + 1
        return address.replace("\\", "")


def _kind(mark: str) -> str:
    return MARKS[mark]
