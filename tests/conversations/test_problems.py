"""Every wrong answer has its sentence, in every language."""

from decimal import Decimal

import pytest
from telegram.constants import CallbackQueryLimit

from bot.conversations.problems import (
    BARRIERS,
    barred_because,
    barred_words,
    no_quote,
    not_resolved,
    wrong_denomination,
    wrong_field,
    wrong_quantity,
)
from bot.ordering.answers import WrongField, WrongFieldReason
from bot.ordering.denominations import WrongDenomination, WrongDenominationReason
from bot.ordering.quantities import QuantityRule, WrongQuantity, WrongQuantityReason, quantity_question
from bot.ordering.resolving import RefusedBecause, ResolveRefused
from bot.presentation.speech import Speech, languages, speech_in
from bot.resellers.limits import Barred, Barrier
from bot.suppliers.outcomes import QuoteProblem
from tests.factories import make_card, make_draft, make_item, make_service


@pytest.fixture(params=sorted(languages()))
def speech(request: pytest.FixtureRequest) -> Speech:
    """Each language."""
    return speech_in(request.param)


def rule() -> QuantityRule:
    """What a quantity must be."""
    found = quantity_question(make_item())
    assert found is not None
    return found


def test_every_wrong_answer_is_explained_in_one_sentence(speech: Speech) -> None:
    [field] = make_service().fields
    said = [
        *(wrong_denomination(WrongDenomination(reason, make_card()), speech) for reason in WrongDenominationReason),
        *(wrong_quantity(WrongQuantity(reason, rule()), speech) for reason in WrongQuantityReason),
        *(wrong_field(WrongField(reason, field, 500), speech) for reason in WrongFieldReason),
        *(no_quote(reason, speech) for reason in (None, *QuoteProblem)),
    ]
    assert all(words.endswith(".") for words in said)


def test_every_refusal_to_resolve_is_explained(speech: Speech) -> None:
    for reason in RefusedBecause:
        words = not_resolved(ResolveRefused(reason, "7KQ2M9XF"), speech)
        assert "7KQ2M9XF" in words


@pytest.mark.parametrize("barrier", Barrier)
def test_every_barrier_has_words_of_its_own_that_fit_the_answer_to_a_tap(barrier: Barrier, speech: Speech) -> None:
    most = Decimal("99999999.99")
    barred = Barred(make_draft(), barrier, "USD", price=most, bound=most, missing=most, available=most)
    words = barred_words(barred, speech)
    assert words.endswith(".")
    assert words in barred_because(barred, speech).unescape()
    assert len(words) <= CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH
    assert len(set(BARRIERS.values())) == len(Barrier)


def test_a_barrier_says_the_amounts_that_it_is_about() -> None:
    english = speech_in("en")
    short = Barred(make_draft(), Barrier.NOT_ENOUGH, "USD", missing=Decimal("3.1"))
    assert "$3.10 is missing" in barred_words(short, english)
    often = Barred(make_draft(), Barrier.PER_MINUTE, "USD", bound=Decimal(5))
    assert "at most 5 a minute" in barred_words(often, english)
