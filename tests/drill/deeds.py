"""The ladder of the operators' deeds: money is booked once and people are let in once, however often the bot dies."""

import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from decimal import Decimal
from itertools import count
from types import MappingProxyType

from tests.drill.evidence import Kind, Violation
from tests.drill.own import read_own
from tests.drill.rungs import Run, Rung
from tests.drill.scenes import Scene, Way
from tests.drill.stage import Guardian, Stage
from tests.drill.verdict import database_of
from tests.journeys.goods import confirms
from tests.journeys.orders import sees_order
from tests.journeys.people import Person
from tests.journeys.resellers import invites

CENTS = count(1)

Check = Callable[[], str]
"""Says what is wrong, or nothing."""

Deed = Callable[[Stage, Guardian], Check]


def done(stage: Stage, rung: Rung, guardian: Guardian) -> Run:
    """Do one deed, and look whether it was done once."""
    check = DEEDS[rung.scene.ware](stage, guardian)
    arrived = time.monotonic()
    words = check()
    found = [Violation(Kind.MONEY if "lines" in words else Kind.FORGOTTEN, "", words)] if words else []
    found += stage.judge(guarded=False)
    recovery = arrived - guardian.started if 0 < guardian.started < arrived else None
    violations = tuple(Violation(one.kind, one.order, one.words, rung.command) for one in found)
    return Run(rung, tuple(guardian.deaths), recovery, violations=violations)


def _credit(stage: Stage, guardian: Guardian) -> Check:
    return _booked(stage, guardian, "credit", 1)


def _debit(stage: Stage, guardian: Guardian) -> Check:
    return _booked(stage, guardian, "debit", -1)


def _booked(stage: Stage, guardian: Guardian, command: str, sign: int) -> Check:
    amount = Decimal(7000 + next(CENTS)) / 100
    boss = stage.seller.boss
    with guardian:
        boss.says(f"/{command} {stage.seller.name} {amount}")
        # An answer that got lost is given again, without the deed.
        boss.sees(f"{amount}|done already")
        guardian.relent()

    def check() -> str:
        lines = [one for one in read_own(database_of(stage.world)).postings if one.amount == sign * amount]
        return "" if len(lines) == 1 else f"{len(lines)} lines of {sign * amount}"

    return check


def _join(stage: Stage, guardian: Guardian) -> Check:
    links = invites(stage.seller.boss, stage.seller.name)
    person, late = stage.world.newcomer(), stage.world.newcomer()
    with guardian:
        person.opens(links["start"])
        person.sees("You order for")
        stage.seller.boss.sees("opened your link")
        guardian.relent()

    def check() -> str:
        late.opens(links["start"])
        late.sees("")
        members = _members(stage, person) + _members(stage, late)
        return "" if members == 1 else f"a link for one let {members} in"

    return check


def _members(stage: Stage, person: Person) -> int:
    with closing(sqlite3.connect(f"file:{database_of(stage.world)}?mode=ro", uri=True)) as database:
        return int(database.execute("SELECT count(*) FROM members WHERE user_id = ?", (person.id,)).fetchone()[0])


def _bind(stage: Stage, guardian: Guardian) -> Check:
    link = invites(stage.seller.boss, stage.seller.name)["startgroup"]
    owner = stage.seller.owner
    chat = stage.world.group(owner)
    there = stage.world.in_group(owner, chat)
    with guardian:
        there.opens(link, chat)
        there.sees("orders here")
        guardian.relent()

    def check() -> str:
        there.says("/orders@orderline_demo_bot")
        return "" if there.sees("") else "the group is not heard"

    return check


def _resolve(stage: Stage, guardian: Guardian) -> Check:
    """Tell the bot what became of an order of which it heard neither the reply nor the webhook."""
    world, boss = stage.world, stage.seller.boss
    scene = Scene("key", Way.PUSHED)
    person = stage.person(topic=False)
    world.voodoo.webhook_fault("lose")
    world.voodoo.fault("create", "drop", moment="after")
    card = scene.asks(person)
    reference = confirms(person)
    stage.expected.append(scene.confirmed(person, card, reference))
    row = next(row for row in read_own(database_of(world)).rows if row.reference == reference)
    lost = world.voodoo.waits(reference=row.id, create_calls=2, statuses=["completed"])
    with guardian:
        boss.says(f"/resolve {reference} {lost['id']}")
        boss.sees("is settled|needs no resolving")
        sees_order(person, reference, "Delivered")
        guardian.relent()
    return str


DEEDS: Mapping[str, Deed] = MappingProxyType(
    {"credit": _credit, "debit": _debit, "join": _join, "bind": _bind, "resolve": _resolve}
)
