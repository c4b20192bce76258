"""The demo as people run it: one command, one address, and nothing left behind however it ends."""

import asyncio
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.sandbox.demo import (
    DEMO_ADMIN,
    Addresses,
    DemoChoices,
    DemoFailed,
    bot_environment,
    free_port,
    run_demo,
)
from bot.settings import Settings

GONE_WITHIN = 60.0


@dataclass
class RunningDemo:
    """``orderline demo`` as a process, and the processes it started."""

    process: subprocess.Popen[str]
    page: str
    descriptors: dict[str, int]
    pids: dict[str, int]

    def gone(self, name: str) -> bool:
        """Wait until one of its processes has ended."""
        return bool(select.select([self.descriptors[name]], [], [], GONE_WITHIN)[0])

    def all_gone(self) -> bool:
        return all(self.gone(name) for name in self.descriptors)


def children(pid: int) -> dict[str, int]:
    """The processes that the demo started, by the module each runs."""
    found = (Path("/proc") / str(pid) / "task" / str(pid) / "children").read_text().split()
    lines = {int(child): (Path("/proc") / child / "cmdline").read_text().split("\0") for child in found}
    return {line[line.index("bot.sandbox.leash") + 1]: child for child, line in lines.items()}


@contextmanager
def running_demo(folder: Path, *arguments: str, **environment: str) -> Generator[RunningDemo]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "COVERAGE_PROCESS_CONFIG") if name in os.environ}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", "--items", "100", "--port", "0", *arguments],
        env={**kept, **environment},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    descriptors: dict[str, int] = {}
    try:
        page = next((line.strip() for line in process.stdout if "http://" in line), "")
        assert page, f"the demo ended: {process.communicate()[1][-3000:]}"
        pids = children(process.pid)
        descriptors.update({name: os.pidfd_open(pid) for name, pid in pids.items()})
        yield RunningDemo(process, page, descriptors, pids)
    finally:
        process.kill()
        process.communicate()
        for descriptor in descriptors.values():
            os.close(descriptor)


def test_it_prints_an_address_and_ctrl_c_ends_everything(tmp_path: Path) -> None:
    # Settings of a real deployment, here and in the environment, are none of the demo's business.
    (tmp_path / ".env").write_text("CATALOG_MAX_DROP=3\n")
    with running_demo(tmp_path, "--empty", DRAFT_HOURS="-1", PUBLIC_URL="https://shop.example") as demo:
        assert httpx.get(demo.page, trust_env=False).is_success
        assert set(demo.pids) == {"bot", "bot.sandbox.telegram", "bot.sandbox.voodoo", "bot.sandbox.octopus"}
        demo.process.send_signal(signal.SIGINT)
        assert demo.process.wait(GONE_WITHIN) == 0
        assert demo.all_gone()
        assert demo.process.communicate()[1] == ""


def seen_by(demo: RunningDemo, person: int) -> dict[str, Any]:
    """What the page shows one of its people."""
    return httpx.get(f"{demo.page}/sandbox/page", params={"viewer": person}, trust_env=False).json()


def test_it_begins_with_resellers_who_have_people_a_group_money_and_past_orders(tmp_path: Path) -> None:
    with running_demo(tmp_path) as demo:
        nina, raj, ada = (seen_by(demo, person) for person in (2001, 2004, DEMO_ADMIN))
        demo.process.send_signal(signal.SIGINT)
        assert demo.process.stdout is not None
        printed = demo.process.stdout.read().splitlines()
    assert [line.split() for line in printed if "Nova Games" in line] == [
        ["Nina", "owner", "of", "Nova", "Games"],
        ["Tom", "buyer", "for", "Nova", "Games"],
    ]
    notes = {person["first_name"]: person["note"] for person in nina["people"]}
    assert notes == {
        "Ada": "the operator",
        "Boris": "",
        "Chen": "",
        "Nina": "Nova Games, owner",
        "Tom": "Nova Games, buyer",
        "Pia": "Pixel Cards, owner",
        "Raj": "Pixel Cards, buyer",
    }
    (team,) = [chat for chat in nina["chats"] if chat["title"] == "Nova Games team"]
    assert [topic["name"] for topic in team["topics"]] == ["Orders"]
    said = {name: "\n".join(m["text"] for m in page["messages"]) for name, page in (("raj", raj), ("ada", ada))}
    assert "Delivered" in said["raj"]
    assert "In progress" in said["raj"]
    assert "credited to Pixel Cards" in said["ada"]


def test_it_can_begin_without_them(tmp_path: Path) -> None:
    with running_demo(tmp_path, "--empty") as demo:
        assert [person["first_name"] for person in seen_by(demo, DEMO_ADMIN)["people"]] == ["Ada", "Boris", "Chen"]
        assert not any(message["from"]["is_bot"] for message in seen_by(demo, DEMO_ADMIN)["messages"])


def test_nothing_outlives_a_demo_that_was_killed(tmp_path: Path) -> None:
    with running_demo(tmp_path, "--empty") as demo:
        demo.process.kill()
        assert demo.all_gone()


def test_a_part_that_dies_ends_the_demo_and_is_named(tmp_path: Path) -> None:
    with running_demo(tmp_path, "--empty") as demo:
        os.kill(demo.pids["bot.sandbox.telegram"], signal.SIGKILL)
        assert demo.process.wait(GONE_WITHIN) == 1
        assert "the local Telegram was killed (SIGKILL)" in demo.process.communicate()[1]
        assert demo.all_gone()


async def test_ctrl_c_while_it_starts_ends_it_quietly(capfd: pytest.CaptureFixture[str]) -> None:
    starting = asyncio.create_task(run_demo(DemoChoices(port=0, items=100)))
    await asyncio.sleep(0)  # from here on it listens for signals
    signal.raise_signal(signal.SIGINT)
    await starting
    assert capfd.readouterr() == ("", "")


def test_a_taken_port_is_replaced_by_a_free_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert free_port(port) not in (0, port)


@pytest.mark.parametrize("token", [None, "123456789:AAexampleexampleexampleexample12345"])
def test_its_bot_gets_settings_that_are_valid_and_its_own(tmp_path: Path, token: str | None) -> None:
    choices = DemoChoices(bot_token=token, admin_ids="7", environment={"LANG": "C.UTF-8"})
    at = Addresses(*(f"http://127.0.0.1:{port}" for port in (8081, 1, 3, 2)))
    given = bot_environment(choices, at, tmp_path)
    settings = Settings.model_validate({name.lower(): value for name, value in given.items()})
    local = token is None
    assert (settings.bot_api_url == "http://127.0.0.1:2") is local
    assert (settings.admin_ids == (7,)) is not local
    assert (settings.web_port, given["LANG"]) == (8081, "C.UTF-8")
    assert (settings.voodoo_api_url, settings.octopus_api_url) == ("http://127.0.0.1:1", "http://127.0.0.1:3")


def test_a_chosen_setting_is_the_bots(tmp_path: Path) -> None:
    at = Addresses(*(f"http://127.0.0.1:{port}" for port in (8081, 1, 3, 2)))
    chosen = {"INVITE_HOURS": "0.5", "UNCONFIRMED_ALERT_AFTER": "7"}
    given = bot_environment(DemoChoices(settings=chosen), at, tmp_path)
    settings = Settings.model_validate({name.lower(): value for name, value in given.items()})
    assert (settings.invite_hours, settings.unconfirmed_alert_after) == (0.5, 7)


async def test_a_setting_that_ties_its_parts_together_is_refused_before_anything_starts() -> None:
    with pytest.raises(DemoFailed, match="BOT_TOKEN: the demo's own to choose"):
        await run_demo(DemoChoices(port=0, settings={"BOT_TOKEN": "1"}))


def test_half_of_what_the_real_telegram_needs_means_the_local_one() -> None:
    assert not DemoChoices(bot_token="1:a").real_telegram
    assert DemoChoices(bot_token="1:a", admin_ids="7").real_telegram
