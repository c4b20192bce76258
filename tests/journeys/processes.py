"""The processes of a journey: the two sandboxes and the bot, each started, killed and restarted like in real life."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import httpx

ROOT = Path(__file__).parents[2]
START_WITHIN = 60.0
LOGGED_WITHIN = 20.0


@dataclass
class Server:
    """A sandbox server and the client of its control API."""

    process: subprocess.Popen[str]
    control: httpx.Client

    @property
    def url(self) -> str:
        return str(self.control.base_url).rstrip("/")

    def post(self, path: str, /, **body: object) -> dict[str, object]:
        return _answer(self.control.post(f"/sandbox/{path}", json=body))

    def get(self, path: str, /, **query: object) -> dict[str, object]:
        return _answer(self.control.get(f"/sandbox/{path}", params={k: str(v) for k, v in query.items()}))

    def stop(self) -> None:
        self.control.close()
        self.process.terminate()
        self.process.communicate(timeout=30)


def _answer(response: httpx.Response) -> dict[str, object]:
    assert response.is_success, f"{response.request.method} {response.request.url}: {response.text}"
    return response.json()


def start_server(module: str, *arguments: str) -> Server:
    """Start a sandbox server and wait for the line in which it names its address."""
    process = subprocess.Popen([sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, f"{module} ended before it listened"
    return Server(process, httpx.Client(base_url=json.loads(line)["url"], timeout=60))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class BotProcess:
    """The bot, as ``python -m bot run`` with an environment of its own. Its log is kept in ``log``."""

    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    _files: list[IO[bytes]] = field(default_factory=list[IO[bytes]])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.environment['WEB_PORT']}"

    def start(self, **changes: str) -> None:
        """Start and wait until it says that it can work."""
        self.environment = {**self.environment, **changes}
        self.launch()
        deadline = time.monotonic() + START_WITHIN
        while not self._ready():
            assert self.process is not None
            assert self.process.poll() is None, f"the bot ended:\n{self.log.read_text()[-3000:]}"
            assert time.monotonic() < deadline, f"the bot is not ready:\n{self.log.read_text()[-3000:]}"
            select_pause()

    def command(self) -> list[str]:
        """The module that is run, and its arguments."""
        return ["bot", "run"]

    def launch(self) -> None:
        """Start without waiting."""
        writer = self.log.open("ab")
        self._files.append(writer)
        # Untraced, as in production: under a tracer Python 3.11 can spin for ever in a callback of a thread that ended
        # (RESUME checks for pending calls again and again while one of them runs).
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.process = subprocess.Popen(
            [sys.executable, "-m", *self.command()],
            env={**kept, **self.environment},
            cwd=self.log.parent,
            stdout=writer,
            stderr=writer,
        )

    def _ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5).is_success
        except httpx.TransportError:
            return False

    def log_end(self) -> int:
        """Where the log ends now, to look only at what comes later."""
        return self.log.stat().st_size

    def logged(self, event: str, *, after: int = 0, **facts: object) -> dict[str, object]:
        """Wait for a log line with this event and these facts."""
        deadline = time.monotonic() + LOGGED_WITHIN
        while True:
            for entry in self.log_entries(after):
                if entry["event"] == event and all(entry.get(name) == fact for name, fact in facts.items()):
                    return entry
            assert time.monotonic() < deadline, f"no line {event!r} with {facts} in\n{self.log.read_text()[after:]}"
            select_pause()

    def log_entries(self, after: int = 0) -> list[dict[str, object]]:
        """The whole lines of the log after a place."""
        with self.log.open("rb") as file:
            file.seek(after)
            lines = file.read().splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.startswith(b"{") and line.endswith(b"\n")]

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)

    def stop(self) -> int:
        """End it as an operator would; returns its exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.terminate()
        status = self.process.wait(40)
        for file in self._files:
            file.close()
        self._files.clear()
        return status


def select_pause() -> None:
    """Give a starting process a moment between two questions whether it is ready."""
    time.sleep(0.05)
