"""A reseller's money for its members: ``/balance`` and ``/statement``, where nobody else reads along."""

import asyncio
import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.conversations.parties import person_name
from bot.conversations.talk import Talk
from bot.presentation.accounts import ENTRIES_A_PAGE
from bot.presentation.greetings import ask_in_private_card
from bot.presentation.money_buttons import OpenBalance, SendStatement
from bot.presentation.speech import Speech, marked
from bot.presentation.statement import (
    STATEMENT_DAYS,
    Statement,
    no_account_card,
    own_balance_card,
    owners_only_card,
    statement_how_card,
    statement_message,
)
from bot.resellers.buyers import Buyer
from bot.resellers.periods import EARLIEST, LATEST, Period, WrongPeriod, local_day, read_period
from storage.clock import Clock
from storage.records.resellers import Entry, MemberRole, Reseller
from storage.store import Store, Tables

ZONE = ZoneInfo("UTC")
"""The days of statements are everybody's, wherever the members of a team live."""

MOST_DAYS = (LATEST - EARLIEST).days
MONTHS = frozenset({"month", "месяц"})
DAYS = frozenset({"day", "days", "день", "дня", "дней"})
CALENDAR_MONTH = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})")
NEWEST = 2**62
LINES_A_PAGE = 500
MOST_LINES = 50_000
"""Of one statement: some ten megabytes, which Telegram takes as one file (``FileSizeLimit.FILESIZE_UPLOAD``)."""

PROBLEMS: Mapping[WrongPeriod, str] = {
    WrongPeriod.UNREADABLE: marked("I do not understand this period."),
    WrongPeriod.TOO_SHORT: marked("That is less than a day."),
    WrongPeriod.TOO_LONG: marked("That period is too long."),
    WrongPeriod.BACKWARDS: marked("That period ends before it begins."),
    WrongPeriod.NO_SUCH_DAY: marked("There is no such day."),
}


class Money:
    """Shows a reseller's own money. Everybody of a team sees what it holds, its owners every line."""

    def __init__(self, store: Store, clock: Clock, currency: str, most_lines: int = MOST_LINES) -> None:
        self._store = store
        self._clock = clock
        self._currency = currency
        self._most = most_lines

    async def balance(self, talk: Talk) -> None:
        """``/balance`` of a member."""
        await self.entries(talk, OpenBalance(0))

    async def entries(self, talk: Talk, button: OpenBalance) -> None:
        """The balance, with a page of the ledger for owners."""
        account = await self._account(talk)
        if account is None:
            return
        before = button.before or NEWEST
        reseller, found = await self._store.read(lambda tables: _money(tables, account, talk.buyer, before))
        await talk.show(own_balance_card(reseller, found, self._currency, talk.speech, before=button.before))

    async def statement(self, talk: Talk) -> None:
        """``/statement [FROM] [TO]``, or a number of days, or ``month``."""
        account = await self._owned(talk)
        if account is None:
            return
        period = statement_period(talk.words, self._clock())
        if isinstance(period, WrongPeriod):
            await talk.show(statement_how_card(talk.speech, _problem(period, talk.speech)))
            return
        await self._send(talk, account, period)

    async def tap_statement(self, talk: Talk, button: SendStatement) -> None:
        """The button below the balance."""
        account = await self._owned(talk)
        period = statement_period(str(button.days), self._clock())
        if account is not None and isinstance(period, Period):
            await self._send(talk, account, period)

    async def _send(self, talk: Talk, account: Reseller, period: Period) -> None:
        await talk.typing()
        statement = await self._store.read(lambda tables: self._statement(tables, account, period))
        if statement is None:
            many = talk.speech.text(
                "That is more than {count} entries. Please ask for fewer days.", count=talk.speech.number(self._most)
            )
            await talk.show(statement_how_card(talk.speech, many))
            return
        # A year of lines takes its time to write: others' updates go on meanwhile.
        message = await asyncio.to_thread(statement_message, statement, talk.speech)
        await talk.deliver(message, protected=False)

    async def _statement(self, tables: Tables, account: Reseller, period: Period) -> Statement | None:
        """The period's lines and whose orders they are of; None when there are more than a statement takes."""
        entries: list[Entry] = []
        orderers: dict[str, int] = {}
        begin, after = period.begin, 0
        # Page by page, so that the lines of years hold up nobody else's updates.
        while found := await tables.ledger.between(account.id, begin, period.end, LINES_A_PAGE, after):
            entries += found
            if len(entries) > self._most:
                return None
            orderers |= await tables.ledger.orderers([entry.order_id for entry in found if entry.order_id])
            begin, after = found[-1].at, found[-1].id
        names = {user_id: await person_name(tables, user_id) for user_id in set(orderers.values())}
        return Statement(
            account.name,
            self._currency,
            period.first,
            period.last,
            await tables.ledger.opening(account.id, period.begin),
            entries,
            {order_id: names[user_id] for order_id, user_id in orderers.items()},
        )

    async def _owned(self, talk: Talk) -> Reseller | None:
        account = await self._account(talk)
        if account is None or _owns(talk.buyer):
            return account
        await talk.show(owners_only_card(talk.speech))
        return None

    async def _account(self, talk: Talk) -> Reseller | None:
        """The account of who asks; None, and that is said, where others read along or there is none."""
        if not talk.private:
            await talk.show(ask_in_private_card(talk.speech))
            return None
        if talk.buyer.account is None:
            await talk.show(no_account_card(talk.speech))
        return talk.buyer.account


def statement_period(words: str, now: datetime) -> Period | WrongPeriod:
    """Read which days a statement is of, beyond what ``read_period`` knows.

    A day alone means all since then; ``month`` is the present one so far, ``2026-10`` that one; ``30 days`` is ``30``.
    """
    parts, today = words.lower().split(), local_day(now, ZONE)
    match parts:
        case [word] if word in MONTHS:
            return Period(today.replace(day=1), today, ZONE)
        case [word] if found := CALENDAR_MONTH.fullmatch(word):
            return _month(int(found["year"]), int(found["month"]))
        case [first] if not first.isdigit():
            parts = [first, today.isoformat()]
        case [number, word] if number.isdigit() and word in DAYS:
            parts = [number]
        case _:
            pass
    return read_period(" ".join(parts), now, ZONE, usual=STATEMENT_DAYS, most=MOST_DAYS)


def _month(year: int, month: int) -> Period | WrongPeriod:
    if not (EARLIEST.year <= year <= LATEST.year and 1 <= month <= 12):
        return WrongPeriod.NO_SUCH_DAY
    first = date(year, month, 1)
    return Period(first, first.replace(day=monthrange(year, month)[1]), ZONE)


async def _money(tables: Tables, account: Reseller, buyer: Buyer, before: int) -> tuple[Reseller, list[Entry] | None]:
    """The account as it is now, with a page and one more of its lines for owners."""
    present = await tables.resellers.get(account.id) or account
    if not _owns(buyer):
        return present, None
    return present, await tables.ledger.last(account.id, ENTRIES_A_PAGE + 1, before)


def _owns(buyer: Buyer) -> bool:
    member = buyer.standing.member
    return buyer.account is not None and member is not None and member.role is MemberRole.OWNER


def _problem(wrong: WrongPeriod, speech: Speech) -> Markup:
    return speech.text(PROBLEMS[wrong])
