"""Fixtures for every room: a real store in a temporary directory."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from storage.crypto import Vault
from storage.store import Store


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
