"""What was measured, the bar it is held to, and the table that shows both."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rich.console import Console
from rich.table import Table


class Verdict(StrEnum):
    """How a measurement stands to its bar."""

    MET = "met"
    MISSED = "not met"
    NO_BAR = ""


STYLES = {Verdict.MET: "green", Verdict.MISSED: "bold red", Verdict.NO_BAR: "dim"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the table."""

    what: str
    measured: str
    bar: str = ""
    verdict: Verdict = Verdict.NO_BAR

    @classmethod
    def held(cls, what: str, measured: str, bar: str, *, met: bool) -> "Finding":
        """A measurement that has a bar."""
        return cls(what, measured, bar, Verdict.MET if met else Verdict.MISSED)


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that a ``share`` (0 to 1) of all values does not exceed; raises ``ValueError`` for none."""
    if not values:
        raise ValueError("no values were measured")
    ordered = sorted(values)
    reached = -(-len(ordered) * share // 1)
    return ordered[max(0, int(reached) - 1)]


def median(values: Sequence[float]) -> float:
    """The value in the middle."""
    return quantile(values, 0.5)


def milliseconds(seconds: float) -> str:
    """Seconds as milliseconds, to three digits."""
    return f"{seconds * 1000:.3g} ms"


def show(title: str, findings: Iterable[Finding], console: Console) -> None:
    """Print one row's findings."""
    table = Table(title=title, title_justify="left", title_style="bold", expand=False)
    for heading, width in (("what", 58), ("measured", 30), ("bar", 22), ("", 8)):
        table.add_column(heading, min_width=width, max_width=width)
    for finding in findings:
        style = STYLES[finding.verdict]
        table.add_row(
            finding.what, finding.measured, finding.bar, f"[{style}]{finding.verdict}[/]" if finding.verdict else ""
        )
    console.print(table)
