"""Starting, supervising and stopping: what runs side by side, and in which order it comes to rest."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any

import structlog
from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.app import House, build_house
from bot.configuration import CannotBuild
from bot.conversations.menus import set_menus
from bot.delivery.endings import TelegramRefuses
from bot.delivery.outcomes import wait_of
from bot.delivery.pacing import Pace
from bot.heap import settle_heap
from bot.intake.backoff import Backoff
from bot.intake.polling import Poller, PollingStopped
from bot.intake.webhook import register_webhook
from bot.settings import Settings
from bot.web.server import WebUnavailable
from storage.errors import StoreError

log = structlog.get_logger()

LAST_SECONDS = 5.0
"""What goes on beside the updates, such as an import somebody asked for, gets this long at a stop."""


class Stopped(Exception):
    """The bot cannot run on until a human acts; the message is one clear line."""


async def run_bot(settings: Settings, pace: Pace | None = None) -> None:
    """Run until SIGTERM or SIGINT, then finish what is in hand; raises ``Stopped``. ``pace`` replaces Telegram's rates.

    A second signal ends the process at once: everything that matters is already in the store.
    """
    stop = asyncio.Event()
    _listen_for_signals(stop)
    try:
        async with AsyncExitStack() as stack:
            house = await build_house(settings, stack, pace)
            await house.catalog.open()
            await house.timekeeper.recover()
            await house.ordering.workers.recover()
            settle_heap()
            log.info("orderline is starting", web=f"{settings.web_host}:{house.web.port}")
            await _supervise(stop, _outer(house), lambda: _with_telegram(house))
    except (CannotBuild, StoreError, WebUnavailable, PollingStopped, TelegramRefuses) as error:
        raise Stopped(str(error)) from error
    log.info("orderline has stopped")


def _listen_for_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def ask() -> None:
        log.info("stopping; what is in hand is being finished")
        stop.set()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(name)
            signal.signal(name, signal.SIG_DFL)

    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, ask)


def _outer(house: House) -> dict[str, Coroutine[Any, Any, None]]:
    """What works whether or not Telegram can be reached."""
    parts: dict[str, Coroutine[Any, Any, None]] = {
        "web": house.web.run(),
        "ordering": house.ordering.workers.run(),
        "catalog": house.catalog.run(),
        "janitor": house.janitor.run(),
        "timekeeper": house.timekeeper.run(),
    }
    return parts if house.summary is None else parts | {"summary": house.summary.run()}


async def _supervise(
    stop: asyncio.Event, parts: dict[str, Coroutine[Any, Any, None]], telegram: Callable[[], Coroutine[Any, Any, None]]
) -> None:
    """Run all parts until ``stop`` or until one fails; then all come to rest at once, each within its own bound.

    Whatever one of them still hands to another, such as an order to be placed, is in the store for the next start.
    """
    tasks = {asyncio.create_task(part, name=name) for name, part in parts.items()}
    talking = asyncio.create_task(telegram(), name="telegram")
    waiting = asyncio.create_task(stop.wait(), name="stop")
    try:
        ended, _ = await asyncio.wait({waiting, talking, *tasks}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
        await _rest({talking, *tasks})
    for task in ended - {waiting}:
        task.result()
        raise Stopped(f"the part '{task.get_name()}' ended by itself; the log's last lines say more")


async def _together(parts: dict[str, Coroutine[Any, Any, None]]) -> None:
    """Run parts side by side; the first failure ends the others and is raised as it is, not in a group."""
    tasks = {asyncio.create_task(part, name=name) for name, part in parts.items()}
    try:
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        await _rest(tasks)
    for task in ended:
        task.result()


async def _rest(tasks: set[asyncio.Task[None]]) -> None:
    unfinished = {task for task in tasks if not task.done()}
    for task in unfinished:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for task in unfinished:
        if not task.cancelled() and (error := task.exception()):
            log.error("a part failed while it came to rest", part=task.get_name(), exc_info=error)


async def _with_telegram(house: House) -> None:
    """Reach Telegram, however long that takes, then take updates in and send deliveries out."""
    try:
        await _connect(house)
        await _talk(house)
    finally:
        await house.bot.shutdown()


async def _talk(house: House) -> None:
    await house.application.start()
    try:
        await _together(
            {
                "intake": house.intake.run(),
                "relay": house.relay.run(),
                "updates": _updates(house),
                "menus": _menus(house),
            }
        )
    finally:
        await _hang_up(house)


async def _hang_up(house: House) -> None:
    try:
        async with asyncio.timeout(LAST_SECONDS):
            # Cut off together: what was left unfinished must not be marked as done.
            await asyncio.gather(house.application.stop(), house.intake.settled())
    except TimeoutError:
        log.warning("what went on beside the updates is left unfinished")
    await house.application.shutdown()


async def _connect(house: House) -> None:
    backoff = Backoff()
    while True:
        try:
            await house.application.initialize()
        except InvalidToken:
            raise PollingStopped("Telegram refuses BOT_TOKEN; copy it again from @BotFather") from None
        except RetryAfter as error:
            await asyncio.sleep(wait_of(error))
        except TelegramError as error:
            seconds = backoff.next()
            log.warning("telegram is not reached; trying again", reason=error.message, seconds=round(seconds, 1))
            await asyncio.sleep(seconds)
        else:
            log.info("connected to telegram", bot=house.bot.username)
            return


async def _updates(house: House) -> None:
    if house.settings.public_url:
        await register_webhook(house.bot, house.settings.public_url)
    else:
        await Poller(house.bot, house.intake, line=house.line).run()


async def _menus(house: House) -> None:
    """Publish the command menus; they are convenience, so a failure is noted and the bot goes on."""
    try:
        await set_menus(house.bot, house.settings.admin_ids, house.settings.operator_chat_ids)
    except TelegramError as error:
        log.warning("command menus are not set; they follow at the next start", reason=error.message)
