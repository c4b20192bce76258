"""Resellers in the operator's hands: the list, the cards, new ones with their invites, names, and suspensions."""

from collections.abc import Awaitable, Callable

from markupsafe import Markup

from bot.conversations.arguments import Named, NotNamed
from bot.conversations.desk import Desk
from bot.conversations.desk_problems import name_taken, wrong_name
from bot.conversations.talk import Talk
from bot.presentation import changes
from bot.presentation.admin import refused_card
from bot.presentation.desk import how_card
from bot.presentation.desk_buttons import CreateReseller, OpenReseller, OpenResellers, Resume, Suspend, Wanted
from bot.presentation.resellers import reseller_card, resellers_card
from bot.presentation.team_buttons import InviteMore
from bot.resellers.accounts import Accounts
from bot.resellers.naming import WrongName, clean_name
from bot.resellers.outcomes import AlreadyDone, Changed, ChangeOutcome, Created, NameTaken, NoSuchReseller, Unchanged
from storage.records.resellers import Reseller

Invite = Callable[[Talk, InviteMore], Awaitable[None]]
Switch = Callable[[int, int, int | None], Awaitable[ChangeOutcome]]


class ResellerDesk:
    """Shows accounts, makes them, and switches them off and on. ``invite`` shows a reseller's new links."""

    def __init__(self, desk: Desk, accounts: Accounts, invite: Invite) -> None:
        self._desk = desk
        self._accounts = accounts
        self._invite = invite

    async def open(self, talk: Talk) -> None:
        """``/resellers``."""
        await self.page(talk, OpenResellers(0))

    async def page(self, talk: Talk, button: OpenResellers) -> None:
        """A page of the list."""
        found, paging = await self._desk.page(button.offset)
        await talk.show(resellers_card(found, self._desk.currency, talk.speech, paging=paging))

    async def reseller(self, talk: Talk) -> None:
        """``/reseller NAME``."""
        if not talk.words:
            await self.open(talk)
        elif (found := await self._called(talk)) is not None:
            await self.show(talk, OpenReseller(found.reseller_id))

    async def show(self, talk: Talk, button: OpenReseller) -> None:
        """An account's card."""
        await self._show(talk, button.reseller)

    async def invite(self, talk: Talk) -> None:
        """``/invite NAME``: links into a reseller; a new one is made only when that is asked for."""
        if not talk.words:
            await talk.show(how_card(Wanted.NEW, talk.speech))
        elif (problem := await self.found(talk, talk.words)) is not None:
            await talk.show(refused_card(problem))

    async def found(self, talk: Talk, text: str) -> Markup | None:
        """Invite to the reseller of exactly this name, or offer to make it; returns what is wrong with the name."""
        name = clean_name(text)
        if isinstance(name, WrongName):
            return wrong_name(name, talk.speech)
        found = await self._desk.called(name)
        if isinstance(found, Named):
            await self._invite(talk, InviteMore(found.reseller_id))
        else:
            await self._desk.not_named(talk, found, may_create=True)
        return None

    async def new(self, talk: Talk, text: str) -> Markup | None:
        """Offer to make a reseller of this name; returns what is wrong with it, such as that another has it."""
        name = clean_name(text)
        found = await self._desk.called(name) if isinstance(name, str) else None
        holder = await self._desk.reseller(found.reseller_id) if isinstance(found, Named) else None
        return name_taken(holder.name, talk.speech) if holder else await self.found(talk, text)

    async def create(self, talk: Talk, _button: CreateReseller) -> None:
        """Make the reseller whose name the tapped message shows, and links into it."""
        outcome = await self._accounts.create(talk.bold_words(), talk.person.id, talk.incoming.update_id)
        match outcome:
            case Created(reseller) | AlreadyDone(reseller):
                await self._show(talk, reseller.id, changes.created_said(reseller, talk.speech))
                await self._invite(talk, InviteMore(reseller.id))
            case NameTaken(reseller):
                await self._show(talk, reseller.id, name_taken(reseller.name, talk.speech))
            case WrongName():
                await talk.show(refused_card(wrong_name(outcome, talk.speech)))
            case NoSuchReseller():
                await self._desk.gone(talk)

    async def rename(self, talk: Talk, reseller: Reseller, text: str) -> Markup | None:
        """Call an account something else; returns what is wrong with the name."""
        outcome = await self._accounts.rename(reseller.id, text, talk.person.id, talk.incoming.update_id)
        match outcome:
            case Changed(now, before):
                await self._show(talk, now.id, changes.renamed_said(before.name, now.name, talk.speech))
            case Unchanged(present) | AlreadyDone(present):
                await self._show(talk, present.id, changes.unchanged_said(talk.speech))
            case NameTaken(holder):
                return name_taken(holder.name, talk.speech)
            case WrongName():
                return wrong_name(outcome, talk.speech)
            case NoSuchReseller():
                await self._desk.gone(talk)
        return None

    async def suspend(self, talk: Talk) -> None:
        """``/suspend NAME``."""
        await self._switch_called(talk, self._accounts.suspend)

    async def resume(self, talk: Talk) -> None:
        """``/resume NAME``."""
        await self._switch_called(talk, self._accounts.resume)

    async def tap_suspend(self, talk: Talk, button: Suspend) -> None:
        """The button on an account's card."""
        await self._switch(talk, button.reseller, self._accounts.suspend)

    async def tap_resume(self, talk: Talk, button: Resume) -> None:
        """The button on a suspended account's card."""
        await self._switch(talk, button.reseller, self._accounts.resume)

    async def _switch_called(self, talk: Talk, switch: Switch) -> None:
        if not talk.words:
            await self.open(talk)
        elif (found := await self._called(talk)) is not None:
            await self._switch(talk, found.reseller_id, switch)

    async def _switch(self, talk: Talk, reseller_id: int, switch: Switch) -> None:
        outcome = await switch(reseller_id, talk.person.id, talk.incoming.update_id)
        match outcome:
            case Changed(reseller):
                await self._show(talk, reseller.id, changes.switched_said(reseller, talk.speech))
            case Unchanged(reseller) | AlreadyDone(reseller):
                await self._show(talk, reseller.id, changes.unchanged_said(talk.speech))
            case NoSuchReseller():
                await self._desk.gone(talk)

    async def _called(self, talk: Talk) -> Named | None:
        """The reseller that the whole text behind a command names; who may be meant is shown when there is none."""
        found = await self._desk.called(talk.words)
        if isinstance(found, NotNamed):
            await self._desk.not_named(talk, found)
            return None
        return found

    async def _show(self, talk: Talk, reseller_id: int, said: Markup | None = None) -> None:
        account = await self._desk.account(reseller_id)
        if account is None:
            await self._desk.gone(talk)
        else:
            await talk.show(reseller_card(account, talk.speech, said=said))
