"""The local Octopus Cards as its own process."""

import asyncio

import httpx
import pytest

from bot.sandbox.process import ServerDidNotStart, running_server, start_server

MODULE = "bot.sandbox.octopus"


async def test_it_says_where_it_listens_and_knows_its_settings() -> None:
    account = ("--api-key", "oc_mine", "--api-secret", "mine", "--wallet", "GBP=12.50")
    settings = (*account, "--items", "40", "--switch", "outcome=failed", "--webhook-url", "http://127.0.0.1:9/hook")
    async with running_server(MODULE, *settings) as url, httpx.AsyncClient(base_url=url, trust_env=False) as client:
        state = (await client.get("/sandbox/state")).json()
        login = await client.post("/auth/login", json={"username": "oc_mine", "password": "mine"})
    assert (state["items"], state["switches"]["outcome"]) == (40, "failed")
    assert state["wallets"] == [{"id": 1, "currency": "GBP", "amount": 12.5, "type": "PREPAID"}]
    assert state["webhook_urls"] == ["http://127.0.0.1:9/hook"]
    assert login.status_code == 200


async def test_it_stops_when_told_even_while_somebody_waits() -> None:
    server = await start_server(MODULE, "--items", "20")
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=30) as client:
        await client.post("/sandbox/faults", json={"endpoint": "wallets", "fate": "hang"})
        waiting = asyncio.create_task(client.get("/api/v1/wallets"))
        await client.post("/sandbox/wait", json={"endpoint": "wallets", "calls": 1})
        status = await server.stop()
        with pytest.raises(httpx.RemoteProtocolError):
            await waiting
    assert status == -15


@pytest.mark.parametrize(
    ("setting", "value"),
    [("--items", "many"), ("--wallet", "USD=much"), ("--wallet", "XXX=5"), ("--switch", "outcome=never")],
)
async def test_a_setting_without_sense_keeps_it_from_starting(
    capfd: pytest.CaptureFixture[str], setting: str, value: str
) -> None:
    with pytest.raises(ServerDidNotStart, match="exit status 2"):
        await start_server(MODULE, setting, value)
    assert setting in capfd.readouterr().err
