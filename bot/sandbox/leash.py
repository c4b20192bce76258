"""``python -m bot.sandbox.leash MODULE ARGUMENTS``: runs a module that ends with whoever started it.

Whoever starts it holds the other end of its standard input. However that process ends, kill -9 included, the system
closes that end, and nothing is left running behind.
"""

import os
import runpy
import signal
import sys
from threading import Thread


def main() -> None:
    """Run the module as if it had been started itself."""
    Thread(target=_end_with_the_other_side, args=(sys.stdin.fileno(),), daemon=True).start()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


def _end_with_the_other_side(descriptor: int) -> None:
    while os.read(descriptor, 1024):
        continue
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
