"""The local Voodoo Center as its own process."""

import asyncio
import signal

import httpx
import pytest

from bot.sandbox.process import ServerDidNotStart, running_server, start_server

MODULE = "bot.sandbox.voodoo"


async def test_it_says_where_it_listens_and_knows_its_settings() -> None:
    settings = ("--items", "40", "--balance", "12.50", "--api-key", "ak_mine", "--switch", "outcome=failed")
    async with running_server(MODULE, *settings) as url, httpx.AsyncClient(base_url=url, trust_env=False) as client:
        state = (await client.get("/sandbox/state")).json()
        token = await client.post("/api/v1/auth/token/client", json={"api_key": "ak_mine"})
    assert (state["items"], state["balance"], state["switches"]["outcome"]) == (40, 12.5, "failed")
    assert token.status_code == 200


async def test_it_stops_when_told_even_while_somebody_waits() -> None:
    server = await start_server(MODULE, "--items", "20")
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=30) as client:
        await client.post("/sandbox/faults", json={"endpoint": "balance", "fate": "hang"})
        waiting = asyncio.create_task(client.get("/api/v1/account/balance"))
        await client.post("/sandbox/wait", json={"endpoint": "balance", "calls": 1})
        status = await server.stop()
        with pytest.raises(httpx.RemoteProtocolError):
            await waiting
    assert status == -15


async def test_a_keyboard_interrupt_ends_it_without_a_traceback(capfd: pytest.CaptureFixture[str]) -> None:
    server = await start_server(MODULE, "--items", "20")
    server.process.send_signal(signal.SIGINT)
    assert await server.process.wait() == 0
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize(
    ("setting", "value"),
    [("--items", "many"), ("--balance", "much"), ("--switch", "outcome=never"), ("--switch", "no_such=1")],
)
async def test_a_setting_without_sense_keeps_it_from_starting(
    capfd: pytest.CaptureFixture[str], setting: str, value: str
) -> None:
    with pytest.raises(ServerDidNotStart, match="exit status 2"):
        await start_server(MODULE, setting, value)
    assert setting in capfd.readouterr().err
