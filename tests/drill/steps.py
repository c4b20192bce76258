"""Numbered steps: what counts as one, who it belongs to, and the kill at one of them.

A step is an instant right before or right after the bot touches disk or network **for the story that is told**: a
statement or a commit of the database, a connection, a write or a read towards Telegram or a supplier, a piece of an
HTTP request that came in or of its answer, a file or a process of the catalog. After the instant the process may be
gone, so every one of them must be survived.

Not a step is what happens whether or not there is a story, for then the numbers would mean nothing:

- the question whether there is work, when there is none. Its answer is not known before it came, so the instant before
  such a question never counts; nothing has changed since the step before it. If there was work, the instants after
  the claim and around its commit count.
- the long poll while nobody writes; what it brings counts, and so does the next question, which confirms it.
- probes and metrics, the look at the suppliers' balances and at the clock, the daily summary, the hourly purge, and
  the menus set at each start.
"""

import inspect
import os
import re
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

KILL_AT = "DRILL_KILL_AT"
ARM = "DRILL_ARM"
GATE = "DRILL_GATE"
STEPS = "DRILL_STEPS"

IDLE = frozenset(
    {
        ("storage.store", "Store.healthy.<locals>.touch"),
        ("bot.web.metrics", "_sample"),
        ("bot.ordering.balances", "BalanceWatch._of"),
        ("bot.ordering.balances", "BalanceWatch._keep"),
        ("bot.reports.summary", "DailySummary.run"),
        ("bot.reports.summary", "DailySummary._facts"),
        ("bot.timekeeping", "Timekeeper.run"),
        ("bot.delivery.janitor", "Janitor.run"),
        ("bot.lifecycle", "_menus"),
    }
)
"""Functions that work beside any story: module and qualified name."""

OUTERMOST = frozenset({"bot.cli", "bot.lifecycle"})
LOCAL = re.compile(r"\.<locals>|\.?<lambda>")


def die() -> None:
    """End as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Steps:
    """Counts, writes down and strikes. Until it is armed it does nothing."""

    kill_at: int = 0
    arm: re.Pattern[str] | None = None
    gate: Path | None = None
    record: int | None = None
    strike: Callable[[], None] = die
    armed: bool = field(default=False, init=False)
    taken: int = field(default=0, init=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Steps":
        """What the variables ask for.

        ``DRILL_KILL_AT`` is the step to die at, counted from the first whose label fits ``DRILL_ARM``. Instead a file
        ``DRILL_GATE`` may arm the count for as long as it is there; it holds the step to die at.
        """
        gate = Path(environment[GATE]) if environment.get(GATE) else None
        arm = environment.get(ARM, "")
        written = environment.get(STEPS)
        record = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if written else None
        steps = cls(int(environment.get(KILL_AT) or 0), re.compile(arm) if arm else None, gate, record)
        steps.armed = gate is None and not arm
        return steps

    def take(self, label: str) -> None:
        """Pass a step, or end the process as a power cut would."""
        if not self._counts(label):
            return
        self.taken += 1
        if self.record is not None:
            os.write(self.record, f"{self.taken} {label}\n".encode())
        if self.taken == self.kill_at:
            self.strike()

    def _counts(self, label: str) -> bool:
        if self.gate is not None:
            return self._follows(self.gate)
        if self.armed or self.arm is None:
            return self.armed
        self.armed = bool(self.arm.search(label))
        return self.armed

    def _follows(self, gate: Path) -> bool:
        """Begin with the count when the gate appears, and forget it when the gate is gone."""
        if not gate.exists():
            self.armed = False
        elif not self.armed:
            self.armed, self.taken, self.kill_at = True, 0, int(gate.read_text() or 0)
        return self.armed


def idle_now() -> bool:
    """Whether whoever called works beside any story."""
    frame: FrameType | None = inspect.currentframe()
    while frame is not None:
        if (frame.f_globals.get("__name__"), frame.f_code.co_qualname) in IDLE:
            return True
        frame = frame.f_back
    return False


def place(room: str = "bot.") -> str:
    """The innermost function of a room that waits here, as ``ordering.placing.Placer.work``; empty without one."""
    frame: FrameType | None = inspect.currentframe()
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if module.startswith(room) and module not in OUTERMOST:
            return name_of(module, frame.f_code.co_qualname)
        frame = frame.f_back
    return ""


def name_of(module: str, qualname: str) -> str:
    """A function's name for a label: without the package and without what tells closures apart."""
    return f"{module.partition('.')[2]}.{LOCAL.sub('', qualname)}".strip(".")
