"""The command line, run as an operator runs it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

KEPT = ("PATH", "HOME", "COVERAGE_PROCESS_CONFIG")
PATIENCE = 90


@dataclass(frozen=True)
class Done:
    """How a command ended and what it printed, on one line each however narrow the terminal."""

    status: int
    out: str
    err: str

    @property
    def complaints(self) -> list[str]:
        """What it said on stderr, apart from log lines."""
        return [line for line in self.err.splitlines() if line and not line.startswith("{")]


def orderline(folder: Path, environment: Mapping[str, str], *arguments: str) -> Done:
    """Run ``orderline`` in a folder with nothing but these settings, until it ends."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    command = [sys.executable, "-m", "bot", *arguments]
    ended = subprocess.run(
        command,
        env={**kept, "COLUMNS": "400", **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return Done(ended.returncode, ended.stdout, ended.stderr)
