"""A folder of packages with the package that shortens a start, and Pythons that run with it."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

ENTRYPOINT = Path(__file__).resolve().parents[3] / "entrypoint"
AIRFLOW_3 = ("-m", "airflow.sdk.execution_time.execute_workload", "--json-string", "{}")
AIRFLOW_2 = ("tasks", "run", "a-dag", "a-task", "a-run", "--local")
"""What follows the path of the program `airflow`."""
TIME = 1_700_000_000
"""The time that every file of a layer has."""


def install(packages: Path, *modules: str) -> None:
    """Put the package there; every Python that runs with `python` imports these modules of it at its start."""
    target = packages / "airflow_ecs_image_start"
    target.mkdir(parents=True)
    for path in (ENTRYPOINT / target.name).glob("*.py"):
        (target / path.name).write_bytes(path.read_bytes())
    lines = "".join(f"import {target.name}.{name}\n" for name in modules)
    (packages / "sitecustomize.py").write_text(lines, encoding="utf-8")


def lever(name: str) -> ModuleType:
    """The module of the package that shortens a start, imported into this Python, which is no worker."""
    sys.path.insert(0, str(ENTRYPOINT))
    try:
        return importlib.import_module(f"airflow_ecs_image_start.{name}")
    finally:
        sys.path.remove(str(ENTRYPOINT))


def write(packages: Path, path: str, text: str) -> Path:
    """Write a file below the folder, and the packages that it is in."""
    file = packages / path
    for folder in file.parents:
        if folder == packages:
            break
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "__init__.py").exists():
            (folder / "__init__.py").write_text("", encoding="utf-8")
    file.write_text(text, encoding="utf-8")
    return file


def prepare(packages: Path, tool: str) -> None:
    """Run a tool of the build over the folder, all of which then gets the time that a layer has."""
    since = packages.parent / "since"
    since.touch()
    os.utime(since, (0, 0))
    tool_and_arguments = [str(ENTRYPOINT / tool), str(packages), str(since), str(TIME)]
    subprocess.run([sys.executable, *tool_and_arguments], check=True)
    for path in packages.rglob("*"):
        os.utime(path, (TIME, TIME))


def python(packages: Path, *arguments: str, more: Sequence[Path] = ()) -> list[str]:
    """What a Python says that finds these packages, line by line; `more` are folders that come before them."""
    search = os.pathsep.join(map(str, (*more, packages)))
    environment = {**os.environ, "PYTHONPATH": search, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, *arguments]
    ended = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True, cwd=packages.parent
    )
    assert ended.stderr == ""
    return ended.stdout.splitlines()
