"""Long outages in a time lapse: Telegram or a supplier is away while orders are open and people write.

``run_outages`` measures from the others' books how often the bot called, how soon everything was made up for once the
outage was over, what its log and its memory took meanwhile, and has the verdict say whether anything was lost.
"""

import re
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.drill.books import REFERENCE_LENGTH
from tests.drill.evidence import Confirmation, Violation
from tests.drill.haste import FACTOR
from tests.drill.verdict import violations
from tests.journeys import cards, goods
from tests.journeys.people import Person
from tests.journeys.processes import ROOT, BotProcess
from tests.journeys.world import World, build_world

HASTE = 30
"""An hour passes in two minutes. A busy machine has some real seconds to answer the bot then."""

PEOPLE = 4
XBOX_VALUE = Decimal("14.99")
"""The one value of the gift card without a choice."""

ORDERS_EACH = 2
PATIENCE = 60.0
POLL = 1.0
"""Real seconds of a long poll."""


class HastyBot(BotProcess):
    """The bot in a time lapse."""

    def command(self) -> list[str]:
        """The bot's module and its arguments."""
        return ["tests.drill.haste"]

    @property
    def memory(self) -> int:
        """Kilobytes that it holds."""
        assert self.process is not None
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


@dataclass(frozen=True, slots=True)
class Outage:
    """Somebody is away: ``begin`` makes it so. ``telegram`` tells whom."""

    name: str
    telegram: bool
    begin: Callable[[World], None]


def _telegram(name: str, **fault: object) -> Outage:
    return Outage(name, True, lambda world: _break(world, **fault))


def _break(world: World, **fault: object) -> None:
    world.telegram.post("faults/outage", seconds=86_400, **fault)


def _supplier(name: str, fate: str, **more: object) -> Outage:
    def begin(world: World) -> None:
        world.voodoo.webhook_fault("lose", times=None)
        world.voodoo.fault("any", fate, times=None, **more)

    return Outage(name, False, begin)


OUTAGES = (
    _telegram("telegram answers 502", how="status", status=502),
    _telegram("telegram breaks connections", how="drop"),
    _supplier("voodoo answers 502", "reply", status=502, json=False),
    _supplier("voodoo hangs up", "drop"),
    _supplier("voodoo hangs", "hang"),
)


@dataclass(frozen=True)
class OutageResult:
    """What one outage cost; minutes and seconds are the bot's."""

    name: str
    minutes: float
    orders: int
    calls: Counter[int]
    """To whoever was away, by minute since it went."""

    calls_after: int
    """In the first minute after it came back."""

    lines: int
    """Of the log, while it lasted."""

    caught_up: float
    """Seconds from its return until nothing was wrong any more."""

    memory: int
    """Kilobytes that the bot grew by."""

    heard: Sequence[str]
    """What the operators were told of the outage."""

    violations: Sequence[Violation] = field(default_factory=tuple[Violation, ...])

    @property
    def busiest(self) -> int:
        """Most calls in one minute, but for the first, in which it was noticed."""
        return max((many for minute, many in self.calls.items() if minute > 0), default=0)


@dataclass(frozen=True)
class Lapse:
    """A world whose bot lives ``factor`` times faster, and whatever was ordered in it so far."""

    world: World
    factor: float
    ordered: list[Confirmation] = field(default_factory=list[Confirmation])


@contextmanager
def time_lapse(folder: Path, factor: float = HASTE) -> Generator[Lapse]:
    """A world in a hurry, with the patience of production."""
    settings = {
        "PYTHONPATH": str(ROOT),
        FACTOR: str(factor),
        "ADMIN_IDS": ",".join(str(admin) for admin in range(50_001, 50_041)),
        "UNCONFIRMED_ALERT_AFTER": "600",
        "FIND_FOR": "90",
        "FOLLOW_AFTER": "15",
        "LOG_LEVEL": "info",
    }
    world = build_world(folder, HastyBot, **settings)
    try:
        world.telegram.post("faults/short-polls", seconds=POLL)
        yield Lapse(world, factor)
    finally:
        world.close()


def run_outages(
    folder: Path, *, minutes: float = 60, factor: float = HASTE, only: Iterable[str] = ()
) -> list[OutageResult]:
    """Sit every outage out, one after another, each for so many of the bot's minutes."""
    wanted = set(only)
    with time_lapse(folder, factor) as lapse:
        return [sit_out(lapse, outage, minutes) for outage in OUTAGES if not wanted or outage.name in wanted]


def sit_out(lapse: Lapse, outage: Outage, minutes: float) -> OutageResult:
    """Let people order, take Telegram or the supplier away for a while, and see what becomes of it all."""
    world, factor = lapse.world, lapse.factor
    assert isinstance(world.bot, HastyBot)
    world.calm()
    world.voodoo.switch("outcome", "hold")
    people = [world.admin() for _ in range(PEOPLE)]
    desk = world.desk()
    expected: list[Confirmation] = [_keys(person) for person in people for _ in range(ORDERS_EACH)]
    log, memory = world.bot.log_end(), world.bot.memory
    version, began = _version(world), time.time()
    outage.begin(world)
    expected += _meanwhile(world, outage, people, minutes * 60 / factor)
    lapse.ordered.extend(expected)
    # The clock that dates the calls is the sandboxes': real, like ours.
    lines, ended = len(world.bot.log_entries(log)), time.time()
    _end(world)
    _sees_codes(world, expected)
    caught_up = (time.time() - ended) * factor
    found = violations(world, lapse.ordered, world.bot.log, within=PATIENCE)
    calls = _calls(world, outage, version, began)
    during = Counter(int((at - began) * factor // 60) for at in calls if at < ended)
    return OutageResult(
        name=outage.name,
        minutes=(ended - began) * factor / 60,
        orders=len(expected),
        calls=during,
        calls_after=sum(ended <= at < ended + 60 / factor for at in calls),
        lines=lines,
        caught_up=caught_up,
        memory=world.bot.memory - memory,
        heard=[message["text"] for message in desk.heard() if "nswer" in message["text"]],
        violations=found,
    )


def _meanwhile(world: World, outage: Outage, people: Sequence[Person], seconds: float) -> list[Confirmation]:
    """What goes on during the outage: orders end at the supplier, one after another; returns what was ordered anew."""
    until = time.monotonic() + seconds
    fresh = [] if outage.telegram else [_keys(people[0]), _card(people[1])]
    if not outage.telegram:
        people[1].sees("Delivered")  # the other supplier's orders go on
    orders = [order for order in world.voodoo.orders() if order["status"] not in {"completed", "failed"}]
    for number, order in enumerate(orders):
        world.voodoo.settle(order["id"], "completed")
        left = until - time.monotonic()
        time.sleep(max(0.0, left / (len(orders) - number + 1)))
    time.sleep(max(0.0, until - time.monotonic()))
    return fresh


def _sees_codes(world: World, expected: Sequence[Confirmation]) -> None:
    """Wait until each code of Voodoo's is where it was ordered."""
    for order in world.voodoo.orders():
        reference = str(order["reference"])[:REFERENCE_LENGTH]
        for one in expected:
            if one.reference == reference and order["codes"]:
                Person(world.telegram, one.user, "", one.chat).sees(re.escape(str(order["codes"][0])))


def _end(world: World) -> None:
    world.telegram.post("faults/clear")
    world.voodoo.server.post("faults/clear")


def _keys(person: Person) -> Confirmation:
    reference = goods.orders_keys(person)
    return Confirmation(person.chat, person.id, "voodoo", goods.KEY.id, Decimal(1), reference=reference)


def _card(person: Person) -> Confirmation:
    reference = cards.orders_cards(person)
    return Confirmation(
        person.chat, person.id, "octopus", cards.XBOX.id, Decimal(1), value=XBOX_VALUE, reference=reference
    )


def _version(world: World) -> int:
    seen: Any = world.telegram.get("calls")
    return seen["version"]


def _calls(world: World, outage: Outage, version: int, began: float) -> list[float]:
    """When the bot called whoever was away."""
    calls: Iterable[Mapping[str, Any]]
    if outage.telegram:
        seen: Any = world.telegram.get("calls", after=version)
        calls = seen["calls"]
    else:
        found: Any = world.voodoo.server.get("calls")
        calls = found["calls"]
    times = (datetime.fromisoformat(call["at"]).timestamp() for call in calls)
    return [at for at in times if at >= began]
