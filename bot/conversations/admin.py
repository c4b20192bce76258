"""The operator's commands. They answer in private and in the operator's own chat, where no customer reads along."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.catalog.reports import CatalogError
from bot.catalog.service import Catalog
from bot.conversations.problems import not_resolved
from bot.conversations.talk import Talk
from bot.ordering.resolving import Resolved
from bot.ordering.service import Ordering
from bot.presentation import admin as pages
from bot.presentation.accounts import holdings_lines
from bot.presentation.admin import CatalogFacts, CatalogPart, Health
from bot.presentation.buttons import RefreshCatalog
from bot.presentation.cards import Card
from bot.presentation.greetings import admins_only_card, ask_in_private_card
from storage.clock import Clock
from storage.records.orders import OrderFilter
from storage.store import Store, Tables

ATTENTION_SHOWN = 5
WRITE_OFF = "none"
"""What is written in place of a supplier's order id when the supplier has no such order."""


@dataclass(frozen=True, slots=True)
class Operation:
    """Facts of this run: when it began, the suppliers' titles by name, those with a webhook, the operator's chats."""

    started_at: datetime
    titles: Mapping[str, str]
    pushing: frozenset[str]
    operator_chats: frozenset[int]


Command = Callable[[Talk], Awaitable[None]]


class Administration:
    """Balances, status, the catalog, and orders whose outcome stayed unknown."""

    def __init__(
        self,
        store: Store,
        catalog: Catalog,
        ordering: Ordering,
        operation: Operation,
        clock: Clock,
        currency: str,
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._ordering = ordering
        self._operation = operation
        self._clock = clock
        self._currency = currency

    def guarded(self, command: Command) -> Command:
        """The command, for operators only and only where no customer reads along."""

        async def checked(talk: Talk) -> None:
            if not talk.role.operates:
                await _refuse(talk, admins_only_card(talk.speech))
            elif not talk.private and talk.chat.id not in self._operation.operator_chats:
                await _refuse(talk, ask_in_private_card(talk.speech))
            else:
                await command(talk)

        return checked

    async def balance(self, talk: Talk) -> None:
        """``/balance``: every supplier account, read now, and what resellers hold."""
        await talk.typing()
        accounts = await self._ordering.balances()
        held = await self._store.read(lambda tables: tables.resellers.holdings())
        theirs = holdings_lines(held, self._currency, talk.speech)
        await talk.show(pages.balances_card(accounts, self._clock(), talk.speech, resellers=theirs))

    async def status(self, talk: Talk) -> None:
        """``/status``."""
        health = await self._store.read(self._health)
        await talk.show(pages.health_card(health, self._clock(), talk.speech))

    async def catalog(self, talk: Talk) -> None:
        """``/catalog [refresh]``."""
        if talk.words.strip().lower() != "refresh":
            await talk.show(pages.catalog_facts_card(self._catalog_facts(), self._clock(), talk.speech))
            return
        await self._begin_refresh(talk)

    async def tap_refresh(self, talk: Talk, _button: RefreshCatalog) -> None:
        """The button below ``/catalog``."""
        await self.guarded(self._begin_refresh)(talk)

    async def _begin_refresh(self, talk: Talk) -> None:
        message_id = await talk.show(pages.catalog_refreshing_card(talk.speech))
        # An import takes its time; the person's other messages must not wait behind it.
        talk.later(self._refresh(talk, message_id), "catalog refresh", answers=True)

    async def resolve(self, talk: Talk) -> None:
        """``/resolve REFERENCE SUPPLIER_ID``, or ``none`` for an order that the supplier does not have."""
        words = talk.words.split()
        if len(words) != 2:
            await talk.show(pages.resolve_how_card(talk.speech))
            return
        reference, supplier_id = words
        await talk.typing()
        actor, update_id = talk.person.id, talk.incoming.update_id
        if supplier_id.lower() == WRITE_OFF:
            outcome = await self._ordering.write_off(reference, actor, update_id)
        else:
            outcome = await self._ordering.resolve(reference, supplier_id, actor, update_id)
        if isinstance(outcome, Resolved):
            await talk.show(pages.resolved_card(outcome.order, talk.speech))
        else:
            await talk.show(pages.refused_card(not_resolved(outcome, talk.speech)))

    async def _refresh(self, talk: Talk, message_id: int) -> None:
        try:
            report = await self._catalog.refresh()
        except CatalogError as error:
            card = pages.catalog_kept_card(f"{self._title(error.supplier)}: {error.reason}", talk.speech)
        else:
            bad = [(record.key, record.reason) for feed in report.feeds for record in feed.bad_samples]
            skipped = sum(feed.bad_records for feed in report.feeds)
            card = pages.catalog_refreshed_card(report.items, bad, skipped, talk.speech)
        await talk.screen.edit(message_id, card)

    async def _health(self, tables: Tables) -> Health:
        return Health(
            uptime=self._clock() - self._operation.started_at,
            catalog=self._catalog_facts(),
            orders=await tables.orders.counts(),
            attention=await tables.orders.lines(
                OrderFilter.ATTENTION, chat_id=None, user_id=None, before=None, limit=ATTENTION_SHOWN
            ),
            # Without the one that asks.
            updates_waiting=max(await tables.updates.waiting() - 1, 0),
            events_waiting=await tables.events.waiting(),
            outbox_waiting=await tables.outbox.waiting(),
            outbox_parked=await tables.outbox.parked(),
            last_webhooks={
                self._title(name): await tables.events.last_received(name) for name in sorted(self._operation.pushing)
            },
        )

    def _catalog_facts(self) -> CatalogFacts | None:
        snapshot, age = self._catalog.snapshot, self._catalog.age
        if snapshot is None or age is None:
            return None
        info = snapshot.info
        parts = [
            # Pages that a client gathers lie in a file of ours, whose name tells nobody anything.
            CatalogPart(self._title(name), part.items, part.source if "/" in part.source else "")
            for name, part in info.sources.items()
        ]
        return CatalogFacts(info.items, self._clock() - age, info.bad_records, parts, self._catalog.trouble)

    def _title(self, supplier: str) -> str:
        # A snapshot may still hold the items of a supplier that is switched off by now.
        return self._operation.titles.get(supplier, supplier)


async def _refuse(talk: Talk, card: Card) -> None:
    """Say no; a tap leaves the message as it is, for it is somebody else's."""
    if talk.tapped is None:
        await talk.send(card)
    else:
        await talk.answer(card.text, alert=True)
