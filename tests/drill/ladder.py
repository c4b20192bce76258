"""The ladder: die at step 1, 2, 3 ... of a story until a run survives, and hold every run against the rules."""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from tests.drill.books import Ending, SupplierOrder, read_books
from tests.drill.deeds import done
from tests.drill.evidence import Confirmation, Kind, Violation
from tests.drill.leaks import Hunt, secrets_of
from tests.drill.own import Row, read_own
from tests.drill.refreshes import refreshed
from tests.drill.rungs import Ladder, Part, Run, Rung
from tests.drill.scenes import WAYS
from tests.drill.stage import Guardian, Stage
from tests.drill.verdict import MARKS, database_of, silent
from tests.journeys import goods
from tests.journeys.orders import spoken
from tests.journeys.people import Message, Person

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


Story = Callable[[Stage, Rung, Guardian], Run]
STORIES: Mapping[Part, Story] = MappingProxyType({Part.REFRESH: refreshed, Part.IMPORT: refreshed, Part.DEED: done})
"""Whatever is not an order."""


def leaks(stage: Stage, ladder: Ladder) -> list[Violation]:
    """What the log of a ladder tells that no log may tell."""
    log = stage.take_log(ladder.name.replace("/", "-"))
    command = f"make drill ONLY={ladder.name}"
    return [Violation(Kind.LEAK, "", str(leak), command) for leak in Hunt(secrets_of(stage.world)).in_file(log)]


def play(stage: Stage, rung: Rung) -> Run:
    """Tell the story of a rung once, and judge."""
    stage.enter(rung.scene.name, WAYS[rung.scene.way])
    guardian = Guardian(stage, rung.step, rung.second)
    try:
        run = STORIES.get(rung.part, _ordered)(stage, rung, guardian)
    except AssertionError as error:
        # What was seen may be codes.
        words, _, _ = str(error).partition(',"seen"')
        found = Violation(Kind.SILENT, "", f"the story did not go on: {words}"[:1000], rung.command)
        run = Run(rung, tuple(guardian.deaths), violations=(found,))
    if rung.second and run.survived:
        # No gate disarms it: it would die in the next story.
        stage.bot.kill()
    if run.violations:
        # What is wrong would be found again.
        stage.leave()
    return run


def _ordered(stage: Stage, rung: Rung, guardian: Guardian) -> Run:
    person = stage.person(topic=rung.scene.topic)
    card = None if rung.part is Part.TALK else rung.scene.asks(person)
    with stage.ending(rung.scene), guardian:
        card = card or rung.scene.asks(person)
        reference = goods.confirms(person)
        one = rung.scene.confirmed(person, card, reference)
        stage.expected.append(one)
        resolved = _ends(stage, one, person, card)
        arrived = time.monotonic()
        found = stage.judge(guarded=True)
        guardian.relent()
        found += silent(stage.world, [one])
    fell = 0 < guardian.started < arrived and not resolved
    recovery = arrived - guardian.started if fell else None
    violations = tuple(Violation(each.kind, each.order, each.words, rung.command) for each in found)
    return Run(rung, tuple(guardian.deaths), recovery, resolved, violations)


def _ends(stage: Stage, one: Confirmation, person: Person, card: Message) -> bool:
    """Wait for the result, which is a message of its own; says whether an operator had to help, as they do.

    An order that the supplier refused, of which nobody wrote the refusal down, stays with the operators.
    """
    began, resolved = time.monotonic(), False
    while not _has_result(person, card, one.reference):
        waited = time.monotonic() - began
        assert waited < END_WITHIN, f"{one.reference} has no result; resolved: {resolved}"
        if waited > HELP_AFTER and not resolved:
            row, theirs = _found(stage, one.reference)
            if row.attention in ASKS_A_HUMAN and theirs is None:
                return True
            resolved = row.attention in ASKS_A_HUMAN and theirs is not None and _helped(stage, row, theirs)
    return resolved


def _has_result(person: Person, card: Message, reference: str) -> bool:
    person.mark = 0
    try:
        title = f"^({'|'.join(MARKS.values())}) .* · {re.escape(spoken(reference))}"
        person.sees(title, min_id=card["id"] + 1, timeout=0.5)
    except AssertionError:
        return False
    return True


def _found(stage: Stage, reference: str) -> tuple[Row, SupplierOrder | None]:
    """An order as the bot has it, and as its supplier does."""
    row = next(row for row in read_own(database_of(stage.world)).rows if row.reference == reference)
    books = read_books(stage.world, stage.since)
    return row, next((order for order in books.orders if order.reference == reference), None)


def _helped(stage: Stage, row: Row, theirs: SupplierOrder) -> bool:
    """Do what the bot has asked a human for: tell it what the supplier's books say, or have the codes shown again."""
    if theirs.ending is Ending.OPEN:
        return False
    stage.world.octopus.switch("views", "always-clear" if row.attention == CODES_HIDDEN else "first-clear")
    stage.seller.boss.says(f"/resolve {row.reference} {theirs.id}")
    stage.seller.boss.sees("is settled|needs no resolving")
    stage.world.octopus.switch("views", "first-clear")
    return True
