"""floors.py MODULES DAG_FILE: imports what a worker had imported, in its order, then runs the DAG file; prints how long.

Printed as `start-up-floor NAME MILLISECONDS`.
"""

from __future__ import annotations

import time

BEGAN = time.monotonic()

import contextlib
import importlib
import sys
from pathlib import Path


def main() -> None:
    modules, dag_file = (Path(argument).read_text(encoding="utf-8") for argument in sys.argv[1:])
    for name in modules.split(","):
        # Some names are aliases, or exist only while a task runs.
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    imported = time.monotonic()
    exec(compile(dag_file, "dag", "exec"), {"__name__": "dag"})  # noqa: S102
    print(f"start-up-floor imports {(imported - BEGAN) * 1000:.1f}")
    print(f"start-up-floor parse {(time.monotonic() - imported) * 1000:.1f}")


main()
