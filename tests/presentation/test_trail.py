"""The details of the audit trail, in the reader's language."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.presentation.speech import speech_in
from bot.presentation.trail import DETAILS, trail_detail
from bot.resellers.deeds import Bounds, Deeds, shown_percent
from storage.records.resellers import AuditEntry
from tests.factories import NOW

EN, RU = speech_in("en"), speech_in("ru")
DEEDS = Deeds("USD", lambda: NOW)


def entry(action: str, detail: str) -> AuditEntry:
    return AuditEntry(1, 1001, action, "Nova", detail, at=NOW)


def plain(text: str) -> str:
    """Every kind of space as a plain one."""
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("action", "detail", "english", "russian"),
    [
        ("credit", f"{DEEDS.money(Decimal(1250))}: for 5 %: M", "$1,250.00: for 5 %: M", "1 250,00 $: for 5 %: M"),
        ("debit", DEEDS.money(Decimal("0.5")), "$0.50", "0,50 $"),
        (
            "markup",
            f"{shown_percent(Decimal('8.50'))}, was {shown_percent(Decimal(0))}",
            "8.5%, was 0%",
            "8,5 %, было 0 %",
        ),
        (
            "markup",
            "category A: B, was C: 5 %, was none",
            "category A: B, was C: 5%, was none",
            "категория A: B, was C: 5 %, было нет",
        ),
        ("markup", "item voodoo:1: none, was 6 %", "item voodoo:1: none, was 6%", "товар voodoo:1: нет, было 6 %"),
        ("limit", "100.00 USD, was 0.00 USD", "$100.00, was $0.00", "100,00 $, было 0,00 $"),
        ("low balance", f"{DEEDS.money(None)}, was 5.00 USD", "the shop's, was $5.00", "как у магазина, было 5,00 $"),
        (
            "limits",
            f"{DEEDS.bounds(Bounds(2, Decimal(5), None))}; was {DEEDS.bounds(Bounds())}",
            "a minute 2, a day $5.00, an order the shop's; "
            "was a minute the shop's, a day the shop's, an order the shop's",
            "в минуту 2, в день 5,00 $, за заказ как у магазина; было: в минуту как у магазина, в день как у магазина, "
            "за заказ как у магазина",
        ),
        ("rename", "now Nova & Co", "now Nova & Co", "теперь Nova & Co"),
        ("invite", "as buyer", "as buyer", "роль: покупатель"),
        ("join", "Zoë: x @zoe (7): owner", "Zoë: x @zoe (7): owner", "Zoë: x @zoe (7): владелец"),
        ("withdraw", "3 links", "3 links", "3 ссылки"),
        ("add group", "Team: owner (-5)", "Team: owner (-5)", "Team: owner (-5)"),
    ],
)  # fmt: skip
def test_a_detail_is_told_in_the_readers_words(action: str, detail: str, english: str, russian: str) -> None:
    assert plain(trail_detail(entry(action, detail), EN)) == english
    assert plain(trail_detail(entry(action, detail), RU)) == russian


@given(st.sampled_from([*DETAILS, "polish"]), st.text(max_size=60))
def test_whatever_was_written_is_told(action: str, detail: str) -> None:
    assert bool(trail_detail(entry(action, detail), RU)) is bool(detail)
