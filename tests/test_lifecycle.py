"""The bot's start, supervision and stop, between real local servers."""

import asyncio
import signal
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot import lifecycle
from bot.checking import Grade, findings
from bot.lifecycle import Stopped, run_bot
from bot.presentation import speech
from bot.settings import Settings
from storage.crypto import Vault
from storage.records.resellers import EntryKind, NewEntry
from storage.store import Store
from storage.tables import Tables
from tests.delivery.local import ADA
from tests.deployment import Deployment, deployment
from tests.factories import NOW, make_order
from tests.resellers.people import add_reseller

OTHER_TOKEN = "987654321:AAnobodyknowsthistokenatallanywhere0"
NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
async def local(tmp_path: Path) -> AsyncIterator[Deployment]:
    async with deployment(tmp_path) as running:
        yield running


@pytest.fixture(autouse=True)
def signals_as_they_were() -> Iterator[None]:
    before = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)}
    yield
    for name, handler in before.items():
        signal.signal(name, handler)


@asynccontextmanager
async def running(settings: Settings) -> AsyncGenerator["asyncio.Task[None]"]:
    """The bot at work; a signal ends it, as an operator would."""
    task = asyncio.create_task(run_bot(settings))
    try:
        yield task
        assert not task.done()
        signal.raise_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            await task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def a_server_that_never_answers() -> AsyncGenerator[tuple[str, asyncio.Event]]:
    asked, done = asyncio.Event(), asyncio.Event()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        asked.set()
        await done.wait()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    yield f"http://{host}:{port}", asked
    done.set()
    server.close()
    await server.wait_closed()


async def test_it_answers_people_and_a_signal_ends_it(local: Deployment) -> None:
    async with running(local.settings()):
        await local.telegram.wait_for(ADA, "Hello")


async def test_it_starts_while_telegram_is_away_and_answers_when_it_is_back(local: Deployment) -> None:
    await local.telegram.fault("outage", how="status", seconds=600)
    with capture_logs() as lines:
        async with running(local.settings()):
            await local.telegram.get("/calls", method="getMe", timeout=15)
            await local.telegram.fault("clear")
            await local.telegram.wait_for(ADA, "Hello")
    assert any(line["event"] == "telegram is not reached; trying again" for line in lines)


async def test_a_signal_ends_it_while_telegram_is_away(local: Deployment) -> None:
    await local.telegram.fault("outage", how="status", seconds=600)
    async with running(local.settings()):
        await local.telegram.get("/calls", method="getMe", timeout=15)


async def test_it_starts_while_the_supplier_is_away(local: Deployment) -> None:
    settings = local.settings(voodoo_api_url=NOWHERE, voodoo_catalog=f"{NOWHERE}/catalog.lmdb.zst")
    async with running(settings):
        await local.telegram.wait_for(ADA, "Hello")


async def test_command_menus_delay_nobody(local: Deployment) -> None:
    await local.telegram.fault("slow", method="setMyCommands", delay=600, seconds=600)
    async with running(local.settings()):
        await local.telegram.wait_for(ADA, "Hello")
        await local.telegram.write(ADA, "/status")
        await local.telegram.wait_for(ADA, "Catalog")


async def test_an_import_under_way_does_not_hold_up_a_stop(local: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "LAST_SECONDS", 0.01)
    async with (
        a_server_that_never_answers() as (url, asked),
        running(local.settings(voodoo_catalog=f"{url}/catalog.lmdb.zst")),
    ):
        await asked.wait()
        await local.telegram.write(ADA, "/catalog refresh")
        await local.telegram.wait_for(ADA, "Reading the catalog")


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"bot_token": OTHER_TOKEN}, "Telegram refuses BOT_TOKEN; copy it again from @BotFather"),
        ({"data_dir": Path("/dev/null/x")}, "DATA_DIR: /dev/null/x cannot be used: Not a directory"),
        ({"database_url": "sqlite:////dev/null/x"}, "the database /dev/null/x cannot be written: "),
        ({"voodoo_catalog_fields": {"colour": "x"}}, "VOODOO_CATALOG_FIELDS: no attribute 'colour'"),
    ],
)
async def test_what_makes_a_start_impossible_is_one_line(local: Deployment, changed: dict[str, Any], line: str) -> None:
    with pytest.raises(Stopped) as stopped:
        await run_bot(local.settings(**changed))
    assert str(stopped.value).startswith(line)
    assert "\n" not in str(stopped.value)


async def test_missing_texts_are_noticed_at_the_start(
    local: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speech, "LOCALES", tmp_path / "locales")
    speech.languages.cache_clear()
    try:
        with pytest.raises(Stopped, match=r"the texts for 'en' are not in .*; install Orderline with its locales"):
            await run_bot(local.settings())
    finally:
        speech.languages.cache_clear()


async def test_an_address_in_use_is_one_line(local: Deployment) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Stopped, match=f"cannot listen on 127.0.0.1:{port}: .*; set WEB_HOST or WEB_PORT"):
            await run_bot(local.settings(web_port=port))


async def test_balances_are_not_called_another_currency(local: Deployment) -> None:
    settings = local.settings()
    settings.data_dir.mkdir()
    store = await Store.open(settings.store_url, Vault([settings.secret_keys[0].get_secret_value()]))
    nova = await add_reseller(store)

    async def charge(tables: Tables) -> None:
        order = await tables.orders.add(make_order(reseller_id=nova.id, currency="USD"))
        await tables.ledger.post(NewEntry(nova.id, EntryKind.CHARGE, Decimal(-5), NOW, order_id=order.id))

    await store.write(charge)
    await store.close()
    other = settings.model_copy(update={"currency": "EUR"})
    with pytest.raises(Stopped, match="CURRENCY: the accounts of resellers are kept in USD and cannot become EUR"):
        await run_bot(other)
    (wrong,) = [one async for one in findings(other) if one.setting == "CURRENCY"]
    assert wrong.grade is Grade.WRONG


async def test_a_second_bot_on_the_same_database_is_refused(local: Deployment) -> None:
    settings = local.settings()
    settings.data_dir.mkdir()
    store = await Store.open(settings.store_url, Vault([settings.secret_keys[0].get_secret_value()]))
    with pytest.raises(Stopped, match="another process uses the database"):
        await run_bot(settings)
    await store.close()
