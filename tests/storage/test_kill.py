"""A process killed at any instant loses no unit that had returned, and keeps no half of one."""

import asyncio
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from storage.crypto import Vault
from storage.records.orders import OrderFilter
from storage.store import Store
from storage.tables import Tables

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("lines", [1, 2, 5, 17, 40])
async def test_what_returned_before_a_kill_is_there_after_it_and_whole(tmp_path: Path, lines: int) -> None:
    url, key = f"sqlite:///{tmp_path / 'orderline.db'}", Fernet.generate_key().decode()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.storage.endless_writer", url, key, stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert process.stdout is not None
    returned = [int(await process.stdout.readline()) for _ in range(lines)]
    process.kill()
    returned += [int(line) for line in (await process.stdout.read()).split(b"\n")[:-1]]
    await process.wait()

    store = await Store.open(url, Vault([key]))

    async def look(tables: Tables) -> tuple[set[int], set[int]]:
        shown = await tables.orders.lines(OrderFilter.ALL, chat_id=None, user_id=None, before=None, limit=100_000)
        orders = [await tables.orders.by_reference(line.reference) for line in shown]
        coded = {order.number for order in orders if order and len(await tables.orders.codes(order.id)) == 2}
        return {line.number for line in shown}, coded

    present, coded = await store.read(look)
    assert await store.read(lambda tables: tables.outbox.waiting()) == len(present)
    await store.close()
    assert set(returned) <= present
    assert coded == present
