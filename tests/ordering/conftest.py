"""Fixtures of ordering."""

import pytest

from storage.records.resellers import Reseller
from storage.store import Store
from tests.ordering.shop import Shop
from tests.resellers.people import add_reseller


@pytest.fixture
def shop(store: Store) -> Shop:
    """A shop whose supplier pushes, over a real store."""
    return Shop(store)


@pytest.fixture
async def nova(store: Store) -> Reseller:
    """A reseller with 100 USD and ten percent on top."""
    return await add_reseller(store)
