"""Questions for access as admins see them: who asks, for which reseller, and who answered."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup
from telegram.constants import KeyboardButtonStyle

from bot.presentation.accounts import to_account
from bot.presentation.cards import ROW, Card, Paging, button, clip, grid, keyboard, lines, page_row
from bot.presentation.desk import to_desk
from bot.presentation.news import access_lines
from bot.presentation.speech import Speech
from bot.presentation.team_buttons import (
    ApproveAs,
    ApproveNew,
    DeclineAccess,
    OpenRequest,
    OpenRequests,
    PickReseller,
)
from storage.records.resellers import AccessRequest, RequestState, Reseller

RESELLERS_A_PAGE = 8
NAME_LENGTH = 60


def request_notice(facts: Mapping[str, Any], speech: Speech) -> Card:
    """The notice to admins, with the answers; ``facts`` as ``news.access_lines`` takes them."""
    return Card(lines(access_lines(facts, speech)), keyboard(_answers(int(facts.get("user_id", 0)), speech)))


def request_card(
    request: AccessRequest, decided_by: str, reseller: Reseller | None, speech: Speech, *, said: Markup | None = None
) -> Card:
    """A question for access as it stands; ``said`` tells above it what has just happened."""
    waits = request.state is RequestState.WAITING and reseller is None
    asked = speech.text("Asked {when}", when=speech.moment(request.asked_at))
    text = lines([said, *_who(request, speech), asked, *_standing(request, decided_by, reseller, speech)])
    rows = [_answers(request.user_id, speech)] if waits else []
    # A new account has no markup and no money yet.
    account = [to_account(reseller, speech)] if reseller is not None else []
    more = [button(speech.plain("Others who wait"), OpenRequests())]
    return Card(text, keyboard(*rows, *account, more))


def pick_reseller_card(
    request: AccessRequest, name: str, page: Sequence[Reseller], paging: Paging, speech: Speech
) -> Card:
    """Which account somebody shall belong to; ``name`` is what a new one would be called."""
    person = request.user_id
    text = lines(
        [
            speech.text("<b>For whom shall this person order?</b>"),
            *_who(request, speech),
            "",
            speech.text("The first person of a reseller becomes its owner. A new one can be renamed later."),
        ]
    )
    known = [button(reseller.name, ApproveAs(person, reseller.id)) for reseller in page]
    fresh = button(speech.plain("➕ New: {name}", name=clip(name, 40)), ApproveNew(person), KeyboardButtonStyle.SUCCESS)
    turn = page_row(speech, paging, lambda offset: PickReseller(person, offset))
    return Card(text, keyboard(*grid(known, 2), turn, [fresh], [button(speech.plain("‹ Back"), OpenRequest(person))]))


def no_request_card(speech: Speech) -> Card:
    """The button of a question, or of a reseller, that is not there."""
    return Card(lines([speech.text("There is nothing to answer here any more.")]), keyboard(to_desk(speech)))


def requests_card(waiting: Sequence[AccessRequest], total: int, speech: Speech) -> Card:
    """Who waits for an answer, the first of ``total``: the others follow as those are answered."""
    if not waiting:
        return Card(lines([speech.text("Nobody waits for access.")]), keyboard(to_desk(speech)))
    buttons = [
        button(f"{one.name} @{one.username}" if one.username else one.name, OpenRequest(one.user_id)) for one in waiting
    ]
    head = speech.plural("<b>{count} person asks for access</b>", "<b>{count} people ask for access</b>", total)
    return Card(lines([head]), keyboard(*grid(buttons, 1), to_desk(speech)))


def _answers(person: int, speech: Speech) -> ROW:
    return [
        button(speech.plain("✅ Approve"), PickReseller(person, 0), KeyboardButtonStyle.SUCCESS),
        button(speech.plain("❌ Decline"), DeclineAccess(person), KeyboardButtonStyle.DANGER),
    ]


def _standing(request: AccessRequest, decided_by: str, reseller: Reseller | None, speech: Speech) -> list[Markup]:
    answered = speech.text("Answered by {name}", name=clip(decided_by, NAME_LENGTH)) if decided_by else None
    if reseller is not None:
        belongs = speech.text("✅ Orders for <b>{reseller}</b>.", reseller=reseller.name)
        return [belongs, *([answered] if answered else [])]
    if request.state is RequestState.WAITING:
        return []
    ended = (
        speech.text("❌ Declined.")
        if request.state is RequestState.DECLINED
        else speech.text("Was let in, and does not belong to any reseller any more.")
    )
    return [ended, *([answered] if answered else [])]


def _who(request: AccessRequest, speech: Speech) -> list[Markup | str | None]:
    facts = {"user_id": request.user_id, "name": request.name, "username": request.username}
    return list(access_lines(facts, speech))
