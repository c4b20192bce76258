"""What the ladders are made of: parts, rungs, what became of each, and their names."""

from dataclasses import dataclass
from enum import StrEnum

from tests.drill.evidence import Violation
from tests.drill.scenes import SCENES, Scene, Way


class Part(StrEnum):
    """Which part of the story the steps are counted in."""

    ORDER = "order"
    """From the tap on Confirm to the result."""
    TALK = "talk"
    """From the first word to the card that is confirmed, and on to the result."""
    RECOVERY = "recovery"
    """From the start that follows a death in the middle of the order."""
    REFRESH = "refresh"
    """From an operator's wish for a fresh catalog to the answer."""
    IMPORT = "import"
    """In the process that imports a catalog, whose death is the bot's here: the power is cut."""
    DEED = "deed"
    """From an operator's command or a newcomer's link to the answer."""


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


CATALOG = Scene("catalog", Way.PUSHED)
IMPORTS = (Scene("voodoo", Way.PUSHED), Scene("octopus", Way.PUSHED))
"""Not orders but catalogs: of everything, and of one supplier."""

DEEDS = tuple(Scene(deed, Way.PUSHED) for deed in ("credit", "debit", "join", "bind", "resolve"))


def ladders() -> list[Ladder]:
    """Every ladder of the drill."""
    return [
        *(Ladder(Part.ORDER, scene) for scene in SCENES),
        *(Ladder(part, scene) for part, names in RETOLD.items() for scene in SCENES if scene.name in names),
        Ladder(Part.REFRESH, CATALOG),
        *(Ladder(Part.IMPORT, scene) for scene in IMPORTS),
        *(Ladder(Part.DEED, scene) for scene in DEEDS),
    ]


def rung_named(name: str) -> Rung | None:
    """The run of a name as ``Rung.name`` writes it; None for the name of a ladder. Raises ``ValueError``."""
    part, _, rest = name.partition("/")
    scene, _, steps = rest.partition("/")
    if not steps:
        return None
    first, _, second = steps.partition("+")
    found = next((one for one in (*SCENES, CATALOG, *IMPORTS, *DEEDS) if one.name == scene), None)
    if found is None:
        raise ValueError(f"no scene is named {scene!r}")
    return Rung(Part(part), found, int(first), int(second or 0))
