"""A process that has imported everything and forks a bot per start: a start costs a tenth of a new interpreter.

``python -m tests.drill.nursery`` reads one JSON line per wish from stdin and answers each with one line: ``start``
forks a bot with an environment, a folder and a log, and names its process id; ``wait`` waits for one's end.
"""

import gc
import importlib
import json
import os
import select
import signal
import ssl
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from bot.presentation.speech import languages
from tests.drill import mortal
from tests.journeys.processes import ROOT, BotProcess

END_WITHIN = 40.0


class Nursery:
    """The client's side; one serves any number of bots, one after another."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.drill.nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # A tracer must not follow the forks: see BotProcess.launch.
            env={name: value for name, value in os.environ.items() if not name.startswith("COV")},
        )

    def fork(self, environment: Mapping[str, str], folder: Path, log: Path) -> "Forked":
        """Start a bot in ``folder`` with exactly this environment."""
        wish = {"do": "start", "environment": dict(environment), "folder": str(folder), "log": str(log)}
        return Forked(self, int(self._ask(**wish)))

    def reap(self, pid: int) -> int:
        """Wait for a bot's end; returns its status, negative for a signal."""
        return int(self._ask(do="wait", pid=pid))

    def close(self) -> None:
        """End it; bots that still run are its caller's to end before."""
        self._process.communicate(timeout=END_WITHIN)

    def _ask(self, **wish: Any) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(wish) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the nursery has ended"
        return json.loads(answer)


@dataclass
class Forked:
    """One bot of a nursery."""

    nursery: Nursery
    pid: int
    status: int | None = None
    _descriptor: int = field(init=False)

    def __post_init__(self) -> None:
        # The nursery keeps it a zombie until asked, so the id is nobody else's.
        self._descriptor = os.pidfd_open(self.pid)

    def ended(self, within: float = 0) -> bool:
        """Whether it has ended, waiting for that so many seconds at most."""
        if self.status is None and select.select([self._descriptor], [], [], within)[0]:
            self.status = self.nursery.reap(self.pid)
            os.close(self._descriptor)
        return self.status is not None

    def signal(self, number: int) -> None:
        """Send a signal unless it has ended."""
        if not self.ended():
            signal.pidfd_send_signal(self._descriptor, number)


@dataclass
class MortalBot(BotProcess):
    """The bot of a world, born in a nursery. What it dies of is in its environment."""

    nursery: Nursery = field(default_factory=Nursery)
    life: Forked | None = None

    def start(self, **changes: str) -> None:
        """Start and wait until it says that it can work."""
        self.environment = {**self.environment, **changes}
        self.launch()
        deadline = time.monotonic() + END_WITHIN
        while not self._ready():
            assert not self.ended(0.02), f"the bot ended:\n{self.log.read_text()[-3000:]}"
            assert time.monotonic() < deadline, f"the bot is not ready:\n{self.log.read_text()[-3000:]}"

    def launch(self, **changes: str) -> None:
        """Start without waiting; ``changes`` of the environment are for this life alone."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.life = self.nursery.fork({**kept, **self.environment, **changes}, self.log.parent, self.log)

    def ended(self, within: float = 0) -> bool:
        """Whether it has ended, waiting for that so many seconds at most."""
        return self.life is None or self.life.ended(within)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """End it as an operator would; returns its exit status."""
        return self._end(signal.SIGTERM)

    def _end(self, number: int) -> int:
        if self.life is None:
            return 0
        self.life.signal(number)
        assert self.life.ended(END_WITHIN), "the bot does not end"
        assert self.life.status is not None
        return self.life.status


def _warm_up() -> None:
    """Do beforehand what every start would do for itself, and would do alike."""
    for name in ("anyio._backends._asyncio", "uvicorn.lifespan.off", "_strptime"):
        importlib.import_module(name)
    languages()
    # Each client reads the system's certificates, and none of them meets a server with one.
    setattr(ssl, ssl.create_default_context.__name__, cache(ssl.create_default_context))
    gc.collect()
    gc.freeze()


def _serve() -> None:
    _warm_up()
    alive: set[int] = set()
    for line in sys.stdin:
        wish: dict[str, Any] = json.loads(line)
        sys.stdout.write(f"{_start(wish, alive) if wish['do'] == 'start' else _reap(wish['pid'], alive)}\n")
        sys.stdout.flush()
    for pid in alive:
        # Whoever started them is gone.
        os.kill(pid, signal.SIGKILL)


def _reap(pid: int, alive: set[int]) -> int:
    status = os.waitpid(pid, 0)[1]
    alive.discard(pid)
    return os.waitstatus_to_exitcode(status)


def _start(wish: dict[str, Any], alive: set[int]) -> int:
    pid = os.fork()
    if pid == 0:
        _become(wish)
    alive.add(pid)
    return pid


def _become(wish: dict[str, Any]) -> NoReturn:
    """Be the bot from here on."""
    status = 1
    try:
        os.setsid()
        log = os.open(wish["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for descriptor, ours in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(descriptor, ours)
        os.environ.clear()
        os.environ.update(wish["environment"])
        os.chdir(wish["folder"])
        mortal.main()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - the process's edge: whatever it was, the log must say it
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    _serve()
