"""A store above a disk that can be told to be full or broken."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from storage.crypto import Vault
from storage.store import Store
from tests.drill.disk import MoodyDisk, Shim


@asynccontextmanager
async def ailing_store(url: str, vault: Vault) -> AsyncGenerator[tuple[Store, MoodyDisk]]:
    """Open a store on a healthy disk; the disk is healthy again when the store is closed."""
    disk = MoodyDisk()
    with Shim(disk):
        store = await Store.open(url, vault)
        try:
            yield store, disk
        finally:
            disk.mood = disk.mood.WELL
            await store.close()
