"""The whole shop on one machine: local Telegram, local suppliers and the real bot, each a process of its own."""

import asyncio
import signal
import socket
import sys
import tempfile
from asyncio.subprocess import Process
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

import httpx
from cryptography.fernet import Fernet

from bot.sandbox.actors import StageFailed
from bot.sandbox.process import ServerProcess, start_child, start_server, stop_child
from bot.sandbox.serving import LOOPBACK
from bot.sandbox.story import tell_story
from bot.sandbox.telegram.config import DEFAULT_TOKEN

DEMO_API_KEY = "ak_demo_key_of_the_local_voodoo_center"
DEMO_OCTOPUS_KEY = "demo_key_of_the_local_octopus_cards"
DEMO_OCTOPUS_SECRET = "demo_secret_of_the_local_octopus_cards"  # noqa: S105 -- opens nothing but the local supplier
DEMO_WEBHOOK_SECRET = "demo-webhook-secret"  # noqa: S105 -- opens nothing but the local supplier
DOLLARS = "1"
"""The id of the wallet in the shop's currency: cards in currencies without a wallet can be bought from it too."""

DEMO_ADMIN = 1001
ROOT = Path(__file__).parents[2]
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
READY_WITHIN = 60.0
READY_PAUSE = 0.1
STOP_WITHIN = 30.0

T = TypeVar("T")


class DemoFailed(Exception):
    """A part of the demo did not start or ended by itself; the message says which."""


@dataclass(frozen=True, slots=True)
class DemoChoices:
    """What ``orderline demo`` was asked for. A ``bot_token`` means the real Telegram.

    ``items`` are in Voodoo Center's catalog, ``cards`` in Octopus Cards'. ``empty`` begins with no resellers;
    in the real Telegram nobody plays them. ``environment`` is what the bot inherits: none of its settings,
    which are all ours to choose but for those in ``settings``, by their names.
    """

    port: int = 8090
    items: int = 3000
    cards: int = 300
    balance: str = "5000"
    bot_token: str | None = None
    admin_ids: str | None = None
    log_level: str = "warning"
    empty: bool = False
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    settings: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def real_telegram(self) -> bool:
        """Whether people talk to the bot in their own Telegram."""
        return bool(self.bot_token and self.admin_ids)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the parts listen; ``web`` is the bot's own web server."""

    web: str
    voodoo: str
    octopus: str
    telegram: str


@dataclass(frozen=True, slots=True)
class Demo:
    """The running parts, each by what people call it. ``page`` is the one address they need."""

    page: str
    parts: Mapping[str, Process]
    cast: Sequence[str] = ()
    """Who is who on the page, a line each."""


async def run_demo(choices: DemoChoices) -> None:
    """Start everything, print the address, and stop everything at Ctrl-C; raises ``DemoFailed``."""
    _check_names(choices.settings)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in SIGNALS:
        loop.add_signal_handler(name, stop.set)
    try:
        async with AsyncExitStack() as stack:
            if choices.real_telegram:
                _say("Your bot is starting in the real Telegram, with the local suppliers.")
            demo = await _unless_stopped(_start(choices, stack), stop)
            if demo is not None:
                _greet(demo, choices)
                await _until_stopped(demo, stop)
    finally:
        for name in SIGNALS:
            loop.remove_signal_handler(name)


async def _unless_stopped(work: Coroutine[Any, Any, T], stop: asyncio.Event) -> T | None:
    """The work's result; None when it was ended because somebody stopped the demo first."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if working.done():
        stopping.cancel()
        return working.result()
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    return None


async def _start(choices: DemoChoices, stack: AsyncExitStack) -> Demo:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="orderline-demo-")))
    web = f"http://{LOOPBACK}:{free_port()}"
    voodoo = await _server(stack, "bot.sandbox.voodoo", _voodoo_arguments(choices, web))
    octopus = await _server(stack, "bot.sandbox.octopus", _octopus_arguments(choices, web))
    suppliers = {"voodoo": voodoo.url, "octopus": octopus.url}
    telegram = await _server(stack, "bot.sandbox.telegram", _telegram_arguments(choices, suppliers))
    environment = bot_environment(choices, Addresses(web, voodoo.url, octopus.url, telegram.url), folder)
    # In a folder of its own, where no .env of a real deployment lies.
    bot = await start_child("bot", "run", env=environment, cwd=folder)
    stack.push_async_callback(stop_child, bot, STOP_WITHIN)
    await _ready(web, bot)
    cast = await _story(choices, telegram.url, voodoo.url)
    parts = {
        "the bot": bot,
        "the local Telegram": telegram.process,
        "the local Voodoo Center": voodoo.process,
        "the local Octopus Cards": octopus.process,
    }
    return Demo(telegram.url, parts, cast)


async def _story(choices: DemoChoices, telegram: str, voodoo: str) -> Sequence[str]:
    if choices.empty or choices.real_telegram:
        return ()
    try:
        return await tell_story(telegram, voodoo, DEMO_ADMIN)
    except StageFailed as reason:
        raise DemoFailed(f"its resellers could not be brought in ({reason}); --empty starts without them") from reason


async def _server(stack: AsyncExitStack, module: str, arguments: list[str]) -> ServerProcess:
    server = await start_server(module, *arguments)
    stack.push_async_callback(server.stop)
    return server


def bot_environment(choices: DemoChoices, at: Addresses, folder: Path) -> Mapping[str, str]:
    """The settings of the demo's bot: the ones of production, pointed at loopback."""
    usual = {"OCTOPUS_WALLET_ID": DOLLARS, "UNCONFIRMED_ALERT_AFTER": "30", "LOG_LEVEL": choices.log_level}
    return {**choices.environment, **usual, **choices.settings, **_wiring(choices, at, folder)}


def _wiring(choices: DemoChoices, at: Addresses, folder: Path) -> Mapping[str, str]:
    """What ties the parts together, and therefore is not for anybody to choose."""
    here = {
        "BOT_TOKEN": DEFAULT_TOKEN,
        "BOT_API_URL": at.telegram,
        "ADMIN_IDS": str(DEMO_ADMIN),
        "DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder}/orderline.db",
        "SECRET_KEYS": Fernet.generate_key().decode(),
        "WEB_HOST": LOOPBACK,
        "WEB_PORT": at.web.rpartition(":")[2],
        "VOODOO_API_KEY": DEMO_API_KEY,
        "VOODOO_API_URL": at.voodoo,
        "VOODOO_WEBHOOK_SECRETS": DEMO_WEBHOOK_SECRET,
        "VOODOO_CATALOG": f"{at.voodoo}/catalog.lmdb.zst",
        "OCTOPUS_API_KEY": DEMO_OCTOPUS_KEY,
        "OCTOPUS_API_SECRET": DEMO_OCTOPUS_SECRET,
        "OCTOPUS_API_URL": at.octopus,
        "OCTOPUS_WEBHOOK_SECRETS": DEMO_WEBHOOK_SECRET,
        "PYTHONPATH": str(ROOT),
    }
    if choices.bot_token and choices.admin_ids:
        here |= {"BOT_TOKEN": choices.bot_token, "ADMIN_IDS": choices.admin_ids}
        del here["BOT_API_URL"]
    return here


def _check_names(settings: Mapping[str, str]) -> None:
    """Whether the demo leaves these settings to whoever starts it; raises ``DemoFailed``."""
    wired = _wiring(DemoChoices(), Addresses(*("http://" for _ in fields(Addresses))), Path())
    if names := sorted(settings.keys() & wired.keys()):
        raise DemoFailed(f"{', '.join(names)}: the demo's own to choose")


def free_port(wanted: int = 0) -> int:
    """A port nobody listens on: ``wanted`` if it is free, else any."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise DemoFailed("this machine has no free port on 127.0.0.1")


def _voodoo_arguments(choices: DemoChoices, web: str) -> list[str]:
    return [
        *("--port", "0", "--api-key", DEMO_API_KEY, "--items", str(choices.items), "--balance", choices.balance),
        *("--webhook-url", f"{web}/webhooks/voodoo", "--webhook-secret", DEMO_WEBHOOK_SECRET),
    ]


def _octopus_arguments(choices: DemoChoices, web: str) -> list[str]:
    return [
        *("--port", "0", "--api-key", DEMO_OCTOPUS_KEY, "--api-secret", DEMO_OCTOPUS_SECRET),
        *("--items", str(choices.cards), "--wallet", f"USD={choices.balance}", "--wallet", "EUR=3000"),
        *("--webhook-url", f"{web}/webhooks/octopus", "--webhook-secret", DEMO_WEBHOOK_SECRET),
    ]


def _telegram_arguments(choices: DemoChoices, suppliers: Mapping[str, str]) -> list[str]:
    arguments = ["--port", str(free_port(choices.port))]
    for name, url in suppliers.items():
        arguments += ["--supplier", f"{name}={url}"]
    if choices.real_telegram:
        return [*arguments, "--panel-only"]
    return [*arguments, "--token", DEFAULT_TOKEN, "--admin-id", str(DEMO_ADMIN)]


async def _ready(web: str, bot: Process) -> None:
    """Ask the bot until it can work; raises ``DemoFailed``."""
    try:
        async with httpx.AsyncClient(timeout=2, trust_env=False) as client, asyncio.timeout(READY_WITHIN):
            while not await _answers(client, f"{web}/readyz"):
                if bot.returncode is not None:
                    raise DemoFailed(f"while it started, the bot {_ending(bot)}")
                await asyncio.sleep(READY_PAUSE)
    except TimeoutError:
        raise DemoFailed(
            f"the bot was not ready within {READY_WITHIN:.0f} seconds; its own lines above say why"
        ) from None


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).is_success
    except httpx.TransportError:
        return False


def _greet(demo: Demo, choices: DemoChoices) -> None:
    where = "Talk to your bot in Telegram; the suppliers' panel is at" if choices.real_telegram else "Open"
    cast = "".join(f"\n    {line}" for line in demo.cast)
    people = f"\n\n  On the page are{cast}" if cast else ""
    _say(f"Orderline is running. {where}\n\n    {demo.page}{people}")


def _say(words: str) -> None:
    sys.stdout.write(f"\n  {words}\n\n  Ctrl-C stops it.\n\n")
    sys.stdout.flush()


async def _until_stopped(demo: Demo, stop: asyncio.Event) -> None:
    stopping = asyncio.create_task(stop.wait())
    ending = {asyncio.create_task(process.wait()): name for name, process in demo.parts.items()}
    done, waiting = await asyncio.wait((stopping, *ending), return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    ended = next((ending[task] for task in ending if task in done), None)
    if ended and not stop.is_set():
        raise DemoFailed(f"{ended} {_ending(demo.parts[ended])}")


def _ending(process: Process) -> str:
    """How a part ended, and where to look; who was killed had no time for last words."""
    if process.returncode is not None and process.returncode < 0:
        return f"was killed ({signal.Signals(-process.returncode).name})"
    return "ended by itself; its own lines above say why"
