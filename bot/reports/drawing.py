"""Has charts drawn: starts the drawing process, hands it the chart, and takes its picture or ends it in time."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec
import structlog
from telegram.constants import FileSizeLimit

from bot.presentation.charts import Chart

MODULE: Final = "bot.reports.chart"
ROOT: Final = Path(__file__).parents[2]
PATIENCE: Final = 30.0
"""Seconds for one picture; the first on a machine takes some, because the fonts are looked through."""

STDERR_KEPT: Final = 2_000
PNG: Final = b"\x89PNG\r\n\x1a\n"

# What a process needs to run; no setting, and so no secret.
INHERITED: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")
INHERITED_BEGINNINGS: Final = ("COVERAGE_", "COV_CORE_")

log = structlog.get_logger()


class NotDrawn(Exception):
    """There is no picture; the message says why in one line."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """Draws one chart at a time. ``folder`` keeps what the library learns of the fonts."""

    folder: Path
    patience: float = PATIENCE
    module: str = MODULE
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def draw(self, chart: Chart) -> bytes:
        """A chart's picture as PNG; raises ``NotDrawn``."""
        async with self._turn:
            try:
                process = await self._start()
            except OSError as error:
                raise NotDrawn(f"the drawing process cannot be started: {error.strerror}") from error
            try:
                async with asyncio.timeout(self.patience):
                    picture, complaint = await process.communicate(msgspec.json.encode(chart))
            except TimeoutError:
                raise NotDrawn(f"the chart took longer than {self.patience:g} seconds") from None
            finally:
                await _end(process)
        return _checked(picture, process.returncode, complaint)

    async def _start(self) -> Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            self.module,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=_environment() | {"MPLCONFIGDIR": str(self.folder)},
            # Ctrl-C at a terminal reaches us, and we end the process.
            start_new_session=True,
        )


def _checked(picture: bytes, code: int | None, complaint: bytes) -> bytes:
    if code != 0 or not picture.startswith(PNG):
        words = complaint[-STDERR_KEPT:].decode(errors="replace")
        log.error("the drawing process died; figures go out without a picture", code=code, stderr=words)
        raise NotDrawn(f"the drawing process died with {code}")
    if len(picture) > FileSizeLimit.PHOTOSIZE_UPLOAD:
        raise NotDrawn("the picture is larger than Telegram takes")
    return picture


async def _end(process: Process) -> None:
    """Make sure that the process is gone, however we got here."""
    if process.returncode is None:
        process.kill()
        await process.wait()


def _environment() -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if name in INHERITED or name.startswith(INHERITED_BEGINNINGS)
    }
    return kept | {"PYTHONPATH": str(ROOT)}
