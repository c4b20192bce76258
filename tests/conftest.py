"""Fixtures for every room: a real store in a temporary directory, and logging as it was before the test."""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, settings

from bot.log import FROM_ERRORS_ON, OURS
from storage.crypto import Vault
from storage.store import Store

# A first run builds its tables of characters, beside other work: how long examples take decides nothing.
settings.register_profile("patient", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(autouse=True)
def restored_logging() -> Iterator[None]:
    """What a test, or a command it calls, configures ends with the test."""
    root = logging.getLogger()
    handlers = list(root.handlers)
    levels = {name: logging.getLogger(name).level for name in (None, *OURS, *FROM_ERRORS_ON)}
    yield
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def vault() -> Vault:
    """A vault with a fresh key."""
    return Vault([Fernet.generate_key().decode()])


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Where this test's database is."""
    return f"sqlite:///{tmp_path / 'orderline.db'}"


@pytest.fixture
async def store(database_url: str, vault: Vault) -> AsyncIterator[Store]:
    """A real SQLite store, migrated and empty."""
    opened = await Store.open(database_url, vault)
    yield opened
    await opened.close()
