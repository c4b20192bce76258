"""Row: processor time of a conversation step, against bare handlers that make the same calls."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import httpx

from tests.bench.children import Child, child
from tests.bench.houses import TOKEN, settings_for, stub_telegram, whole_bot
from tests.bench.report import Finding, median, milliseconds
from tests.bench.walk import WALK

TITLE = "A conversation step"
BARE_TOKEN = "7000000002:bench-token-of-the-bare-handlers-0000000"
WALKERS = 16
WARM_UP = 5
ROUNDS = 4
REPEATS = 5

ACTS = [{**asdict(act), "answered_by": sorted(act.answered_by)} for act in WALK]


async def measure(folder: Path) -> list[Finding]:
    """Let the same people walk with both bots, by turns; a step's time is its share of the whole process's."""
    async with stub_telegram() as telegram:
        settings = settings_for(folder, str(telegram.base_url).rstrip("/"), WALKERS)
        async with whole_bot(settings, folder / "bot.log") as house:
            drawn = (await _walk(telegram, TOKEN, WARM_UP))["drawn"]
            config = {"token": BARE_TOKEN, "telegram": settings["bot_api_url"], "acts": ACTS, "drawn": drawn}
            async with child("tests.bench.bare_bot", config) as bare:
                await bare.hear()
                await _walk(telegram, BARE_TOKEN, WARM_UP)
                pairs = [
                    (await _step(telegram, TOKEN, house.bot), await _step(telegram, BARE_TOKEN, bare))
                    for _ in range(REPEATS)
                ]
    return _findings(pairs, sum(map(len, drawn)) / len(WALK))


async def _walk(telegram: httpx.AsyncClient, token: str, rounds: int) -> dict[str, Any]:
    wanted = {"walkers": WALKERS, "rounds": rounds, "acts": ACTS}
    return (await telegram.post(f"/bench/{token}/walk", json=wanted)).raise_for_status().json()


async def _step(telegram: httpx.AsyncClient, token: str, bot: Child) -> tuple[float, float]:
    """Processor seconds and wall-clock seconds of one step."""
    before = await bot.usage()
    walked = await _walk(telegram, token, ROUNDS)
    after = await bot.usage()
    steps = WALKERS * ROUNDS * len(WALK)
    return (after.cpu - before.cpu) / steps, walked["seconds"] / steps


def _findings(pairs: list[tuple[tuple[float, float], tuple[float, float]]], calls: float) -> list[Finding]:
    ours, bare = median([ours[0] for ours, _ in pairs]), median([bare[0] for _, bare in pairs])
    share = median([bare[0] / ours[0] for ours, bare in pairs])
    wall = median([bare[1] / ours[1] for ours, bare in pairs])
    return [
        Finding("processor time of a step, the whole bot", milliseconds(ours)),
        Finding(f"the same {calls:.2g} calls from bare handlers", milliseconds(bare)),
        Finding.held(
            "throughput for the same processor time", f"{share:.2f} of bare", "at least 0.50", met=share >= 0.5
        ),
        Finding("throughput by the clock, both at full speed", f"{wall:.2f} of bare"),
    ]
