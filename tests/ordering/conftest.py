"""Fixtures of ordering."""

import pytest

from storage.store import Store
from tests.ordering.shop import Shop


@pytest.fixture
def shop(store: Store) -> Shop:
    """A shop whose supplier pushes, over a real store."""
    return Shop(store)
