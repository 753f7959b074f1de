"""What Airflow can do here: run, and write files that the group may change."""

import getpass
import subprocess
from typing import Any


def probe(arguments: dict[str, Any]) -> dict[str, Any]:
    """`arguments`: `seconds` (limit for `airflow version`)."""
    try:
        name: "str | None" = getpass.getuser()
    except (KeyError, OSError):
        name = None
    return {"user": name, "airflow": airflow(arguments["seconds"])}


def airflow(seconds: float) -> dict[str, Any]:
    """The exit code of `airflow version` and the last line of its complaint."""
    try:
        finished = subprocess.run(
            ["airflow", "version"], stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return {"exit_code": None, "complaint": type(error).__name__}
    complaint = finished.stderr.decode("utf-8", "replace").strip().splitlines()
    return {"exit_code": finished.returncode, "complaint": complaint[-1] if complaint else None}
