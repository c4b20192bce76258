"""Facts worth keeping: raw replies until they are read, who did what, and last known balances."""

from datetime import datetime

from sqlalchemy import delete, insert, select

from storage.columns import rounded_money
from storage.records.queues import JournalEntry, KnownBalance
from storage.repositories.base import Repository
from storage.schema import audit, balances, journal


class Journal(Repository):
    """Suppliers' raw replies, encrypted, kept until what they say is stored."""

    __slots__ = ()

    async def add(self, order_id: str, supplier: str, body: bytes, now: datetime) -> int:
        """Keep a reply before it is read; returns its id."""
        entry = insert(journal).values(
            order_id=order_id, supplier=supplier, body=self._vault.seal(body), received_at=now
        )
        return (await self._db.execute(entry.returning(journal.c.id))).scalar_one()

    async def forget(self, journal_id: int) -> None:
        """Drop a reply whose content is stored."""
        await self._db.execute(delete(journal).where(journal.c.id == journal_id))

    async def left(self, limit: int) -> list[JournalEntry]:
        """Replies nobody finished reading, oldest first; raises ``Unreadable``."""
        rows = (await self._db.execute(select(journal).order_by(journal.c.id).limit(limit))).mappings()
        return [
            JournalEntry(row["id"], row["order_id"], row["supplier"], self._vault.open(row["body"]), row["received_at"])
            for row in rows
        ]


class Audit(Repository):
    """What people with power did."""

    __slots__ = ()

    async def add(
        self, actor_id: int, action: str, subject: str, detail: str, update_id: int | None, now: datetime
    ) -> bool:
        """Record an action; False when this update already did it."""
        fresh = self._unit.insert(audit).values(
            actor_id=actor_id, action=action, subject=subject, detail=detail, update_id=update_id, at=now
        )
        return await self._db.scalar(fresh.on_conflict_do_nothing().returning(audit.c.id)) is not None


class Balances(Repository):
    """What suppliers' accounts held when they were last read."""

    __slots__ = ()

    async def put(self, balance: KnownBalance) -> None:
        """Keep the latest reading, rounded to what a money column holds."""
        reading = {
            "amount": rounded_money(balance.amount),
            "currency": balance.currency,
            "read_at": balance.read_at,
        }
        fresh = self._unit.insert(balances).values(supplier=balance.supplier, account=balance.account, **reading)
        await self._db.execute(fresh.on_conflict_do_update(index_elements=["supplier", "account"], set_=reading))

    async def all(self) -> list[KnownBalance]:
        """Every known account, by supplier and name."""
        rows = await self._db.execute(select(balances).order_by(balances.c.supplier, balances.c.account))
        return [KnownBalance(**row) for row in rows.mappings()]
