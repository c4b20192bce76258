"""The ladder: die at step 1, 2, 3 ... of a story until a run survives, and hold every run against the rules."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tests.drill.books import Ending, read_books
from tests.drill.evidence import Confirmation, Kind, Violation
from tests.drill.own import read_own
from tests.drill.scenes import SCENES, WAYS, Scene
from tests.drill.stage import Guardian, Stage
from tests.drill.verdict import database_of, judged, silent
from tests.journeys import goods
from tests.journeys.orders import spoken
from tests.journeys.people import Message, Person

QUIET_WITHIN = 20.0
END_WITHIN = 45.0
HELP_AFTER = 4.0
"""Seconds that an operator leaves a repeated webhook before looking the order up."""

CODES_HIDDEN = "codes_hidden"
ASKS_A_HUMAN = frozenset({"outcome_unknown", "reference_taken", CODES_HIDDEN})
SURVIVORS = 2
"""So many runs in a row must outlive their step: which one comes when is not the same in every run."""


class Part(StrEnum):
    """Which part of the story the steps are counted in."""

    ORDER = "order"
    """From the tap on Confirm to the result."""
    TALK = "talk"
    """From the first word to the card that is confirmed, and on to the result."""
    RECOVERY = "recovery"
    """From the start that follows a death in the middle of the order."""


@dataclass(frozen=True)
class Rung:
    """One run of a ladder: a scene, the part that is counted, and the step to die at (and one of the next life)."""

    part: Part
    scene: Scene
    step: int
    second: int = 0

    @property
    def name(self) -> str:
        """What ``ONLY`` takes to run this one alone."""
        second = f"+{self.second}" if self.second else ""
        return f"{self.part}/{self.scene.name}/{self.step}{second}"

    @property
    def command(self) -> str:
        """How to see it again."""
        return f"make drill ONLY={self.name}"


@dataclass(frozen=True)
class Run:
    """What became of a rung.

    ``recovery`` is seconds from the last start to the result; None when that came before, or ``resolved`` says that
    a human had to look at the supplier's books first.
    """

    rung: Rung
    deaths: tuple[str, ...]
    recovery: float | None = None
    resolved: bool = False
    violations: tuple[Violation, ...] = ()

    @property
    def survived(self) -> bool:
        """Whether the bot outlived the step that it was to die at."""
        return len(self.deaths) < (2 if self.rung.second else 1)


FIRST_DEATHS = (30, 60, 90, 120, 150, 180)
"""Steps of the order at which the life before a recovery ends, in turn."""


@dataclass(frozen=True)
class Ladder:
    """All rungs of one part of one scene."""

    part: Part
    scene: Scene

    @property
    def name(self) -> str:
        """What ``ONLY`` takes to climb this one alone."""
        return f"{self.part}/{self.scene.name}"

    def rung(self, step: int) -> Rung:
        """The rung with this number."""
        if self.part is Part.RECOVERY:
            return Rung(self.part, self.scene, FIRST_DEATHS[step % len(FIRST_DEATHS)], step)
        return Rung(self.part, self.scene, step)


RETOLD = {
    Part.TALK: ("topup-pushed", "cards-pushed", "key-pushed-topic"),
    Part.RECOVERY: ("key-pushed", "cards-polled"),
}
"""The scenes of the other parts; an order is killed in every scene."""


def ladders() -> list[Ladder]:
    """Every ladder of the drill."""
    order = [Ladder(Part.ORDER, scene) for scene in SCENES]
    return order + [Ladder(part, scene) for part, names in RETOLD.items() for scene in SCENES if scene.name in names]


def rung_named(name: str) -> Rung | None:
    """The run of a name as ``Rung.name`` writes it; None for the name of a ladder. Raises ``ValueError``."""
    part, _, rest = name.partition("/")
    scene, _, steps = rest.partition("/")
    if not steps:
        return None
    first, _, second = steps.partition("+")
    found = next((one for one in SCENES if one.name == scene), None)
    if found is None:
        raise ValueError(f"no scene is named {scene!r}")
    return Rung(Part(part), found, int(first), int(second or 0))


def climb(stage: Stage, ladder: Ladder, *, first: int = 1, stride: int = 1) -> Iterator[Run]:
    """Run after run, each dying ``stride`` steps later, until two in a row survive."""
    step, survivors = first, 0
    while survivors < SURVIVORS:
        run = play(stage, ladder.rung(step))
        survivors = survivors + 1 if run.survived else 0
        step += stride
        yield run


def play(stage: Stage, rung: Rung) -> Run:
    """Tell the story of a rung once, and judge."""
    stage.enter(rung.scene.name, WAYS[rung.scene.way])
    guardian = Guardian(stage, rung.step, rung.second)
    try:
        run = _told(stage, rung, guardian)
    except AssertionError as error:
        found = Violation(Kind.SILENT, "", f"the story did not go on: {error}"[:1000], rung.command)
        run = Run(rung, tuple(guardian.deaths), violations=(found,))
    if run.violations:
        # What is wrong would be found again.
        stage.leave()
    return run


def _told(stage: Stage, rung: Rung, guardian: Guardian) -> Run:
    person = stage.person(topic=rung.scene.topic)
    card = None if rung.part is Part.TALK else rung.scene.asks(person)
    with guardian:
        card = card or rung.scene.asks(person)
        reference = goods.confirms(person)
        one = rung.scene.confirmed(person, card, reference)
        stage.expected.append(one)
        resolved = _ends(stage, one, person, card)
        arrived = time.monotonic()
        found = _judge(stage)
        guardian.relent()
        found += silent(stage.world, [one])
    fell = 0 < guardian.started < arrived and not resolved
    recovery = arrived - guardian.started if fell else None
    violations = tuple(Violation(each.kind, each.order, each.words, rung.command) for each in found)
    return Run(rung, tuple(guardian.deaths), recovery, resolved, violations)


def _ends(stage: Stage, one: Confirmation, person: Person, card: Message) -> bool:
    """Wait for the result, which is a message of its own; says whether an operator had to help, as they do."""
    began, resolved = time.monotonic(), False
    while not _has_result(person, card, one.reference):
        waited = time.monotonic() - began
        assert waited < END_WITHIN, f"{one.reference} has no result; resolved: {resolved}"
        resolved = resolved or (waited > HELP_AFTER and _helped(stage, one))
    return resolved


def _has_result(person: Person, card: Message, reference: str) -> bool:
    person.mark = 0
    try:
        title = f"^\\S+ Delivered · {re.escape(spoken(reference))}"
        person.sees(title, min_id=card["id"] + 1, timeout=0.5)
    except AssertionError:
        return False
    return True


def _helped(stage: Stage, one: Confirmation) -> bool:
    """Do what the bot has asked a human for: tell it what the supplier's books say, or have the codes shown again."""
    row = next(row for row in read_own(database_of(stage.world)).rows if row.reference == one.reference)
    theirs = [order for order in read_books(stage.world, stage.since).orders if order.reference == one.reference]
    if row.attention not in ASKS_A_HUMAN or not theirs or theirs[0].ending is Ending.OPEN:
        return False
    stage.world.octopus.switch("views", "always-clear" if row.attention == CODES_HIDDEN else "first-clear")
    stage.seller.boss.says(f"/resolve {one.reference} {theirs[0].id}")
    stage.seller.boss.sees("is settled|needs no resolving")
    stage.world.octopus.switch("views", "first-clear")
    return True


def _judge(stage: Stage) -> list[Violation]:
    """Wait until nothing is wrong any more, for so long."""
    deadline = time.monotonic() + QUIET_WITHIN
    while True:
        books = read_books(stage.world, stage.since)
        found = judged(books, read_own(database_of(stage.world)), stage.expected)
        if not found or time.monotonic() >= deadline:
            return found
        time.sleep(0.1)
