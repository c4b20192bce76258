"""A supplier with books of its own, whose answers come, get lost or kill us as chance tells it."""

from collections.abc import Callable
from enum import Enum, auto

from bot.suppliers.errors import SupplierUnavailable
from bot.suppliers.outcomes import (
    Accepted,
    Deferred,
    FetchOutcome,
    Found,
    Missing,
    PlaceOutcome,
    PlaceRequest,
    Rejected,
    Report,
    Unknown,
)
from tests.ordering.scripted import ScriptedSupplier


class Killed(Exception):
    """The process ends in the middle of a call."""


class Fate(Enum):
    """What the network and the supplier make of the next call."""

    FINE = auto()
    NOT_SENT = auto()
    LOST_BEFORE = auto()
    LOST_AFTER = auto()
    LATE = auto()
    REFUSED = auto()
    KILLED_BEFORE = auto()
    KILLED_AFTER = auto()
    KILLED_WITH_REPLY = auto()


class FatefulSupplier(ScriptedSupplier):
    """Meets the fate of each call; what it sells, refuses and shows is its heirs' affair."""

    fate = Fate.FINE
    masked = False

    def refusal(self, order_id: str) -> Rejected | None:
        """Why it does not sell."""
        raise NotImplementedError

    def sold(self, request: PlaceRequest) -> Report:
        """Enter an order into the books, and say so."""
        raise NotImplementedError

    def on_its_way(self, order_id: str) -> None:
        """A create has left us that will arrive late, if ever."""

    async def place(self, request: PlaceRequest) -> PlaceOutcome:
        match self.fate:
            case Fate.NOT_SENT:
                return Deferred("connection refused")
            case Fate.LOST_BEFORE:
                return Unknown("connection reset")
            case Fate.LATE:
                self.on_its_way(request.order_id)
                return Unknown("timed out")
            case Fate.KILLED_BEFORE:
                raise Killed
            case _:
                return self.refusal(request.order_id) or await self._accepted(request)

    async def _accepted(self, request: PlaceRequest) -> PlaceOutcome:
        told = self.sold(request)
        if self.fate is Fate.LOST_AFTER:
            return Unknown("timed out")
        return Accepted(told, await self._arrived(request.order_id, told))

    async def looked_up(self, order_id: str, look: Callable[[], Report | None]) -> FetchOutcome:
        """The answer to a look-up: what ``look`` shows is shown, even if its answer is lost."""
        if self.fate is Fate.KILLED_BEFORE:
            raise Killed
        if self.fate in {Fate.NOT_SENT, Fate.LOST_BEFORE, Fate.LATE, Fate.REFUSED}:
            raise SupplierUnavailable("timed out")
        told = look()
        if self.fate is Fate.LOST_AFTER:
            raise SupplierUnavailable("timed out")
        return Missing() if told is None else Found(told, await self._arrived(order_id, told))

    async def _arrived(self, order_id: str, told: Report) -> int:
        if self.fate is Fate.KILLED_AFTER:
            raise Killed
        journal_id = await self._record(order_id, told)
        self.journaled(order_id, told)
        if self.fate is Fate.KILLED_WITH_REPLY:
            raise Killed
        return journal_id

    def journaled(self, order_id: str, told: Report) -> None:
        """A reply came as far as our journal."""
