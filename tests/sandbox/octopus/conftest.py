"""One supplier per test."""

from collections.abc import AsyncGenerator

import pytest

from tests.sandbox.octopus.lab import Lab, running_lab


@pytest.fixture
async def lab() -> AsyncGenerator[Lab]:
    """A supplier in its normal state, except that orders settle without delay."""
    async with running_lab() as running:
        yield running


@pytest.fixture
async def holding() -> AsyncGenerator[Lab]:
    """A supplier that keeps orders open until they are settled by hand."""
    async with running_lab(outcome="hold") as running:
        yield running
