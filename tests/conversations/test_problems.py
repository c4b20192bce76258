"""Every wrong answer has its sentence, in every language."""

import pytest

from bot.conversations.problems import no_quote, not_resolved, wrong_denomination, wrong_field, wrong_quantity
from bot.ordering.resolving import RefusedBecause, ResolveRefused
from bot.ordering.rules import (
    QuantityRule,
    WrongDenomination,
    WrongDenominationReason,
    WrongField,
    WrongFieldReason,
    WrongQuantity,
    WrongQuantityReason,
    quantity_question,
)
from bot.presentation.speech import Speech, languages, speech_in
from bot.suppliers.protocol import QuoteProblem
from tests.factories import make_card, make_item, make_service


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
