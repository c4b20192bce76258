"""Teams: who orders for a reseller, who may invite, and who goes. For its owners, and for admins about any of them."""

from markupsafe import Markup

from bot.conversations.joining import invite_card
from bot.conversations.menus import Menus
from bot.conversations.talk import Talk
from bot.presentation import team as pages
from bot.presentation.greetings import ask_in_private_card
from bot.presentation.team import GroupFacts, TeamFacts
from bot.presentation.team_buttons import (
    AskRemoval,
    InviteMore,
    MakeRole,
    OpenGroup,
    OpenMember,
    OpenTeam,
    RemoveGroup,
    RemoveMember,
    WithdrawLinks,
)
from bot.resellers.invitations import Links
from bot.resellers.membership import Membership
from bot.resellers.team import Gone, GroupRemoved, LastOwner, NamedGroup, NotAllowed, Removed, RoleSet, TeamView


class TeamPages:
    """Shows teams and changes them. Every right is checked where the change is made; here it is only worded."""

    def __init__(self, membership: Membership, menus: Menus, desk_chats: frozenset[int]) -> None:
        self._team = membership.team
        self._invitations = membership.invitations
        self._menus = menus
        self._desk_chats = desk_chats

    async def mine(self, talk: Talk) -> None:
        """``/team``: the own reseller's."""
        if not self._alone(talk):
            await talk.show(ask_in_private_card(talk.speech))
            return
        match await self._team.mine(talk.person.id):
            case TeamView() as view:
                await talk.show(pages.team_card(_facts(view), 0, talk.speech))
            case _:
                await talk.show(pages.no_team_card(talk.speech))

    async def open(self, talk: Talk, button: OpenTeam) -> None:
        """A page of a team."""
        await self._show(talk, button.reseller, button.offset)

    async def member(self, talk: Talk, button: OpenMember) -> None:
        """One of its people."""
        view = await self._managed(talk, button.reseller)
        member = view and view.member(button.person)
        if view is None or member is None:
            await self._gone(talk, button.reseller)
            return
        await talk.show(pages.member_card(member, _facts(view), talk.speech))

    async def group(self, talk: Talk, button: OpenGroup) -> None:
        """One of its groups."""
        view = await self._managed(talk, button.reseller)
        named = view and view.group(button.chat)
        if view is None or named is None:
            await self._gone(talk, button.reseller)
            return
        await talk.show(pages.group_card(_group_facts(named), _facts(view), talk.speech))

    async def ask_removal(self, talk: Talk, button: AskRemoval) -> None:
        """Whether it is really meant."""
        view = await self._view(talk, button.reseller)
        member = view and view.member(button.person)
        if view is None or member is None or not (view.manages or button.person == talk.person.id):
            await self._gone(talk, button.reseller)
            return
        await talk.show(pages.removal_card(member, _facts(view), talk.speech))

    async def remove(self, talk: Talk, button: RemoveMember) -> None:
        """Somebody goes, at once."""
        actor, update_id = talk.person.id, talk.incoming.update_id
        match await self._team.remove(button.reseller, button.person, actor, update_id):
            case Removed(reseller, member):
                self._menus.renew(talk, member.user_id)
                if member.user_id == actor:
                    await talk.show(pages.left_card(reseller, talk.speech))
                    return
                said = talk.speech.text("✅ {name} is out.", name=member.name)
                await self._show(talk, button.reseller, 0, said)
            case outcome:
                await self._not_done(talk, button.reseller, outcome)

    async def remove_group(self, talk: Talk, button: RemoveGroup) -> None:
        """A group goes, at once."""
        actor, update_id = talk.person.id, talk.incoming.update_id
        match await self._team.remove_group(button.reseller, button.chat, actor, update_id):
            case GroupRemoved(_, named):
                said = talk.speech.text("✅ {name} is out.", name=named.title or named.group.chat_id)
                await self._show(talk, button.reseller, 0, said)
            case outcome:
                await self._not_done(talk, button.reseller, outcome)

    async def make_role(self, talk: Talk, button: MakeRole) -> None:
        """Somebody becomes an owner or a buyer."""
        actor, update_id = talk.person.id, talk.incoming.update_id
        match await self._team.set_role(button.reseller, button.person, button.role, actor, update_id):
            case RoleSet(reseller, member):
                self._menus.renew(talk, member.user_id)
                said = pages.role_set_words(member, talk.speech)
                await self._show(talk, reseller.id, 0, said)
            case outcome:
                await self._not_done(talk, button.reseller, outcome)

    async def invite(self, talk: Talk, button: InviteMore) -> None:
        """New links, as a message of their own: it is to be passed on."""
        if not self._alone(talk):
            await talk.answer(ask_in_private_card(talk.speech).text, alert=True)
            return
        match await self._invitations.links(button.reseller, talk.person.id, talk.incoming.update_id):
            case Links() as links:
                await talk.send(invite_card(links, talk.bot.username, talk.speech))
            case outcome:
                await self._not_done(talk, button.reseller, outcome)

    async def withdraw(self, talk: Talk, button: WithdrawLinks) -> None:
        """Open links end."""
        match await self._invitations.withdraw(button.reseller, talk.person.id, talk.incoming.update_id):
            case int():
                said = talk.speech.text("✅ No link of this reseller can be used any more.")
                await self._show(talk, button.reseller, 0, said)
            case outcome:
                await self._not_done(talk, button.reseller, outcome)

    def _alone(self, talk: Talk) -> bool:
        """Whether nobody else reads along, or the operators alone do."""
        return talk.private or (talk.role.operates and talk.chat.id in self._desk_chats)

    async def _view(self, talk: Talk, reseller_id: int) -> TeamView | None:
        view = await self._team.view(reseller_id, talk.person.id)
        return view if isinstance(view, TeamView) and self._alone(talk) else None

    async def _managed(self, talk: Talk, reseller_id: int) -> TeamView | None:
        view = await self._view(talk, reseller_id)
        return view if view is not None and view.manages else None

    async def _show(self, talk: Talk, reseller_id: int, offset: int, said: Markup | None = None) -> None:
        view = await self._view(talk, reseller_id)
        if view is None:
            await talk.answer(pages.not_allowed_words(talk.speech), alert=True)
            return
        await talk.show(pages.team_card(_facts(view), offset, talk.speech, said=said))

    async def _gone(self, talk: Talk, reseller_id: int) -> None:
        """An old button: the team as it is now, for those who may change it."""
        view = await self._view(talk, reseller_id)
        if view is None or not view.manages:
            await talk.answer(pages.not_allowed_words(talk.speech), alert=True)
            return
        await talk.answer(pages.gone_words(talk.speech), alert=True)
        await talk.show(pages.team_card(_facts(view), 0, talk.speech))

    async def _not_done(self, talk: Talk, reseller_id: int, outcome: LastOwner | NotAllowed | Gone) -> None:
        match outcome:
            case LastOwner(_, member):
                await talk.answer(pages.last_owner_words(member, talk.speech), alert=True)
            case NotAllowed():
                await talk.answer(pages.not_allowed_words(talk.speech), alert=True)
            case Gone():
                await self._gone(talk, reseller_id)


def _facts(view: TeamView) -> TeamFacts:
    groups = [_group_facts(named) for named in view.groups]
    return TeamFacts(view.reseller, view.members, groups, view.open_links, view.viewer_id, view.manages, view.admin)


def _group_facts(named: NamedGroup) -> GroupFacts:
    return GroupFacts(named.group.chat_id, named.title, named.reachable)
