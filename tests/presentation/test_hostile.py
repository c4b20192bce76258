"""Whatever suppliers and people call things, every card is markup that Telegram takes and shows it letter by letter."""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import InlineKeyboardMarkup
from telegram.constants import InlineKeyboardButtonLimit, MessageLimit

from bot.presentation import browse, confirmation, drafting, notices, orders, requests, resellers, results, team
from bot.presentation.cards import Card, DocumentMessage, Paging
from bot.presentation.drafting import Asker
from bot.presentation.joining import InviteLinks, invite_card
from bot.presentation.speech import languages, speech_in
from bot.sandbox.telegram.markup.html_parser import parse_html
from storage.records.catalog import Choice, Fact, FactKind, FieldKind, ItemField
from storage.records.orders import Attention, OrderFilter, OrderLine, OrderState, RejectReason, Step
from storage.records.queues import Delivery, DeliveryKind, NoticeKind, Priority
from storage.records.resellers import AccessRequest, Member, MemberRole, Reseller
from tests.factories import NOW, keys, make_draft, make_item, make_order, make_topup, make_value

PAYLOADS = (
    "<b>bold</b>",
    "</b></code></a>",
    '<a href="https://evil.example">x</a>',
    "<tg-spoiler>",
    "&lt;&amp;&#60;&amp;amp;",
    "& < > \" '",
    "{name} {0} {} %s %(x)s",
    "\\n \\u003c ``` *_[x](y)",
    "Tёплый дом & Ёлка «<i>»",
    "<!-- -->",
    "<b",
    "&",
)
hostile = st.sampled_from(PAYLOADS) | st.text(min_size=1, max_size=24).filter(lambda text: bool(text.split()))
EN = speech_in("en")


def flat(text: str) -> str:
    return " ".join(text.split())


def shown(card: Card, *, most: int = MessageLimit.MAX_TEXT_LENGTH) -> str:
    """A card's text as Telegram shows it, and what its buttons say; fails where Telegram would refuse it."""
    formatted = parse_html(card.text)
    assert len(formatted.text.encode("utf-16-le")) // 2 <= most
    labels = list(_labels(card.keyboard))
    return flat("\n".join([formatted.text, *labels]))


def _labels(keyboard: InlineKeyboardMarkup | None) -> Iterator[str]:
    for button in (button for row in (keyboard.inline_keyboard if keyboard else ()) for button in row):
        assert button.text
        data = button.callback_data
        if isinstance(data, str):
            size = len(data.encode())
            assert InlineKeyboardButtonLimit.MIN_CALLBACK_DATA <= size <= InlineKeyboardButtonLimit.MAX_CALLBACK_DATA
        yield button.text


def of_item(word: str) -> Iterator[Card]:
    facts = tuple(Fact(kind, word) for kind in FactKind)
    item = make_item(name=word, category=word, region=word, description=word, facts=facts)
    asked = make_topup(
        name=word,
        fields=(
            ItemField("login", word, FieldKind.TEXT),
            ItemField("server", word, FieldKind.CHOICE, choices=(Choice(1, word), Choice(2, word))),
        ),
    )
    yield browse.item_card(item, browse.Origin(query=word), NOW, EN)
    yield browse.results_card(word, [item], 0, more=False, speech=EN)
    yield drafting.cancelled_card(item, EN)
    yield drafting.replaced_card(item, EN)
    yield drafting.item_gone_card(item, EN)
    for index in (0, 1):
        draft = make_draft(item=asked, step=Step.FIELD, field_index=index, quantity=Decimal(1))
        yield drafting.field_card(draft, Asker(EN))
    values = (make_value(name="login", label=word, value=word, shown=word),)
    yield confirmation.confirm_card(
        make_draft(item=asked, step=Step.CONFIRM, quantity=Decimal(1), values=values),
        Decimal(1),
        Decimal(5),
        "USD",
        Asker(EN),
    )


def of_order(word: str) -> Iterator[Card]:
    order = make_order(
        item=make_item(name=word),
        values=(make_value(label=word, value=word, shown=word),),
        error=word,
        error_message=word,
        attention_detail=word,
        reject_reason=RejectReason.REFUSED,
        reseller_id=7,
        price=Decimal(9),
    )
    parties = orders.Parties({7: word}, {order.place.user_id: word})
    for state in OrderState:
        one = replace(order, state=state, settled_at=NOW, charged=Decimal(9), attention=Attention.OUTCOME_UNKNOWN)
        yield orders.status_card(one, EN)
        yield orders.order_card(one, (), EN, operator=True, parties=parties)
        message = results.result_message(one, keys(word), EN, private=True)
        yield message.card


def of_lists(word: str) -> Iterator[Card]:
    line = OrderLine(1, "7KQ2M9XF", word, Decimal(1), Decimal(9), "USD", OrderState.ACCEPTED, None, NOW, 7, Decimal(9))
    listing = orders.Listing(whose=word, parties=orders.Parties({7: word}, {0: word}), operator=True)
    yield orders.order_list([line], OrderFilter.ALL, EN, before=0, more=False, listing=listing)


def of_people(word: str) -> Iterator[Card]:
    account = Reseller(7, word[:64], NOW)  # as long as naming allows
    member = Member(5, 7, MemberRole.BUYER, word, NOW, "handle")
    facts = team.TeamFacts(account, [member], [team.GroupFacts(-1, word)], 0, 1, manages=True, admin=True)
    request = AccessRequest(5, word, "handle", NOW)
    yield team.team_card(facts, 0, EN)
    yield team.member_card(member, facts, EN)
    yield team.removal_card(member, facts, EN)
    yield team.group_card(facts.groups[0], facts, EN)
    yield resellers.resellers_card([account], "USD", EN, paging=Paging(0, 8, 1))
    yield requests.request_card(request, word, account, EN)
    yield requests.pick_reseller_card(request, word, [account], Paging(0, 8, 1), EN)
    yield requests.requests_card([request], 1, EN)
    yield invite_card(InviteLinks(account, MemberRole.BUYER, "p" * 22, "g" * 22, NOW), EN)


@pytest.mark.parametrize("cards", [of_item, of_order, of_lists, of_people])
@given(word=hostile)
def test_every_card_is_valid_markup_that_shows_the_words_as_they_are(
    cards: Callable[[str], Iterator[Card]], word: str
) -> None:
    for card in cards(word):
        assert flat(word) in shown(card)


TOLD = (
    *("name", "reseller", "person", "who", "where", "title", "reason", "detail", "note", "username", "chat"),
    *("account", "supplier", "group", "item", "by"),
)
NUMBERS: Mapping[str, Any] = {"user_id": 5, "amount": "5", "balance": "5", "available": "1", "currency": "USD"}
SPEAKING = [kind for kind in NoticeKind if kind is not NoticeKind.DAILY_SUMMARY]


@pytest.mark.parametrize("language", sorted(languages()))
@pytest.mark.parametrize("kind", SPEAKING)
@given(word=hostile)
def test_every_notice_is_valid_markup_whatever_its_facts_say(kind: NoticeKind, language: str, word: str) -> None:
    data = {**dict.fromkeys(TOLD, word), **NUMBERS}
    delivery = Delivery(1, DeliveryKind.NOTICE, 1, None, None, kind, data, Priority.NOTICE, 1, NOW)
    about = make_order(
        item=make_item(name=word),
        state=OrderState.FAILED,
        error=word,
        error_message=word,
        reseller_id=7,
        price=Decimal(9),
    )
    for order in (None, about):
        shown(notices.notice_card(delivery, order, speech_in(language)))


@settings(max_examples=30)
@given(word=hostile.map(lambda text: text * 5000))
def test_words_without_end_make_cards_that_telegram_takes(word: str) -> None:
    long = word[:20_000]
    for cards in (of_order, of_lists, of_people):
        for card in cards(long):
            shown(card)


@given(st.lists(hostile, min_size=16, max_size=40, unique=True))
def test_codes_in_a_file_are_to_the_letter_what_the_supplier_gave(words: list[str]) -> None:
    order = make_order(state=OrderState.COMPLETED, settled_at=NOW)
    codes = keys(*(f"={word}-{'x' * 300}" for word in words))
    message = results.result_message(order, codes, EN, private=True)
    shown(message.card)
    assert isinstance(message, DocumentMessage)
    content = message.content.decode()
    if message.filename.endswith(".txt"):
        assert content == "".join(f"{code.value}\n" for code in codes)
    else:
        rows = list(csv.DictReader(StringIO(content, newline="")))
        assert [list(row.values())[1] for row in rows] == [code.value for code in codes]
