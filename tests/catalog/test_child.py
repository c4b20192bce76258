"""The import process under its parent: killed, endless, and told no secrets."""

import asyncio
import os
import signal
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.catalog.reports import (
    CatalogRefused,
    CatalogUnavailable,
)
from tests.catalog.kit import POLICY, News, Opener, archive
from tests.suppliers.wire import Answer, running_wire


async def test_a_second_import_in_the_same_directory_is_turned_away(catalog_of: Opener, tmp_path: Path) -> None:
    source = archive(tmp_path)
    async with running_wire(Answer(silent=True)) as wire:
        slow, quick = catalog_of(f"{wire.url}/file"), catalog_of(source)
        waiting = asyncio.create_task(slow.refresh())
        await wire.asked.wait()
        with pytest.raises(CatalogUnavailable, match="another import"):
            await quick.refresh()
        await slow.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert children() == []
    await quick.refresh()
    await quick.close()


async def test_a_killed_import_is_a_refusal(catalog_of: Opener, news: News) -> None:
    async with running_wire(Answer(silent=True)) as wire:
        catalog = catalog_of(f"{wire.url}/file")
        refreshing = asyncio.create_task(catalog.refresh())
        await wire.asked.wait()
        (child,) = children()
        os.kill(child, signal.SIGBUS)
        with pytest.raises(CatalogRefused, match="SIGBUS"):
            await refreshing
        await catalog.close()
    assert len(news.refused) == 1


async def test_an_import_process_that_cannot_be_started_is_an_import_that_may_work_later(
    catalog_of: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = catalog_of(archive(tmp_path))
    with monkeypatch.context() as patched:
        patched.setattr(sys, "executable", str(tmp_path / "no-python"))
        with pytest.raises(CatalogUnavailable, match="cannot be started"):
            await catalog.refresh()
    await catalog.refresh()
    await catalog.close()


async def test_an_import_without_end_is_ended(catalog_of: Opener) -> None:
    async with running_wire(Answer(silent=True)) as wire:
        catalog = catalog_of(f"{wire.url}/file", policy=replace(POLICY, timeout=timedelta(seconds=0.2)))
        with pytest.raises(CatalogUnavailable, match="longer than"):
            await catalog.refresh()
        await catalog.close()
    assert children() == []


async def test_the_import_process_knows_no_secrets(catalog_of: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "123:secret")
    async with running_wire(Answer(silent=True)) as wire:
        catalog = catalog_of(f"{wire.url}/file")
        refreshing = asyncio.create_task(catalog.refresh())
        await wire.asked.wait()
        (child,) = children()
        environment = environment_of(child)
        await catalog.close()
    with pytest.raises(asyncio.CancelledError):
        await refreshing
    assert b"PYTHONPATH" in environment
    assert b"secret" not in environment


def children() -> list[int]:
    """Import processes of this one that still run."""
    found: list[int] = []
    for task in Path("/proc/self/task").iterdir():
        for pid in (task / "children").read_text().split():
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
            found += [int(pid)] if b"bot.catalog.importer" in command else []
    return found


def environment_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()
