"""The storm: many people order side by side while everything goes wrong at random; then quiet, and the verdict."""

import threading
import time
from collections import Counter
from collections.abc import Generator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import httpx

from tests.drill.books import mark_of
from tests.drill.errands import live
from tests.drill.evidence import Kind, Violation
from tests.drill.nursery import MortalBot
from tests.drill.own import read_own
from tests.drill.shoppers import Shopper
from tests.drill.sky import Sky, dice
from tests.drill.verdict import database_of, violations
from tests.drill.weather import blow, calm_down, forecast
from tests.journeys.people import Person
from tests.journeys.processes import BotProcess
from tests.journeys.resellers import Reseller, brings, invites, reseller
from tests.journeys.world import FEW_ADMINS, World, build_world

CREDIT = "9000000"
LONGEST_OUTAGE = 60.0
GUST_EVERY, KILL_EVERY = 0.6, 5.0
"""Seconds, on the average."""

LONGEST_PAUSE = 3600.0
PASSED = (660.0, 4500.0, 8500.0, 12_500.0)
"""So much passes by the clock: pauses between looks grow to ten minutes, hidden codes are looked at hourly."""

LOOK_WITHIN = 25.0
READY_WITHIN = 240.0
"""A start that loses several replies of Telegram in a row waits half a minute between two tries."""

LAST_WORDS_WITHIN = 60.0
ENDINGS = ("✅", "⚠️", "❌")


@dataclass(frozen=True, slots=True)
class StormResult:
    """What a storm was and what it left. Times are seconds; ``ready`` and ``settled`` count from each restart."""

    seed: int
    seconds: float
    people: int
    confirmed: int
    orders: int
    kills: int
    stops: int
    ready: tuple[float, ...]
    settled: tuple[float, ...]
    quiet: float
    faults: Mapping[str, int]
    moods: Mapping[str, int]
    states: Mapping[str, int]
    flags: Mapping[str, int]
    violations: tuple[Violation, ...]


@dataclass
class Reaper:
    """Ends the bot at random moments and starts it again."""

    world: World
    chance: Random
    over: threading.Event
    every: float
    kills: int = 0
    stops: int = 0
    ready: list[float] = field(default_factory=list[float])
    settled: list[float] = field(default_factory=list[float])

    def live(self) -> None:
        """Strike until the storm is over; leaves the bot running."""
        restarted: tuple[float, int] | None = None
        while not self._waits(restarted):
            if self.chance.random() < 0.85:
                self.world.bot.kill()
                self.kills += 1
            else:
                self.world.bot.stop()
                self.stops += 1
            self.over.wait(0.0 if self.chance.random() < 0.6 else self.chance.uniform(0.2, 4))
            restarted = time.monotonic(), mark_of(self.world).version
            self._raise_again(restarted[0])
            self.ready.append(time.monotonic() - restarted[0])

    def _raise_again(self, began: float) -> None:
        """Start it; while Telegram is away it is not ready, however long that takes."""
        bot = self.world.bot
        bot.launch()
        while not is_ready(bot):
            assert not (isinstance(bot, MortalBot) and bot.ended()), "the bot ended by itself: see its log"
            assert time.monotonic() - began < READY_WITHIN, "the bot does not become ready: see its log"
            time.sleep(0.02)

    def _waits(self, restarted: tuple[float, int] | None) -> bool:
        """Wait for the next strike, and see meanwhile when the first result after a restart comes; True at the end."""
        strikes_at = time.monotonic() + min(self.chance.expovariate(1 / self.every), 3 * self.every)
        while time.monotonic() < strikes_at:
            if self.over.wait(0.1):
                return True
            if restarted is not None and self._has_settled(restarted[1]):
                self.settled.append(time.monotonic() - restarted[0])
                restarted = None
        return self.over.is_set()

    def _has_settled(self, since: int) -> bool:
        found: Any = self.world.telegram.get("messages", after=since)
        return any(one["from"]["is_bot"] and one["text"].startswith(ENDINGS) for one in found["messages"])


def is_ready(bot: BotProcess) -> bool:
    """Whether it says that it can work."""
    try:
        return httpx.get(f"{bot.url}/readyz", timeout=5).is_success
    except httpx.TransportError:
        return False


def run_storm(seconds: float, seed: int, folder: Path) -> StormResult:
    """Let a storm rage for so long, wait for quiet and judge; ``folder`` keeps the bot's data and log."""
    with _world(folder, pushed=bool(seed % 2)) as world:
        over = threading.Event()
        sky, shoppers = _people(world, seed, over, seconds)
        reaper = Reaper(world, dice(seed, "reaper"), over, every=KILL_EVERY)
        gusts = forecast(seed, seconds, every=GUST_EVERY)
        with ThreadPoolExecutor(len(shoppers) + 2) as pool:
            living = [pool.submit(live, shopper) for shopper in shoppers]
            storm = pool.submit(blow, sky, gusts, over)
            reaping = pool.submit(reaper.live)
            _wait(seconds, [*living, storm, reaping])
            over.set()
            reaping.result(READY_WITHIN)
            faults = storm.result(READY_WITHIN)
            calm_down(sky)
            for life in living:
                life.result(LAST_WORDS_WITHIN)
        began = time.monotonic()
        for shopper in shoppers:
            if shopper.private:
                shopper.comes_back()
        expected = [one for shopper in shoppers for one in shopper.confirmed.values()]
        found = list[Violation]()
        command = f"python -m tests.drill storm --seed {seed} --seconds {seconds:g}"
        for passed in PASSED:
            sky.clock(passed)
            found = violations(world, expected, world.bot.log, within=LOOK_WITHIN, command=command)
            if not found and passed > LONGEST_PAUSE:
                break
        if not world.voodoo.orders() and not world.octopus.orders():
            found.append(Violation(Kind.SILENT, "", "nobody could order anything", command))
        rows = read_own(database_of(world)).rows
        return StormResult(
            seed=seed,
            seconds=seconds,
            people=len(shoppers),
            confirmed=len(expected),
            orders=len(world.voodoo.orders()) + len(world.octopus.orders()),
            kills=reaper.kills,
            stops=reaper.stops,
            ready=tuple(reaper.ready),
            settled=tuple(reaper.settled),
            quiet=time.monotonic() - began,
            faults=faults,
            moods=sum((shopper.moods for shopper in shoppers), Counter[str]()),
            states=Counter(row.state for row in rows),
            flags=Counter(row.attention for row in rows if row.attention),
            violations=tuple(found),
        )


@contextmanager
def _world(folder: Path, *, pushed: bool) -> Generator[World]:
    """A world whose Telegram pushes updates, or waits to be asked for them."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "ADMIN_IDS": FEW_ADMINS,
        "DRILL_SKEW": str(folder / "skew"),
        "ORDERS_PER_MINUTE": "1000",
    }
    world = build_world(folder, MortalBot, **settings)
    try:
        if pushed:
            world.bot.stop()
            world.bot.start(PUBLIC_URL=world.bot.url)
        yield world
    finally:
        world.close()
        if isinstance(world.bot, MortalBot):
            world.bot.nursery.close()


def _people(world: World, seed: int, over: threading.Event, seconds: float) -> tuple[Sky, list[Shopper]]:
    """Two resellers with people in private and in groups, and operators who order for the shop."""
    world.voodoo.set_balance(50_000_000)
    sellers = [reseller(world, credit=CREDIT) for _ in range(2)]
    places: list[tuple[Person, int, int | None, bool]] = []
    for seller in sellers:
        team = (seller.owner, seller.buyer, brings(seller.boss, world, seller.name))
        places += [(person, person.chat, None, True) for person in team]
        places.append((seller.boss, seller.boss.chat, None, False))
    forum, topics = _group(world, sellers[0], forum=True)
    places += [
        (person, forum, topic, True) for person, topic in zip((sellers[0].owner, sellers[0].buyer), topics, strict=True)
    ]
    basic, _ = _group(world, sellers[1], forum=False)
    places.append((sellers[1].buyer, basic, None, True))
    shoppers = [
        Shopper(world.telegram, person.id, chat, topic, dice(seed, f"person/{index}"), over, priced)
        for index, (person, chat, topic, priced) in enumerate(places)
    ]
    skew = Path(world.bot.environment["DRILL_SKEW"])
    chats = sorted({shopper.chat for shopper in shoppers})
    longest = min(LONGEST_OUTAGE, seconds / 8)
    return Sky(world, skew, longest, [forum, basic], chats, [basic]), shoppers


def _group(world: World, seller: Reseller, *, forum: bool) -> tuple[int, tuple[int, ...]]:
    """A group of a reseller, and its topics if it is a forum."""
    members = [seller.owner.id, seller.buyer.id]
    kind = "supergroup" if forum else "group"
    made = world.telegram.post("chats", title="Team", kind=kind, is_forum=forum, members=members, bot=False)
    chat = int(str(made["id"]))
    there = world.in_group(seller.owner, chat)
    there.opens(invites(seller.boss, seller.name)["startgroup"], chat)
    there.sees(f"From now on {seller.name} orders here")
    if not forum:
        return chat, ()
    opened = [world.telegram.post(f"chats/{chat}/topics", name=name, user_id=seller.owner.id) for name in ("A", "B")]
    return chat, tuple(int(str(one["topic"])) for one in opened)


def _wait(seconds: float, parts: list[Future[Any]]) -> None:
    """Let time pass, and end early when something of the drill itself breaks."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for part in parts:
            if part.done():
                part.result()
        time.sleep(0.1)
