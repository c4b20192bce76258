"""Who else must or wants to hear of an order, written beside what caused it: the operator, and the reseller's team."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from bot.resellers.telling import MoneyNews, as_chosen, notice_to
from storage.records.orders import Order, OrderState, RejectReason
from storage.records.queues import KnownBalance, NoticeKind
from storage.records.resellers import Choices, FeedEvent, Reseller
from storage.store import Tables

ENDINGS: Final = {
    OrderState.COMPLETED: NoticeKind.ORDER_COMPLETED,
    OrderState.FAILED: NoticeKind.ORDER_FAILED,
    OrderState.PARTIAL: NoticeKind.ORDER_PARTIAL,
    OrderState.REJECTED: NoticeKind.ORDER_REJECTED,
}
FEED: Final[Mapping[NoticeKind, FeedEvent]] = {
    NoticeKind.ORDER_NEW: FeedEvent.NEW,
    NoticeKind.ORDER_COMPLETED: FeedEvent.COMPLETED,
    NoticeKind.ORDER_PARTIAL: FeedEvent.PARTIAL,
    NoticeKind.ORDER_FAILED: FeedEvent.FAILED,
    NoticeKind.ORDER_REJECTED: FeedEvent.REJECTED,
}
"""What each chat of the operator may switch off and on; every other notice needs somebody and is always told."""

GOOD_NEWS: Final = frozenset({NoticeKind.ORDER_NEW, NoticeKind.ORDER_COMPLETED})
"""What the chat that ordered has before its eyes already."""

TEAM_FAILURES: Final = frozenset({OrderState.FAILED, OrderState.PARTIAL, OrderState.REJECTED})
DEFAULTS: Final = Choices()


@dataclass(frozen=True, slots=True)
class DeskChat:
    """A chat that the operator reads, and its topic in a forum."""

    chat_id: int
    thread_id: int | None = None


class OperatorDesk:
    """Writes notices to the operator's chats as each chose to hear, inside the unit that made them necessary."""

    def __init__(self, chats: Sequence[DeskChat]) -> None:
        self._chats = tuple(chats)

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
        """Owe a notice to every chat but the one that ``knows``.

        The same kind about the same ``subject`` is told once, however often it is found. Of an order's notice the
        order's reseller is noted by name.
        """
        listening = await self._listening(tables, notice, knows)
        order = await tables.orders.by_id(order_id) if listening and order_id else None
        named = data | await _sold_to(tables, order) if order else data
        for chat, choices in listening:
            owed = notice_to(chat.chat_id, notice, subject, named, order_id=order_id, thread_id=chat.thread_id)
            await tables.outbox.add(as_chosen(owed, choices, now), now)

    async def order_changed(self, tables: Tables, before: Order, after: Order, now: datetime) -> None:
        """Tell what the operator must or wants to know of an order's change: its end, a new reason for attention."""
        for notice, subject, data in order_notices(before, after):
            await self._tell_order(tables, notice, subject, data, after, now)

    async def order_placed(self, tables: Tables, order: Order, now: datetime) -> None:
        """Tell whoever wants to know of a new order."""
        await self._tell_order(tables, NoticeKind.ORDER_NEW, order.id, _facts(order), order, now)

    async def configuration(self, tables: Tables, name: str, title: str, reason: str, now: datetime) -> None:
        """Tell that a supplier refuses our key or account, once per supplier and clock hour."""
        data = {"supplier": title, "reason": reason}
        await self.tell(tables, NoticeKind.SUPPLIER_CONFIGURATION, f"{name}:{now:%Y%m%d%H}", data, now)

    async def outage(
        self, tables: Tables, name: str, title: str, minutes: int, since: datetime, now: datetime, *, back: bool
    ) -> None:
        """Tell that a supplier has not answered for so long, or that it answers again after so long."""
        notice = NoticeKind.SUPPLIER_BACK if back else NoticeKind.SUPPLIER_AWAY
        data = {"title": title, "minutes": minutes}
        await self.tell(tables, notice, f"{name}:{since.isoformat()}", data, now)

    async def low_balance(self, tables: Tables, title: str, balance: KnownBalance, limit: str, now: datetime) -> None:
        """Tell that an account fell below the limit."""
        data = {
            "supplier": title,
            "account": balance.account,
            "amount": str(balance.amount),
            "limit": limit,
            "currency": balance.currency,
        }
        subject = f"{balance.supplier}:{balance.account}:{balance.read_at.isoformat()}"
        await self.tell(tables, NoticeKind.LOW_BALANCE, subject, data, now)

    async def _tell_order(
        self, tables: Tables, notice: NoticeKind, subject: str, data: dict[str, Any], order: Order, now: datetime
    ) -> None:
        knows = order.place.chat_id if notice in GOOD_NEWS else None
        # Only the operator can fill the account, and the reseller reads that the operator was told.
        empty = notice is NoticeKind.ORDER_REJECTED and order.reject_reason is RejectReason.INSUFFICIENT_FUNDS
        listening = await self._listening(tables, notice, knows, always=empty)
        named = data | await _sold_to(tables, order) if listening else data
        for chat, choices in listening:
            owed = notice_to(chat.chat_id, notice, subject, named, order_id=order.id, thread_id=chat.thread_id)
            await tables.outbox.add(as_chosen(owed, choices, now), now)

    async def _listening(
        self, tables: Tables, notice: NoticeKind, knows: int | None, *, always: bool = False
    ) -> list[tuple[DeskChat, Choices]]:
        """The chats that want such a notice, or all where it is told ``always``, and what they chose."""
        chosen = await tables.chats.choices_of([chat.chat_id for chat in self._chats]) if self._chats else {}
        asked = [(chat, chosen.get(chat.chat_id, DEFAULTS)) for chat in self._chats if chat.chat_id != knows]
        event = None if always else FEED.get(notice)
        return [(chat, choices) for chat, choices in asked if event is None or event in choices.feed]


class NewOrders:
    """Tells of an order that was just made: the feed of it, and its reseller when little is left."""

    def __init__(self, desk: OperatorDesk, money: MoneyNews) -> None:
        self._desk = desk
        self._money = money

    async def placed(self, tables: Tables, order: Order, payer: Reseller | None, now: datetime) -> None:
        """Tell in the unit that made the order; ``payer`` is as it was before the order's price was held."""
        await self._desk.order_placed(tables, order, now)
        if payer is not None and order.price is not None:
            left = replace(payer, held=payer.held + order.price)
            await self._money.spent(tables, payer, left, order.id, now)


async def team_failures(tables: Tables, before: Order, after: Order, now: datetime) -> None:
    """Tell of a reseller's failed order in those of its other chats that chose to hear of it."""
    if after.reseller_id is None or after.state is before.state or after.state not in TEAM_FAILURES:
        return
    chosen = await tables.chats.choices_in(after.reseller_id)
    elsewhere = {
        chat_id: choices
        for chat_id, choices in chosen.items()
        if choices.team_failures and chat_id != after.place.chat_id
    }
    if not elsewhere:
        return
    facts = _facts(after) | await _whose(tables, after) | {"of": after.reseller_id}
    for chat_id, choices in elsewhere.items():
        notice = notice_to(
            chat_id, NoticeKind.TEAM_FAILURE, after.id, facts, order_id=after.id, thread_id=choices.thread_id
        )
        await tables.outbox.add(as_chosen(notice, choices, now), now)


def order_notices(before: Order, after: Order) -> Iterable[tuple[NoticeKind, str, dict[str, Any]]]:
    """The notices that an order's change calls for: kind, subject and facts."""
    facts = _facts(after)
    if after.state is not before.state and after.state in ENDINGS:
        yield ENDINGS[after.state], after.id, facts
    if after.attention is not None and after.attention is not before.attention:
        detail = {"attention": after.attention.value, "detail": after.attention_detail}
        yield NoticeKind.ORDER_ATTENTION, f"{after.id}:{after.attention}", facts | detail


def _facts(order: Order) -> dict[str, Any]:
    return {"reference": order.reference, "state": order.state.value}


async def _sold_to(tables: Tables, order: Order) -> dict[str, Any]:
    """Whose order it is, unless it is the operator's own."""
    account = await tables.resellers.get(order.reseller_id) if order.reseller_id is not None else None
    return {} if account is None else {"reseller": account.name}


async def _whose(tables: Tables, order: Order) -> dict[str, Any]:
    """Who of the team ordered, and in which group."""
    place = order.place
    member = await tables.members.get(place.user_id)
    group = await tables.chats.get(place.chat_id) if place.chat_id != place.user_id else None
    return {"who": member.name if member else "", "where": group.title if group else ""}
