"""The sky over the bot: where bad weather strikes, and what ends by itself."""

import heapq
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random

from tests.journeys.world import World

Action = Callable[[], object]


@dataclass
class Sky:
    """Where the weather strikes. ``longest`` bounds outages, in seconds; ``skew`` is the file of the bot's clock."""

    world: World
    skew: Path
    longest: float
    groups: list[int]
    chats: list[int]
    migrating: list[int] = field(default_factory=list[int])
    later: list[tuple[float, int, Action]] = field(default_factory=list[tuple[float, int, Action]])
    _turns: Iterator[int] = field(default_factory=count)

    def after(self, seconds: float, action: Action) -> None:
        """Have something end by itself."""
        heapq.heappush(self.later, (time.monotonic() + seconds, next(self._turns), action))

    def due(self) -> None:
        """End what is due."""
        while self.later and self.later[0][0] <= time.monotonic():
            heapq.heappop(self.later)[2]()

    def end_everything(self) -> None:
        """End whatever would end by itself later."""
        while self.later:
            heapq.heappop(self.later)[2]()

    def telegram(self, kind: str, **body: object) -> bool:
        """A fault of Telegram; False when it does not apply just now."""
        response = self.world.telegram.control.post(f"/sandbox/faults/{kind}", json=body)
        return response.is_success

    def clock(self, seconds: float) -> None:
        """Let the bot's clock be wrong."""
        fresh = self.skew.with_suffix(".fresh")
        fresh.write_text(str(seconds))
        fresh.replace(self.skew)


def dice(seed: int, what: str) -> Random:
    """The chances of one part of a storm: the same for the same seed, whatever the other parts do."""
    return Random(f"{seed}/{what}")  # noqa: S311 - a storm must come again
