"""Starts a worker's interpreter several times, and says what the start costs and whose imports cost most."""

import csv
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import sysconfig
import tempfile
import time
from typing import Any

# Airflow 2 loads what its executors bring to the command line, but with SQLite, its default, refuses most of them.
NO_DATABASE = "_AIRFLOW__SKIP_DATABASE_EXECUTOR_COMPATIBILITY_CHECK"


def probe(arguments: dict[str, Any]) -> dict[str, Any]:
    """`arguments`: `worker` and `dags` (scripts), `modules` (by Airflow's line), `runs`, `seconds` (limit of a run).

    `runs` has CPU seconds, seconds by the clock and seconds of waiting of each run: of the worker and of the costliest
    DAG file. `shares` are CPU seconds by distribution, file or part, the most first.
    """
    warm = start(arguments, only=None, trace=False)
    costliest = max(warm["dags"], key=lambda dag: dag["cpu"], default=None)
    only = costliest["path"] if costliest else ""
    runs = [start(arguments, only=only, trace=False) for _ in range(arguments["runs"])]
    traced = start(arguments, only=only, trace=True)
    return {
        "dag": only or None,
        "dag_files": len(warm["dags"]),
        "runs": [
            {kind: run[kind] + sum(dag[kind] for dag in run["dags"]) for kind in ("cpu", "clock", "waited")}
            for run in runs
        ],
        "shares": shares(traced),
    }


def start(arguments: dict[str, Any], *, only: "str | None", trace: bool) -> dict[str, Any]:
    """What the script `worker_start` found in an interpreter of its own."""
    handle, answer = tempfile.mkstemp()
    os.close(handle)
    request = {
        "answer": answer,
        "began": time.monotonic(),
        "dags": arguments["dags"],
        "line": line(),
        "modules": arguments["modules"],
        "only": only,
        "trace": trace,
    }
    try:
        done = subprocess.run(
            [sys.executable, "-S", "-c", arguments["worker"], json.dumps(request)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=arguments["seconds"],
            env={**os.environ, NO_DATABASE: "1"},
            check=False,
        )
        with open(answer) as file:
            text = file.read()
    finally:
        os.unlink(answer)
    if not text:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise RuntimeError(lines[-1] if lines else "exit code %d" % done.returncode)
    found: dict[str, Any] = json.loads(text)
    return found


def line() -> str:
    """The line of the Airflow that is installed: `3`."""
    for name in ("apache-airflow-core", "apache-airflow"):
        try:
            return "3" if int(importlib.metadata.version(name).split(".")[0]) >= 3 else "2"
        except importlib.metadata.PackageNotFoundError:
            continue
    raise ImportError("No module named 'airflow'")


def shares(traced: dict[str, Any]) -> list[dict[str, Any]]:
    """CPU seconds by whose files were loaded: a distribution, a DAG file, a plugin, Python itself."""
    owners: dict[str, str] = {}
    for distribution in importlib.metadata.distributions():
        owners.update(dict.fromkeys(files_of(distribution), name_of(distribution)))
    files: dict[str, float] = dict(traced["files"])
    whole = traced["cpu"]
    for dag in traced["dags"]:
        whole += dag["cpu"]
        for path, seconds in dag["files"].items():
            files[path] = files.get(path, 0.0) + seconds
    found: dict[tuple[str, str], float] = {}
    for path, seconds in files.items():
        key = whose(path, owners, traced)
        found[key] = found.get(key, 0.0) + seconds
    found["part", "interpreter, and work outside of modules"] = whole - sum(files.values())
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return [{"kind": kind, "name": name, "cpu": round(seconds, 4)} for (kind, name), seconds in ordered]


def files_of(distribution: importlib.metadata.Distribution) -> list[str]:
    """Its files by its RECORD; `distribution.files` looks for each of them on the disk, which takes seconds."""
    root = str(distribution.locate_file(""))
    rows = csv.reader((distribution.read_text("RECORD") or "").splitlines())
    return [os.path.normpath(os.path.join(root, row[0])) for row in rows if row]


def name_of(distribution: importlib.metadata.Distribution) -> str:
    """Its name by PEP 503, from the head of its metadata."""
    head = (distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or "").partition("\n\n")[
        0
    ]
    name = next((line[5:].strip() for line in head.splitlines() if line.startswith("Name:")), "")
    return re.sub(r"[-_.]+", "-", name).lower()


def whose(path: str, owners: dict[str, str], traced: dict[str, Any]) -> "tuple[str, str]":
    """Kind and name of what a loaded file belongs to."""
    if path in owners:
        return "distribution", owners[path]
    for kind, folder in (("DAG file", traced["folder"]), ("plugin", traced["plugins"])):
        if folder and path.startswith(folder + os.sep):
            return kind, os.path.relpath(path, folder)
    standard = sysconfig.get_paths()["stdlib"]
    if path.startswith(standard + os.sep) and "-packages" + os.sep not in path[len(standard) :]:
        return "part", "Python's standard library"
    return "file", path
