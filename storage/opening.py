"""What is done to a database before anybody works with it: its schema, a check of the keys, and old leases."""

from collections.abc import Iterator

import structlog
from sqlalchemy import Connection, Select, select, update

from storage.crypto import Unreadable, Vault
from storage.errors import NotWritable, WrongKeys
from storage.migrations.upgrade import upgrade
from storage.schema import (
    EVENT_WAITING,
    ORDER_SCHEDULED,
    UPDATE_WAITING,
    WAITING,
    drafts,
    events,
    journal,
    orders,
    outbox,
    updates,
)

log = structlog.get_logger()

SAMPLE = 5
"""Newest sealed values of a table that the keys are tried on."""

SEALED: tuple[Select[bytes], ...] = (
    select(orders.c.field_values).order_by(orders.c.number.desc()).limit(SAMPLE),
    select(drafts.c.field_values).order_by(drafts.c.updated_at.desc()).limit(SAMPLE),
    select(journal.c.body).order_by(journal.c.id.desc()).limit(SAMPLE),
    select(events.c.body).where(EVENT_WAITING).order_by(events.c.due_at).limit(SAMPLE),
    select(updates.c.payload).where(UPDATE_WAITING).order_by(updates.c.update_id).limit(SAMPLE),
)

OLDEST: Select[bytes] = select(orders.c.field_values).order_by(orders.c.number).limit(SAMPLE)
"""What was sealed long ago, perhaps with a key that was taken away too soon."""

# The condition of each queue's index, so that a million past rows are not read.
LEASED = ((orders, ORDER_SCHEDULED), (events, EVENT_WAITING), (outbox, WAITING))


def make_ready(connection: Connection, vault: Vault) -> None:
    """Bring the schema up to date and take up what a dead process held; raises ``StoreError``."""
    _check_log(connection)
    upgrade(connection)
    _check_keys(connection, vault)
    _end_leases(connection)


def _check_log(connection: Connection) -> None:
    """SQLite keeps to another journal without a word where it cannot share memory, as on network disks."""
    if connection.exec_driver_sql("PRAGMA journal_mode").scalar() != "wal":
        raise NotWritable("the database cannot keep a write-ahead log where it is; put it on a local disk")


def _check_keys(connection: Connection, vault: Vault) -> None:
    """One damaged value is that row's trouble; keys that open none of them are somebody else's."""
    sealed = [value for newest in SEALED for value in connection.scalars(newest)]
    if sealed and not any(_opens(vault, sealed)):
        raise WrongKeys("none of SECRET_KEYS opens what is stored; put the keys that were used before behind the new")
    oldest = list(connection.scalars(OLDEST))
    if oldest and not any(_opens(vault, oldest)):
        log.error(
            "the oldest orders cannot be opened; put the key of that time behind the others in SECRET_KEYS, and run "
            "`orderline reseal` before it is taken out again"
        )


def _opens(vault: Vault, sealed: list[bytes]) -> Iterator[bool]:
    for value in sealed:
        try:
            vault.open(value)
        except Unreadable:
            continue
        yield True


def _end_leases(connection: Connection) -> None:
    """The file's lock says that nobody else is at work, so whoever held a lease is dead."""
    for queue, open_rows in LEASED:
        held = update(queue).where(open_rows, queue.c.leased_until.is_not(None))
        connection.execute(held.values(leased_until=None))
