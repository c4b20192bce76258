"""Telegram's HTML and MarkdownV2: what is read, what is refused, and what becomes of it."""

import re
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.telegram.errors import BadRequest
from bot.sandbox.telegram.markup.html_parser import parse_html
from bot.sandbox.telegram.markup.markdown_parser import parse_markdown
from bot.sandbox.telegram.markup.render import to_html
from bot.sandbox.telegram.markup.rules import settle
from bot.sandbox.telegram.markup.spans import FormattedText, Span, spans_from_api, utf16_offsets


def covered(formatted: FormattedText) -> list[tuple[str, str]]:
    return [(span.kind, formatted.text[span.start : span.end]) for span in formatted.spans]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("<b>x</b>", "bold"),
        ("<strong>x</strong>", "bold"),
        ("<em>x</em>", "italic"),
        ("<ins>x</ins>", "underline"),
        ("<del>x</del>", "strikethrough"),
        ("<tg-spoiler>x</tg-spoiler>", "spoiler"),
        ('<span class="tg-spoiler">x</span>', "spoiler"),
        ("<code>x</code>", "code"),
        ("<pre>x</pre>", "pre"),
        ("<blockquote>x</blockquote>", "blockquote"),
        ("<blockquote expandable>x</blockquote>", "expandable_blockquote"),
        ('<a href="https://example.org/">x</a>', "text_link"),
        ("<a href='tg://user?id=1001'>x</a>", "text_mention"),
        ("<B>x</B>", "bold"),
    ],
)
def test_every_tag_becomes_its_entity(source: str, kind: str):
    assert covered(parse_html(source)) == [(kind, "x")]


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("я<i><b>x</i>", 'Unmatched end tag at byte offset 9, expected "</b>", found "</i>"'),
        ("a <u1>x</u1>", 'Unsupported start tag "u1" at byte offset 2'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<a ="x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
    ],
)
def test_bad_html_is_refused_in_telegrams_words(source: str, complaint: str):
    with pytest.raises(BadRequest) as refusal:
        parse_html(source)
    assert refusal.value.description == f"Bad Request: can't parse entities: {complaint}"


def test_character_references_are_resolved_and_unknown_ones_kept():
    assert parse_html("&lt;b&gt; &amp; &quot;&#65;&#x42; &nbsp; 2 > 1").text == '<b> & "AB &nbsp; 2 > 1'


def test_code_shares_its_text_with_nothing_else():
    settled = settle(parse_html("<b>one <code>two</code> three</b>"))
    assert covered(settled) == [("bold", "one "), ("code", "two"), ("bold", " three")]


def test_a_quote_may_hold_code():
    settled = settle(parse_html("<blockquote>a <code>b</code></blockquote>"))
    assert covered(settled) == [("blockquote", "a b"), ("code", "b")]


def test_a_language_is_read_from_code_inside_pre():
    formatted = parse_html('<pre><code class="language-python">x</code></pre>')
    assert formatted.spans == (Span("pre", 0, 1, "python"),)


def test_a_link_that_leads_nowhere_is_only_text():
    assert covered(settle(parse_html('<a href="nowhere">x</a>'))) == []


def test_past_a_hundred_entities_formatting_is_silently_lost():
    settled = settle(parse_html("".join(f"<code>{number}</code> " for number in range(130))))
    assert len(settled.spans) == 100
    assert covered(settled)[-1] == ("code", "99")
    assert settled.text.endswith("129")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/start now", [("bot_command", "/start")]),
        ("see /order_7KQ2M9XF.", [("bot_command", "/order_7KQ2M9XF")]),
        ("/find@orderline_demo_bot x", [("bot_command", "/find@orderline_demo_bot")]),
        ("a/b and 1/2", []),
        ("https://example.org/x, ok", [("url", "https://example.org/x")]),
        ("ask @ada_lovelace", [("mention", "@ada_lovelace")]),
        ("write to a.b@example.org", [("email", "a.b@example.org")]),
    ],
)
def test_plain_text_is_searched_for_commands_and_links(text: str, found: list[tuple[str, str]]):
    assert covered(settle(FormattedText(text))) == found


def test_nothing_is_searched_inside_code():
    assert covered(settle(parse_html("<code>/start</code>"))) == [("code", "/start")]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("*b* _i_", [("bold", "b"), ("italic", "i")]),
        ("__u__ ~s~ ||h||", [("underline", "u"), ("strikethrough", "s"), ("spoiler", "h")]),
        ("`a*b`", [("code", "a*b")]),
        ("```py\nx\n```", [("pre", "x\n")]),
        ("[t](https://example.org/)", [("text_link", "t")]),
        (r"1\.5 *x\*y*", [("bold", "x*y")]),
        (">quoted", [("blockquote", "quoted")]),
    ],
)
def test_markdown_is_read(source: str, expected: list[tuple[str, str]]):
    assert covered(parse_markdown(source)) == expected


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("1.5", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("*open", "Can't find end of bold entity at byte offset 0"),
    ],
)
def test_bad_markdown_is_refused_in_telegrams_words(source: str, complaint: str):
    with pytest.raises(BadRequest) as refusal:
        parse_markdown(source)
    assert refusal.value.description == f"Bad Request: can't parse entities: {complaint}"


@given(st.text())
def test_escaped_text_always_comes_back_as_it_was(text: str):
    assert parse_html(escape(text)) == FormattedText(text)


@given(st.text(alphabet="<>/&;#xab \"'=cod\U0001f600"))
def test_any_html_is_read_or_refused_as_unparsable(source: str):
    try:
        parsed, reason = settle(parse_html(source)), ""
    except BadRequest as refusal:
        parsed, reason = FormattedText(""), refusal.description
    assert reason.startswith("Bad Request: can't parse entities: ") or not reason
    assert all(0 <= span.start < span.end <= len(parsed.text) for span in parsed.spans)


@given(st.text(), st.data())
def test_entities_survive_the_way_through_the_api(text: str, data: st.DataObject):
    end = data.draw(st.integers(0, len(text)))
    start = data.draw(st.integers(0, end))
    formatted = FormattedText(text, (Span("bold", start, end),))
    expected = [Span("bold", start, end)] if end > start else []
    assert spans_from_api(text, formatted.entities()) == expected


def test_an_entity_that_cuts_a_character_in_two_is_refused():
    with pytest.raises(BadRequest, match="UTF-16"):
        spans_from_api("😀", [{"type": "bold", "offset": 1, "length": 1}])


@given(st.text())
def test_utf16_offsets_agree_with_the_encoding(text: str):
    assert utf16_offsets(text)[-1] == len(text.encode("utf-16-le", "surrogatepass")) // 2


def test_the_page_gets_nested_and_escaped_html():
    settled = settle(parse_html("<b>a &lt;i&gt; <i>b</i></b>\n<blockquote>q</blockquote>\nend"))
    assert to_html(settled) == "<b>a &lt;i&gt; <i>b</i></b>\n<blockquote>q</blockquote>end"


MARKS = st.tuples(st.sampled_from(["bold", "italic", "underline"]), st.integers(0, 9), st.integers(0, 9))


@given(st.text(alphabet="ab<&\"' "), st.lists(MARKS))
def test_rendered_html_says_the_same_text_whatever_overlaps(text: str, marks: list[tuple[str, int, int]]):
    ranges = ((kind, min(a, b), max(a, b)) for kind, a, b in marks)
    spans = tuple(Span(kind, start, end) for kind, start, end in ranges if start < end <= len(text))
    rendered = to_html(FormattedText(text, spans))
    assert re.sub(r"</?[biu]>", "", rendered) == escape(text)
