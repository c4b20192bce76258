"""Admins answer questions for access: they choose a reseller or make one, or decline. The first answer holds."""

from markupsafe import Markup

from bot.conversations.menus import Menus
from bot.conversations.talk import Talk
from bot.presentation import requests as pages
from bot.presentation.cards import Paging
from bot.presentation.greetings import admins_only_card
from bot.presentation.requests import RESELLERS_A_PAGE
from bot.presentation.team_buttons import ApproveAs, ApproveNew, DeclineAccess, OpenRequest, OpenRequests, PickReseller
from bot.resellers.admission import Answer, Approved, Decided, Declined, RequestView, default_name
from bot.resellers.membership import Membership
from bot.resellers.team import Gone, NotAllowed

LISTED = 20
MOST_WAITING = 100
"""People who ask for access are counted up to so many."""


class RequestPages:
    """Shows who asks for access, and passes the admins' answers on."""

    def __init__(self, membership: Membership, menus: Menus) -> None:
        self._admission = membership.admission
        self._menus = menus

    async def list(self, talk: Talk, _button: OpenRequests | None = None) -> None:
        """Everybody who waits."""
        if await self._refused(talk):
            return
        waiting = await self._admission.waiting(MOST_WAITING)
        await talk.show(pages.requests_card(waiting[:LISTED], len(waiting), talk.speech))

    async def open(self, talk: Talk, button: OpenRequest) -> None:
        """One question."""
        if not await self._refused(talk):
            await self._show(talk, await self._admission.view(button.person))

    async def pick(self, talk: Talk, button: PickReseller) -> None:
        """Which reseller the person shall belong to."""
        if await self._refused(talk):
            return
        view = await self._admission.view(button.person)
        if view is None or not view.waits:
            await self._show(talk, view)
            return
        found, total = await self._admission.resellers(button.offset, RESELLERS_A_PAGE)
        paging = Paging(button.offset // RESELLERS_A_PAGE * RESELLERS_A_PAGE, RESELLERS_A_PAGE, total)
        name = default_name(view.request)
        await talk.show(pages.pick_reseller_card(view.request, name, found, paging, talk.speech))

    async def approve(self, talk: Talk, button: ApproveAs) -> None:
        """Let in, as one of a reseller's."""
        actor, update_id = talk.person.id, talk.incoming.update_id
        await self._tell(talk, await self._admission.approve(button.person, button.reseller, actor, update_id))

    async def approve_new(self, talk: Talk, button: ApproveNew) -> None:
        """Let in, as the owner of a new one."""
        actor, update_id = talk.person.id, talk.incoming.update_id
        await self._tell(talk, await self._admission.approve_new(button.person, actor, update_id))

    async def decline(self, talk: Talk, button: DeclineAccess) -> None:
        """Say no."""
        await self._tell(talk, await self._admission.decline(button.person, talk.person.id, talk.incoming.update_id))

    async def _tell(self, talk: Talk, answer: Answer) -> None:
        match answer:
            case Approved(view, _, member):
                self._menus.renew(talk, member.user_id)
                await self._show(talk, view)
            case Declined(view):
                await self._show(talk, view)
            case Decided(view):
                # An own answer that is handled twice is no news.
                own = view.request.decided_by == talk.person.id
                await self._show(talk, view, None if own else talk.speech.text("This was answered before."))
            case NotAllowed():
                await talk.answer(admins_only_card(talk.speech).text, alert=True)
            case Gone():
                await self._show(talk, None)

    async def _show(self, talk: Talk, view: RequestView | None, said: Markup | None = None) -> None:
        if view is None:
            await talk.show(pages.no_request_card(talk.speech))
            return
        card = pages.request_card(view.request, view.decided_by, view.reseller, talk.speech, said=said)
        await talk.show(card)

    async def _refused(self, talk: Talk) -> bool:
        """Whether somebody who is no admin was told so."""
        if talk.role.operates:
            return False
        await talk.answer(admins_only_card(talk.speech).text, alert=True)
        return True
