"""Starts a sandbox server as a child process and waits until it says where it listens."""

import asyncio
import json
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

START_WITHIN = 30.0
STOP_WITHIN = 5.0


class ServerDidNotStart(Exception):
    """The child ended, or stayed silent, before it said where it listens."""


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """A running child and the base URL it answers on."""

    url: str
    process: Process

    async def stop(self) -> int:
        """Ask the child to end, insist after ``STOP_WITHIN`` seconds, and return its exit status."""
        return await stop_child(self.process)


async def start_child(module: str, *arguments: str, **options: Any) -> Process:
    """Run ``python -m MODULE ARGUMENTS`` until told to stop or until we end, however that comes.

    In a session of its own: Ctrl-C at a terminal reaches us alone, and we stop our children in order.
    """
    leash = (sys.executable, "-m", "bot.sandbox.leash", module, *arguments)
    return await asyncio.create_subprocess_exec(*leash, stdin=PIPE, start_new_session=True, **options)


async def start_server(module: str, *arguments: str, within: float = START_WITHIN) -> ServerProcess:
    """Run ``python -m MODULE ARGUMENTS`` and read the JSON line with its URL; raises ``ServerDidNotStart``.

    Its standard error stays ours, so that what goes wrong in it is seen.
    """
    process = await start_child(module, *arguments, stdout=PIPE)
    try:
        async with asyncio.timeout(within):
            url = await _read_url(process, module)
    except BaseException as error:
        status = await stop_child(process)
        if isinstance(error, TimeoutError):
            raise ServerDidNotStart(f"{module} said nothing for {within} s (exit status {status})") from error
        raise
    return ServerProcess(url, process)


@asynccontextmanager
async def running_server(module: str, *arguments: str) -> AsyncGenerator[str]:
    """Run a child server for the length of a block; yields its URL."""
    server = await start_server(module, *arguments)
    try:
        yield server.url
    finally:
        await server.stop()


async def _read_url(process: Process, module: str) -> str:
    if process.stdout is None:
        raise ServerDidNotStart(f"{module} has no standard output")
    line = await process.stdout.readline()
    if not line:
        raise ServerDidNotStart(f"{module} ended with exit status {await process.wait()} before it listened")
    try:
        said = cast("dict[str, str]", json.loads(line))
        return said["url"]
    except (ValueError, KeyError, TypeError) as error:
        raise ServerDidNotStart(f"{module} printed something else than its URL: {line[:200]!r}") from error


async def stop_child(process: Process, within: float | None = None) -> int:
    """Ask a child to end, insist after ``within`` seconds (default ``STOP_WITHIN``), and return its exit status."""
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(STOP_WITHIN if within is None else within):
            await process.communicate()
    except TimeoutError:
        process.kill()
        await process.communicate()
    return await process.wait()
