"""A drawing process that never ends: it tells its id in the folder that the library learns into, and waits."""

import os
import signal
from pathlib import Path

if __name__ == "__main__":
    Path(os.environ["MPLCONFIGDIR"], "process").write_text(str(os.getpid()))
    signal.pause()
