"""Which card asks a draft's present question."""

from markupsafe import Markup

from bot.conversations.talk import Talk
from bot.ordering.drafts import draft_total
from bot.ordering.rules import ONE, quantity_question, suggested_quantities
from bot.presentation.cards import Card, clip
from bot.presentation.drafting import Asker, confirm_card, field_card, quantity_card
from storage.records.orders import Draft, Step
from storage.records.queues import KnownBalance

NAME_LENGTH = 60


def question(
    draft: Draft,
    talk: Talk,
    problem: Markup | None = None,
    held: KnownBalance | None = None,
    *,
    choices_from: int = 0,
) -> Card:
    """The draft's present question, in its chat's language; ``problem`` says why it is asked (again).

    ``held`` is what the account that pays is known to hold, where the person may know it.
    """
    asker = Asker(talk.speech, None if talk.private else mention(talk), problem, held)
    if draft.step is Step.FIELD:
        return field_card(draft, asker, choices_from=choices_from)
    rule = quantity_question(draft.item)
    if draft.step is Step.CONFIRM or rule is None:
        return confirm_card(draft, draft.quantity or ONE, draft_total(draft), asker)
    return quantity_card(draft, rule, suggested_quantities(draft.item), asker)


def mention(talk: Talk) -> Markup:
    """Names the person, so that a group sees whose question it is and Telegram asks only them to reply."""
    name = clip(talk.person.full_name, NAME_LENGTH) or str(talk.person.id)
    return Markup('<a href="tg://user?id={}">{}</a>').format(talk.person.id, name)
