"""What several rows stand on: a stub Telegram, and the whole bot beside it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from cryptography.fernet import Fernet

from bot.sandbox.goods.export import write_catalog
from bot.sandbox.goods.generator import generate
from tests.bench.children import Child, child
from tests.bench.events import SECRET
from tests.bench.stub_telegram import FIRST_WALKER
from tests.journeys.processes import free_port

TOKEN = "7000000001:bench-token-of-the-whole-bot-000000000"
OPERATORS = -1_001_000_000_001
GOODS = 3_000
READY_WITHIN = 60


@dataclass(frozen=True, slots=True)
class House:
    """The whole bot, ready."""

    bot: Child
    port: int


@asynccontextmanager
async def stub_telegram() -> AsyncGenerator[httpx.AsyncClient]:
    """A stub Telegram in a process of its own, as a client of it."""
    async with child("tests.bench.stub_telegram", {"port": free_port()}) as server:
        url = (await server.hear())["url"]
        async with httpx.AsyncClient(base_url=url, timeout=300) as client:
            yield client


def settings_for(folder: Path, telegram: str, walkers: int, **more: Any) -> dict[str, Any]:
    """Settings of a whole bot with a catalog of its own; ``walkers`` are its operators, so that they may order."""
    catalog = folder / "catalog.lmdb.zst"
    write_catalog(catalog, generate(GOODS))
    return {
        "bot_token": TOKEN,
        "bot_api_url": telegram,
        "admin_ids": ",".join(str(FIRST_WALKER + number) for number in range(walkers)),
        "admin_chat_id": str(OPERATORS),
        "data_dir": str(folder / "var"),
        "secret_keys": Fernet.generate_key().decode(),
        "web_port": free_port(),
        "voodoo_api_key": "ak_bench",
        "voodoo_api_url": telegram,
        "voodoo_webhook_secrets": SECRET,
        "voodoo_catalog": str(catalog),
        **more,
    }


@asynccontextmanager
async def whole_bot(settings: dict[str, Any], log: Path) -> AsyncGenerator[House]:
    """Run the whole bot; yields it once it is ready."""
    async with child("tests.bench.shop_bot", settings, log) as bot:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings['web_port']}") as client:
            await asyncio.wait_for(_ready(client, bot, log), READY_WITHIN)
        yield House(bot, settings["web_port"])


async def _ready(client: httpx.AsyncClient, bot: Child, log: Path) -> None:
    while True:
        assert bot.process.returncode is None, f"the bot ended; {log} says why"
        try:
            if (await client.get("/readyz")).is_success:
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.05)
