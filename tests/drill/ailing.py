"""The bot on an ailing disk: ``python -m tests.drill.ailing`` is ``python -m bot run`` above a disk to be steered.

``DRILL_DISK`` names the file that says how the disk is (``disk.SteeredDisk``).
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from bot import cli
from tests.drill.disk import Answer, Shim, SteeredDisk
from tests.journeys.processes import ROOT, BotProcess

STATE = "DRILL_DISK"


@dataclass
class AilingBot(BotProcess):
    """The bot of a world, above a disk that can be steered."""

    def __post_init__(self) -> None:
        self.environment = {**self.environment, STATE: str(self._state), "PYTHONPATH": str(ROOT)}

    def disk_is(self, answer: Answer) -> None:
        """From now on every write is answered so."""
        fresh = self._state.with_suffix(".fresh")
        fresh.write_text(answer.name)
        fresh.replace(self._state)

    def command(self) -> list[str]:
        """This module."""
        return [__name__]

    @property
    def _state(self) -> Path:
        return self.log.with_name("disk")


def main() -> None:
    """Run the bot."""
    with Shim(SteeredDisk(Path(os.environ[STATE]))):
        sys.argv = ["orderline", "run"]
        cli.main()


if __name__ == "__main__":
    main()
