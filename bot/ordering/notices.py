"""The operator's desk: what the people who run the shop must know, written beside what caused it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from storage.records.orders import Order, OrderState
from storage.records.queues import DeliveryKind, KnownBalance, NewDelivery, NoticeKind, Priority
from storage.store import Tables

ENDINGS: Final = {
    OrderState.FAILED: NoticeKind.ORDER_FAILED,
    OrderState.PARTIAL: NoticeKind.ORDER_PARTIAL,
    OrderState.REJECTED: NoticeKind.ORDER_REJECTED,
}


@dataclass(frozen=True, slots=True)
class DeskChat:
    """A chat that the operator reads, and its topic in a forum."""

    chat_id: int
    thread_id: int | None = None


class OperatorDesk:
    """Writes notices to every chat of the operator, inside the unit that made them necessary."""

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
    ) -> None:
        """Owe a notice; the same kind about the same ``subject`` is told once, however often it is found."""
        for chat in self._chats:
            delivery = NewDelivery(
                key=f"notice:{notice}:{subject}:{chat.chat_id}",
                kind=DeliveryKind.NOTICE,
                chat_id=chat.chat_id,
                thread_id=chat.thread_id,
                order_id=order_id,
                notice=notice,
                data=data,
                priority=Priority.NOTICE,
            )
            await tables.outbox.add(delivery, now)

    async def order_changed(self, tables: Tables, before: Order, after: Order, now: datetime) -> None:
        """Tell what the operator must know of an order's change: a bad ending, a new reason for attention."""
        for notice, subject, data in order_notices(before, after):
            await self.tell(tables, notice, subject, data, now, order_id=after.id)

    async def configuration(self, tables: Tables, name: str, title: str, reason: str, now: datetime) -> None:
        """Tell that a supplier refuses our key or account, once per supplier and clock hour."""
        data = {"supplier": title, "reason": reason}
        await self.tell(tables, NoticeKind.SUPPLIER_CONFIGURATION, f"{name}:{now:%Y%m%d%H}", data, now)

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


def order_notices(before: Order, after: Order) -> Iterable[tuple[NoticeKind, str, dict[str, Any]]]:
    """The notices that an order's change calls for: kind, subject and facts."""
    facts: dict[str, Any] = {"reference": after.reference, "state": after.state.value}
    if after.state is not before.state and after.state in ENDINGS:
        yield ENDINGS[after.state], after.id, facts
    if after.attention is not None and after.attention is not before.attention:
        detail = {"attention": after.attention.value, "detail": after.attention_detail}
        yield NoticeKind.ORDER_ATTENTION, f"{after.id}:{after.attention}", facts | detail
