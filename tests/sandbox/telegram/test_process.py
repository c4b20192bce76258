"""The local Telegram as a process, its supplier panel and its page files."""

import asyncio
import json
import signal
import sys

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.sandbox.telegram.config import SandboxConfig
from bot.sandbox.telegram.server import listen, running, url_of
from tests.sandbox.telegram.lab import Lab, running_lab
from tests.sandbox.telegram.serving import serving


async def test_it_says_where_it_listens_and_stops_at_sigterm_in_the_middle_of_a_long_poll():
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.sandbox.telegram", "--port", "0", "--token", "42:x", "--admin-id", "5000000000"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    url = json.loads(await process.stdout.readline())["url"]
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        page = (await client.get("/sandbox/page", params={"viewer": 5000000000})).json()
        polls = [
            asyncio.create_task(client.get("/bot42:x/getUpdates", params={"timeout": 50})),
            asyncio.create_task(
                client.get("/sandbox/page", params={"since": page["version"], "epoch": page["epoch"], "timeout": 50})
            ),
        ]
        await client.get("/bot42:x/getMe")
        process.send_signal(signal.SIGTERM)
        statuses = [response.status_code for response in await asyncio.gather(*polls)]
    assert statuses == [200, 200]
    assert await process.wait() in {0, -signal.SIGTERM}


async def test_a_wrong_supplier_argument_is_told_in_one_line():
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.sandbox.telegram", "--supplier", "voodoo"), stderr=asyncio.subprocess.PIPE
    )
    _, complaint = await process.communicate()
    assert b"'voodoo' is not name=http://..." in complaint
    assert process.returncode == 2


async def test_the_panel_shows_suppliers_and_passes_actions_on():
    async def panel(_request: Request) -> JSONResponse:
        return JSONResponse({"title": "Voodoo Center", "facts": []})

    async def settle(request: Request) -> JSONResponse:
        return JSONResponse({"got": await request.json()}, 202)

    routes = [Route("/sandbox/panel", panel), Route("/sandbox/settle", settle, methods=["POST"])]
    with listen() as closed:
        nobody = url_of(closed)
    async with (
        serving(Starlette(routes=routes)) as supplier,
        running_lab(suppliers={"voodoo": supplier, "gone": nobody}) as lab,
    ):
        panels = (await lab.people.get("/panel/suppliers")).json()["suppliers"]
        action = await lab.people.post("/panel/suppliers/voodoo/sandbox/settle", json={"as": "failed"})
        unknown = await lab.people.post("/panel/suppliers/nobody/sandbox/settle", json={})
        unreachable = await lab.people.post("/panel/suppliers/gone/sandbox/settle", json={})
    assert panels[0] == {"name": "voodoo", "available": True, "panel": {"title": "Voodoo Center", "facts": []}}
    assert panels[1] == {"name": "gone", "available": False, "reason": "ConnectError"}
    assert (action.status_code, action.json()) == (202, {"got": {"as": "failed"}})
    assert (unknown.status_code, unreachable.status_code) == (404, 502)


async def test_the_page_is_checked_on_every_load_and_sent_only_when_it_changed(lab: Lab):
    first = await lab.people.get("/")
    again = await lab.people.get("/", headers={"If-None-Match": first.headers["etag"]})
    assert first.headers["content-type"].startswith("text/html")
    assert first.headers["cache-control"] == "no-cache"
    assert (again.status_code, again.content) == (304, b"")


async def test_the_page_asks_for_nothing_beyond_this_server(lab: Lab):
    page = (await lab.people.get("/")).text
    assert "default-src 'self'" in (await lab.people.get("/")).headers["content-security-policy"]
    assert "https://" not in page


async def test_no_file_outside_the_page_is_served(lab: Lab):
    assert (await lab.people.get("/page/..%2fapi.py")).status_code == 404
    assert (await lab.people.get("/page/main.js")).status_code == 200


async def test_panel_only_serves_no_bot_api():
    config = SandboxConfig(token="42:x", panel_only=True)
    async with running(config) as url, httpx.AsyncClient(base_url=url) as client:
        assert (await client.get("/bot42:x/getMe")).status_code == 404
        assert (await client.get("/sandbox/page")).json()["panel_only"] is True
