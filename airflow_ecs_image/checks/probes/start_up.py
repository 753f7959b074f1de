"""Imports what a worker imports before it reads the DAG file, and looks for the bytecode of each module."""

import importlib
import importlib.util
import os
import sys
import time
from typing import Any

WORKER_MODULES = {
    3: ("airflow.sdk.execution_time.execute_workload", "airflow.sdk.execution_time.task_runner"),
    2: ("airflow.cli.commands.task_command", "airflow.models.dagbag"),
}


def probe(arguments: dict[str, Any]) -> dict[str, Any]:
    """The seconds of the import, and how many of the imported modules have usable bytecode."""
    started = time.monotonic()
    airflow = importlib.import_module("airflow")
    line = 3 if int(airflow.__version__.split(".")[0]) >= 3 else 2
    for name in WORKER_MODULES[line]:
        importlib.import_module(name)
    seconds = round(time.monotonic() - started, 3)
    compiled = 0
    missing: list[str] = []
    for name, module in sorted(sys.modules.items()):
        specification = getattr(module, "__spec__", None)
        origin = getattr(specification, "origin", None)
        if specification is None or not origin or not origin.endswith(".py"):
            continue
        if is_packed(specification.loader) or has_bytecode(origin, specification.cached):
            compiled += 1
        else:
            missing.append(name)
    airflow_missing = [name for name in missing if name == "airflow" or name.startswith("airflow.")]
    return {
        "line": line,
        "import_seconds": seconds,
        "compiled": compiled,
        "missing": len(missing),
        "missing_airflow": len(airflow_missing),
        "examples": missing[:5],
    }


def is_packed(loader: object) -> bool:
    """Whether a module came from the image's packed bytecode, which has it only for a source that is what it was."""
    return type(loader).__module__ == "airflow_ecs_image_start.packed_bytecode"


def has_bytecode(source: str, cached: "str | None") -> bool:
    """Whether the interpreter would load `cached` for `source` instead of compiling it."""
    if not cached or not os.path.isfile(cached):
        return False
    with open(cached, "rb") as file:
        header = file.read(16)
    if len(header) < 16 or header[:4] != importlib.util.MAGIC_NUMBER:
        return False
    flags = int.from_bytes(header[4:8], "little")
    if flags & 0b1:
        if not flags & 0b10:
            return True
        with open(source, "rb") as text:
            return importlib.util.source_hash(text.read()) == header[8:16]
    status = os.stat(source)
    return header[8:12] == (int(status.st_mtime) & 0xFFFFFFFF).to_bytes(4, "little") and header[12:16] == (
        status.st_size & 0xFFFFFFFF
    ).to_bytes(4, "little")
