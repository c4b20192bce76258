"""Getting in: what strangers, newcomers and groups are told, and the invites that let them in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from telegram import InlineKeyboardButton
from telegram.constants import KeyboardButtonStyle

from bot.presentation.buttons import OpenCategories
from bot.presentation.cards import Card, button, clip, copy_button, keyboard, lines
from bot.presentation.speech import Speech, marked
from bot.presentation.team_buttons import AskAccess, JoinAnyway, OpenTeam
from storage.records.resellers import InviteKind, MemberRole, Reseller

NAME_LENGTH = 60

ROLES: Mapping[MemberRole, str] = {MemberRole.OWNER: marked("owner"), MemberRole.BUYER: marked("buyer")}
IN_A_SENTENCE: Mapping[MemberRole, str] = {MemberRole.OWNER: marked("an owner"), MemberRole.BUYER: marked("a buyer")}
"""What somebody becomes, where the role is not a label."""


@dataclass(frozen=True, slots=True)
class InviteLinks:
    """Two new links of a reseller, and what the first makes of the person who opens it."""

    reseller: Reseller
    role: MemberRole
    person: str
    group: str
    expires_at: datetime


def stranger_card(speech: Speech, *, private: bool, popup: bool = False) -> Card:
    """What people without access are told, and where they may ask for it; a tap's answer has no buttons."""
    refused = speech.text("You do not have access to this bot.")
    if not private:
        return Card(lines([refused, speech.text("You can ask for it in our private chat.")]))
    if popup:
        return Card(lines([refused, speech.text("Send /start to ask for it.")]))
    return Card(lines([refused]), keyboard([_ask_button(speech)]))


def masked_card(speech: Speech) -> Card:
    """Somebody who writes as the group, or as a channel."""
    text = speech.text(
        "I cannot see who you are: you write as the group or a channel. Please write as yourself, then send it again."
    )
    return Card(lines([text]))


def asked_card(speech: Speech) -> Card:
    """The question was passed on."""
    return Card(lines([speech.text("✅ You asked for access. You will hear here as soon as somebody answers.")]))


def still_waits_card(since: datetime, speech: Speech) -> Card:
    """The question was passed on before."""
    asked = speech.text(
        "You asked for access on {when}. It waits for an answer, which arrives here.", when=speech.moment(since)
    )
    return Card(lines([asked]))


def ask_later_card(again: datetime, speech: Speech) -> Card:
    """The question was answered not long ago."""
    text = speech.text(
        "You were answered not long ago. You can ask again from {when} on.",
        when=speech.moment(again),
    )
    return Card(lines([text]), keyboard([_ask_button(speech)]))


def has_access_card(reseller: Reseller, speech: Speech) -> Card:
    """The person was let in meanwhile."""
    text = speech.text("You already order for <b>{reseller}</b>.", reseller=reseller.name)
    return Card(lines([text]), keyboard([button(speech.plain("Open the catalog"), OpenCategories(0))]))


def welcome_member_card(reseller: Reseller, role: MemberRole, speech: Speech, *, new: bool = True) -> Card:
    """Somebody belongs to a reseller now, or did already."""
    head = (
        speech.text("🎉 <b>Welcome! You order for {reseller} now.</b>", reseller=reseller.name)
        if new
        else speech.text("You already order for <b>{reseller}</b>.", reseller=reseller.name)
    )
    return Card(
        lines(
            [head, *_powers(role, speech), "", speech.text("Type a few words to search, or look through the catalog.")]
        ),
        keyboard([button(speech.plain("Open the catalog"), OpenCategories(0))]),
    )


def elsewhere_card(present: Reseller, speech: Speech) -> Card:
    """Somebody's link of another reseller than their own."""
    text = speech.text(
        "You order for <b>{reseller}</b>, and nobody can belong to two. Leave it first with /team, then open the link.",
        reseller=present.name,
    )
    return Card(lines([text]))


def admin_joins_card(reseller: Reseller, token: str, speech: Speech) -> Card:
    """An admin opened an invite: it is not used up by accident."""
    text = lines(
        [
            speech.text(
                "This link makes whoever opens it a member of <b>{reseller}</b>. You run the shop.",
                reseller=reseller.name,
            ),
            speech.text(
                "If you join, what you order in our private chat is paid by {reseller}.", reseller=reseller.name
            ),
            speech.text("Was it meant for somebody else? Then leave it: it still works."),
        ]
    )
    return Card(text, keyboard([button(speech.plain("Join anyway"), JoinAnyway(token), KeyboardButtonStyle.DANGER)]))


def bad_link_card(problem: str, speech: Speech, *, stranger: bool) -> Card:
    """A link that lets nobody in (any more); ``problem`` is one of ``BAD_LINKS``."""
    text = lines([speech.text(BAD_LINKS[problem]), speech.text("Ask for a new one where you got it.")])
    return Card(text, keyboard([_ask_button(speech)] if stranger else []))


BAD_LINKS: Mapping[str, str] = {
    "unknown": marked("This link does not work."),
    "used": marked("This link was used already: each works once."),
    "expired": marked("This link has expired."),
}


def wrong_place_card(kind: InviteKind, speech: Speech) -> Card:
    """A link of the other kind."""
    words = (
        speech.text("This link is for a group: open it on your phone or computer and choose the group to add me to.")
        if kind is InviteKind.GROUP
        else speech.text("This link is for one person: open it in our private chat. It was not used up.")
    )
    return Card(lines([words]))


def group_adopted_card(reseller: Reseller, speech: Speech, *, new: bool) -> Card:
    """A group that belongs to a reseller (now)."""
    head = (
        speech.text("✅ <b>From now on {reseller} orders here.</b>", reseller=reseller.name)
        if new
        else speech.text("<b>{reseller}</b> orders here.", reseller=reseller.name)
    )
    return Card(
        lines(
            [
                head,
                speech.text(
                    "Its members send /order or /find with a few words. The results arrive here, codes hidden."
                ),
            ]
        )
    )


def group_taken_card(speech: Speech) -> Card:
    """A group that is somebody else's."""
    return Card(lines([speech.text("This group already belongs to somebody else. The link was not used up.")]))


def not_of_team_card(speech: Speech) -> Card:
    """A group's link in the hands of somebody who does not belong to the reseller."""
    return Card(lines([speech.text("Only a member of the reseller that the link is from can add me here.")]))


def nobodys_group_card(speech: Speech) -> Card:
    """The first words in a group that belongs to no reseller."""
    return Card(
        lines(
            [
                speech.text(
                    "👋 I take orders of gift cards and top-ups for resellers, and this group is nobody's yet."
                ),
                speech.text("An owner of a reseller can add it with the link from /team in our private chat."),
                speech.text("Until then nobody can order here."),
            ]
        )
    )


def invite_card(links: InviteLinks, speech: Speech) -> Card:
    """Two links to hand out."""
    role = speech.plain(IN_A_SENTENCE[links.role])
    text = lines(
        [
            speech.text("✉️ <b>Invite to {reseller}</b>", reseller=links.reseller.name),
            "",
            speech.text("For one person, who becomes {role}:", role=role),
            links.person,
            "",
            speech.text("For one group:"),
            links.group,
            "",
            speech.text(
                "Each works once, until {when}. Pass it on to nobody else.", when=speech.moment(links.expires_at)
            ),
        ]
    )
    return Card(
        text,
        keyboard(
            [
                copy_button(speech.plain("📋 Person's link"), links.person),
                copy_button(speech.plain("📋 Group's link"), links.group),
            ],
            [button(speech.plain("👥 Team"), OpenTeam(links.reseller.id, 0))],
        ),
    )


def access_changed_card(facts: Mapping[str, Any], speech: Speech) -> Card:
    """What a person or group hears when its access changed. ``facts``: ``change``, ``reseller`` and what follows."""
    reseller = str(facts.get("reseller", ""))
    role = _role_of(facts)
    open_catalog = keyboard([button(speech.plain("Open the catalog"), OpenCategories(0))])
    match facts.get("change"):
        case "approved":
            head = speech.text("🎉 <b>Welcome! You order for {reseller} now.</b>", reseller=reseller)
            return Card(lines([head, *_powers(role, speech)]), open_catalog)
        case "declined":
            return Card(lines([speech.text("Your request for access was declined."), _again(facts, speech)]))
        case "resumed":
            return Card(lines([speech.text("▶ <b>{reseller} may order again.</b>", reseller=reseller)]), open_catalog)
        case "removed" | "group_removed" | "suspended" as change:
            return Card(lines(_ended(change, reseller, speech)))
        case "joined":
            person, what = str(facts.get("person", "")), speech.plain(IN_A_SENTENCE[role])
            text = speech.text(
                "👤 {person} opened your link and is {role} of <b>{reseller}</b> now.",
                person=clip(person, NAME_LENGTH),
                role=what,
                reseller=reseller,
            )
            return Card(lines([text]))
        case _:
            text = speech.text(
                "You are {role} of <b>{reseller}</b> now.", role=speech.plain(IN_A_SENTENCE[role]), reseller=reseller
            )
            return Card(lines([text, *_powers(role, speech)]))


def _ended(change: str, reseller: str, speech: Speech) -> list[Markup]:
    """What is over, for good or until the operator decides otherwise."""
    match change:
        case "removed":
            return [speech.text("You do not order for <b>{reseller}</b> any more.", reseller=reseller)]
        case "group_removed":
            return [speech.text("Nobody orders for <b>{reseller}</b> here any more.", reseller=reseller)]
        case _:
            return [
                speech.text("⏸ <b>The account of {reseller} is suspended.</b>", reseller=reseller),
                speech.text("Nothing can be ordered until the operator lets it go on. Orders under way go on."),
            ]


def _role_of(facts: Mapping[str, Any]) -> MemberRole:
    return MemberRole(facts.get("role", MemberRole.BUYER))


def _powers(role: MemberRole, speech: Speech) -> list[Markup]:
    """What the role may do, beyond ordering."""
    if role is not MemberRole.OWNER:
        return []
    return [speech.text("As its owner you also see all of its orders and money, and invite others: /team")]


def _ask_button(speech: Speech) -> InlineKeyboardButton:
    return button(speech.plain("🙋 Ask for access"), AskAccess(), KeyboardButtonStyle.PRIMARY)


def _again(facts: Mapping[str, Any], speech: Speech) -> Markup | None:
    """When a person who was refused may ask once more."""
    moment = facts.get("again")
    if not moment:
        return None
    return speech.text("You can ask again from {when} on.", when=speech.moment(datetime.fromisoformat(str(moment))))
