"""Resellers' terms in the operator's hands: markups on everything, a category or an item."""

from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from bot.catalog.service import Catalog
from bot.conversations.arguments import MarkupText, markup_text
from bot.conversations.desk import Desk
from bot.conversations.desk_problems import no_category, no_item, no_rule, wrong_markup, wrong_percent
from bot.conversations.talk import Talk
from bot.presentation import changes
from bot.presentation.accounts import Account
from bot.presentation.desk_buttons import DropMarkup, OpenMarkups
from bot.presentation.speech import Speech
from bot.presentation.terms import digest_of, markup_words, markups_card
from bot.resellers.accounts import Accounts
from bot.resellers.amounts import WrongPercent, parse_percent
from bot.resellers.naming import closest, folded
from bot.resellers.outcomes import (
    AlreadyDone,
    Changed,
    ChangeOutcome,
    NoSuchReseller,
    RuleChanged,
    RuleOutcome,
    Unchanged,
)
from storage.records.catalog import ItemKey
from storage.records.resellers import MarkupRule, MarkupScope, Reseller


@dataclass(frozen=True, slots=True)
class Target:
    """What a markup of its own is for: a category's exact name, or an item's key."""

    scope: MarkupScope
    name: str


class TermsDesk:
    """Sets and takes away markups. A category or an item must be in the catalog to get one, and not to lose it."""

    def __init__(self, desk: Desk, accounts: Accounts, catalog: Catalog) -> None:
        self._desk = desk
        self._accounts = accounts
        self._catalog = catalog

    async def markup(self, talk: Talk, reseller: Reseller, text: str) -> Markup | None:
        """``7.5``, ``5 category Steam``, ``off item voodoo:4711``; returns what is wrong with the text."""
        written = markup_text(text)
        if written is None:
            return wrong_markup(talk.speech)
        percent = None if written.percent is None else parse_percent(written.percent)
        if isinstance(percent, WrongPercent):
            return wrong_percent(percent, talk.speech)
        if written.scope is None:
            return await self._set_all(talk, reseller, percent)
        target = await self._target(written.scope, written, reseller, talk.speech)
        if isinstance(target, Markup):
            return target
        await self._set_one(talk, reseller, target, percent)
        return None

    async def page(self, talk: Talk, button: OpenMarkups) -> None:
        """An account's markups."""
        await self._show(talk, button.reseller, None, button.offset)

    async def drop(self, talk: Talk, button: DropMarkup) -> None:
        """Take away the markup that the button names, if it is still there."""
        account = await self._desk.account(button.reseller)
        rules = account.rules if account else ()
        named = [one for one in rules if one.scope is button.scope and digest_of(one.target) == button.target]
        if account is None or not named:
            await self._show(talk, button.reseller, changes.unchanged_said(talk.speech))
        else:
            await self._set_one(talk, account.reseller, Target(named[0].scope, named[0].target), None)

    async def _set_all(self, talk: Talk, reseller: Reseller, percent: Decimal | None) -> Markup | None:
        if percent is None:
            return wrong_markup(talk.speech)
        outcome = await self._accounts.set_markup(reseller.id, percent, talk.person.id, talk.incoming.update_id)
        await self._show(talk, reseller.id, _all_said(outcome, talk.speech))
        return None

    async def _set_one(self, talk: Talk, reseller: Reseller, target: Target, percent: Decimal | None) -> None:
        actor, update_id = talk.person.id, talk.incoming.update_id
        if percent is None:
            outcome = await self._accounts.drop_rule(reseller.id, target.scope, target.name, actor, update_id)
        else:
            outcome = await self._accounts.set_rule(reseller.id, target.scope, target.name, percent, actor, update_id)
        account = await self._desk.account(reseller.id)
        await self._show(talk, reseller.id, account and _one_said(outcome, account, target, talk.speech))

    async def _target(
        self, scope: MarkupScope, written: MarkupText, reseller: Reseller, speech: Speech
    ) -> Target | Markup:
        """What is meant, or why it cannot be had."""
        known = await self._desk.account(reseller.id)
        own = [rule.target for rule in known.rules if rule.scope is scope] if known else []
        if written.percent is None:
            found = _same(written.target, own)
            return Target(scope, found) if found is not None else no_rule(written.target, speech)
        if scope is MarkupScope.ITEM:
            return await self._item(written.target, speech)
        return await self._category(written.target, speech)

    async def _item(self, text: str, speech: Speech) -> Target | Markup:
        try:
            key = ItemKey.parse(text)
        except ValueError:
            return no_item(text, speech)
        snapshot = self._catalog.snapshot
        item = await snapshot.get(key) if snapshot else None
        return Target(MarkupScope.ITEM, str(item.key)) if item else no_item(text, speech)

    async def _category(self, text: str, speech: Speech) -> Target | Markup:
        snapshot = self._catalog.snapshot
        names = [category.name for category in await snapshot.categories() if category.name] if snapshot else []
        found = _same(text, names)
        if found is not None:
            return Target(MarkupScope.CATEGORY, found)
        called = {folded(name): name for name in names}
        return no_category(text, [called[name] for name in closest(text, called)], speech)

    async def _show(self, talk: Talk, reseller_id: int, said: Markup | None, offset: int = 0) -> None:
        account = await self._desk.account(reseller_id)
        if account is None:
            await self._desk.gone(talk)
        else:
            await talk.show(markups_card(account, talk.speech, offset=offset, said=said))


def _same(text: str, names: list[str]) -> str | None:
    """The name that is written exactly so, or the only one that differs in case and accents alone."""
    if text in names:
        return text
    alike = [name for name in names if folded(name) == folded(text)]
    return alike[0] if len(alike) == 1 else None


def _all_said(outcome: ChangeOutcome, speech: Speech) -> Markup | None:
    match outcome:
        case Changed(reseller, before):
            undo = changes.command_line("markup", reseller.name, changes.plain_number(before.markup))
            return changes.markup_said(speech.plain("everything"), reseller.markup, undo, speech)
        case Unchanged() | AlreadyDone():
            return changes.unchanged_said(speech)
        case NoSuchReseller():
            return None


def _one_said(outcome: RuleOutcome, account: Account, target: Target, speech: Speech) -> Markup | None:
    rule = MarkupRule(account.reseller.id, target.scope, target.name, Decimal(0))
    what = markup_words(rule, account, speech)
    match outcome:
        case RuleChanged(reseller, None, before) if before is not None:
            undo = _command(reseller, target, changes.plain_number(before))
            return changes.markup_dropped_said(what, undo, speech)
        case RuleChanged(reseller, changed, before) if changed is not None:
            undo = _command(reseller, target, "off" if before is None else changes.plain_number(before))
            return changes.markup_said(what, changed.percent, undo, speech)
        case NoSuchReseller():
            return None
        case _:
            return changes.unchanged_said(speech)


def _command(reseller: Reseller, target: Target, percent: str) -> Markup:
    return changes.command_line("markup", reseller.name, percent, target.scope.value, target.name)
