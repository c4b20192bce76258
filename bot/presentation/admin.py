"""What operators see: balances, the state of the bot, the catalog, and resolved orders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from markupsafe import Markup

from bot.presentation import reasons
from bot.presentation.buttons import OpenOrders, RefreshCatalog
from bot.presentation.cards import Card, button, clip, keyboard, lines
from bot.presentation.orders import order_link, spoken_reference
from bot.presentation.speech import Speech, marked
from storage.records.orders import Order, OrderCounts, OrderFilter, OrderLine

BAD_RECORDS_SHOWN = 5
REASON_LENGTH = 300

KINDS: Mapping[str, str] = {"prepaid": marked("prepaid"), "postpaid": marked("postpaid")}
"""Kinds of accounts that we have words for (Octopus Cards, wallets); any other is shown as the supplier calls it."""


class AccountFacts(Protocol):
    """What is known of one supplier account."""

    @property
    def supplier(self) -> str:
        """The supplier's name for people."""
        ...

    @property
    def account(self) -> str:
        """The account's name at the supplier; empty when it has only one."""
        ...

    @property
    def kind(self) -> str:
        """The supplier's word for what kind of account it is; empty when it has none."""
        ...

    @property
    def amount(self) -> Decimal | None:
        """Major units; None when it was never read."""
        ...

    @property
    def currency(self) -> str:
        """The account's currency."""
        ...

    @property
    def read_at(self) -> datetime | None:
        """When the amount was read."""
        ...

    @property
    def live(self) -> bool:
        """Whether it was read just now."""
        ...

    @property
    def problem(self) -> str | None:
        """Why it could not be read now."""
        ...


@dataclass(frozen=True, slots=True)
class CatalogPart:
    """One supplier's share; ``source`` is the address that it was read from, ``""`` for pages that a client gathers."""

    supplier: str
    items: int
    source: str


@dataclass(frozen=True, slots=True)
class CatalogFacts:
    """The catalog's size and age; ``parts`` are the suppliers' shares of it.

    ``checked_at`` is when the suppliers last confirmed it, ``trouble`` why the last refresh failed.
    """

    items: int
    checked_at: datetime
    bad_records: int
    parts: Sequence[CatalogPart]
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """What ``/status`` shows. ``last_webhooks`` has an entry per supplier that pushes, None when none came yet."""

    uptime: timedelta
    catalog: CatalogFacts | None
    orders: OrderCounts
    attention: Sequence[OrderLine]
    updates_waiting: int
    events_waiting: int
    outbox_waiting: int
    outbox_parked: int
    last_webhooks: Mapping[str, datetime | None]


def balances_card(
    accounts: Sequence[AccountFacts], now: datetime, speech: Speech, *, resellers: Sequence[Markup] = ()
) -> Card:
    """Every supplier account, with the age of what could not be read just now; ``resellers`` are lines below them."""
    below = ["", *resellers] if resellers else []
    if not accounts:
        return Card(lines([speech.text("No supplier is configured."), *below]))
    shown = [part for account in accounts for part in ("", *_account(account, now, speech))]
    return Card(lines([speech.text("<b>Supplier accounts</b>"), *shown, *below]))


def health_card(health: Health, now: datetime, speech: Speech) -> Card:
    """How the bot is doing, at a glance; orders that need a human can be opened from here."""
    text = lines(
        [
            speech.text("<b>Status</b>"),
            speech.text("Running for {time}", time=speech.span(health.uptime)),
            "",
            _catalog_line(health.catalog, now, speech),
            _trouble(health.catalog, speech) if health.catalog else None,
            *(_webhook_line(supplier, last, now, speech) for supplier, last in health.last_webhooks.items()),
            "",
            *_open_orders(health.orders, speech),
            *_attention(health, speech),
            "",
            *_queues(health, speech),
        ]
    )
    look = button(speech.plain("Orders that need attention"), OpenOrders(OrderFilter.ATTENTION, 0))
    return Card(text, keyboard([look] if health.orders.attention else []))


def catalog_facts_card(facts: CatalogFacts | None, now: datetime, speech: Speech) -> Card:
    """The catalog in use."""
    shown: list[str | Markup | None] = [_catalog_line(facts, now, speech)]
    if facts:
        shown += [_part(part, speech) for part in facts.parts]
        shown += [_bad_records(facts.bad_records, speech), _trouble(facts, speech)]
    return Card(lines(shown), keyboard([button(speech.plain("Refresh now"), RefreshCatalog())]))


def _part(part: CatalogPart, speech: Speech) -> Markup:
    said = (speech.plural("{count} item", "{count} items", part.items), clip(part.source, 200))
    return Markup("{}: {}").format(part.supplier, Markup(" · ").join(filter(None, said)))


def catalog_refreshing_card(speech: Speech) -> Card:
    """A refresh is under way."""
    return Card(lines([speech.text("Reading the catalog…")]))


def catalog_refreshed_card(items: int, bad: Sequence[tuple[str, str]], bad_count: int, speech: Speech) -> Card:
    """A refresh succeeded; skipped records are named, the first few of them."""
    named = [
        Markup("• <code>{}</code>: {}").format(clip(key, 60), clip(reason, 120))
        for key, reason in bad[:BAD_RECORDS_SHOWN]
    ]
    head = speech.plural("The catalog is new: {count} item.", "The catalog is new: {count} items.", items)
    return Card(lines(["✅ " + head, _bad_records(bad_count, speech), *named]))


def catalog_kept_card(reason: str, speech: Speech) -> Card:
    """A refresh failed or was refused; nothing was lost, and it can be tried again."""
    return Card(
        lines(
            [
                speech.text("⚠️ <b>The catalog was not replaced.</b>"),
                Markup("<i>{}</i>").format(clip(reason, REASON_LENGTH)),
                speech.text("The last good one stays in use."),
            ]
        ),
        keyboard([button(speech.plain("Refresh now"), RefreshCatalog())]),
    )


def resolved_card(order: Order, speech: Speech) -> Card:
    """A human settled an order."""
    text = speech.text(
        "Order {reference} is settled: {state}.",
        reference=spoken_reference(order.reference),
        state=reasons.state_words(order.state, speech),
    )
    return Card(lines([text, order_link(order.reference)]))


def resolve_how_card(speech: Speech) -> Card:
    """``/resolve`` without what it needs."""
    return Card(
        lines(
            [
                speech.text("Write the order's reference and the supplier's order id after the command:"),
                Markup("<code>/resolve 7KQ2-M9XF 0190f8a1-6b2c-7e33-9a10-4c1d2e3f5a6b</code>"),
                speech.text("If the supplier has no such order, write <code>none</code> in place of its id."),
                speech.text(
                    "For an order that waits for codes the supplier does not show, <code>none</code> closes it "
                    "with what is here."
                ),
            ]
        )
    )


def refused_card(words: Markup) -> Card:
    """A command that was understood and not done, and why."""
    return Card(lines(["⚠️ " + words]))


def _account(account: AccountFacts, now: datetime, speech: Speech) -> list[Markup | None]:
    name = _account_name(account, speech)
    problem = Markup("<i>{}</i>").format(clip(account.problem, REASON_LENGTH)) if account.problem else None
    if account.amount is None or account.read_at is None:
        return [Markup("{}").format(name), speech.text("The balance could not be read yet."), problem]
    amount = speech.money(account.amount, account.currency)
    age = (
        speech.text("just now")
        if account.live
        else speech.text("⚠️ as of {ago}; it could not be read just now", ago=speech.ago(now - account.read_at))
    )
    return [Markup("{}: <b>{}</b>").format(name, amount), age, problem]


def _account_name(account: AccountFacts, speech: Speech) -> str:
    """Supplier and account; where there may be several, the currency tells them apart faster than their ids."""
    kind = speech.plain(KINDS[account.kind]) if account.kind in KINDS else account.kind
    parts = (account.supplier, account.account, account.currency if kind else "", kind)
    return " · ".join(filter(None, parts))


def _catalog_line(facts: CatalogFacts | None, now: datetime, speech: Speech) -> Markup:
    if facts is None:
        return speech.text("Catalog: none yet")
    items = speech.plural("{count} item", "{count} items", facts.items)
    return speech.text("Catalog: {items}, read {ago}", items=items, ago=speech.ago(now - facts.checked_at))


def _trouble(facts: CatalogFacts, speech: Speech) -> Markup | None:
    if facts.trouble is None:
        return None
    return speech.text("⚠️ The last refresh failed: {reason}", reason=clip(facts.trouble, REASON_LENGTH))


def _webhook_line(supplier: str, last: datetime | None, now: datetime, speech: Speech) -> Markup:
    if last is None:
        return speech.text("Last webhook of {supplier}: none yet", supplier=supplier)
    return speech.text("Last webhook of {supplier}: {ago}", supplier=supplier, ago=speech.ago(now - last))


def _open_orders(counts: OrderCounts, speech: Speech) -> list[Markup]:
    if not counts.by_open_state:
        return [speech.text("No open orders")]
    return [
        speech.text("Open orders:"),
        *(
            Markup("• {}: {}").format(speech.plain(reasons.STATES[state]), speech.number(count))
            for state, count in counts.by_open_state.items()
        ),
    ]


def _attention(health: Health, speech: Speech) -> list[Markup]:
    if not health.orders.attention:
        return [speech.text("No order needs attention")]
    title = speech.plural(
        "⚠️ {count} order needs attention:", "⚠️ {count} orders need attention:", health.orders.attention
    )
    shown = [
        Markup("• {} {}").format(order_link(line.reference), clip(line.item_name, 40)) for line in health.attention
    ]
    return [title, *shown]


def _queues(health: Health, speech: Speech) -> list[Markup | None]:
    parked = health.outbox_parked
    return [
        speech.text(
            "Waiting: incoming {updates}, supplier events {events}, outgoing {outbox}",
            updates=speech.number(health.updates_waiting),
            events=speech.number(health.events_waiting),
            outbox=speech.number(health.outbox_waiting),
        ),
        speech.plural(
            "{count} message is kept for a chat that cannot be reached",
            "{count} messages are kept for chats that cannot be reached",
            parked,
        )
        if parked
        else None,
    ]


def _bad_records(count: int, speech: Speech) -> Markup | None:
    if not count:
        return None
    return speech.plural("{count} unusable record was skipped.", "{count} unusable records were skipped.", count)
