"""Starts as a worker starts, and says what that cost; run by `python -c` with a JSON request, not by the harness.

Worker modules, Airflow's settings, plugins and providers are loaded, then each DAG file in a fork of its own, which is
how a worker's process for the task comes by its DAG. CPU seconds are user and system time since the process began.
The interpreter is started by `python -S` and looks for packages and `.pth` files only when it passes for one that runs the
worker command: a `.pth` file may act by that, and `trace` sees what it loads.
"""

import contextlib
import importlib
import importlib.machinery
import importlib.util
import json
import os
import resource
import site
import sys
import time
import types
from typing import Any

# What the worker commands import beside the modules that they name: execute_workload.main and BaseExecutor.run_workload
# of Airflow 3, the command `airflow` of Airflow 2.
LATE_MODULES = {
    "3": (
        "airflow.executors.workloads",
        "airflow.executors.base_executor",
        "airflow.sdk.execution_time.supervisor",
        "airflow.sdk.log",
    ),
    "2": ("airflow.__main__", "airflow.cli.cli_parser"),
}

# What `sys.orig_argv` holds behind the interpreter.
COMMANDS = {
    "3": ["-m", "airflow.sdk.execution_time.execute_workload", "--json-string", "{}"],
    "2": [os.path.join(os.path.dirname(sys.executable), "airflow"), "tasks", "run"],
}


def cpu() -> float:
    """The CPU seconds of this process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


class Watch:
    """What passes from a moment on: CPU seconds, seconds by the clock, and seconds in which the process waits.

    Waiting is neither running nor queueing for a processor (proc_pid_schedstat(5)), so that other work on the machine
    does not count: a sleep, a request, a lock, a slow disk.
    """

    def __init__(self, began: "float | None" = None, from_start: bool = False) -> None:
        self.clock = time.monotonic() if began is None else began
        self.cpu = 0.0 if from_start else cpu()
        self.busy = 0.0 if from_start else self.busy_seconds()

    @staticmethod
    def busy_seconds() -> float:
        """Seconds in which the main thread ran or queued; 0 where the kernel does not tell."""
        try:
            with open("/proc/self/schedstat") as file:
                running, queueing, _ = file.read().split()
        except (OSError, ValueError):
            return 0.0
        return (int(running) + int(queueing)) / 1e9

    def read(self) -> dict[str, float]:
        """All three until now."""
        clock, busy = time.monotonic() - self.clock, self.busy_seconds() - self.busy
        return {"cpu": cpu() - self.cpu, "clock": clock, "waited": max(0.0, clock - busy) if busy else 0.0}


class Tally:
    """CPU seconds by file: of the file itself, without the files that it loads."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.inner = [0.0]

    def timed(self, function: Any, path_of: Any) -> Any:
        """`function`, whose time counts for the file that `path_of` tells from its arguments."""

        def counted(*arguments: Any) -> Any:
            began = time.process_time()
            self.inner.append(0.0)
            try:
                return function(*arguments)
            finally:
                whole = time.process_time() - began
                path = path_of(*arguments)
                self.seconds[path] = self.seconds.get(path, 0.0) + whole - self.inner.pop()
                self.inner[-1] += whole

        return counted

    def watch(self) -> None:
        """Count what loads files. `-X importtime` misses DAG files and plugins, which Airflow loads by their path."""

        def module_path(loader: Any, module: Any) -> str:
            return str(getattr(loader, "path", None) or getattr(module, "origin", "") or "")

        machinery = importlib.machinery
        for kind in (
            machinery.SourceFileLoader,
            machinery.SourcelessFileLoader,
            machinery.ExtensionFileLoader,
        ):
            kind.exec_module = self.timed(kind.exec_module, module_path)  # type: ignore[method-assign]
        extension = machinery.ExtensionFileLoader
        extension.create_module = self.timed(extension.create_module, module_path)  # type: ignore[method-assign]
        site.addpackage = self.timed(site.addpackage, lambda folder, name, *_: os.path.join(folder, name))


def load_worker(line: str, modules: dict[str, list[str]]) -> None:
    """All that a worker of that line of Airflow loads before it looks at the DAG."""
    for name in ("airflow.settings", *modules[line]):
        importlib.import_module(name)
    for name in LATE_MODULES[line]:
        # Each minor version of Airflow has some of them elsewhere.
        if importlib.util.find_spec(name) is not None:
            importlib.import_module(name)
    if line == "2":
        call("airflow.cli.cli_parser", "get_parser")
    call("airflow.sdk.plugins_manager", "integrate_macros_plugins") or call(
        "airflow.plugins_manager", "integrate_macros_plugins"
    )
    call("airflow.sdk.listener", "get_listener_manager") or call(
        "airflow.listeners.listener", "get_listener_manager"
    )


def call(module: str, function: str) -> bool:
    """Call what loads plugins, and with them finds the providers; False where this Airflow has it elsewhere."""
    try:
        found = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError):
        return False
    found()
    return True


def load_dag(path: str, folder: str, bag: Any, dags: Any, tally: "Tally | None") -> dict[str, Any]:
    """What the import of one DAG file cost, in a fork."""
    reader, writer = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reader)
        if tally is not None:
            tally.seconds.clear()
        watch = Watch()
        # The check of the DAG imports tells why a file does not import.
        with contextlib.suppress(BaseException):
            dags.import_one(path, folder, bag)
        cost = watch.read()
        with os.fdopen(writer, "w") as stream:
            json.dump({**cost, "files": tally.seconds if tally else {}}, stream)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as stream:
        text = stream.read()
    os.waitpid(process, 0)
    found: dict[str, Any] = (
        json.loads(text) if text else {"cpu": 0.0, "clock": 0.0, "waited": 0.0, "files": {}}
    )
    return {"path": os.path.relpath(path, folder), **found}


def main(request: dict[str, Any]) -> None:
    """`began` is the moment of the start by time.monotonic, `line` Airflow's (`3`), `only` the one DAG file to load, None for
    all of them, an empty text for none."""
    tally = None
    if request["trace"]:
        tally = Tally()
        tally.watch()
    sys.orig_argv = [sys.executable, *COMMANDS[request["line"]]]
    site.main()
    load_worker(request["line"], request["modules"])
    answer: dict[str, Any] = Watch(request["began"], from_start=True).read()
    dags = types.ModuleType("dags")
    exec(compile(request["dags"], "dags.py", "exec"), dags.__dict__)
    watch = Watch()
    bag, _ = dags.dag_bag()
    for kind, amount in watch.read().items():
        answer[kind] += amount
    answer["files"] = dict(tally.seconds) if tally else {}
    configuration = importlib.import_module("airflow.configuration").conf
    folder = importlib.import_module("airflow.settings").DAGS_FOLDER
    answer["folder"] = folder
    answer["plugins"] = configuration.get("core", "plugins_folder", fallback="")
    if request["line"] == "2" and "" in sys.path:
        sys.path.remove("")
    if folder not in sys.path:
        sys.path.append(folder)
    paths = []
    if request["only"] is not None:
        paths = [os.path.join(folder, request["only"])] if request["only"] else []
    elif os.path.isdir(folder):
        paths = sorted(dags.dag_files(folder, configuration.getboolean("core", "dag_discovery_safe_mode")))
    answer["dags"] = [load_dag(path, folder, bag, dags, tally) for path in paths]
    with open(request["answer"], "w") as file:
        json.dump(answer, file)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
    # What Airflow does at its exit is not part of the start.
    os._exit(0)
