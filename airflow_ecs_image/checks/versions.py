"""Are Airflow, Python and the executor package the versions that the scheduler has?"""

from __future__ import annotations

import re

from airflow_ecs_image.checks.evidence import Check, Evidence
from airflow_ecs_image.checks.model import Verdict
from airflow_ecs_image.checks.worker_commands import VERSION_COMMAND
from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.spec.label_names import AIRFLOW_VERSION, PYTHON_VERSION
from airflow_ecs_image.versions import EXECUTOR_PACKAGE, load_versions

_DISPATCH_MEND = "let the ENTRYPOINT end with Airflow's own /entrypoint, or run `airflow` for unknown words"


def judge(evidence: Evidence) -> Verdict:
    """Compares what the installed distributions state with the expectations, else with the image's labels."""
    probe = evidence.section("versions")
    found = dict(probe.found)
    python = str(evidence.section("process").found["python"])
    airflow = found["apache-airflow"] or found["apache-airflow-core"]
    executor = found[EXECUTOR_PACKAGE]
    data = {
        "airflow_version": airflow,
        "python_version": python,
        "executor_package_version": executor,
        "distributions": found,
    }
    if airflow is None:
        return Verdict(
            "failed",
            "Airflow is not installed in the image's Python",
            mend="build the image from an Airflow base: python build.py",
            seconds=probe.seconds,
            data=data,
        )
    labels, expected = evidence.details.labels, evidence.expectations
    problems = [
        *_differs("Airflow", airflow, expected.airflow_version, labels.get(AIRFLOW_VERSION)),
        *_differs("Python", python, _minor(expected.python_version), _minor(labels.get(PYTHON_VERSION))),
        *_executor_package(evidence, airflow, executor),
    ]
    core = found["apache-airflow-core"]
    if core is not None and core != airflow:
        problems.append(f"apache-airflow is {airflow}, but apache-airflow-core is {core}")
    mend = _mend(evidence, executor) if problems else _DISPATCH_MEND
    lost = VERSION_COMMAND.problem(evidence.section("commands").found["version"])
    if lost:
        problems.append(f"the command `version` {lost}")
    if problems:
        return Verdict("failed", "\n".join(problems), mend=mend, seconds=probe.seconds, data=data)
    detail = f"Airflow {airflow}, Python {python}, executor package {executor}"
    return Verdict("passed", detail, seconds=probe.seconds, data=data)


def _differs(name: str, found: str, expected: str | None, label: str | None) -> list[str]:
    if expected is not None and found != expected:
        return [f"{name} is {found}, expected {expected}"]
    if expected is None and label is not None and found != label:
        return [f"{name} is {found}, but the image's label says {label}"]
    return []


def _executor_package(evidence: Evidence, airflow: str, found: str | None) -> list[str]:
    if found is None:
        return [f"the executor package {EXECUTOR_PACKAGE} is not installed"]
    label = evidence.label("executor-package")
    problems = _differs(
        "the executor package",
        found,
        evidence.expectations.executor_package_version,
        label.rpartition("==")[2] if label else None,
    )
    try:
        floor = load_versions().release(airflow).executor_package_floor
    except SpecError:
        return problems
    if _release(found) < _release(floor):
        problems.append(f"the executor package is {found}, Airflow {airflow} needs at least {floor}")
    return problems


def _mend(evidence: Evidence, executor: str | None) -> str:
    if executor is None:
        return f"add it: python build.py --base {evidence.image}"
    words = ["build with the scheduler's versions: python build.py"]
    if evidence.expectations.airflow_version:
        words.append(f"--airflow-version {evidence.expectations.airflow_version}")
    if evidence.expectations.python_version:
        words.append(f"--python-version {_minor(evidence.expectations.python_version)}")
    return " ".join(words)


def _minor(version: str | None) -> str | None:
    return ".".join(version.split(".")[:2]) if version else None


def _release(version: str) -> tuple[int, ...]:
    match = re.match(r"\d+(\.\d+)*", version)
    return tuple(int(part) for part in match.group().split(".")) if match else ()


CHECK = Check("versions", "Versions", frozenset({"process", "versions", "commands"}), judge)
