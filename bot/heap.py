"""Keeping the garbage collector from pausing the loop."""

import gc

YOUNG_OBJECTS = 10_000
"""New objects between two looks for cycles; after Python's 700 one update alone brings on several."""


def settle_heap() -> None:
    """Call once everything is built: what lives as long as the process is not looked through for cycles again.

    It is mostly the libraries' 150 000 objects, and every full collection stopped the process for up to 70 ms.
    """
    gc.collect()
    gc.freeze()
    # Among the few objects that are left, full collections would come all the more often.
    gc.set_threshold(YOUNG_OBJECTS, *gc.get_threshold()[1:])
