"""Adds orders with two codes and a delivery each until it is killed, and prints each number once it is durable."""

import asyncio
import sys
from itertools import count

from storage.crypto import Vault
from storage.store import Store
from storage.tables import Tables
from tests.factories import NOW, keys, make_delivery, make_order


async def whole_order(tables: Tables) -> int:
    """One unit that touches three tables."""
    order = await tables.orders.add(make_order())
    await tables.orders.add_codes(order.id, keys("first", "second"))
    await tables.outbox.add(make_delivery(order_id=order.id, chat_id=order.number), NOW)
    return order.number


async def main() -> None:
    """Four writers side by side, so that commits are shared."""
    store = await Store.open(sys.argv[1], Vault([sys.argv[2]]))

    async def forever() -> None:
        for _ in count():
            print(await store.write(whole_order), flush=True)  # noqa: T201 - the test reads it

    await asyncio.gather(*(forever() for _ in range(4)))


asyncio.run(main())
