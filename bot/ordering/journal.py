"""The journal: a supplier's raw reply is kept before it is read, and read again if we died in between."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from bot.ordering.books import Books
from bot.ordering.directory import Suppliers
from bot.ordering.transitions import Settlement, Verdict, flagged
from bot.suppliers.errors import MalformedReport
from bot.suppliers.outcomes import Report
from bot.suppliers.protocol import Supplier
from storage.clock import Clock
from storage.errors import StoreClosed, StoreError
from storage.records.orders import Attention
from storage.records.queues import JournalEntry
from storage.store import Store, Tables

log = structlog.get_logger()

STRANGE: Final = frozenset({Verdict.MISMATCH, Verdict.OTHER_GOODS})
"""Verdicts that leave the order unsettled, and the reply in the journal."""

PAGE = 1_000
"""Ids of replies that are read at a time; the replies themselves, which may be large, come one by one."""


HOLD_SECONDS = 1.0
"""Between two tries to store a reply that the store would not take."""


class Journal:
    """Keeps raw replies; ``record`` is what a supplier client is given as its ``RecordReply``."""

    def __init__(
        self, store: Store, clock: Clock, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._store = store
        self._clock = clock
        self._sleep = sleep

    async def record(self, supplier: str, order_id: str, body: bytes) -> int:
        """Keep a reply durably; returns its journal id.

        While the store takes nothing, the reply is held: it may be the only one that shows the codes in clear.
        """
        try:
            return await self._keep(supplier, order_id, body)
        except StoreClosed:
            raise
        except StoreError as error:
            log.error("a reply cannot be stored; it is held until it can be", order=order_id, reason=str(error))  # noqa: TRY400 - one line says it
        try:
            journal_id = await self._keep_in_the_end(supplier, order_id, body)
        except BaseException:
            log.error("a reply is given up unstored; its order stands as if none had come", order=order_id)  # noqa: TRY400 - whoever gave it up knows why
            raise
        log.info("the reply that was held is stored", order=order_id)
        return journal_id

    async def _keep_in_the_end(self, supplier: str, order_id: str, body: bytes) -> int:
        while True:
            await self._sleep(HOLD_SECONDS)
            try:
                return await self._keep(supplier, order_id, body)
            except StoreClosed:
                raise
            except StoreError:
                continue

    async def _keep(self, supplier: str, order_id: str, body: bytes) -> int:
        return await self._store.write(lambda tables: tables.journal.add(order_id, supplier, body, self._clock()))


class JournalRecovery:
    """Settles replies that came in but were not stored, because the process died or the disk was full.

    Runs before any other worker, and for an order in doubt before it is sent again.
    """

    def __init__(self, store: Store, suppliers: Suppliers, books: Books) -> None:
        self._store = store
        self._suppliers = suppliers
        self._books = books

    async def run(self) -> int:
        """Settle what is left; says how many replies were read."""
        read, after = 0, 0
        while page := await self._store.read(lambda tables, after=after: tables.journal.left(PAGE, after)):
            found = [await self._recovered(journal_id) for journal_id in page]
            read += sum(1 for settlement in found if settlement and settlement.verdict not in STRANGE)
            after = page[-1]
        return read

    async def recover(self, order_id: str) -> bool:
        """Settle what is left of one order, before it is asked about or sent again; says whether that changed it."""
        mine = await self._store.read(lambda tables: tables.journal.left_of(order_id))
        found = [await self._recovered(journal_id) for journal_id in mine]
        return any(settlement.changed for settlement in found if settlement and settlement.verdict not in STRANGE)

    async def _recovered(self, journal_id: int) -> Settlement | None:
        try:
            return await self._read_again(journal_id)
        except Exception:  # the worker's edge: one reply must hold up neither the others nor the start
            log.exception("reply kept, it cannot be settled", journal=journal_id)
            return None

    async def _read_again(self, journal_id: int) -> Settlement | None:
        entry = await self._store.read(lambda tables: tables.journal.get(journal_id))
        if entry is None:
            return None
        supplier = self._suppliers.get(entry.supplier)
        if supplier is None:
            log.warning("reply kept, its supplier is switched off", journal=entry.id, supplier=entry.supplier)
            return None
        return await self._settled(supplier, entry)

    async def _settled(self, supplier: Supplier, entry: JournalEntry) -> Settlement | None:
        report = _read(supplier, entry)
        if isinstance(report, MalformedReport):
            log.error("reply unreadable, kept", journal=entry.id, order=entry.order_id, reason=str(report))
            await self._store.write(lambda tables: self._flag(tables, entry, str(report)))
            return None
        settlement = await self._store.write(
            lambda tables: self._books.settle(tables, entry.order_id, report, journal_id=entry.id, recovered=True)
        )
        log.info("reply recovered", journal=entry.id, order=entry.order_id, verdict=settlement.verdict.value)
        return settlement

    async def _flag(self, tables: Tables, entry: JournalEntry, reason: str) -> None:
        order = await tables.orders.by_id(entry.order_id)
        if order is None or order.state.terminal or order.attention is not None:
            return
        await self._books.record(tables, order, flagged(order, Attention.UNREADABLE_REPLY, reason))


def _read(supplier: Supplier, entry: JournalEntry) -> Report | MalformedReport:
    try:
        return supplier.read_reply(entry.body)
    except MalformedReport as error:
        return error
