"""The ladder: die at step 1, 2, 3 ... of a story until a run survives, and hold every run against the rules."""

import re
import time
from collections.abc import Iterator

from tests.drill.books import Ending, read_books
from tests.drill.evidence import Confirmation, Kind, Violation
from tests.drill.own import read_own
from tests.drill.refreshes import refreshed
from tests.drill.rungs import Ladder, Part, Run, Rung
from tests.drill.scenes import WAYS
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
    story = refreshed if rung.part in {Part.REFRESH, Part.IMPORT} else _ordered
    guardian = Guardian(stage, rung.step, rung.second)
    try:
        run = story(stage, rung, guardian)
    except AssertionError as error:
        found = Violation(Kind.SILENT, "", f"the story did not go on: {error}"[:1000], rung.command)
        run = Run(rung, tuple(guardian.deaths), violations=(found,))
    if run.violations:
        # What is wrong would be found again.
        stage.leave()
    return run


def _ordered(stage: Stage, rung: Rung, guardian: Guardian) -> Run:
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
