"""What members and admins see of a reseller's team: its people, its groups, and the buttons that change them."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup
from telegram import InlineKeyboardButton
from telegram.constants import KeyboardButtonStyle

from bot.presentation.cards import ROW, Card, Paging, button, clip, grid, keyboard, lines, page_row
from bot.presentation.desk_buttons import OpenReseller
from bot.presentation.joining import IN_A_SENTENCE, ROLES
from bot.presentation.speech import Speech
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
from storage.records.resellers import Member, MemberRole, Reseller

ENTRIES_A_PAGE = 8
NAME_LENGTH = 60


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """A group of a reseller; ``reachable`` is whether the bot can write there."""

    id: int
    title: str
    reachable: bool = True

    @property
    def name(self) -> str:
        """What it is called, or its id where Telegram told no title."""
        return clip(self.title, NAME_LENGTH) or str(self.id)


@dataclass(frozen=True, slots=True)
class TeamFacts:
    """A reseller's people and groups; ``manages`` is whether the viewer may change them."""

    reseller: Reseller
    members: Sequence[Member]
    groups: Sequence[GroupFacts]
    open_links: int
    viewer_id: int
    manages: bool
    admin: bool


def team_card(facts: TeamFacts, offset: int, speech: Speech, *, said: Markup | None = None) -> Card:
    """The team, a page at a time; ``said`` tells above it what has just happened."""
    if not facts.manages:
        return _buyers_card(facts, speech, said)
    entries: list[Member | GroupFacts] = [*facts.members, *facts.groups]
    last = max(0, (len(entries) - 1) // ENTRIES_A_PAGE * ENTRIES_A_PAGE)
    paging = Paging(min(max(0, offset) // ENTRIES_A_PAGE * ENTRIES_A_PAGE, last), ENTRIES_A_PAGE, len(entries))
    shown = entries[paging.offset : paging.offset + paging.limit]
    text = lines(
        [
            *([said, ""] if said else []),
            speech.text("👥 <b>Team of {reseller}</b>", reseller=facts.reseller.name),
            "",
            *(_entry(one, facts, speech) for one in shown),
            *_nothing(facts, speech),
            *_links(facts.open_links, speech),
        ]
    )
    turn = page_row(speech, paging, lambda to: OpenTeam(facts.reseller.id, to))
    return Card(
        text, keyboard(*grid([_entry_button(one, facts) for one in shown], 2), turn, *_team_rows(facts, speech))
    )


def member_card(member: Member, facts: TeamFacts, speech: Speech) -> Card:
    """One of a team, with what may be done about them."""
    reseller = facts.reseller.id
    owner = member.role is MemberRole.OWNER
    change = (
        button(speech.plain("Make buyer"), MakeRole(reseller, member.user_id, MemberRole.BUYER))
        if owner
        else button(speech.plain("Make owner"), MakeRole(reseller, member.user_id, MemberRole.OWNER))
    )
    out = speech.plain("Leave") if member.user_id == facts.viewer_id else speech.plain("Remove")
    remove = button(out, AskRemoval(reseller, member.user_id), KeyboardButtonStyle.DANGER)
    text = lines(
        [
            _person(member, speech),
            speech.text("In {reseller} since {day}", reseller=facts.reseller.name, day=speech.day(member.joined_at)),
            "",
            speech.text(
                "Owners invite and remove others and see all orders and money. Buyers order, and see their own."
            ),
        ]
    )
    return Card(text, keyboard([change, remove], [_back(reseller, speech)]))


def removal_card(member: Member, facts: TeamFacts, speech: Speech) -> Card:
    """Whether somebody shall really go."""
    own = member.user_id == facts.viewer_id
    question = (
        speech.text("<b>Leave {reseller}?</b>", reseller=facts.reseller.name)
        if own
        else speech.text(
            "<b>Remove {name} from {reseller}?</b>", name=clip(member.name, NAME_LENGTH), reseller=facts.reseller.name
        )
    )
    what = speech.text("From that moment nothing can be ordered or seen any more. Orders under way go on.")
    yes = button(
        speech.plain("Leave") if own else speech.plain("Remove"),
        RemoveMember(facts.reseller.id, member.user_id),
        KeyboardButtonStyle.DANGER,
    )
    return Card(
        lines([question, what, *_still_read(facts, speech, own=own)]), keyboard([yes, _back(facts.reseller.id, speech)])
    )


def group_card(group: GroupFacts, facts: TeamFacts, speech: Speech) -> Card:
    """One of a team's groups."""
    reseller = facts.reseller.id
    text = lines(
        [
            Markup("💬 <b>{}</b>").format(group.name),
            speech.text("{reseller} orders here.", reseller=facts.reseller.name),
            None if group.reachable else speech.text("I was removed from it or may not write there. Add me again."),
            "",
            speech.text("Removed, it belongs to nobody, and nobody orders in it."),
        ]
    )
    remove = button(speech.plain("Remove"), RemoveGroup(reseller, group.id), KeyboardButtonStyle.DANGER)
    return Card(text, keyboard([remove], [_back(reseller, speech)]))


def left_card(reseller: Reseller, speech: Speech) -> Card:
    """Somebody left of their own will."""
    return Card(lines([speech.text("You do not order for <b>{reseller}</b> any more.", reseller=reseller.name)]))


def no_team_card(speech: Speech) -> Card:
    """``/team`` of an admin who belongs to no reseller."""
    return Card(lines([speech.text("You belong to no reseller. /resellers shows all of them, and their teams.")]))


def last_owner_words(member: Member, speech: Speech) -> str:
    """Why somebody cannot go or become less."""
    return speech.plain(
        "{name} is the only owner. Make somebody else an owner first.", name=clip(member.name, NAME_LENGTH)
    )


def role_set_words(member: Member, speech: Speech) -> Markup:
    """Somebody is something else now."""
    return speech.text(
        "✅ {name} is {role} now.", name=clip(member.name, NAME_LENGTH), role=speech.plain(IN_A_SENTENCE[member.role])
    )


def not_allowed_words(speech: Speech) -> str:
    """Somebody else's team, or one's own without the right to change it."""
    return speech.plain("Only an owner of this reseller may do that.")


def gone_words(speech: Speech) -> str:
    """An old button of somebody or something that is not there any more."""
    return speech.plain("This does not belong to the team any more.")


def _still_read(facts: TeamFacts, speech: Speech, *, own: bool) -> list[Markup | str]:
    """Who goes stays in the groups of Telegram, where codes arrive: only people can put them out there."""
    if own or not facts.groups:
        return []
    return [
        "",
        speech.text(
            "Take them out of the groups yourself: whoever stays in one goes on reading the codes that come there."
        ),
    ]


def _buyers_card(facts: TeamFacts, speech: Speech, said: Markup | None) -> Card:
    owners = [member for member in facts.members if member.role is MemberRole.OWNER]
    text = lines(
        [
            *([said, ""] if said else []),
            speech.text("You order for <b>{reseller}</b>.", reseller=facts.reseller.name),
            *([speech.text("Who runs it:"), *(_person(one, speech) for one in owners)] if owners else []),
        ]
    )
    leave = button(speech.plain("Leave"), AskRemoval(facts.reseller.id, facts.viewer_id), KeyboardButtonStyle.DANGER)
    return Card(text, keyboard([leave]))


def _entry(entry: Member | GroupFacts, facts: TeamFacts, speech: Speech) -> Markup:
    if isinstance(entry, Member):
        you = speech.text(" · you") if entry.user_id == facts.viewer_id else Markup("")
        return Markup("{}{}").format(_person(entry, speech), you)
    gone = Markup("") if entry.reachable else speech.text(" · I cannot write there")
    return Markup("💬 {}{}").format(entry.name, gone)


def _person(member: Member, speech: Speech) -> Markup:
    mark = "👑" if member.role is MemberRole.OWNER else "👤"
    handle = f" @{member.username}" if member.username else ""
    name = clip(member.name, NAME_LENGTH) or str(member.user_id)
    return Markup('{} <a href="tg://user?id={}">{}</a>{} · {}').format(
        mark, member.user_id, name, handle, speech.plain(ROLES[member.role])
    )


def _entry_button(entry: Member | GroupFacts, facts: TeamFacts) -> InlineKeyboardButton:
    reseller = facts.reseller.id
    if isinstance(entry, Member):
        mark = "👑" if entry.role is MemberRole.OWNER else "👤"
        return button(f"{mark} {entry.name or entry.user_id}", OpenMember(reseller, entry.user_id))
    return button(f"💬 {entry.name}", OpenGroup(reseller, entry.id))


def _nothing(facts: TeamFacts, speech: Speech) -> list[Markup]:
    return [
        *([] if facts.members else [speech.text("Nobody belongs to it yet: an invite lets the first person in.")]),
        *([] if facts.groups else [speech.text("It has no group: an invite adds one.")]),
    ]


def _links(count: int, speech: Speech) -> list[Markup | str]:
    if not count:
        return []
    return [
        "",
        speech.plural("{count} link can still be used.", "{count} links can still be used.", count),
    ]


def _team_rows(facts: TeamFacts, speech: Speech) -> list[ROW]:
    reseller = facts.reseller.id
    invite = [button(speech.plain("✉️ Invite"), InviteMore(reseller), KeyboardButtonStyle.PRIMARY)]
    withdraw = [button(speech.plain("Withdraw open links"), WithdrawLinks(reseller))] if facts.open_links else []
    up = [button(f"‹ {facts.reseller.name}", OpenReseller(reseller))] if facts.admin else []
    return [invite, withdraw, up]


def _back(reseller: int, speech: Speech) -> InlineKeyboardButton:
    return button(speech.plain("‹ Back"), OpenTeam(reseller, 0))
