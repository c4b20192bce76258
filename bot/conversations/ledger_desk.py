"""Resellers' money in the operator's hands: credits, debits, credit limits, and the ledger."""

from collections.abc import Awaitable, Callable
from decimal import Decimal

from markupsafe import Markup

from bot.conversations.arguments import TwoReadings, noted
from bot.conversations.desk import Desk
from bot.conversations.desk_problems import note_too_long, two_readings, wrong_amount, wrong_bound
from bot.conversations.talk import Talk
from bot.presentation import changes
from bot.presentation.accounts import ENTRIES_A_PAGE, entries_card
from bot.presentation.cards import Card
from bot.presentation.desk import gone_card
from bot.presentation.desk_buttons import OpenEntries
from bot.presentation.speech import Speech
from bot.resellers.accounts import Accounts
from bot.resellers.amounts import WrongAmount, parse_amount
from bot.resellers.outcomes import (
    AlreadyDone,
    Changed,
    LimitOutcome,
    NoSuchReseller,
    OwesMore,
    Posted,
    PostOutcome,
    TooMuch,
    Unchanged,
    WouldPassLimit,
)
from storage.records.resellers import Entry, Reseller
from storage.store import Store, Tables

MAX_NOTE = 200

Post = Callable[[int, Decimal, str, int, int | None], Awaitable[PostOutcome]]


class LedgerDesk:
    """Posts what operators write; every answer says what the account holds now, and how to undo it."""

    def __init__(self, store: Store, desk: Desk, accounts: Accounts) -> None:
        self._store = store
        self._desk = desk
        self._accounts = accounts

    async def credit(self, talk: Talk, reseller: Reseller, text: str) -> Markup | None:
        """Add an amount, with the note behind it; returns what is wrong with the text."""
        return await self._post(talk, reseller, text, self._accounts.credit)

    async def debit(self, talk: Talk, reseller: Reseller, text: str) -> Markup | None:
        """Take an amount away, with the note behind it; returns what is wrong with the text."""
        return await self._post(talk, reseller, text, self._accounts.debit)

    async def limit(self, talk: Talk, reseller: Reseller, text: str) -> Markup | None:
        """Set the credit limit; returns what is wrong with the text."""
        amount = parse_amount(text, self._desk.currency, zero=True)
        if isinstance(amount, WrongAmount):
            return wrong_bound(amount, talk.speech)
        outcome = await self._accounts.set_limit(reseller.id, amount, talk.person.id, talk.incoming.update_id)
        await talk.show(_limit_card(outcome, self._desk.currency, talk.speech))
        return None

    async def entries(self, talk: Talk, button: OpenEntries) -> None:
        """A page of an account's ledger."""

        async def look(tables: Tables) -> tuple[Reseller | None, list[Entry]]:
            most = ENTRIES_A_PAGE + 1
            before = (button.before,) if button.before else ()
            found = await tables.ledger.last(button.reseller, most, *before)
            return await tables.resellers.get(button.reseller), found

        reseller, found = await self._store.read(look)
        if reseller is None:
            await self._desk.gone(talk)
        else:
            await talk.show(entries_card(reseller, found, self._desk.currency, talk.speech, before=button.before))

    async def _post(self, talk: Talk, reseller: Reseller, text: str, post: Post) -> Markup | None:
        written = noted(text, self._desk.currency)
        if isinstance(written, TwoReadings):
            return two_readings(written, talk.speech)
        amount = parse_amount(written.amount, self._desk.currency)
        if isinstance(amount, WrongAmount):
            return wrong_amount(amount, talk.speech)
        if len(written.note) > MAX_NOTE:
            return note_too_long(MAX_NOTE, talk.speech)
        outcome = await post(reseller.id, amount, written.note, talk.person.id, talk.incoming.update_id)
        await talk.show(_posting_card(outcome, self._desk.currency, talk.speech))
        return None


def _posting_card(outcome: PostOutcome, currency: str, speech: Speech) -> Card:
    match outcome:
        case Posted(reseller, entry):
            return changes.posted_card(reseller, entry, currency, speech)
        case WouldPassLimit(reseller, missing):
            return changes.past_limit_card(reseller, missing, currency, speech)
        case TooMuch(reseller, most):
            return changes.too_much_card(reseller, most, currency, speech)
        case AlreadyDone(reseller):
            return changes.already_done_card(reseller, currency, speech)
        case NoSuchReseller():
            return gone_card(speech)


def _limit_card(outcome: LimitOutcome, currency: str, speech: Speech) -> Card:
    match outcome:
        case Changed(reseller, before):
            return changes.limit_card(reseller, before.credit_limit, currency, speech)
        case OwesMore(reseller, least):
            return changes.owes_more_card(reseller, least, currency, speech)
        case Unchanged(reseller):
            return changes.unchanged_card(reseller, currency, speech)
        case AlreadyDone(reseller):
            return changes.already_done_card(reseller, currency, speech)
        case NoSuchReseller():
            return gone_card(speech)
