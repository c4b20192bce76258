"""Processes of a measurement: each is told its configuration on stdin and speaks JSON lines on stdout."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LONGEST_LINE = 1 << 24
STOP_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process has used so far: processor seconds of all its threads, bytes of memory of its own."""

    cpu: float
    heap: int


@dataclass(frozen=True, slots=True)
class Child:
    """One running process."""

    process: Process

    async def hear(self) -> dict[str, Any]:
        """The next line it says; raises ``ChildEnded``."""
        assert self.process.stdout is not None
        line = await self.process.stdout.readline()
        if not line:
            raise ChildEnded("a measured process ended before its time; its last words are above")
        return json.loads(line)

    async def usage(self) -> Usage:
        """Ask what it has used."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"usage\n")
        return Usage(**await self.hear())


class ChildEnded(Exception):
    """A process ended while it was needed."""


@asynccontextmanager
async def child(module: str, config: Mapping[str, Any], log: Path | None = None) -> AsyncGenerator[Child]:
    """Start ``python -m module`` with its configuration; it is stopped when the block ends.

    ``log`` takes what it writes to stderr, which otherwise goes to ours.
    """
    with (log or Path("/dev/stderr")).open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, stdin=PIPE, stdout=PIPE, stderr=errors, cwd=ROOT, limit=LONGEST_LINE
        )
    assert process.stdin is not None
    process.stdin.write(json.dumps(config).encode() + b"\n")
    try:
        yield Child(process)
    finally:
        await _stop(process)


async def _stop(process: Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
