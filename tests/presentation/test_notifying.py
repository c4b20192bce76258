"""The cards of ``/notify``, in every language."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product
from zoneinfo import available_timezones

import pytest

from bot.presentation.cards import Card, visible_length
from bot.presentation.notify_buttons import PickZone
from bot.presentation.notifying import (
    ZONES,
    Heard,
    LowBalance,
    low_card,
    not_understood_card,
    notify_card,
    quiet_card,
    zone_card,
)
from bot.presentation.speech import Speech, languages, speech_in
from storage.records.resellers import Choices, FeedEvent

EN = speech_in("en")
THERE = datetime(2026, 3, 14, 18, 5, tzinfo=UTC)
HEARD = Heard(Choices(), THERE, may_change=True)
NIGHT = Choices(quiet_from=1350, quiet_until=435, time_zone="Europe/Kyiv")
LOW = LowBalance(Decimal(50), own=True, currency="USD")


def labels(card: Card) -> list[str]:
    return [one.text for row in card.keyboard.inline_keyboard for one in row] if card.keyboard else []


@pytest.mark.parametrize("draw", [notify_card, quiet_card, zone_card, low_card])
@pytest.mark.parametrize("language", sorted(languages()))
def test_every_card_fits_whatever_was_chosen(draw: Callable[[Heard, Speech], Card], language: str) -> None:
    speech = speech_in(language)
    for choices, may, team, feed, low in product(
        (Choices(), NIGHT, Choices(team_failures=True, feed=())),
        (True, False),
        (True, False),
        (True, False),
        (None, LOW),
    ):
        heard = Heard(choices, THERE, may, team=team, feed=feed, low=low, owners_of="N" * 500)
        card = draw(heard, speech)
        assert 0 < visible_length(card.text) < 1500
        assert len(labels(card)) < 40


def test_the_card_tells_the_hours_by_the_chats_own_clock() -> None:
    assert "22:30–07:15</b> (Europe/Kyiv, now 18:05)" in notify_card(replace(HEARD, choices=NIGHT), EN).text


def test_whoever_picks_quiet_hours_sees_by_which_clock_and_can_change_it() -> None:
    card = quiet_card(HEARD, EN)
    assert "The clock here: UTC, now 18:05." in card.text
    assert "🕒 Time zone" in labels(card)


def test_what_cannot_be_chosen_is_not_offered() -> None:
    card = notify_card(HEARD, EN)
    assert labels(card) == ["🌙 Quiet hours", "🕒 Time zone"]
    assert "team" not in card.text
    assert "balance" not in card.text


def test_whoever_may_not_choose_reads_who_may() -> None:
    group = replace(HEARD, may_change=False, owners_of="Nova <3")
    card = notify_card(group, EN)
    assert card.keyboard is None
    assert "An owner of Nova &lt;3 can change this." in card.text
    assert "An operator can change this." in notify_card(replace(group, owners_of=""), EN).text


def test_the_feed_names_what_is_told_and_offers_the_rest() -> None:
    card = notify_card(replace(HEARD, feed=True, choices=Choices(feed=(FeedEvent.NEW,))), EN)
    assert "<b>New orders</b>" in card.text
    assert [label for label in labels(card) if label.startswith("🔔")] == ["🔔 New orders"]
    assert len([label for label in labels(card) if label.startswith("🔕")]) == 4


def test_every_offered_time_zone_is_one_and_its_place_is_named() -> None:
    assert set(ZONES) <= available_timezones()
    assert "Киев" in labels(zone_card(HEARD, speech_in("ru")))
    assert "Sao Paulo" in labels(zone_card(HEARD, EN)) or "São Paulo" in labels(zone_card(HEARD, EN))


def test_every_time_zone_fits_a_button() -> None:
    assert all(PickZone(name).pack() for name in available_timezones())


def test_words_that_mean_nothing_are_repeated_safely_with_what_was_meant() -> None:
    card = not_understood_card("<b>" + "x" * 500, ["Europe/Kyiv"], HEARD, EN)
    assert "&lt;b&gt;x" in card.text
    assert labels(card)[0] == "Kyiv (Europe/Kyiv)"
    assert len(card.text) < 1000


def test_a_limit_that_is_the_shops_is_marked_as_such() -> None:
    assert "• As for everybody" in labels(low_card(replace(HEARD, low=replace(LOW, own=False)), EN))
    assert "• $50.00" in labels(low_card(replace(HEARD, low=LOW), EN))
    assert "• Never" in labels(low_card(replace(HEARD, low=replace(LOW, limit=Decimal(0))), EN))
