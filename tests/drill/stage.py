"""The stage of the ladders: one world, people with money, lives to begin anew, and whoever starts the bot again."""

import os
import shutil
import threading
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.drill.books import BEGINNING, Mark, mark_of, read_books
from tests.drill.evidence import Confirmation, Violation
from tests.drill.importing import VICTIM
from tests.drill.mortal import STILL
from tests.drill.nursery import MortalBot, Nursery
from tests.drill.own import read_own
from tests.drill.scenes import SWITCHES, Scene
from tests.drill.steps import GATE, KILL_AT, STEPS
from tests.drill.verdict import database_of, judged
from tests.journeys.people import Person
from tests.journeys.resellers import Reseller, brings, group_of, reseller
from tests.journeys.supplier import Supplier
from tests.journeys.world import World, build_world

BUYERS = 4
RUNS_OF_A_LIFE = 20
BETWEEN_LOOKS = 0.05
QUIET_WITHIN = 20.0
SETTINGS = {"ADMIN_IDS": "50001,50002,50003", "ORDERS_PER_MINUTE": "100000", STILL: "1"}


@dataclass
class Stage:
    """A world with a reseller whose people order, and the state of the bot in which every life begins."""

    folder: Path
    world: World
    bot: MortalBot
    seller: Reseller
    people: list[Person]
    team: list[Person]
    settings: Mapping[str, str] = field(init=False)
    since: Mark = BEGINNING
    expected: list[Confirmation] = field(default_factory=list[Confirmation])
    _life: str = ""
    _runs: int = 0

    def __post_init__(self) -> None:
        self.settings = self.bot.environment

    @property
    def gate(self) -> Path:
        """The file that arms the count of steps."""
        return self.folder / "gate"

    @property
    def child(self) -> Path:
        """The file that arms the count in an import."""
        return self.folder / "child"

    @property
    def steps(self) -> Path:
        """The steps that the bot wrote down."""
        return self.folder / "steps"

    @property
    def data(self) -> Path:
        """What the bot knows."""
        return self.folder / "bot"

    def person(self, *, topic: bool) -> Person:
        """Whoever orders next."""
        some = self.team if topic else self.people
        return some[self._runs % len(some)]

    def enter(self, life: str, settings: Mapping[str, str]) -> None:
        """Let the bot run with these settings besides its usual ones; after so many runs it begins a new life."""
        if self._life != life or self._runs % RUNS_OF_A_LIFE == 0:
            self._begin(settings)
            self._life = life
        elif self.bot.ended():
            self.bot.start()
        self._runs += 1

    def leave(self) -> None:
        """Begin a new life before the next run."""
        self._life = ""

    def _begin(self, settings: Mapping[str, str]) -> None:
        self.bot.kill()
        shutil.rmtree(self.data)
        shutil.copytree(self.folder / "template", self.data)
        self.world.voodoo.set_balance(50_000)
        self.since, self.expected = mark_of(self.world), []
        port = self.settings["WEB_PORT"]
        self.bot.environment = {**self.settings, **{name: value.format(port=port) for name, value in settings.items()}}
        self.bot.start()

    def judge(self, *, guarded: bool) -> list[Violation]:
        """Wait until nothing is wrong any more, for so long; says what is. A guardian raises a ``guarded`` bot."""
        deadline = time.monotonic() + QUIET_WITHIN
        while True:
            if not guarded and self.bot.ended():
                # A step that was begun before the story was over struck after it.
                self.bot.start()
            found = judged(read_books(self.world, self.since), read_own(database_of(self.world)), self.expected)
            if not found or time.monotonic() >= deadline:
                return found
            time.sleep(BETWEEN_LOOKS)

    def take_log(self, name: str) -> Path:
        """Put what the bot has logged so far into a file of its own."""
        kept = self.folder / f"{name}.log"
        shutil.copyfile(self.bot.log, kept)
        os.truncate(self.bot.log, 0)
        return kept

    @contextmanager
    def ending(self, scene: Scene) -> Generator[None]:
        """Let the supplier end orders as the scene wants it."""
        told = SWITCHES.get((scene.supplier, scene.end))
        if told is None:
            yield
            return
        supplier: Supplier = self.world.voodoo if scene.supplier == "voodoo" else self.world.octopus
        name, value = told
        shown: Any = supplier.server.get("state")
        supplier.switch(name, value)
        try:
            yield
        finally:
            supplier.switch(name, shown["switches"][name])

    def close(self) -> None:
        """End everything."""
        self.world.close()
        self.bot.nursery.close()


def build_stage(folder: Path) -> Stage:
    """Build a world, let people in, give them money, and keep what the bot knows then."""
    data = folder / "bot"
    data.mkdir()
    nursery, bots = Nursery(), list[MortalBot]()

    def make_bot(environment: Mapping[str, str], log: Path) -> MortalBot:
        bots.append(MortalBot(environment, folder / log.name, nursery=nursery))
        return bots[0]

    settings = SETTINGS | {GATE: str(folder / "gate"), STEPS: str(folder / "steps"), VICTIM: str(folder / "child")}
    # The first life brings the catalog; the others find it.
    world = build_world(data, make_bot, **settings | {STILL: ""})
    try:
        stage = _peopled(folder, world, bots[0])
    except BaseException:
        world.close()
        nursery.close()
        raise
    stage.bot.stop()
    shutil.copytree(data, folder / "template")
    stage.settings = {**stage.settings, **settings}
    return stage


def _peopled(folder: Path, world: World, bot: MortalBot) -> Stage:
    # Suppliers repeat a webhook for longer than a restart takes: Voodoo Center after 60 s.
    world.voodoo.switch("webhook_spacing", 1)
    world.octopus.switch("webhook_spacing", 1)
    # Every start signs in, and nobody starts a bot thirty times a minute but us.
    world.octopus.switch("limit_login", 10_000)
    seller = reseller(world, credit="0")
    seller.credited("500000")
    chat, topic = group_of(world, seller)
    more = [brings(seller.boss, world, seller.name) for _ in range(BUYERS - 2)]
    team = [world.in_group(person, chat, topic) for person in (seller.owner, seller.buyer)]
    return Stage(folder, world, bot, seller, [seller.owner, seller.buyer, *more], team)


class Guardian:
    """Starts the bot again whenever it has died, as a supervisor does in real life; the second start may be mortal too.

    Use it as a context manager around the story that is told.
    """

    def __init__(self, stage: Stage, step: int, second: int = 0) -> None:
        """Die at ``step`` of the story; with ``second``, at that step of the start that follows, too."""
        self._stage = stage
        self._kills_to_come = [0] if not second else [second, 0]
        self._step = step
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="guardian")
        self.reborn: Mapping[str, str] = {}
        """What changes in the environment of every life after the first."""
        self.victim = ""
        """The supplier in whose import the step is, if in one."""
        self.deaths: list[str] = []
        self.started = 0.0

    def __enter__(self) -> Self:
        self._stage.steps.write_text("")
        # Whole at once: the bot looks at any moment.
        fresh = self._stage.folder / "new"
        fresh.write_text(f"{self.victim} {self._step}".strip())
        fresh.replace(self._stage.child if self.victim else self._stage.gate)
        self._thread.start()
        return self

    def relent(self) -> None:
        """The story is over; what comes now is no step of it."""
        for file in (self._stage.gate, self._stage.child):
            file.unlink(missing_ok=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.relent()
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.is_set():
            self._look()
        # It may have died in the very last moment.
        self._look()

    def _look(self) -> None:
        bot = self._stage.bot
        if not bot.ended(BETWEEN_LOOKS):
            return
        self.deaths.append(last_step(self._stage.steps))
        self.relent()
        kill_at = self._kills_to_come.pop(0) if self._kills_to_come else 0
        self.started = time.monotonic()
        bot.launch(**self.reborn, **({GATE: "", KILL_AT: str(kill_at)} if kill_at else {}))


def last_step(steps: Path) -> str:
    """The step that was passed last, as it was written down."""
    lines = steps.read_text().splitlines()
    return lines[-1] if lines else ""
