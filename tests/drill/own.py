"""Orderline's own database, read beside the running bot: what waits, what needs a human, and the money."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from storage.columns import from_units

TERMINAL = frozenset({"completed", "partial", "failed", "rejected"})


@dataclass(frozen=True, slots=True)
class Row:
    """An order as Orderline has it. ``followed`` says that it will be worked on again by itself."""

    id: str
    reference: str
    chat: int
    user: int
    topic: int | None
    supplier: str
    item: int
    quantity: Decimal
    value: Decimal | None
    state: str
    attention: str | None
    followed: bool
    reseller: int | None = None
    price: Decimal | None = None
    captured: Decimal | None = None

    @property
    def terminal(self) -> bool:
        """Whether it has ended."""
        return self.state in TERMINAL


@dataclass(frozen=True, slots=True)
class Account:
    """A reseller's money."""

    id: int
    balance: Decimal
    held: Decimal
    limit: Decimal


@dataclass(frozen=True, slots=True)
class Posting:
    """A line of the ledger; ``balance`` is what it says it left."""

    id: int
    reseller: int
    kind: str
    amount: Decimal
    balance: Decimal
    order_id: str | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that a queue still holds."""

    queue: str
    id: int
    state: str
    order_id: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Own:
    """What Orderline wrote down."""

    rows: tuple[Row, ...] = ()
    accounts: tuple[Account, ...] = ()
    postings: tuple[Posting, ...] = ()
    waiting: tuple[Waiting, ...] = ()


QUEUES = {
    "updates": "SELECT update_id, 'waiting', NULL, 'in ' || chat_id || ' of ' || user_id FROM updates "
    "WHERE done_at IS NULL",
    "events": "SELECT id, 'waiting', NULL, reason FROM events WHERE done_at IS NULL",
    "outbox": "SELECT id, state, order_id, kind || ' to ' || chat_id || ', tries ' || tries || ': ' || reason "
    "FROM outbox WHERE state IN ('waiting', 'parked')",
    "journal": "SELECT id, 'kept', order_id, '' FROM journal",
}
ORDERS = (
    "SELECT id, reference, chat_id, user_id, thread_id, supplier, item, quantity, denomination, state, attention, "
    "next_check_at, reseller_id, price, captured FROM orders ORDER BY number"
)


def read_own(database: Path) -> Own:
    """Read the database as it is now, changing nothing."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)) as connection:
        accounts = connection.execute("SELECT id, balance, held, credit_limit FROM resellers")
        postings = connection.execute("SELECT id, reseller_id, kind, amount, balance, order_id FROM ledger ORDER BY id")
        return Own(
            tuple(map(_row, connection.execute(ORDERS))),
            tuple(Account(one[0], *map(from_units, one[1:])) for one in accounts),
            tuple(map(_posting, postings)),
            tuple(_waiting(connection)),
        )


def _waiting(connection: sqlite3.Connection) -> Iterator[Waiting]:
    for queue, query in QUEUES.items():
        for found in connection.execute(query):
            yield Waiting(queue, *found)


def _posting(found: tuple[Any, ...]) -> Posting:
    id_, reseller, kind, amount, balance, order_id = found
    return Posting(id_, reseller, kind, from_units(amount), from_units(balance), order_id)


def _row(found: tuple[Any, ...]) -> Row:
    return Row(
        id=found[0],
        reference=found[1],
        chat=found[2],
        user=found[3],
        topic=found[4],
        supplier=found[5],
        item=int(json.loads(found[6])["key"]["id"]),
        quantity=Decimal(found[7]),
        value=_decimal(found[8]),
        state=found[9],
        attention=found[10],
        followed=found[11] is not None,
        reseller=found[12],
        price=_money(found[13]),
        captured=_money(found[14]),
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _money(units: int | None) -> Decimal | None:
    return None if units is None else from_units(units)
