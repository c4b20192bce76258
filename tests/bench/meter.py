"""The child's end of the line: its configuration, what it says, and how much it has used when it is asked."""

import json
import os
import re
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

STATUS = Path("/proc/self/status")
OWN_MEMORY = re.compile(r"^RssAnon:\s+(\d+) kB$", re.MULTILINE)


def configuration() -> dict[str, Any]:
    """Read what the parent wants, and answer its questions from now on; without a parent the process stops."""
    config = json.loads(sys.stdin.readline())
    threading.Thread(target=_answer, name="meter", daemon=True).start()
    return config


def say(**facts: Any) -> None:
    """Tell the parent."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def heap() -> int:
    """Bytes of memory that belong to this process alone: without files it maps and code it shares."""
    found = OWN_MEMORY.search(STATUS.read_text())
    assert found, "this system does not say how much memory a process has of its own"
    return int(found[1]) * 1024


def _answer() -> None:
    # A thread that waits for a line costs nothing and needs nothing of the process it measures.
    while sys.stdin.readline():
        say(cpu=time.process_time(), heap=heap())
    os.kill(os.getpid(), signal.SIGTERM)
