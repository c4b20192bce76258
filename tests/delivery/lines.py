"""Lines to Telegram at a time that is told."""

from datetime import datetime, timedelta

from bot.delivery.line import Line, LinePolicy
from tests.factories import NOW

SHORT = timedelta(milliseconds=50)
SHORTLY = LinePolicy(first=SHORT, longest=SHORT)


class Time:
    """Moves when told."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def line_at(time: Time, chance: float = 0.0) -> Line:
    return Line(clock=time, chance=lambda: chance)


def fallen(time: Time) -> Line:
    """A line that has just gone down."""
    line = line_at(time)
    assert [line.failed(message) for message in (1, 2, 3)] == [False, False, True]
    return line
