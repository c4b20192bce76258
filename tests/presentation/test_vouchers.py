"""Codes and vouchers: every value once and whole, within Telegram's limits."""

import csv
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import InlineKeyboardButton
from telegram.constants import InlineKeyboardButtonLimit, InlineKeyboardMarkupLimit, MessageLimit

from bot.presentation.cards import DocumentMessage, TextMessage, visible_length
from bot.presentation.results import codes_message, result_message
from bot.presentation.speech import languages, speech_in
from bot.presentation.vouchers import COLUMNS, opens_as_button
from storage.records.orders import Attention, Code, Order, OrderState
from tests.factories import NOW, keys, make_card, make_order, make_value

EN = speech_in("en")
RU = speech_in("ru")
MOST_OF_A_KEYBOARD = 10_000
"""Characters of a keyboard's JSON that Telegram surely takes."""

DONE: Order = replace(make_order(reference="7KQ2M9XF"), state=OrderState.COMPLETED, settled_at=NOW, next_check_at=None)
VOUCHER = Code(
    "4111-<A&B>", "0042", "https://claim.example.com/go?token=a_b-c&d=1", datetime(2027, 5, 1, tzinfo=UTC), "BR-77"
)

SPOKEN = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), max_size=60)
LINKS = st.one_of(
    st.just(""),
    SPOKEN,
    st.from_regex(r"https://[a-z]{1,20}\.example\.com/[a-zA-Z0-9?=&%._-]{0,300}", fullmatch=True),
)
VOUCHERS = st.builds(
    Code,
    value=SPOKEN,
    pin=SPOKEN,
    link=LINKS,
    expires_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    serial=SPOKEN,
).filter(lambda code: bool(code.value or code.pin or code.link))


def buttons(message: TextMessage | DocumentMessage) -> list[InlineKeyboardButton]:
    """A message's buttons."""
    keyboard = message.card.keyboard
    return [button for row in keyboard.inline_keyboard for button in row] if keyboard else []


def shown(message: TextMessage | DocumentMessage) -> list[str]:
    """Every value that a message's text lets copy or uncover, as Telegram shows it."""
    found: list[str] = re.findall(r"<(?:code|tg-spoiler)>(.*?)</(?:code|tg-spoiler)>", message.card.text, re.DOTALL)
    return [unescape(value) for value in found]


def values(codes: Sequence[Code]) -> list[str]:
    """Everything that a reseller pays for."""
    return [part for code in codes for part in (code.value, code.pin, code.link, code.serial) if part]


def test_codes_can_be_tapped_in_private_and_are_hidden_in_groups() -> None:
    private = result_message(DONE, keys("<A&B>"), EN, True).card.text
    group = result_message(DONE, keys("<A&B>"), EN, False).card.text
    assert "<code>&lt;A&amp;B&gt;</code>" in private
    assert "<tg-spoiler>&lt;A&amp;B&gt;</tg-spoiler>" in group
    assert "<code>" not in group


def test_one_code_has_one_copy_button_several_have_one_each_and_one_for_all() -> None:
    def copied(*codes: str) -> list[str]:
        message = result_message(DONE, keys(*codes), EN, True)
        return [button.copy_text.text for button in buttons(message) if button.copy_text]

    assert copied("A") == ["A"]
    assert copied("A", "B") == ["A", "B", "A\nB"]
    assert copied("x" * 257) == []
    assert copied("x" * 200, "y" * 200) == ["x" * 200, "y" * 200]
    assert copied() == []


def test_many_codes_come_as_a_document_one_per_line() -> None:
    codes = tuple(f"CODE-{number:04}" for number in range(21))
    message = result_message(DONE, keys(*codes), EN, True)
    assert isinstance(message, DocumentMessage)
    assert message.filename == "7KQ2M9XF.txt"
    assert message.content.decode().splitlines() == list(codes)
    assert "21 codes in the file." in message.card.text


def test_codes_of_several_lines_are_kept_apart() -> None:
    logins = [Code(f"Login: {number}\nPassword: {number}") for number in range(30)]
    few = result_message(DONE, tuple(logins[:2]), EN, True)
    assert isinstance(few, TextMessage)
    assert "<b>2.</b> <code>Login: 1\nPassword: 1</code>" in few.card.text
    many = result_message(DONE, tuple(logins), EN, True)
    assert isinstance(many, DocumentMessage)
    rows = list(csv.DictReader(StringIO(many.content.decode(), newline="")))
    assert [row["code"] for row in rows] == [login.value for login in logins]


def test_a_voucher_shows_its_parts_to_tap_and_its_link_as_a_button() -> None:
    message = codes_message(DONE, (VOUCHER,), EN, private=True)
    text = message.card.text
    assert "<code>4111-&lt;A&amp;B&gt;</code>\nPIN: <code>0042</code>\nValid until: May 1, 2027\n" in text
    assert "Serial number: <code>BR-77</code>" in text
    assert "claim.example.com" not in text
    found = [(button.text, button.url or (button.copy_text and button.copy_text.text)) for button in buttons(message)]
    assert found == [
        ("Copy the code", VOUCHER.value),
        ("Copy the PIN", "0042"),
        ("Open the link", VOUCHER.link),
        ("Copy the link", VOUCHER.link),
    ]


def test_the_expiry_is_written_as_the_reader_writes_dates() -> None:
    assert "1 мая 2027" in codes_message(DONE, (VOUCHER,), RU, private=True).card.text


def test_several_vouchers_are_numbered_like_their_buttons() -> None:
    message = result_message(DONE, (VOUCHER, replace(VOUCHER, pin="", value="")), EN, True)
    assert "<b>1.</b> <code>4111-" in message.card.text
    assert "<b>2.</b> The link is behind the button below." in message.card.text
    assert [button.text for button in buttons(message)] == [
        "Copy 1",
        "Copy PIN 1",
        "Open link 1",
        "Copy link 1",
        "Open link 2",
        "Copy link 2",
    ]


def test_in_a_group_the_result_calls_whoever_ordered() -> None:
    message = result_message(DONE, keys("A"), EN, False, orderer="Ann & Co")
    assert f'Ordered by: <a href="tg://user?id={DONE.place.user_id}">Ann &amp; Co</a>' in message.card.text
    assert "Ordered by" not in result_message(DONE, keys("A"), EN, True).card.text


def test_in_a_group_every_part_is_hidden_and_no_slip_of_a_thumb_opens_a_link() -> None:
    message = result_message(DONE, (VOUCHER,), EN, False)
    assert sorted(shown(message)) == sorted(values([VOUCHER]))
    assert "<code>" not in message.card.text
    assert not any(button.url for button in buttons(message))


@pytest.mark.parametrize(
    ("link", "behind_button"),
    [
        ("https://claim.example.com/x?y=1#z", True),
        ("http://example.com", True),
        ("HTTPS://EXAMPLE.COM:8443/a", True),
        ("javascript:alert(1)", False),
        ("tg://user?id=1", False),
        ("ftp://example.com/x", False),
        ("https://localhost/x", False),
        ("https://example.com/a b", False),
        ("https://me@example.com/", False),
        ("https://пример.рф/", False),
        ("claim at the counter", False),
        ("", False),
    ],
)
def test_only_what_telegram_surely_takes_becomes_a_button_the_rest_is_text(link: str, behind_button: bool) -> None:
    assert opens_as_button(link) == behind_button
    message = result_message(DONE, (Code("A", link=link),), EN, True)
    assert [button.url for button in buttons(message) if button.url] == ([link] if behind_button else [])
    assert (link in shown(message)) == (bool(link) and not behind_button)


def test_many_vouchers_come_as_a_table_with_exact_values() -> None:
    codes = tuple(replace(VOUCHER, value=f'="{number}"\r\n,;') for number in range(7))
    message = codes_message(DONE, codes, EN, private=True)
    assert isinstance(message, DocumentMessage)
    assert message.filename == "7KQ2M9XF.csv"
    assert message.content.startswith(b'"number","code","pin","link","valid_until","serial"\r\n"1",')
    rows = list(csv.reader(StringIO(message.content.decode(), newline="")))
    assert rows[3] == ["3", '="2"\r\n,;', "0042", VOUCHER.link, "2027-05-01T00:00:00+00:00", "BR-77"]


@given(st.lists(VOUCHERS, min_size=1, max_size=30), st.booleans())
def test_every_value_is_in_the_message_once_and_never_cut(codes: list[Code], private: bool) -> None:
    message = result_message(DONE, tuple(codes), EN, private)
    if isinstance(message, DocumentMessage) and message.filename.endswith("csv"):
        header, *rows = csv.reader(StringIO(message.content.decode(), newline=""))
        assert tuple(header) == COLUMNS
        assert [(*row[1:4], row[5]) for row in rows] == [(c.value, c.pin, c.link, c.serial) for c in codes]
    elif isinstance(message, DocumentMessage):
        assert message.content.decode() == "".join(f"{code.value}\n" for code in codes)
    else:
        opened = [button.url for button in buttons(message) if button.url]
        assert sorted(shown(message) + opened) == sorted(values(codes))


@pytest.mark.parametrize("state", [OrderState.COMPLETED, OrderState.PARTIAL, OrderState.ACCEPTED, OrderState.FAILED])
@pytest.mark.parametrize("language", sorted(languages()))
@given(codes=st.lists(VOUCHERS | st.builds(Code, value=st.text(max_size=400)), max_size=40), private=st.booleans())
def test_a_result_never_exceeds_what_telegram_takes(
    state: OrderState, language: str, codes: list[Code], private: bool
) -> None:
    order = replace(
        DONE,
        state=state,
        item=make_card(name="<&>" * 100),
        denomination=Decimal("123456789.99"),
        values=(make_value(label="x" * 200, shown="y" * 900),) * 3,
        attention=Attention.CODES_HIDDEN,
        error_message="x" * 4000,
    )
    message = result_message(order, tuple(codes), speech_in(language), private, orderer="" if private else "n" * 90)
    text = message.card.text
    limit = MessageLimit.CAPTION_LENGTH if isinstance(message, DocumentMessage) else MessageLimit.MAX_TEXT_LENGTH
    assert 0 < visible_length(text) <= limit
    assert text.count("</") + text.count("/order_") <= MessageLimit.MESSAGE_ENTITIES
    found = buttons(message)
    assert len(found) <= InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER
    for button in found:
        copied = button.copy_text.text if button.copy_text else None
        assert copied is None or 1 <= len(copied) <= InlineKeyboardButtonLimit.MAX_COPY_TEXT
    assert (
        sum(len(button.url or "") + len(button.copy_text.text if button.copy_text else "") for button in found) < 9000
    )
