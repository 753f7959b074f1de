"""Stands for a worker that needs a moment to clean up after SIGTERM; run by `python -c`, not by the harness.

Prints `ready`, then after SIGTERM `asked` and, half a second later, `cleaned`; exit code 42. Half a second is
enough to tell a process that is waited for from one that is killed with its parent.
"""

import signal
import sys
import time
from typing import Any


def stop(number: int, frame: Any) -> None:
    """Cleans up and leaves."""
    print("asked", flush=True)
    time.sleep(0.5)
    print("cleaned", flush=True)
    sys.exit(42)


signal.signal(signal.SIGTERM, stop)
print("ready", flush=True)
time.sleep(60)
sys.exit(43)
