"""The table of the drill: what was killed and broken, what was wrong afterwards, and how long recovery took."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from rich.console import Console
from rich.table import Table

from tests.drill.evidence import Violation
from tests.drill.outages import OutageResult
from tests.drill.rungs import Run
from tests.drill.storm import StormResult


@dataclass(frozen=True)
class Climb:
    """All runs of one ladder in one scene."""

    name: str
    runs: Sequence[Run]
    leaks: Sequence[Violation] = ()

    @property
    def steps(self) -> int:
        """The last step that somebody died at: so many there are."""
        return max((run.rung.second or run.rung.step for run in self.runs if not run.survived), default=0)

    @property
    def deaths(self) -> int:
        """How often the bot was killed."""
        return sum(len(run.deaths) for run in self.runs)

    @property
    def recoveries(self) -> list[float]:
        """Seconds from each last start to the result."""
        return [run.recovery for run in self.runs if run.recovery is not None]

    @property
    def violations(self) -> list[Violation]:
        """What was wrong."""
        return [*(one for run in self.runs for one in run.violations), *self.leaks]


def show_ladders(climbs: Iterable[Climb], console: Console) -> None:
    """Print the ladders' table."""
    table = Table(title="Killed at every step", title_justify="left")
    table.add_column("ladder")
    for heading in ("steps", "runs", "kills", "by hand", "violations", "recovery, median s", "longest s"):
        table.add_column(heading, justify="right")
    for climb in climbs:
        by_hand = sum(run.resolved for run in climb.runs)
        facts = (climb.steps, len(climb.runs), climb.deaths, by_hand, len(climb.violations))
        table.add_row(climb.name, *map(str, facts), *_times(climb.recoveries))
    console.print(table)


def show_outages(outages: Iterable[OutageResult], console: Console) -> None:
    """Print the outages' table; minutes and seconds are those of the bot, which lived faster."""
    table = Table(title="Long outages, in a time lapse", title_justify="left")
    table.add_column("outage")
    headings = ("minutes", "orders", "calls", "busiest minute", "first minute after", "log lines", "grew by KB")
    for heading in (*headings, "violations", "recovery s"):
        table.add_column(heading, justify="right")
    for one in outages:
        calls = (one.calls.total(), one.busiest, one.calls_after)
        facts = (round(one.minutes), one.orders, *calls, one.lines, one.memory, len(one.violations))
        table.add_row(one.name, *map(str, facts), f"{one.caught_up:.0f}")
    console.print(table)


def show_storms(storms: Sequence[StormResult], console: Console) -> None:
    """Print the storms' table, and what befell them by kind."""
    table = Table(title="Storms", title_justify="left")
    for heading in ("seed", "seconds", "people", "orders", "kills", "stops", "faults", "violations"):
        table.add_column(heading, justify="right")
    for heading in ("ready, median s", "longest s", "result, median s", "longest s", "quiet after s"):
        table.add_column(heading, justify="right")
    for storm in storms:
        counts = (storm.people, storm.orders, storm.kills, storm.stops, sum(storm.faults.values()))
        table.add_row(
            str(storm.seed),
            f"{storm.seconds:.0f}",
            *map(str, (*counts, len(storm.violations))),
            *_times(storm.ready),
            *_times(storm.settled),
            f"{storm.quiet:.1f}",
        )
    console.print(table)
    faults = sum((Counter(storm.faults) for storm in storms), Counter[str]())
    console.print("Faults: " + ", ".join(f"{kind} {count}" for kind, count in sorted(faults.items())))


def show_violations(violations: Sequence[Violation], console: Console) -> None:
    """Print what was wrong, each with the command that shows it again."""
    for one in violations:
        console.print(str(one), style="red", markup=False)
    console.print(f"Violations: {len(violations)}", style="bold red" if violations else "bold green")


def _times(seconds: Sequence[float]) -> tuple[str, str]:
    return (f"{median(seconds):.1f}", f"{max(seconds):.1f}") if seconds else ("-", "-")
