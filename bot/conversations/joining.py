"""Getting in: what people and groups without access may do, and the links that let them in."""

import structlog
from telegram import ChatMemberUpdated
from telegram.constants import ChatMemberStatus
from telegram.error import TelegramError
from telegram.helpers import create_deep_linked_url

from bot.conversations.menus import Menus
from bot.conversations.patience import Patience
from bot.conversations.recent import Recent
from bot.conversations.talk import Talk
from bot.presentation import joining as cards
from bot.presentation.cards import Card
from bot.presentation.greetings import outsider_card, ownerless_group_card
from bot.presentation.joining import InviteLinks
from bot.presentation.names import legible
from bot.presentation.speech import Speech
from bot.presentation.team_buttons import AskAccess, JoinAnyway
from bot.resellers.admission import Asked, AskLater, HasAccess, StillWaits
from bot.resellers.invitations import (
    AdminMustBeSure,
    Adopted,
    AdoptOutcome,
    AlreadyMember,
    BelongsElsewhere,
    GroupTaken,
    Joined,
    JoinOutcome,
    LinkExpired,
    Links,
    LinkUnknown,
    LinkUsed,
    Newcomer,
    NotOfTeam,
    NotValid,
    WrongPlace,
)
from bot.resellers.membership import Membership

log = structlog.get_logger()

OUTSIDE = frozenset({ChatMemberStatus.LEFT, ChatMemberStatus.BANNED})
REMEMBERED = 1000
"""Groups whose explanation can still be replaced."""

INSIDE = frozenset({ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR})


class Joining:
    """Answers those who are not let in here, opens links, and speaks when the bot is added to a group."""

    def __init__(
        self,
        membership: Membership,
        menus: Menus,
        patience: Patience,
        desk_chats: frozenset[int],
    ) -> None:
        self._invitations = membership.invitations
        self._admission = membership.admission
        self._menus = menus
        self._patience = patience
        self._desk_chats = desk_chats
        self._explained: Recent[int] = Recent(REMEMBERED)

    async def outsider(self, talk: Talk, *, for_us: bool) -> None:
        """Whatever somebody writes or taps who may not order here; ``for_us`` is whether a message is meant for us."""
        if talk.tapped is not None:
            if self._patience.answers(talk.person.id, tap=True):
                await self._outsider_taps(talk, talk.tapped.data or "")
            return
        token = start_token(talk)
        if token and for_us and not is_masked(talk):
            await self.open(talk, token)
        elif for_us and self._patience.answers(talk.person.id, tap=False):
            await talk.send(await self._refusal(talk))

    async def open(self, talk: Talk, token: str) -> None:
        """``/start TOKEN``: a link for one person, or in a group one for that group."""
        who = newcomer(talk)
        if talk.private:
            outcome = await self._invitations.join(token, who, talk.incoming.update_id)
            await self._tell_person(talk, token, outcome)
        else:
            adopted = await self._invitations.adopt(token, who, talk.chat.id, talk.incoming.update_id)
            await self._tell_group(talk, adopted)

    async def join_anyway(self, talk: Talk, button: JoinAnyway) -> None:
        """An admin means it."""
        update_id = talk.incoming.update_id
        outcome = await self._invitations.join(button.token, newcomer(talk), update_id, sure=True)
        await self._tell_person(talk, button.token, outcome)

    async def ask(self, talk: Talk, _button: AskAccess | None = None) -> None:
        """A stranger asks for access; asking again tells how the question stands."""
        speech = talk.speech
        match await self._admission.ask(newcomer(talk), talk.person.language_code):
            case Asked():
                await talk.show(cards.asked_card(speech))
            case StillWaits(since):
                await talk.show(cards.still_waits_card(since, speech))
            case AskLater(again):
                await talk.show(cards.ask_later_card(again, speech))
            case HasAccess(reseller):
                await talk.show(cards.has_access_card(reseller, speech))

    async def bot_moved(self, talk: Talk, change: ChatMemberUpdated) -> None:
        """The bot was added to a group, or its rights changed: when it is new there it says once whose group it is.

        Telegram tells so before it passes on the token of the link that the bot was added with, if any.
        """
        entered = change.old_chat_member.status in OUTSIDE and change.new_chat_member.status in INSIDE
        if talk.private or not entered or talk.chat.id in self._desk_chats:
            return
        owner = talk.buyer.standing.group_of
        # Admins order at cost in groups that are nobody's, so there is nothing to explain to them.
        if owner is None and talk.role.operates:
            return
        if not self._patience.answers(talk.person.id, tap=False):
            return
        card = cards.nobodys_group_card(talk.speech)
        if owner is not None:
            card = cards.group_adopted_card(owner, talk.speech, new=False)
        try:
            self._explained[talk.chat.id] = await talk.screen.send(card)
        except TelegramError as error:
            log.info("a group that added the bot cannot be written to", chat_id=talk.chat.id, reason=error.message)

    async def _refusal(self, talk: Talk) -> Card:
        """Why not; who has asked for access hears that the question waits, and need not wonder whether it was lost."""
        asked = await self._admission.view(talk.person.id) if talk.private and not is_masked(talk) else None
        if asked is not None and asked.waits:
            return cards.still_waits_card(asked.request.asked_at, talk.speech)
        return refusal_card(talk)

    async def _outsider_taps(self, talk: Talk, data: str) -> None:
        # In a group the question would be answered where others read along, and no card there has the button.
        if talk.private and AskAccess.owns(data):
            await self.ask(talk)
        else:
            await talk.answer(refusal_card(talk, popup=True).text, alert=True)

    async def _tell_person(self, talk: Talk, token: str, outcome: JoinOutcome) -> None:
        match outcome:
            case Joined(reseller, member):
                await talk.show(cards.welcome_member_card(reseller, member.role, talk.speech))
                self._menus.renew(talk, talk.person.id)
                return
            case AlreadyMember(reseller, member):
                card = cards.welcome_member_card(reseller, member.role, talk.speech, new=False)
            case BelongsElsewhere(present):
                card = cards.elsewhere_card(present, talk.speech)
            case AdminMustBeSure(reseller):
                card = cards.admin_joins_card(reseller, token, talk.speech)
            case WrongPlace(kind):
                card = cards.wrong_place_card(kind, talk.speech)
            case LinkUnknown() | LinkUsed() | LinkExpired():
                card = self._bad_link(talk, outcome)
        await self._refuse(talk, card)

    async def _tell_group(self, talk: Talk, outcome: AdoptOutcome) -> None:
        speech = talk.speech
        match outcome:
            case Adopted(reseller, new):
                await self._welcome(talk, cards.group_adopted_card(reseller, speech, new=new))
                return
            case GroupTaken():
                card = cards.group_taken_card(speech)
            case NotOfTeam():
                card = cards.not_of_team_card(speech)
            case WrongPlace(kind):
                card = cards.wrong_place_card(kind, speech)
            case LinkUnknown() | LinkUsed() | LinkExpired():
                card = self._bad_link(talk, outcome)
        await self._refuse(talk, card)

    async def _welcome(self, talk: Talk, card: Card) -> None:
        """Say whose the group is, in place of the explanation that it was nobody's if that has just been given.

        An older one is far above what people look at: they would see no answer.
        """
        explanation = self._explained.pop(talk.chat.id, None)
        if explanation is None or explanation < talk.message.message_id - 1:
            await talk.show(card)
        else:
            await talk.screen.edit(explanation, card)

    def _bad_link(self, talk: Talk, ended: NotValid) -> Card:
        stranger = talk.private and not is_insider(talk)
        return cards.bad_link_card(ENDED[type(ended)], talk.speech, stranger=stranger)

    async def _refuse(self, talk: Talk, card: Card) -> None:
        """Say what a link did not do; strangers hear that as seldom as anything else."""
        if is_insider(talk) or self._patience.answers(talk.person.id, tap=False):
            await talk.show(card)


ENDED = {LinkUnknown: "unknown", LinkUsed: "used", LinkExpired: "expired"}


def is_insider(talk: Talk) -> bool:
    """Whether the gate lets this person through, here."""
    return talk.buyer.may_order or talk.role.operates


def is_masked(talk: Talk) -> bool:
    """Whether somebody writes as the group itself or as a channel: Telegram does not tell who it is."""
    return talk.tapped is None and talk.message.sender_chat is not None


def newcomer(talk: Talk) -> Newcomer:
    """Who acts, with Telegram's names."""
    return Newcomer(talk.person.id, legible(talk.person.full_name) or str(talk.person.id), talk.person.username or "")


def start_token(talk: Talk) -> str:
    """What follows ``/start`` in a message, empty for any other."""
    command, *words = (talk.message.text or "").split() or [""]
    return words[0] if words and command.partition("@")[0] == "/start" else ""


def refusal_card(talk: Talk, *, popup: bool = False) -> Card:
    """Why not: some hide, some are in a group that is nobody's or another reseller's, all others are strangers."""
    if is_masked(talk):
        return cards.masked_card(talk.speech)
    standing = talk.buyer.standing
    if standing.member is not None and not talk.private and standing.group_of is None:
        return ownerless_group_card(talk.speech)
    if not talk.private and standing.group_of is not None:
        return outsider_card(talk.speech)
    return cards.stranger_card(talk.speech, private=talk.private, popup=popup)


def invite_card(links: Links, bot_username: str, speech: Speech) -> Card:
    """New links, as whoever made them passes them on."""
    person = create_deep_linked_url(bot_username, links.person_token)
    group = create_deep_linked_url(bot_username, links.group_token, group=True)
    shown = InviteLinks(links.reseller, links.role, person, group, links.expires_at)
    return cards.invite_card(shown, speech)
