"""Fills a database with past orders, as years of work would have left them."""
# ruff: noqa: S608 - the statements are put together of constants

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from storage.crypto import Vault
from storage.repositories.packing import pack_item
from tests.factories import make_item

CHATS = 20
FIRST_CHAT = 3_000_001
RESELLER = 1
"""Every second chat orders on its account, the others at cost."""
SHORTEST = 200_000
"""Handled updates, events and deliveries are kept for a month only, so their number does not follow the orders'."""

NUMBERS = "WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < :many)"

# Ids and references grow with the number, which fills their indexes fast, and span all that can be drawn, so that
# new ones fall anywhere among them.
SPREAD = "printf('%08X', n * 4294967295 / :many)"
UUID = f"lower({SPREAD} || hex(randomblob(12)))"
ORDERS = f"""
{NUMBERS}
INSERT INTO orders (
    id, reference, draft_id, chat_id, user_id, item, item_name, quantity, field_values, expected, currency, state,
    created_at, message_id, attention, attention_detail, supplier, supplier_order_id, charged, refunded, delivered,
    error, error_message, in_doubt, tries, checks, accepted_at, settled_at, reseller_id, price, markup, captured
)
SELECT {UUID}, replace(replace({SPREAD}, '0', 'Y'), '1', 'Z'), {UUID},
       :chat + n % {CHATS}, :chat + n % {CHATS}, :item, :name, '2', :values, 190000, 'USD',
       CASE WHEN n % 50 = 0 THEN 'failed' WHEN n % 50 = 1 THEN 'partial' WHEN n % 50 = 2 THEN 'rejected'
            ELSE 'completed' END,
       :now - (:many - n) * 60000000, n, NULL, '', 'voodoo', {UUID}, 190000, 0, 2, '', '', 0, 1, 2,
       :now - (:many - n) * 60000000, :now - (:many - n) * 60000000,
       CASE WHEN n % 2 THEN {RESELLER} END, CASE WHEN n % 2 THEN 209000 END, CASE WHEN n % 2 THEN '10' END,
       CASE WHEN n % 2 THEN 209000 END
FROM series
"""

CODES = """
INSERT INTO order_codes (order_id, position, sealed)
SELECT id, position, :sealed FROM orders, (SELECT 1 AS position UNION SELECT 2) WHERE state = 'completed'
"""

EVENTS = f"""
{NUMBERS}
INSERT INTO events (supplier, digest, received_at, due_at, tries, reason, outcome, done_at)
SELECT 'voodoo', randomblob(32), :now - n * 1000000, :now - n * 1000000, 1, '', 'settled', :now - n * 1000000
FROM series
"""

OUTBOX = """
INSERT INTO outbox (key, kind, chat_id, order_id, data, priority, state, tries, created_at, due_at, reason, message_id,
                    finished_at)
SELECT kind || ':' || id, kind, chat_id, id, '{}', 1, 'sent', 1, created_at, created_at, '', number, settled_at
FROM orders, (SELECT 'status' AS kind UNION SELECT 'result') ORDER BY number DESC LIMIT :many * 2
"""

UPDATES = f"""
{NUMBERS}
INSERT INTO updates (update_id, chat_id, user_id, received_at, done_at)
SELECT n, :chat + n % {CHATS}, :chat + n % {CHATS}, :now - n * 1000000, :now - n * 1000000 FROM series
"""


def fill(database: Path, orders: int, vault: Vault) -> float:
    """Write so many settled orders with all that belongs to them; returns the seconds it took."""
    began = time.perf_counter()
    item = make_item()
    facts = {
        "many": orders,
        "now": int(time.time() * 1e6),
        "chat": FIRST_CHAT,
        "item": pack_item(item),
        "name": item.name,
        "values": vault.seal(b"[]"),
        "sealed": vault.seal(b"SAMPLE-0000-0000"),
    }
    recent = facts | {"many": min(orders, SHORTEST)}
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        # Nothing of it needs to survive a power cut.
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -1000000", "temp_store = MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")
        for statement, values in (
            (ORDERS, facts),
            (CODES, facts),
            (EVENTS, recent),
            (OUTBOX, recent),
            (UPDATES, recent),
        ):
            connection.execute(statement, values)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")
    return time.perf_counter() - began
