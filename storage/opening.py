"""What is done to a database before anybody works with it: its schema, a check of the keys, and old leases."""

from collections.abc import Iterator
from typing import Any

import structlog
from sqlalchemy import Column, Connection, Select, select, update

from storage.crypto import Unreadable, Vault
from storage.errors import NotWritable, WrongKeys
from storage.migrations.upgrade import upgrade
from storage.schema import (
    EVENT_WAITING,
    ORDER_SCHEDULED,
    SEALED,
    UPDATE_WAITING,
    WAITING,
    events,
    orders,
    outbox,
    updates,
)

log = structlog.get_logger()

SAMPLE = 5
"""Sealed values of a column that the keys are tried on."""

OLDEST: Select[bytes] = select(orders.c.field_values).order_by(orders.c.number).limit(SAMPLE)
"""What was sealed long ago, perhaps with a key that was taken away too soon."""

# The condition of each queue's index, so that a million past rows are not read.
FILLED = {events: EVENT_WAITING, updates: UPDATE_WAITING}
"""The queues whose rows have a sealed value only while they wait."""

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
    sealed = [value for column in SEALED for value in connection.scalars(_sample(column))]
    if sealed and not any(_opens(vault, sealed)):
        raise WrongKeys("none of SECRET_KEYS opens what is stored; put the keys that were used before behind the new")
    oldest = list(connection.scalars(OLDEST))
    if oldest and not any(_opens(vault, oldest)):
        log.error(
            "the oldest orders cannot be opened; put the key of that time behind the others in SECRET_KEYS, and run "
            "`orderline reseal` before it is taken out again"
        )


def _sample(column: Column[Any]) -> Select[bytes]:
    """Some values of a sealed column: those waiting in a queue, else the newest of rows that are counted."""
    table = column.table
    if table in FILLED:
        return select(column).where(FILLED[table]).limit(SAMPLE)
    return select(column).order_by(*(key.desc() for key in table.primary_key)).limit(SAMPLE)


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
