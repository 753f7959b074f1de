"""Where the time goes: a pass of its own, since to look at the imports slows them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from airflow_ecs_image.engine import containers
from airflow_ecs_image.engine.containers import Volume
from bench.contenders import Contender, ContenderName
from bench.start_up.cases import CPUS, Case
from bench.start_up.control_plane import ControlPlane, Workload
from bench.start_up.import_time import milliseconds_by_package
from bench.start_up.measure import run_worker

_FLOOR = re.compile(r"start-up-floor (\w+) ([\d.]+)")
_MODULES = re.compile(r'start-up-modules ([^\s"]+)')
_LONGEST_SECONDS = 300


@dataclass(frozen=True)
class Split:
    """What one contender imports, and the least that the parts of its start can take.

    `packages` are milliseconds by package with the profile of the imports switched on, at full CPU. `floors` are
    milliseconds by case and by `shell`, `interpreter`, `imports` (all modules that the worker had, with warm bytecode,
    the interpreter not counted) and `parse` (the DAG file, once more). `requests` are those of the API server for one
    whole task; None where the worker talks to the database.
    """

    contender: ContenderName
    airflow: str
    modules: int
    packages: dict[str, float] = field(default_factory=dict)
    floors: dict[str, dict[str, float]] = field(default_factory=dict)
    requests: dict[str, float] = field(default_factory=dict)


def split(
    contender: Contender,
    workload: Workload,
    plane: ControlPlane,
    *,
    environment: Mapping[str, str],
    inside: Path,
) -> Split:
    """Profile one start of the contender and find its floors; `inside` is the folder that containers see as /bench."""
    before = len(plane.requests())
    profiled = {**environment, "PYTHONPROFILEIMPORTTIME": "1", "START_UP_MODULES": "1"}
    case = Case(contender.airflow, None)
    _, completed = run_worker(contender, case, workload, environment=profiled, inside=inside)
    requests = plane.requests()[before:]
    modules = modules_of(completed.stdout)
    (inside / "modules").write_text(",".join(modules), encoding="utf-8")
    floors = {}
    for cpus in CPUS:
        ended = containers.run(
            contender.tag,
            entrypoint="/bench/floors",
            environment=environment,
            cpus=cpus,
            volumes=(Volume(inside, "/bench"),),
            timeout=_LONGEST_SECONDS,
        )
        floors[Case(contender.airflow, cpus).name] = floors_of(ended.stdout)
    return Split(
        contender.name,
        contender.airflow,
        len(modules),
        milliseconds_by_package(of_the_worker(completed.stderr) + completed.stdout),
        floors,
        dict(requests),
    )


def modules_of(stdout: str) -> tuple[str, ...]:
    """What the process of the task had imported when its code began, in that order, without what only a run has."""
    found = _MODULES.search(stdout)
    names = found[1].split(",") if found else []
    return tuple(name for name in names if name != "__main__" and not name.startswith("unusual_prefix_"))


def of_the_worker(stderr: str) -> str:
    """What was written after the base's entrypoint became Airflow's program: the fetch may be a Python program too."""
    programs = re.split(r"^start-up-mark exec:(?:python|airflow) .*$", stderr, flags=re.MULTILINE)
    return programs[-1]


def floors_of(stdout: str) -> dict[str, float]:
    """Milliseconds by the name of the floor; the imports without the start of the interpreter."""
    return {name: float(value) for name, value in _FLOOR.findall(stdout)}
