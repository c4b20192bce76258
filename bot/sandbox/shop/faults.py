"""Faults armed for the next calls: what goes wrong, whether the call still takes effect, and how often."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from enum import StrEnum
from typing import Annotated, Generic, TypeVar

import msgspec
from starlette.responses import Response

from bot.sandbox.shop.replies import CutShort, Dropped, NeverAnswered

Times = Annotated[int, msgspec.Meta(ge=1)] | None
"""How many calls a fault strikes; None strikes them all until cleared."""

Effect = Callable[[], Awaitable[Response]]


class Fate(StrEnum):
    """What happens to the answer."""

    REPLY = "reply"
    DROP = "drop"
    CUT = "cut"
    DELAY = "delay"
    HANG = "hang"


class Moment(StrEnum):
    """Whether the fault strikes before the call took effect or after."""

    BEFORE = "before"
    AFTER = "after"


class Armable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Anything that waits for its moment and strikes so many times."""

    times: Times = 1


class CallFault(Armable, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What befalls a call.

    ``reply`` answers ``status`` (as the supplier words errors, or as HTML without ``json``), ``drop`` hangs up
    unanswered, ``cut`` hangs up in the middle of the true answer, ``delay`` answers after ``seconds`` or once
    answers are released, ``hang`` never answers.
    """

    fate: Fate
    moment: Moment = Moment.BEFORE
    status: Annotated[int, msgspec.Meta(ge=400, le=599)] = 503
    json: bool = True
    retry_after: str | None = None
    seconds: Annotated[float, msgspec.Meta(ge=0, le=3_600)] = 0.0


A = TypeVar("A", bound=Armable)


class Waiting(Generic[A]):
    """Armed faults of one kind, oldest first."""

    def __init__(self) -> None:
        self._armed: list[A] = []
        self.calm = asyncio.Event()
        """Set when the answers that are delayed now are released; those of later calls have another."""

    def __iter__(self) -> Iterator[A]:
        return iter(tuple(self._armed))

    def arm(self, fault: A) -> None:
        """Let a fault wait for its moment."""
        self._armed.append(fault)

    def clear(self) -> None:
        """Forget every fault."""
        self._armed.clear()
        self.release()

    def release(self) -> None:
        """Answer now whoever waits for a delayed answer."""
        self.calm.set()
        self.calm = asyncio.Event()

    def take(self, meant: Callable[[A], bool]) -> A | None:
        """Use up one strike of the oldest fault that is meant."""
        for position, fault in enumerate(self._armed):
            if meant(fault):
                return self._strike(position)
        return None

    def _strike(self, position: int) -> A:
        fault = self._armed[position]
        if fault.times == 1:
            del self._armed[position]
        elif fault.times is not None:
            self._armed[position] = msgspec.structs.replace(fault, times=fault.times - 1)
        return fault


async def struck(fault: CallFault, effect: Effect, planned: Callable[[], Response], calm: asyncio.Event) -> Response:
    """The answer of a call that a fault befell; ``planned`` is the error that a ``reply`` fault answers with.

    ``calm`` ends a delay before its time.
    """
    if fault.fate is Fate.CUT:
        return CutShort(await effect())
    if fault.fate is Fate.DELAY:
        return await _delayed(fault, effect, calm)
    if fault.moment is Moment.AFTER:
        await effect()
    if fault.fate is Fate.DROP:
        return Dropped()
    if fault.fate is Fate.HANG:
        return NeverAnswered()
    return planned()


async def _delayed(fault: CallFault, effect: Effect, calm: asyncio.Event) -> Response:
    if fault.moment is Moment.BEFORE:
        await _pause(fault.seconds, calm)
        return await effect()
    response = await effect()
    await _pause(fault.seconds, calm)
    return response


async def _pause(seconds: float, calm: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await calm.wait()
