"""Telling chats as they chose to hear, and what a reseller's owners and the operator hear of its money."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Protocol

from bot.resellers.choices import heard_at
from storage.records.queues import DeliveryKind, NewDelivery, NoticeKind, Priority
from storage.records.resellers import Choices, Entry, EntryKind, Reseller
from storage.store import Tables

POSTED: Final = {EntryKind.CREDIT: NoticeKind.RESELLER_CREDITED, EntryKind.DEBIT: NoticeKind.RESELLER_DEBITED}


class Operator(Protocol):
    """Whoever tells the operator's chats, inside the unit that made it necessary."""

    async def tell(
        self,
        tables: Tables,
        notice: NoticeKind,
        subject: str,
        data: dict[str, Any],
        now: datetime,
        *,
        order_id: str | None = None,
        knows: int | None = None,
    ) -> None:
        """Owe a notice, once per ``subject``, to every chat of the operator but the one that ``knows``."""
        ...


def notice_to(
    chat_id: int,
    notice: NoticeKind,
    subject: str,
    data: dict[str, Any],
    *,
    order_id: str | None = None,
    thread_id: int | None = None,
) -> NewDelivery:
    """A notice to one chat; the same kind about the same ``subject`` is owed once, however often it is found."""
    return NewDelivery(
        key=f"notice:{notice}:{subject}:{chat_id}",
        kind=DeliveryKind.NOTICE,
        chat_id=chat_id,
        thread_id=thread_id,
        order_id=order_id,
        notice=notice,
        data=data,
        priority=Priority.NOTICE,
    )


def as_chosen(delivery: NewDelivery, choices: Choices, now: datetime) -> NewDelivery:
    """The notice, put to the end of its chat's quiet hours."""
    return replace(delivery, due_at=heard_at(choices, now))


async def owe(tables: Tables, notices: Iterable[NewDelivery], now: datetime) -> None:
    """Owe notices, each when its chat wants to hear."""
    owed = list(notices)
    chosen = await tables.chats.choices_of({notice.chat_id for notice in owed}) if owed else {}
    for notice in owed:
        await tables.outbox.add(as_chosen(notice, chosen.get(notice.chat_id, Choices()), now), now)


class MoneyNews:
    """Tells of credits and debits, and of accounts that run low. Amounts are in ``currency``, the shop's.

    ``low_balance`` is what must be left available of accounts that have no such limit of their own; 0 tells nobody.
    """

    def __init__(self, operator: Operator, currency: str, low_balance: Decimal) -> None:
        self._operator = operator
        self._currency = currency
        self._low_balance = low_balance

    async def posted(self, tables: Tables, account: Reseller, entry: Entry) -> None:
        """Tell the owners of a credit or debit, and the operator's chats but that of who made it."""
        notice, subject = POSTED[entry.kind], str(entry.id)
        facts = {
            "amount": str(abs(entry.amount)),
            "balance": str(entry.balance),
            "currency": self._currency,
            "note": entry.note,
        }
        await self._tell_owners(tables, account, notice, subject, facts, entry.at)
        named = facts | {"reseller": account.name}
        await self._operator.tell(tables, notice, subject, named, entry.at, knows=entry.actor_id)

    async def spent(self, tables: Tables, before: Reseller, after: Reseller, cause: str, now: datetime) -> None:
        """Tell once that what is available fell below the limit; ``cause`` names what made it fall."""
        limit = self._limit(after)
        if not before.available >= limit > after.available:
            return
        subject = f"{after.id}:{cause}"
        facts = {"amount": str(after.available), "limit": str(limit), "currency": self._currency}
        await self._tell_owners(tables, after, NoticeKind.RESELLER_LOW, subject, facts, now)
        named = facts | {"reseller": after.name}
        await self._operator.tell(tables, NoticeKind.RESELLER_LOW, subject, named, now)

    async def switched(self, tables: Tables, account: Reseller, now: datetime) -> None:
        """Tell the owners that their account was suspended, or may order again."""
        change = "suspended" if account.suspended else "resumed"
        subject, facts = f"{change}:{account.id}:{now.isoformat()}", {"change": change, "reseller": account.name}
        await self._tell_owners(tables, account, NoticeKind.ACCESS_CHANGED, subject, facts, now)

    def _limit(self, account: Reseller) -> Decimal:
        limit = self._low_balance if account.low_balance is None else account.low_balance
        # Nobody asks to be told below nothing: 0 switches it off, also where a credit limit lets a balance fall deeper.
        return limit if limit > 0 else Decimal("-Infinity")

    async def _tell_owners(
        self, tables: Tables, account: Reseller, notice: NoticeKind, subject: str, facts: dict[str, Any], now: datetime
    ) -> None:
        owners = await tables.members.owners(account.id)
        theirs = facts | {"of": account.id}
        await owe(tables, [notice_to(owner.user_id, notice, subject, theirs) for owner in owners], now)
