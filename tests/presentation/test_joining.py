"""Cards of getting in and of teams: whatever people, groups and resellers are called, markup and measures hold."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from telegram.constants import InlineKeyboardButtonLimit, MessageLimit

from bot.presentation import joining, requests, team
from bot.presentation.cards import Card, Paging, visible_length
from bot.presentation.joining import InviteLinks
from bot.presentation.speech import Speech, languages
from bot.presentation.team import GroupFacts, TeamFacts
from storage.records.resellers import AccessRequest, InviteKind, Member, MemberRole, RequestState, Reseller

WHEN = datetime(2026, 11, 21, tzinfo=UTC)
NASTY = "<b>&\"' " + "🎮" * 27
LINK = "https://t.me/orderline_demo_bot?start=" + "x" * 32


def cards(speech: Speech, name: str) -> Iterator[Card]:
    """Every card, about people, groups and a reseller of this name."""
    nova = Reseller(1, name, WHEN, balance=Decimal(5))
    owner = Member(2**52, 1, MemberRole.OWNER, name * 3, WHEN, "h" * 32)
    crowd = [owner, *(Member(number, 1, MemberRole.BUYER, name, WHEN) for number in range(30))]
    groups = [GroupFacts(-1_000_000_000_000 - number, name * 4, reachable=number % 2 == 0) for number in range(10)]
    yield joining.stranger_card(speech, private=True)
    yield joining.masked_card(speech)
    yield joining.asked_card(speech)
    yield joining.still_waits_card(WHEN, speech)
    yield joining.ask_later_card(WHEN, speech)
    yield joining.has_access_card(nova, speech)
    for role in MemberRole:
        yield joining.welcome_member_card(nova, role, speech)
        yield joining.invite_card(InviteLinks(nova, role, LINK, LINK, WHEN), speech)
    yield joining.elsewhere_card(nova, speech)
    yield joining.admin_joins_card(nova, "x" * 32, speech)
    for problem in joining.BAD_LINKS:
        yield joining.bad_link_card(problem, speech, stranger=True)
    for kind in InviteKind:
        yield joining.wrong_place_card(kind, speech)
    yield joining.group_adopted_card(nova, speech, new=True)
    for change in ("approved", "declined", "removed", "group_removed", "joined", "role"):
        facts = {"change": change, "reseller": name, "person": name, "role": "owner", "again": WHEN.isoformat()}
        yield joining.access_changed_card(facts, speech)
    for state in RequestState:
        asked = AccessRequest(2**52, name * 3, "h" * 32, WHEN, state)
        yield requests.request_card(asked, name * 3, nova if state is RequestState.APPROVED else None, speech)
        yield requests.pick_reseller_card(asked, name, [nova] * 8, Paging(8, 8, 99), speech)
        yield requests.requests_card([asked] * 20, 100, speech)
    for manages, admin in ((True, True), (True, False), (False, False)):
        facts_of = TeamFacts(nova, crowd, groups, 3, owner.user_id, manages, admin)
        yield team.team_card(facts_of, 32, speech)
        yield team.member_card(owner, facts_of, speech)
        yield team.removal_card(owner, facts_of, speech)
        yield team.group_card(groups[1], facts_of, speech)


@pytest.mark.parametrize("language", languages())
def test_every_card_escapes_names_and_keeps_telegrams_measures(language: str) -> None:
    for card in cards(languages()[language], NASTY[:64]):
        assert '<b>&"' not in card.text
        assert 0 < visible_length(card.text) <= MessageLimit.MAX_TEXT_LENGTH
        for row in card.keyboard.inline_keyboard if card.keyboard else ():
            for one in row:
                data = one.callback_data
                assert data is None or len(str(data).encode()) <= InlineKeyboardButtonLimit.MAX_CALLBACK_DATA
