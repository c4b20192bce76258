"""The composition root: both suppliers in one house, and each alone."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pytest

from bot.app import House, build_house
from bot.catalog.reports import CatalogRefused
from bot.sandbox.octopus.landmarks import LANDMARKS
from bot.settings import Settings
from storage.records.catalog import ItemKey
from tests.deployment import Deployment, deployment

SECRET = "octopus-webhook-secret"
EVENT = b'{"id":"evt_1","type":"order.delivered","data":{"id":12345}}'


@pytest.fixture
async def local(tmp_path: Path) -> AsyncIterator[Deployment]:
    async with deployment(tmp_path) as running:
        yield running


@asynccontextmanager
async def built(settings: Settings) -> AsyncGenerator[House]:
    async with AsyncExitStack() as stack:
        house = await build_house(settings, stack)
        await house.catalog.open()
        yield house


@asynccontextmanager
async def served(house: House) -> AsyncGenerator[httpx.AsyncClient]:
    """The house's web server at work; it closes its address at the end."""
    running = asyncio.create_task(house.web.run())
    await house.web.started()
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{house.web.port}", timeout=20) as client:
            yield client
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def signed(secret: str) -> dict[str, str]:
    return {"X-Signature": hmac.new(secret.encode(), EVENT, hashlib.sha256).hexdigest()}


async def test_one_snapshot_holds_what_both_suppliers_sell(local: Deployment) -> None:
    async with built(local.settings(**local.octopus)) as house, served(house):
        report = await house.catalog.refresh()
        again = await house.catalog.refresh()
        snapshot = house.catalog.snapshot
        assert snapshot is not None
        assert report.items == snapshot.info.items == 100 + len(LANDMARKS)
        assert {feed.outcome.value for feed in again.feeds} == {"unchanged"}
        steam = await snapshot.get(ItemKey("octopus", "123"))
        assert steam is not None
        assert (steam.region, steam.quoted, len(steam.denominations)) == ("United States", True, 5)
        assert await snapshot.get(ItemKey("voodoo", "4090")) is not None


async def test_a_supplier_that_is_switched_off_sells_nothing_any_more(local: Deployment) -> None:
    async with built(local.settings(**local.octopus)) as house, served(house):
        await house.catalog.refresh()
    async with built(local.settings()) as house, served(house):
        await house.catalog.refresh()
        assert house.catalog.snapshot is not None
        assert house.catalog.snapshot.info.sources.keys() == {"voodoo"}


async def test_one_suppliers_refusal_is_told_under_its_name_and_leaves_the_others_catalog(local: Deployment) -> None:
    await local.cards("switches", name="ip_allowed", value=False)
    async with built(local.settings(**local.octopus)) as house, served(house):
        with pytest.raises(CatalogRefused, match=r"^octopus: .*allowlist"):
            await house.catalog.refresh()
        notices = await house.store.read(lambda tables: tables.outbox.waiting())
        assert notices == 1
        assert house.catalog.snapshot is not None
        assert house.catalog.snapshot.info.items == 100

        await local.cards("switches", name="ip_allowed", value=True)
        await house.catalog.refresh()
        assert await house.store.read(lambda tables: tables.outbox.waiting()) == 2


async def test_a_suppliers_webhook_is_taken_at_its_own_address(local: Deployment) -> None:
    settings = local.settings(**local.octopus, octopus_webhook_secrets=("previous", SECRET))
    async with built(settings) as house, served(house) as client:
        answers = [
            await client.post("/webhooks/octopus", content=EVENT, headers=signed(SECRET)),
            await client.post("/webhooks/octopus", content=EVENT, headers=signed("guessed")),
            await client.post("/webhooks/voodoo", content=EVENT, headers=signed(SECRET)),
        ]
        assert [answer.status_code for answer in answers] == [200, 401, 404]
        assert await house.store.read(lambda tables: tables.events.waiting()) == 1
        metrics = (await client.get("/metrics")).text
        assert 'orderline_webhooks_total{result="stored",supplier="octopus"} 1.0' in metrics
