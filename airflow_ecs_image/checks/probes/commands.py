"""Sends worker commands through the image's own ENTRYPOINT and records what reaches Python, byte for byte.

A `sitecustomize` module in front of PYTHONPATH writes the arguments of every Python that starts and ends it
before Airflow is imported; the last record is the worker's. A database gate (`airflow db check`) that comes
first is recorded and passed too.
"""

import json
import os
import shutil
import subprocess
import tempfile
from typing import Any

RECORDER = """
import json, os, sys
with open(os.environ["AIRFLOW_ECS_IMAGE_RECORD"], "a") as record:
    arguments = [os.fsencode(argument).hex() for argument in sys.orig_argv]
    record.write(json.dumps({"arguments": arguments, "executable": sys.executable}) + "\\n")
os._exit(0)
"""


def probe(arguments: dict[str, Any]) -> dict[str, Any]:
    """For each command: the exit code, the recorded arguments (hex) and the Python that got them.

    `arguments`: `entrypoint` (list of str), `commands` (name to list of str), `seconds` (limit for each).
    """
    folder = tempfile.mkdtemp()
    try:
        with open(os.path.join(folder, "sitecustomize.py"), "w") as recorder:
            recorder.write(RECORDER)
        return {
            name: record(arguments["entrypoint"], command, folder, arguments["seconds"])
            for name, command in arguments["commands"].items()
        }
    finally:
        shutil.rmtree(folder)


def record(entrypoint: list[str], command: list[str], folder: str, seconds: float) -> dict[str, Any]:
    """Runs one command with the recorder in place."""
    written = os.path.join(folder, "record")
    environment = dict(os.environ, PYTHONPATH=folder, AIRFLOW_ECS_IMAGE_RECORD=written)
    try:
        finished = subprocess.run(
            [*entrypoint, *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return {"error": type(error).__name__}
    last: dict[str, Any] = {}
    if os.path.exists(written):
        with open(written) as lines:
            last = json.loads(lines.readlines()[-1])
        os.unlink(written)
    return {"exit_code": finished.returncode, **last}
