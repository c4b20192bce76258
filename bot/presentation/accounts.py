"""A reseller's account as operators see it: its money, its ledger, and the way back to its card."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from markupsafe import Markup

from bot.presentation.cards import ROW, Card, button, clip, keyboard, lines
from bot.presentation.desk_buttons import OpenEntries, OpenReseller
from bot.presentation.orders import order_link
from bot.presentation.speech import Speech, marked
from storage.records.resellers import Entry, EntryKind, Holdings, MarkupRule, Member, Reseller

ENTRIES_A_PAGE = 10
NOTE_LENGTH = 120

KINDS: Mapping[EntryKind, str] = {
    EntryKind.CREDIT: marked("credit"),
    EntryKind.DEBIT: marked("debit"),
    EntryKind.CHARGE: marked("order"),
}


class OrderBounds(Protocol):
    """What bounds orders, each None where nothing does; ``low_balance`` is what owners are told below, 0 for never."""

    @property
    def orders_per_minute(self) -> int | None:
        """Of each person."""
        ...

    @property
    def spend_per_day(self) -> Decimal | None:
        """The prices of a UTC day."""
        ...

    @property
    def largest_order(self) -> Decimal | None:
        """The price of one order."""
        ...

    @property
    def low_balance(self) -> Decimal | None:
        """What must be left available."""
        ...


@dataclass(frozen=True, slots=True)
class Account:
    """A reseller with what belongs to it. ``usual`` bounds everybody, ``items`` names the items of its markups."""

    reseller: Reseller
    currency: str
    usual: OrderBounds
    members: Sequence[Member] = ()
    groups: Sequence[str] = ()
    rules: Sequence[MarkupRule] = ()
    entries: Sequence[Entry] = ()
    items: Mapping[str, str] = field(default_factory=dict[str, str])


def money_lines(reseller: Reseller, currency: str, speech: Speech) -> list[Markup | None]:
    """What an account holds, and what it may still order for."""
    limit = reseller.credit_limit
    return [
        speech.text("Balance: <b>{amount}</b>", amount=speech.money(reseller.balance, currency)),
        speech.text("Held for open orders: {amount}", amount=speech.money(reseller.held, currency)),
        speech.text("Credit limit: {amount}", amount=speech.money(limit, currency)) if limit else None,
        speech.text("Available: <b>{amount}</b>", amount=speech.money(reseller.available, currency)),
    ]


def holdings_lines(held: Holdings, currency: str, speech: Speech) -> list[Markup]:
    """What all resellers hold together; none while there is no reseller."""
    if not held.accounts:
        return []
    count = speech.plural("{count} account", "{count} accounts", held.accounts)
    return [
        speech.text("<b>Resellers</b> · {count}", count=count),
        speech.text("Their balances: <b>{amount}</b>", amount=speech.money(held.balance, currency)),
        speech.text("Held for open orders: {amount}", amount=speech.money(held.held, currency)),
        speech.text("Owed by them: {amount}", amount=speech.money(held.owed, currency)),
    ]


def entries_card(reseller: Reseller, found: Sequence[Entry], currency: str, speech: Speech, *, before: int) -> Card:
    """A page of the ledger, newest first; one line more than a page says that there are older ones."""
    shown, more = found[:ENTRIES_A_PAGE], len(found) > ENTRIES_A_PAGE
    body = entry_lines(shown, currency, speech) or [speech.text("There are no entries here.")]
    title = speech.text("<b>Ledger of {name}</b>", name=reseller.name)
    row: ROW = []
    if before:
        row.append(button(speech.plain("« Newest"), OpenEntries(reseller.id, 0)))
    if more:
        row.append(button(speech.plain("Older ›"), OpenEntries(reseller.id, shown[-1].id)))
    money = [line for line in money_lines(reseller, currency, speech) if line]
    return Card(lines([title, *money, "", *body]), keyboard(row, to_account(reseller, speech)))


def entry_lines(entries: Sequence[Entry], currency: str, speech: Speech) -> list[Markup | str]:
    """Lines of the ledger, apart so that the eye finds each: how much, what it left, of what, and when."""
    apart = [[_entry(entry, currency, speech), ""] for entry in entries]
    return [line for pair in apart for line in pair][:-1]


def _entry(entry: Entry, currency: str, speech: Speech) -> Markup:
    return Markup("<b>{plus}{amount}</b> → {left} · {kind}{order}\n{when}{note}").format(
        plus="+" if entry.amount > 0 else "",
        amount=speech.money(entry.amount, currency),
        left=speech.money(entry.balance, currency),
        kind=speech.plain(KINDS[entry.kind]),
        order=f" {order_link(entry.reference)}" if entry.reference else "",
        when=speech.moment(entry.at),
        note=Markup(" · <i>{}</i>").format(clip(entry.note, NOTE_LENGTH)) if entry.note else "",
    )


def to_account(reseller: Reseller, speech: Speech) -> ROW:
    """The way back to an account's card."""
    return [button(speech.plain("‹ {name}", name=clip(reseller.name, 40)), OpenReseller(reseller.id))]
