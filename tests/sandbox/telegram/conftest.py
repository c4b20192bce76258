"""One local Telegram per test."""

from collections.abc import AsyncGenerator

import pytest

from tests.sandbox.telegram.lab import Lab, running_lab


@pytest.fixture
async def lab() -> AsyncGenerator[Lab]:
    """A local Telegram in its normal state, with Ada's chat started and nothing waiting."""
    async with running_lab() as running:
        yield running
