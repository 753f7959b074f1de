"""Does a worker start within the CPU seconds that it may take, and if it does not, whose imports cost most?"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median
from typing import Any

from airflow_ecs_image.checks.budgets import named
from airflow_ecs_image.checks.evidence import Check, Evidence
from airflow_ecs_image.checks.model import Verdict

_MOST_NAMED = 5
_MEND = (
    "import it inside the tasks that need it, or leave it out of requirements.txt, plugins and .pth files; "
    "or raise start_budget"
)


def judge(evidence: Evidence) -> Verdict:
    """Compares the median of the CPU seconds with the budget; warns when only waiting brings it past it."""
    budget = evidence.expectations.start_budget
    if budget is None:
        return Verdict("skipped", "no start_budget is set")
    if evidence.emulated:
        return Verdict("skipped", "the time of an emulated processor says nothing about its own")
    probe = evidence.start_cost()
    found = probe.found
    cpu = median(run["cpu"] for run in found["runs"])
    waited = median(run["waited"] for run in found["runs"])
    data = {
        "cpu_seconds": round(cpu, 3),
        "waited_seconds": round(waited, 3),
        "start_budget_seconds": budget,
        "dag_file": found["dag"],
        "runs": found["runs"],
        "shares": found["shares"],
    }
    what = f"{cpu:.2f} CPU seconds until {_until(found)}"
    costliest = f"the costliest imports: {_named(found['shares'])}"
    if cpu > budget:
        detail = f"{what}, {cpu - budget:.2f} s past the budget of {budget:g} s\n{costliest}"
        return Verdict("failed", detail, mend=_MEND, seconds=probe.seconds, data=data)
    detail = f"{what}, within the budget of {budget:g} s"
    if cpu + waited > budget:
        return Verdict(
            "warned",
            f"{detail}, and {waited:.2f} s of waiting, which are past it",
            mend="an import waits for something: a request, a lock, a sleep; let a task do that",
            seconds=probe.seconds,
            data=data,
        )
    return Verdict("passed", detail, seconds=probe.seconds, data=data)


def _until(found: Mapping[str, Any]) -> str:
    if found["dag"] is None:
        return "a worker looks for its DAG, which the image does not hold"
    return f"{found['dag']} is imported" + (
        f", the costliest of {found['dag_files']} DAG files" if found["dag_files"] > 1 else ""
    )


def _named(shares: list[Mapping[str, Any]]) -> str:
    return named(
        (share["name"] if share["kind"] == "distribution" else _other(share), f"{share['cpu']:.2f} s")
        for share in shares[:_MOST_NAMED]
    )


def _other(share: Mapping[str, Any]) -> str:
    """`DAG file slow.py`; parts and files have names that say what they are."""
    return (
        f"{share['kind']} {share['name']}" if share["kind"] in ("DAG file", "plugin") else str(share["name"])
    )


CHECK = Check("start_budget", "Start budget", frozenset({"start_cost"}), judge)
