"""The import process as a mortal: at its step the power goes, for the bot and for it.

The file that ``DRILL_CHILD`` names says whose import it is and at which step, such as ``octopus 7``.
"""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.catalog import importer
from bot.catalog.builder import Builder
from bot.catalog.messages import ImportRequest
from tests.drill.steps import STEPS, Steps

VICTIM = "DRILL_CHILD"

Plain = Callable[..., Any]


def cut_the_power() -> None:
    """End the bot, and then this process."""
    os.kill(os.getppid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def _wrap(owner: object, name: str, make: Callable[[Plain], Plain]) -> None:
    setattr(owner, name, make(getattr(owner, name)))


def _install(steps: Steps) -> None:
    def around(doing: str) -> Callable[[Plain], Plain]:
        def make(plain: Plain) -> Plain:
            def touched(*args: Any, **options: Any) -> Any:
                steps.take(f"before {doing} in the import")
                result = plain(*args, **options)
                steps.take(f"after {doing} in the import")
                return result

            return touched

        return make

    _wrap(importer, "obtain", around("download"))
    _wrap(Builder, "__enter__", around("making of the snapshot"))
    _wrap(Builder, "stage", around("staging"))
    _wrap(Builder, "finish", around("indexing"))
    _wrap(Builder, "__exit__", around("closing of the snapshot"))
    _wrap(Path, "replace", around("replacing"))
    _wrap(os, "fsync", around("syncing"))
    _wrap(os, "utime", around("dating"))


def main() -> None:
    """Import."""
    steps = Steps.from_environment({name: os.environ[name] for name in (STEPS,) if name in os.environ})
    steps.armed, steps.strike = False, cut_the_power
    _install(steps)
    run = importer.run

    def mortal_run(request: ImportRequest, say: importer.Say) -> importer.Verdict:
        try:
            supplier, _, step = Path(os.environ.get(VICTIM, "")).read_text().partition(" ")
        except OSError:
            supplier, step = "", "0"
        if supplier == request.feed.supplier:
            steps.armed, steps.kill_at = True, int(step)
        return run(request, say)

    setattr(importer, run.__name__, mortal_run)
    importer.main()


if __name__ == "__main__":
    main()
