"""The bot as a mortal: ``python -m tests.drill.mortal`` is ``python -m bot run``, and dies where it is told to.

Variables: ``DRILL_KILL_AT``, ``DRILL_ARM``, ``DRILL_GATE`` and ``DRILL_STEPS`` of ``steps.py``; ``DRILL_SKEW`` names a
file with the seconds by which the system's clock is wrong; ``DRILL_STILL=1`` leaves the catalog as it is, so that a
start costs no import.
"""

import asyncio
import os
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from bot import cli
from bot.catalog.service import Catalog
from storage import clock
from tests.drill.seams import install
from tests.drill.steps import Steps

SKEW = "DRILL_SKEW"
STILL = "DRILL_STILL"


class SkewedClock:
    """``datetime`` for ``storage.clock``: the system's, wrong by what a file says now."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self, zone: tzinfo) -> datetime:
        """The wrong time."""
        return datetime.now(zone) + timedelta(seconds=self._seconds())

    def _seconds(self) -> float:
        try:
            return float(self._file.read_text() or 0)
        except FileNotFoundError:
            return 0.0


async def _stay(_catalog: Catalog) -> None:
    """Refresh nothing, for ever."""
    await asyncio.Event().wait()


def prepare(environment: Mapping[str, str]) -> None:
    """Install what the variables ask for."""
    install(Steps.from_environment(environment))
    if environment.get(SKEW):
        setattr(clock, datetime.__name__, SkewedClock(Path(environment[SKEW])))
    if environment.get(STILL):
        setattr(Catalog, Catalog.run.__name__, _stay)


def main() -> None:
    """Run the bot."""
    prepare(os.environ)
    sys.argv = ["orderline", "run"]
    cli.main()


if __name__ == "__main__":
    main()
