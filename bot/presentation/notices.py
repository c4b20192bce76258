"""What people are told of their own accord: failures, attention, money, catalogs and settings.

Facts in a notice's ``data`` (amounts as decimal text, all optional): ``ORDER_*``: ``detail``, ``reseller``;
``LOW_BALANCE``:
``title``, ``account``, ``amount``, ``currency``, ``limit``; ``CATALOG_REFUSED``: ``title``, ``reason``;
``CATALOG_RECOVERED``: ``title``, ``items``; ``SUPPLIER_CONFIGURATION``: ``title``, ``reason``;
``SUPPLIER_AWAY`` and ``SUPPLIER_BACK``: ``title``, ``minutes``; ``TELEGRAM_BACK``: ``minutes``;
``CHAT_UNREACHABLE``: ``chat_id``, ``title``, ``reason``; those of accounts are in ``bot.presentation.news``.
``DAILY_SUMMARY``: the figures of the day; ``DATABASE_RESTORED``: ``made_at``, ``orders``.
"""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from bot.presentation import reasons
from bot.presentation.cards import Card, clip, clip_middle, lines
from bot.presentation.figures import summary_card
from bot.presentation.joining import access_changed_card
from bot.presentation.news import decimal_of, low_lines, posted_lines, team_failure_card
from bot.presentation.orders import order_link, spoken_reference
from bot.presentation.outages import outage_lines
from bot.presentation.requests import request_notice
from bot.presentation.restored import restored_lines
from bot.presentation.situations import delivered_part
from bot.presentation.speech import Speech, marked
from storage.records.orders import Order, OrderState
from storage.records.queues import Delivery, NoticeKind

DETAIL_LENGTH = 500
NAME_LENGTH = 64

TITLES: Mapping[NoticeKind, str] = {
    NoticeKind.ORDER_NEW: marked("🛒 <b>New order {reference}</b>"),
    NoticeKind.ORDER_COMPLETED: marked("✅ <b>Order {reference} was delivered</b>"),
    NoticeKind.ORDER_FAILED: marked("❌ <b>Order {reference} failed</b>"),
    NoticeKind.ORDER_PARTIAL: marked("⚠️ <b>Order {reference} was delivered in part</b>"),
    NoticeKind.ORDER_REJECTED: marked("❌ <b>Order {reference} was not placed</b>"),
    NoticeKind.CHAT_UNREACHABLE: marked("📵 <b>The result of order {reference} cannot be delivered</b>"),
}
NEEDS_A_LOOK = marked("⚠️ <b>Order {reference} needs a look</b>")


def notice_card(delivery: Delivery, order: Order | None, speech: Speech) -> Card:
    """A notice. An order's notice names the order and links to it; the others speak from their facts."""
    if order is not None and delivery.notice is NoticeKind.TEAM_FAILURE:
        # Telegram's ids of people are positive and those of groups negative.
        return team_failure_card(order, delivery.data, speech, private=delivery.chat_id > 0)
    if order is not None:
        return _about_order(delivery.notice, order, delivery.data, speech)
    if delivery.notice is NoticeKind.ACCESS_REQUESTED:
        return request_notice(delivery.data, speech)
    if delivery.notice is NoticeKind.ACCESS_CHANGED:
        return access_changed_card(delivery.data, speech)
    if delivery.notice is NoticeKind.DAILY_SUMMARY:
        return summary_card(delivery.data, speech)
    return Card(lines(_about_the_shop(delivery.notice, delivery.data, speech)))


def _about_order(kind: NoticeKind | None, order: Order, data: Mapping[str, Any], speech: Speech) -> Card:
    text = lines(
        [
            _order_title(kind, order, speech),
            Markup("{} × {} · {}").format(
                clip_middle(order.title, 200),
                speech.number(order.quantity),
                _cost(order, speech),
            ),
            _sold(order, data, speech),
            _unreachable(data, speech) if kind is NoticeKind.CHAT_UNREACHABLE else _what_happened(kind, order, speech),
            _detail({"detail": reasons.attention_detail(_words(data), order)}),
            "",
            order_link(order.reference),
        ]
    )
    return Card(text)


def _cost(order: Order, speech: Speech) -> Markup:
    """What the supplier took, and what it has given back of it."""
    taken = speech.money(order.charged or order.expected, order.currency)
    if not order.refunded:
        return Markup("{}").format(taken)
    refunded = speech.money(order.refunded, order.currency)
    return speech.text("{amount}, {refunded} given back", amount=taken, refunded=refunded)


def _order_title(kind: NoticeKind | None, order: Order, speech: Speech) -> Markup:
    title = TITLES.get(kind) if kind else None
    return speech.text(title or NEEDS_A_LOOK, reference=spoken_reference(order.reference))


def _sold(order: Order, data: Mapping[str, Any], speech: Speech) -> Markup | None:
    if order.reseller_id is None or order.price is None:
        return None
    name = clip(str(data.get("reseller") or order.reseller_id), NAME_LENGTH)
    paid = order.price if order.captured is None else order.captured
    if not paid:
        return speech.text("Sold to <b>{name}</b>, who is not charged", name=name)
    return speech.text("Sold to <b>{name}</b> for {amount}", name=name, amount=speech.money(paid, order.currency))


def _what_happened(kind: NoticeKind | None, order: Order, speech: Speech) -> Markup | None:
    if kind is NoticeKind.ORDER_ATTENTION:
        return reasons.attention(order, speech)
    if order.state is OrderState.REJECTED:
        return reasons.rejection(order, speech)
    if order.state is OrderState.PARTIAL:
        return delivered_part(order, speech)
    if order.state is OrderState.FAILED:
        return reasons.failure(order, speech)
    return reasons.attention(order, speech)


def _unreachable(data: Mapping[str, Any], speech: Speech) -> Markup:
    title = str(data.get("title") or "")
    if not title:
        return speech.text("Telegram does not let the bot write to its chat. It is kept until the chat is back.")
    return speech.text(
        "Telegram does not let the bot write to “{chat}”. It is kept until the chat is back.",
        chat=clip(title, NAME_LENGTH),
    )


def _about_the_shop(kind: NoticeKind | None, data: Mapping[str, Any], speech: Speech) -> list[Markup | str | None]:
    match kind:
        case NoticeKind.RESELLER_CREDITED | NoticeKind.RESELLER_DEBITED:
            return posted_lines(kind, data, speech)
        case NoticeKind.RESELLER_LOW:
            return low_lines(data, speech)
        case NoticeKind.DATABASE_RESTORED:
            return restored_lines(data, speech)
        case NoticeKind.TELEGRAM_BACK | NoticeKind.SUPPLIER_AWAY | NoticeKind.SUPPLIER_BACK:
            return outage_lines(kind, data, speech)
        case _:
            return _about_suppliers(kind, data, speech)


def _about_suppliers(kind: NoticeKind | None, data: Mapping[str, Any], speech: Speech) -> list[Markup | str | None]:
    supplier = str(data.get("title") or data.get("supplier") or speech.plain("a supplier"))
    match kind:
        case NoticeKind.LOW_BALANCE:
            return [
                speech.text("💰 <b>The balance at {supplier} is low</b>", supplier=supplier),
                *_low_balance(data, speech),
            ]
        case NoticeKind.CATALOG_REFUSED:
            return [
                speech.text("📦 <b>The catalog of {supplier} could not be renewed</b>", supplier=supplier),
                _detail(data),
                speech.text("The last good catalog stays in use. /catalog shows it."),
            ]
        case NoticeKind.CATALOG_RECOVERED:
            return [
                speech.text("📦 <b>The catalog of {supplier} is fine again</b>", supplier=supplier),
                _items(data, speech),
            ]
        case NoticeKind.SUPPLIER_CONFIGURATION:
            return [
                speech.text("🔑 <b>{supplier} does not accept our orders</b>", supplier=supplier),
                _detail(data),
                speech.text("No order can be placed there until this is corrected."),
            ]
        case NoticeKind.CHAT_UNREACHABLE:
            chat = str(data.get("title") or data.get("chat_id", ""))
            return [
                speech.text("📵 <b>The bot cannot write to “{chat}”</b>", chat=chat),
                _detail(data),
                speech.text("Its results are kept and sent when the chat is back."),
            ]
        case _:
            return [speech.text("⚠️ <b>Something needs a look</b>"), _detail(data)]


def _low_balance(data: Mapping[str, Any], speech: Speech) -> list[Markup | None]:
    currency, account = str(data.get("currency", "")), str(data.get("account") or "")
    amount, limit = decimal_of(data.get("amount")), decimal_of(data.get("limit"))
    held = (
        speech.text("It holds <b>{amount}</b>.", amount=speech.money(amount, currency)) if amount is not None else None
    )
    least = (
        speech.text("You asked to be told below {amount}.", amount=speech.money(limit, currency))
        if limit is not None
        else None
    )
    wallet = (
        speech.text("Wallet: {account}, {currency}", account=clip(account, 100), currency=currency) if account else None
    )
    return [wallet, held, least, speech.text("Top it up so that orders go on.")]


def _items(data: Mapping[str, Any], speech: Speech) -> Markup | None:
    count = data.get("items")
    return speech.plural("{count} item.", "{count} items.", count) if isinstance(count, int) else None


def _words(data: Mapping[str, Any]) -> str:
    return str(data.get("detail") or data.get("reason") or "")


def _detail(data: Mapping[str, Any]) -> Markup | None:
    words = _words(data)
    return Markup("<i>{}</i>").format(clip(words, DETAIL_LENGTH)) if words else None
