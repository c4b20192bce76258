"""What the garbage collector still looks at once the process has settled."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from bot.heap import settle_heap


class Knot:
    """An object in a cycle with itself, which only the collector can free."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    """The other tests' heap is theirs, and so is how often it is looked through."""
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def test_what_was_there_is_not_looked_through_again() -> None:
    kept = Knot()
    settle_heap()
    assert not any(known is kept for known in gc.get_objects())


def test_what_comes_later_is_freed_as_ever() -> None:
    settle_heap()
    knot = Knot()
    gone = weakref.ref(knot)
    del knot
    gc.collect()
    assert gone() is None


def test_what_was_garbage_already_is_not_kept_for_ever() -> None:
    knot = Knot()
    gone = weakref.ref(knot)
    del knot
    settle_heap()
    assert gone() is None
