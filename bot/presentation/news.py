"""What people are told of accounts: money that came or went, balances that run low, access, failures in the team.

Facts in a notice's ``data`` (amounts as decimal text, all optional): ``RESELLER_CREDITED`` and ``RESELLER_DEBITED``:
``amount``, ``balance``, ``currency``, ``note``; ``RESELLER_LOW``: ``amount``, ``limit``, ``currency``; each with
``reseller`` when the operator is told. ``ACCESS_REQUESTED``: ``user_id``, ``name``, ``username``, ``again``.
``TEAM_FAILURE``: ``who``, ``where``. What is told to a reseller's own people has its id in ``of``.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from markupsafe import Markup

from bot.presentation.cards import Card, clip, lines
from bot.presentation.charges import charges
from bot.presentation.orders import order_link, spoken_reference, what
from bot.presentation.situations import delivered_part
from bot.presentation.speech import Speech
from storage.records.orders import Order, OrderState
from storage.records.queues import NoticeKind

NAME_LENGTH = 64
NOTE_LENGTH = 500

Line = Markup | str | None


def posted_lines(kind: NoticeKind, data: Mapping[str, Any], speech: Speech) -> list[Line]:
    """A credit or debit, for the owners of the account or for the operator."""
    amount, balance = _money(data, "amount", speech), _money(data, "balance", speech)
    note = str(data.get("note") or "")
    return [
        _posted(kind, _reseller(data), amount, speech),
        Markup("<i>{}</i>").format(clip(note, NOTE_LENGTH)) if note else None,
        speech.text("New balance: <b>{amount}</b>", amount=balance) if balance else None,
    ]


def _posted(kind: NoticeKind, reseller: str, amount: str, speech: Speech) -> Markup:
    if kind is NoticeKind.RESELLER_CREDITED:
        if reseller:
            return speech.text("➕ <b>{amount}</b> credited to <b>{name}</b>", amount=amount, name=reseller)
        return speech.text("➕ <b>{amount} credited to your balance</b>", amount=amount)
    if reseller:
        return speech.text("➖ <b>{amount}</b> debited from <b>{name}</b>", amount=amount, name=reseller)
    return speech.text("➖ <b>{amount} debited from your balance</b>", amount=amount)


def low_lines(data: Mapping[str, Any], speech: Speech) -> list[Line]:
    """An account that runs low, for its owners or for the operator."""
    reseller, limit = _reseller(data), _money(data, "limit", speech)
    available = speech.text("Available: <b>{amount}</b>", amount=_money(data, "amount", speech))
    told = speech.text("Told when less than {amount} is left.", amount=limit) if limit else None
    if reseller:
        title = speech.text("💰 <b>The balance of {name} is low</b>", name=reseller)
        return [title, available, told, speech.text("/credit tops it up.")]
    title = speech.text("💰 <b>Your balance is low</b>")
    return [title, available, told, speech.text("Ask the operator to top it up, so that your orders go on.")]


def access_lines(data: Mapping[str, Any], speech: Speech) -> list[Line]:
    """A stranger's question for access, naming who it is so that their profile can be looked at."""
    user_id, handle = data.get("user_id"), str(data.get("username") or "")
    name = clip(str(data.get("name") or user_id or ""), NAME_LENGTH)
    named = Markup('<a href="tg://user?id={}">{}</a>').format(user_id, name) if user_id else Markup("{}").format(name)
    return [
        speech.text("🙋 <b>{name} asks for access</b>", name=named),
        f"@{clip(handle, NAME_LENGTH)}" if handle else None,
        speech.text("Telegram id: <code>{id}</code>", id=user_id) if user_id else None,
        speech.text("This person has asked before.") if data.get("again") else None,
    ]


def team_failure_card(order: Order, data: Mapping[str, Any], speech: Speech, *, private: bool) -> Card:
    """A failure in another chat of the same reseller, at its price and without what was typed for it.

    Only in private the order can be opened: a group shows its own orders alone.
    """
    who, where = (clip(str(data.get(name) or ""), NAME_LENGTH) for name in ("who", "where"))
    text = lines(
        [
            _failed(order, speech),
            *what(order, speech),
            _whose(who, where, speech),
            *_why(order, speech),
            order_link(order.reference) if private else None,
        ]
    )
    return Card(text)


def _failed(order: Order, speech: Speech) -> Markup:
    reference = spoken_reference(order.reference)
    match order.state:
        case OrderState.PARTIAL:
            return speech.text("⚠️ <b>Elsewhere in your team: {reference} came in part</b>", reference=reference)
        case OrderState.REJECTED:
            return speech.text("❌ <b>Elsewhere in your team: {reference} was not placed</b>", reference=reference)
        case _:
            return speech.text("❌ <b>Elsewhere in your team: {reference} failed</b>", reference=reference)


def _whose(who: str, where: str, speech: Speech) -> Markup | None:
    if who and where:
        return speech.text("Ordered by {who} in “{where}”", who=who, where=where)
    return speech.text("Ordered by {who}", who=who) if who else None


def _why(order: Order, speech: Speech) -> list[Markup | None]:
    told = charges(order, speech)
    match order.state:
        case OrderState.PARTIAL:
            return [delivered_part(order, speech), *told.partial()]
        case OrderState.REJECTED:
            return told.rejected()
        case OrderState.FAILED:
            return told.failed()
        case _:
            return []


def _reseller(data: Mapping[str, Any]) -> str:
    return clip(str(data.get("reseller") or ""), NAME_LENGTH)


def _money(data: Mapping[str, Any], name: str, speech: Speech) -> str:
    amount = decimal_of(data.get(name))
    return "" if amount is None else speech.money(amount, str(data.get("currency") or "USD"))


def decimal_of(value: object) -> Decimal | None:
    """A fact that is an amount; None when it is none."""
    try:
        return Decimal(str(value)) if value is not None else None
    except InvalidOperation:
        return None
