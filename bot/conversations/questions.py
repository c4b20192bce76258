"""Which card asks a draft's present question."""

from markupsafe import Markup

from bot.conversations.at_price import draft_shown
from bot.conversations.talk import Talk
from bot.ordering.denominations import suggested_denominations
from bot.ordering.draft_prices import draft_currency, draft_price, offered
from bot.ordering.quantities import quantity_question, suggested_quantities
from bot.presentation.cards import Card, clip
from bot.presentation.confirmation import confirm_card
from bot.presentation.drafting import Asker, denomination_card, field_card, quantity_card
from bot.presentation.names import legible
from bot.resellers.numbers import ONE
from storage.records.orders import Draft, Step

NAME_LENGTH = 60


def question(draft: Draft, asker: Asker, *, page_from: int = 0) -> Card:
    """The draft's present question, at its person's price. At Confirm, a quoted draft must have its quote."""
    shown = draft_shown(draft)
    if draft.step is Step.DENOMINATION:
        return denomination_card(shown, suggested_denominations(draft.item), asker, values_from=page_from)
    if draft.step is Step.FIELD:
        return field_card(shown, asker, choices_from=page_from)
    item = offered(draft)
    rule = quantity_question(item)
    if draft.step is Step.CONFIRM or rule is None:
        return confirm_card(shown, draft.quantity or ONE, draft_price(draft), draft_currency(draft), asker)
    return quantity_card(shown, rule, suggested_quantities(item), asker)


def asker_in(talk: Talk, problem: Markup | None = None) -> Asker:
    """For whom the question is drawn; ``problem`` says why it is asked (again)."""
    operates = talk.role.operates and talk.private
    return Asker(talk.speech, None if talk.private else mention(talk), problem, operates=operates)


def mention(talk: Talk) -> Markup:
    """Names the person, so that a group sees whose question it is and Telegram asks only them to reply."""
    name = clip(legible(talk.person.full_name), NAME_LENGTH) or str(talk.person.id)
    return Markup('<a href="tg://user?id={}">{}</a>').format(talk.person.id, name)
