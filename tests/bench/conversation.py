"""Row: processor time of a conversation step, against bare handlers that make the same calls."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.bench.children import Child, child
from tests.bench.houses import TOKEN, settings_for, stub_telegram, whole_bot
from tests.bench.report import Finding, median, milliseconds
from tests.bench.walk import WALK

TITLE = "A conversation step"
BARE_TOKEN = "7000000002:bench-token-of-the-bare-handlers-0000000"
CROWDS = (8, 24)
"""People at once. A larger crowd shares more commits, and python-telegram-bot's connection pool costs both more."""

WARM_UP = 4
STEPS = 250
REPEATS = 5

ACTS = [{**asdict(act), "answered_by": sorted(act.answered_by)} for act in WALK]


@dataclass(frozen=True, slots=True)
class Step:
    """What one step took, in seconds: of the process's processor time, and by the clock."""

    cpu: float
    clock: float


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot whose people walk."""

    telegram: httpx.AsyncClient
    token: str
    process: Child

    async def walk(self, crowd: int, rounds: int) -> dict[str, Any]:
        """Let so many people walk so many times; returns what the stub says of it."""
        wanted = {"walkers": crowd, "rounds": rounds, "acts": ACTS}
        return (await self.telegram.post(f"/bench/{self.token}/walk", json=wanted)).raise_for_status().json()

    async def step(self, crowd: int) -> Step:
        """A step's share of what the whole process used."""
        rounds = max(1, STEPS // crowd // len(WALK))
        before = await self.process.usage()
        walked = await self.walk(crowd, rounds)
        after = await self.process.usage()
        steps = crowd * rounds * len(WALK)
        return Step((after.cpu - before.cpu) / steps, walked["seconds"] / steps)


async def measure(folder: Path) -> list[Finding]:
    """Let the same people walk with both bots, by turns."""
    async with stub_telegram() as telegram:
        settings = settings_for(folder, str(telegram.base_url).rstrip("/"), max(CROWDS))
        async with whole_bot(settings, folder / "bot.log") as house:
            ours = Bot(telegram, TOKEN, house.bot)
            drawn = (await ours.walk(1, WARM_UP))["drawn"]
            config = {"token": BARE_TOKEN, "telegram": settings["bot_api_url"], "acts": ACTS, "drawn": drawn}
            async with child("tests.bench.bare_bot", config) as process:
                await process.hear()
                bare = Bot(telegram, BARE_TOKEN, process)
                return [finding for crowd in CROWDS for finding in await _compared(ours, bare, crowd)]


async def _compared(ours: Bot, bare: Bot, crowd: int) -> list[Finding]:
    for bot in (ours, bare):
        await bot.walk(crowd, WARM_UP)
    pairs = [(await ours.step(crowd), await bare.step(crowd)) for _ in range(REPEATS)]
    share = median([theirs.cpu / mine.cpu for mine, theirs in pairs])
    clock = median([theirs.clock / mine.clock for mine, theirs in pairs])
    return [
        Finding(f"processor time, {crowd} people at once", milliseconds(median([mine.cpu for mine, _ in pairs]))),
        Finding("the same calls from bare handlers", milliseconds(median([theirs.cpu for _, theirs in pairs]))),
        Finding.held("throughput by processor time", f"{share:.2f} of bare", "at least 0.50", met=share >= 0.5),
        Finding("throughput by the clock, both at full speed", f"{clock:.2f} of bare"),
    ]
