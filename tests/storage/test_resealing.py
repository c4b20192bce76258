"""Retiring a key: everything is sealed anew, in pieces, beside a running bot, and again after a kill."""

import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select
from structlog.testing import capture_logs

from storage.crypto import Unreadable, Vault
from storage.database import SqliteFile
from storage.errors import WrongKeys
from storage.records.orders import FieldValue
from storage.resealing import Resealed, reseal
from storage.schema import SEALED, metadata, orders
from storage.store import Store
from storage.tables import Tables
from tests.factories import NOW, keys, make_draft, make_order, make_update

TYPED = (FieldValue("login", "Login", "typed", "typed"),)
ROOT = Path(__file__).parents[2]


def new_key() -> str:
    return Fernet.generate_key().decode()


def never(_seconds: float) -> None:
    """Leave nobody room."""


async def fill(store: Store, many: int = 1, first: str = "order") -> None:
    async def work(tables: Tables) -> None:
        await tables.drafts.save(make_draft(values=TYPED))
        for number in range(many):
            order = await tables.orders.add(make_order(id=f"{first}-{number}", values=TYPED))
            await tables.orders.add_codes(order.id, keys(f"CODE-{number}-1", f"CODE-{number}-2"))
            await tables.events.add("voodoo", f"event of {order.id}".encode(), NOW)
            await tables.updates.add(make_update(payload=b"update"), NOW)
            await tables.journal.add(order.id, "voodoo", b"reply", NOW)

    await store.write(work)


def sealed_in(file: SqliteFile) -> list[bytes]:
    engine = file.migrations()
    with engine.connect() as connection:
        found = [value for column in SEALED for value in connection.scalars(select(column)) if value is not None]
    engine.dispose()
    return found


def first_sealed_in(file: SqliteFile) -> list[bytes]:
    engine = file.migrations()
    with engine.connect() as connection:
        found = list(connection.scalars(select(orders.c.field_values).order_by(orders.c.number).limit(1)))
    engine.dispose()
    return found


def opened_by(vault: Vault, sealed: list[bytes]) -> int:
    def opens(value: bytes) -> bool:
        try:
            vault.open(value)
        except Unreadable:
            return False
        return True

    return sum(map(opens, sealed))


async def kept(url: str, key: str, work: Callable[[Store], Awaitable[None]]) -> SqliteFile:
    store = await Store.open(url, Vault([key]))
    await work(store)
    await store.close()
    return SqliteFile.from_url(url)


def test_every_column_of_bytes_is_sealed_or_known_not_to_be():
    sealed = {f"{column.table.name}.{column.name}" for column in SEALED}
    binary = {f"{t.name}.{c.name}" for t in metadata.tables.values() for c in t.columns if c.type.python_type is bytes}
    assert binary - sealed == {"events.digest"}


class NotingVault(Vault):
    """Remembers what it sealed."""

    def __init__(self, keys: Sequence[str]) -> None:
        super().__init__(keys)
        self.sealed: set[bytes] = set()

    def seal(self, plain: bytes) -> bytes:
        sealed = super().seal(plain)
        self.sealed.add(sealed)
        return sealed


async def test_every_column_that_the_vault_seals_is_in_the_list(database_url: str):
    vault = NotingVault([new_key()])
    store = await Store.open(database_url, vault)
    await fill(store)
    await store.close()
    engine = SqliteFile.from_url(database_url).migrations()
    with engine.connect() as connection:
        columns = [column for table in metadata.tables.values() for column in table.columns]
        found = {column for column in columns if vault.sealed & set(connection.scalars(select(column)))}
    engine.dispose()
    assert found == set(SEALED)


@pytest.mark.parametrize("batch", [1, 2, 200])
async def test_everything_is_opened_by_the_new_key_alone_afterwards(database_url: str, batch: int):
    old, new = new_key(), new_key()
    file = await kept(database_url, old, lambda store: fill(store, 3))
    everything = len(sealed_in(file))
    assert everything >= 6
    done = reseal(file, Vault([new, old]), batch=batch, pause=never)
    assert done == Resealed(everything, everything, 0)
    assert opened_by(Vault([new]), sealed_in(file)) == everything
    store = await Store.open(database_url, Vault([new]))
    order = await store.read(lambda tables: tables.orders.by_id("order-2"))
    codes = await store.read(lambda tables: tables.orders.codes("order-2"))
    await store.close()
    assert order is not None
    assert order.values == TYPED
    assert [code.value for code in codes] == ["CODE-2-1", "CODE-2-2"]


async def test_a_second_run_passes_over_what_is_done(database_url: str):
    old, new = new_key(), new_key()
    file = await kept(database_url, old, fill)
    first = reseal(file, Vault([new, old]), pause=never)
    assert reseal(file, Vault([new]), pause=never) == Resealed(first.seen, 0, 0)


async def test_it_works_beside_a_running_bot_that_goes_on_writing(database_url: str):
    old, new = new_key(), new_key()
    file = await kept(database_url, old, lambda store: fill(store, 3))
    store = await Store.open(database_url, Vault([new, old]))
    await fill(store, first="second")
    reseal(file, Vault([new, old]), batch=1, pause=never)
    await fill(store, first="third")
    await store.close()
    assert opened_by(Vault([new]), sealed_in(file)) == len(sealed_in(file))


async def test_what_no_key_opens_is_counted_and_left_as_it_is(database_url: str):
    lost, old, new = new_key(), new_key(), new_key()
    file = await kept(database_url, lost, fill)
    before = sealed_in(file)
    store = await Store.open(database_url, Vault([old, lost]))
    await fill(store, first="second")
    await store.close()
    done = reseal(file, Vault([new, old]), pause=never)
    assert (done.unreadable, done.seen) == (opened_by(Vault([lost]), sealed_in(file)), len(sealed_in(file)))
    assert opened_by(Vault([lost]), before) >= done.unreadable > 0


async def test_keys_that_open_nothing_change_nothing(database_url: str):
    file = await kept(database_url, new_key(), fill)
    before = sealed_in(file)
    with pytest.raises(WrongKeys):
        reseal(file, Vault([new_key()]), pause=never)
    assert sealed_in(file) == before


def resealing(folder: Path, keys_: str, **more: str) -> subprocess.Popen[str]:
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "PYTHONPATH": str(ROOT),
        "BOT_TOKEN": "123456789:AAexampleexampleexampleexample12345",
        "ADMIN_IDS": "1",
        "DATA_DIR": str(folder),
        "SECRET_KEYS": keys_,
        **more,
    }
    command = [sys.executable, "-m", "bot", "reseal"]
    return subprocess.Popen(
        command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder
    )


async def test_killed_in_the_middle_the_command_is_run_again_and_then_the_old_key_can_go(
    database_url: str, tmp_path: Path
):
    old, new = new_key(), new_key()
    file = await kept(database_url, old, lambda store: fill(store, 400))
    everything = sealed_in(file)
    first = resealing(tmp_path, f"{new},{old}")
    while not opened_by(Vault([new]), first_sealed_in(file)):
        assert first.poll() is None, first.communicate()
    first.send_signal(signal.SIGKILL)
    first.communicate()
    half = opened_by(Vault([new]), sealed_in(file))
    assert opened_by(Vault([new, old]), sealed_in(file)) == len(everything)
    output, complaint = resealing(tmp_path, f"{new},{old}").communicate()
    assert complaint == ""
    assert f"{len(everything)} values, {len(everything) - half} of them encrypted anew" in output
    assert reseal(file, Vault([new]), pause=never) == Resealed(len(everything), 0, 0)


async def test_the_command_says_in_one_line_that_the_keys_are_wrong(database_url: str, tmp_path: Path):
    await kept(database_url, new_key(), fill)
    wrong = resealing(tmp_path, new_key())
    output, complaint = wrong.communicate()
    assert (wrong.returncode, output, complaint.count("\n")) == (1, "", 1)
    assert "none of SECRET_KEYS opens what is stored" in complaint


async def test_a_key_taken_away_too_soon_is_told_at_the_start(database_url: str):
    old, new = new_key(), new_key()
    await kept(database_url, old, lambda store: fill(store, 6))
    store = await Store.open(database_url, Vault([new, old]))
    await fill(store, 3, first="second")
    await store.close()
    with capture_logs() as logs:
        await (await Store.open(database_url, Vault([new]))).close()
    assert any("the oldest orders cannot be opened" in entry["event"] for entry in logs)
    with capture_logs() as logs:
        await (await Store.open(database_url, Vault([new, old]))).close()
    assert logs == []
