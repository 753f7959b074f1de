"""Imports every DAG file as a worker does: one process a file, the bag of DAGs that this worker uses.

The list of files is the one that the scheduler's side makes: `.airflowignore` and the safe-mode heuristic
apply to it. The import takes the file whatever the heuristic says, because a worker passes safe_mode=False.
"""

import importlib
import inspect
import json
import os
import re
import signal
import sys
import tempfile
import time
from typing import Any

# Errors that say "there is no scheduler, database or API here", not "this file is broken".
SERVICE_ERRORS = (
    r"no such table",
    r"VARIABLE_NOT_FOUND",
    r"CONNECTION_NOT_FOUND",
    r"Variable \S+ does not exist",
    r"The conn_id `.*` isn't defined",
    r"could not connect to server|[Cc]onnection refused",
    r"Direct database access via the ORM is not allowed",
    r"SUPERVISOR_COMMS",
)
UNKNOWN_EXECUTOR = r"UnknownExecutorException"


def probe(arguments: dict[str, Any]) -> dict[str, Any]:
    """`arguments`: `seconds` (limit for one file), `processes` (how many files at once)."""
    configuration = importlib.import_module("airflow.configuration").conf
    folder = importlib.import_module("airflow.settings").DAGS_FOLDER
    bag_class, line = dag_bag()
    answer: dict[str, Any] = {
        "folder": folder,
        "exists": os.path.isdir(folder),
        "readable": os.access(folder, os.R_OK | os.X_OK),
        "executor": configuration.get("core", "executor"),
        "python_files": 0,
        "unreadable": [],
        "private": [],
        "files": [],
    }
    if not answer["exists"]:
        return answer
    answer.update(readability(folder))
    if line == 2 and "" in sys.path:
        # `airflow tasks run` is a script: the current folder is not on its path, unlike this process's.
        sys.path.remove("")
    if folder not in sys.path:
        # Workers put the root of the DAG bundle there; where in their code depends on the version.
        sys.path.append(folder)
    paths = sorted(dag_files(folder, configuration.getboolean("core", "dag_discovery_safe_mode")))
    answer["files"] = import_all(paths, folder, bag_class, arguments["seconds"], arguments["processes"])
    return answer


def readability(folder: str) -> dict[str, Any]:
    """How many Python files there are, and which of them this user, or another uid of group 0, cannot read.

    Airflow passes over a file that it cannot read, and says so only in a log.
    """
    unreadable: list[str] = []
    private: list[str] = []
    count = 0
    walk = os.walk(folder, onerror=lambda error: unreadable.append(str(error.filename)))
    for parent, folders, names in walk:
        python_files = [name for name in names if name.endswith(".py")]
        count += len(python_files)
        for path in (os.path.join(parent, name) for name in folders + python_files):
            status = os.stat(path) if os.path.exists(path) else None
            if status is None or not os.access(path, os.R_OK):
                unreadable.append(path)
            elif not (status.st_mode & 0o004 or (status.st_gid == 0 and status.st_mode & 0o040)):
                private.append(path)
    return {
        "python_files": count,
        "unreadable": sorted({os.path.relpath(path, folder) for path in unreadable}),
        "private": sorted(os.path.relpath(path, folder) for path in private),
    }


def dag_bag() -> tuple[Any, int]:
    """The class that the worker of this Airflow uses, and the major version."""
    try:
        return importlib.import_module("airflow.dag_processing.dagbag").BundleDagBag, 3
    except (ImportError, AttributeError):
        pass
    module = importlib.import_module("airflow.models.dagbag")
    line = 3 if "bundle_path" in inspect.signature(module.DagBag.__init__).parameters else 2
    return getattr(module, "BundleDagBag", module.DagBag), line


def dag_files(folder: str, safe_mode: bool) -> list[str]:
    """The files under `folder` that Airflow takes for DAG files."""
    listing = importlib.import_module("airflow.utils.file").list_py_file_paths
    arguments: dict[str, Any] = {"safe_mode": safe_mode}
    if "include_examples" in inspect.signature(listing).parameters:
        arguments["include_examples"] = False
    return list(listing(folder, **arguments))


def import_all(
    paths: list[str], folder: str, bag_class: Any, seconds: float, processes: int
) -> list[dict[str, Any]]:
    """The findings for each path, in the order of `paths`."""
    findings: dict[str, dict[str, Any]] = {}
    running: dict[int, tuple[str, str, float]] = {}
    waiting = list(paths)
    while waiting or running:
        while waiting and len(running) < processes:
            path = waiting.pop(0)
            handle, written = tempfile.mkstemp()
            os.close(handle)
            running[start(path, folder, bag_class, written)] = (path, written, time.monotonic())
        for process, (path, written, started) in list(running.items()):
            expired = time.monotonic() - started > seconds
            if expired:
                os.kill(process, signal.SIGKILL)
            ended, status = os.waitpid(process, 0 if expired else os.WNOHANG)
            if ended:
                del running[process]
                findings[path] = collect(written, status, seconds if expired else None)
                findings[path]["path"] = os.path.relpath(path, folder)
        time.sleep(0.005)
    return [findings[path] for path in paths]


def start(path: str, folder: str, bag_class: Any, written: str) -> int:
    """Forks the process that imports `path` and writes its findings to the file `written`; its process id."""
    process = os.fork()
    if process:
        return process
    try:
        finding = import_one(path, folder, bag_class)
    except BaseException as error:
        line = first_line(error)
        finding = {"dag_ids": [], "tasks": 0, "milliseconds": None, "error": line, "reason": reason(line)}
    with open(written, "w") as file:
        json.dump(finding, file)
    os._exit(0)


def import_one(path: str, folder: str, bag_class: Any) -> dict[str, Any]:
    """What the worker's bag of DAGs holds after it took this file."""
    known = inspect.signature(importlib.import_module(bag_class.__module__).DagBag.__init__).parameters
    wanted = {
        "dag_folder": path,
        "safe_mode": False,
        "include_examples": False,
        "load_op_links": False,
        "bundle_path": importlib.import_module("pathlib").Path(folder),
        "bundle_name": "dags-folder",
    }
    started = time.monotonic()
    bag = bag_class(**{name: value for name, value in wanted.items() if name in known})
    milliseconds = (time.monotonic() - started) * 1000
    text = next(iter(bag.import_errors.values()), None)
    error = None if text is None else last_line(text, path)
    return {
        "dag_ids": sorted(bag.dags),
        "tasks": sum(len(dag.tasks) for dag in bag.dags.values()),
        "milliseconds": round(milliseconds, 1),
        "error": error,
        "reason": None if text is None else reason(text),
    }


def collect(written: str, status: int, expired_after: "float | None") -> dict[str, Any]:
    """The findings that a child wrote, or how it ended instead."""
    with open(written) as file:
        text = file.read()
    os.unlink(written)
    if text and expired_after is None:
        finding: dict[str, Any] = json.loads(text)
        return finding
    if expired_after is not None:
        error = "the import took more than %g s" % expired_after
    elif os.WIFSIGNALED(status):
        error = "the import ended the process with %s" % signal.Signals(os.WTERMSIG(status)).name
    else:
        error = "the import ended the process with exit code %d" % os.WEXITSTATUS(status)
    return {"dag_ids": [], "tasks": 0, "milliseconds": None, "error": error, "reason": "import"}


def last_line(text: str, path: str) -> str:
    """`Type: message` of a traceback, with the line of the DAG file it came from."""
    lines = text.rstrip().splitlines()
    place = ""
    after = 0
    for number, line in enumerate(lines):
        match = re.match(r'\s+File "(.+)", line (\d+)', line)
        if match:
            after = number + 1
            if match.group(1) == path:
                place = "line %s: " % match.group(2)
    message = next(
        (line for line in lines[after:] if line and not line[0].isspace()), lines[-1] if lines else ""
    )
    return place + message


def first_line(error: BaseException) -> str:
    """`Type: message` of an exception."""
    lines = str(error).strip().splitlines()
    return type(error).__name__ + (": " + lines[0] if lines else "")


def reason(text: str) -> str:
    """Why the import failed: `executor`, `service` or `import`."""
    if re.search(UNKNOWN_EXECUTOR, text):
        return "executor"
    if any(re.search(pattern, text) for pattern in SERVICE_ERRORS):
        return "service"
    return "import"
