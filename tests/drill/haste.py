"""Time lapse: the bot's clocks and waits run so many times faster, while the world around it keeps real time.

Everything that waits through asyncio follows: pauses, timeouts, leases, schedules. So do ``time.monotonic`` and the
store's clock. The other side lives in real time, and a call that the bot gives 15 seconds would be cut off after half a
real one at 30 times the speed: it gets ``SLACK`` times as long.
"""

import asyncio
import os
import selectors
import sys
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime, tzinfo
from typing import Any

import anyio
import uvloop

from storage import clock

FACTOR = "DRILL_HASTE"
"""The environment variable that says how many times faster."""

SLACK = 3
"""How much more patience each step of a call has, for a machine that is busy."""

_real = time.monotonic


class _Selector(selectors.DefaultSelector):
    """Waits for a timer as long as it really takes."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self._factor = factor

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(None if timeout is None else timeout / self._factor)


class _Calendar:
    """Stands in for ``datetime`` in ``storage.clock``: whatever it said before, so many times faster from now on."""

    def __init__(self, factor: float, before: Any) -> None:
        self._factor = factor
        self._before = before
        self._began = _real()

    def now(self, zone: tzinfo | None = None) -> datetime:
        """The present time, with what the time lapse has added."""
        gained = (_real() - self._began) * (self._factor - 1)
        present: datetime = self._before.now(zone)
        return datetime.fromtimestamp(present.timestamp() + gained, zone)


def install(factor: float) -> None:
    """Let time pass ``factor`` times faster for whatever is imported from now on; what came before kept its clock."""
    began = _real()
    time.monotonic = lambda: began + (_real() - began) * factor
    setattr(clock, datetime.__name__, _Calendar(factor, clock.datetime))

    fail_after = anyio.fail_after

    def patiently(delay: float | None, shield: bool = False) -> AbstractContextManager[Any]:
        return fail_after(None if delay is None else delay * SLACK, shield)

    setattr(anyio, fail_after.__name__, patiently)  # what httpcore bounds its steps with

    def loop() -> asyncio.AbstractEventLoop:
        # uvloop keeps its own time, out of reach; asyncio's loop asks time.monotonic and its selector.
        return asyncio.SelectorEventLoop(_Selector(factor))

    setattr(uvloop, uvloop.new_event_loop.__name__, loop)


def install_as_told(environment: Mapping[str, str] = os.environ) -> None:
    """Install what the environment asks for; nothing when it does not."""
    if factor := environment.get(FACTOR):
        install(float(factor))


def main() -> None:
    """``python -m tests.drill.haste``: the bot as ``python -m bot run``, in a hurry."""
    install_as_told()
    from bot.cli import cli  # noqa: PLC0415 - only now, with the clocks in place

    sys.argv = ["orderline", "run"]
    cli()


if __name__ == "__main__":
    main()
