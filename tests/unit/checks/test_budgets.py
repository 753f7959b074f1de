"""Budgets: within, past, and what is said then. And the tally of the probe that finds what a start costs."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image.checks import size_budget, start_budget
from airflow_ecs_image.checks.evidence import Evidence, MeasuredSize
from airflow_ecs_image.checks.model import Expectations, NotProven
from airflow_ecs_image.checks.probe_script import Answer, probe_source
from airflow_ecs_image.size_report import Group, SizeReport

from .conftest import MakeEvidence

SHARES = [
    {"kind": "distribution", "name": "slow-package", "cpu": 1.5},
    {"kind": "DAG file", "name": "team/slow.py", "cpu": 0.5},
    {"kind": "part", "name": "Python's standard library", "cpu": 0.1},
]


def group(
    name: str, compressed: int, role: str = "Airflow", kind: Any = "distribution", where: str = ""
) -> Group:
    return Group(name, kind, "1.0", where, role, (1,), 1, compressed, compressed)


REPORT = SizeReport(
    "example:1",
    "sha256:0",
    "linux/amd64",
    (),
    (
        group("operating system", 90_000_000, kind="operating system"),
        group("big", 30_000_000, "requirements"),
        *(group(f"package-{number}", 9_000_000) for number in range(6)),
        group("small", 1_000, "requirements"),
        group("awscli", 500, where="/opt/aws-cli"),
    ),
)


def weighing(evidence: Evidence, size: int, budget: int | None, report: SizeReport | None = None) -> Evidence:
    return replace(
        evidence, expectations=Expectations(size_budget=budget), size=MeasuredSize(size, report, 1.0)
    )


def starting(
    evidence: Evidence,
    budget: float | None,
    *cpu: float,
    waited: float = 0.1,
    dag: str | None = "slow.py",
    files: int = 1,
) -> Evidence:
    found = {
        "dag": dag,
        "dag_files": files,
        "runs": [{"cpu": seconds, "clock": 9.9, "waited": waited} for seconds in cpu],
        "shares": SHARES,
    }
    answer = Answer((), {"start_cost": {"seconds": 9.0, "found": found}})
    return replace(evidence, expectations=Expectations(start_budget=budget), start=answer)


@pytest.mark.parametrize("check", [size_budget, start_budget])
def test_without_a_budget_nothing_is_asked(evidence: MakeEvidence, check: Any) -> None:
    verdict = check.judge(evidence())

    assert verdict.status == "skipped"
    assert f"no {check.CHECK.name} is set" in verdict.detail


def test_a_size_at_its_budget_passes(evidence: MakeEvidence) -> None:
    verdict = size_budget.judge(weighing(evidence(), 150_000_000, 150_000_000))

    assert (verdict.status, verdict.detail) == (
        "passed",
        "150.0 MB compressed, within the budget of 150.0 MB",
    )


def test_a_size_past_its_budget_names_what_was_added_and_what_is_largest(evidence: MakeEvidence) -> None:
    verdict = size_budget.judge(weighing(evidence(), 174_001_500, 150_000_000, REPORT))

    assert verdict.status == "failed"
    assert verdict.detail.splitlines() == [
        "174.0 MB compressed, 24.0 MB past the budget of 150.0 MB",
        "added by the requirements: big 30.0 MB, small 0.0 MB",
        f"the largest packages: big 30.0 MB, {', '.join(f'package-{number} 9.0 MB' for number in range(4))}, 4 more 18.0 MB",
    ]
    assert verdict.mend is not None
    assert "python build.py size example:1" in verdict.mend
    assert json.loads(json.dumps(dict(verdict.data)))["requirements"][0]["name"] == "big"


def test_a_size_that_nobody_could_measure_is_not_proven(evidence: MakeEvidence) -> None:
    unknown = replace(
        evidence(), expectations=Expectations(size_budget=1), size=NotProven("the layers could not be read")
    )

    with pytest.raises(NotProven):
        size_budget.judge(unknown)


def test_the_median_of_the_starts_decides(evidence: MakeEvidence) -> None:
    assert start_budget.judge(starting(evidence(), 3.0, 2.0, 9.0, 2.9)).status == "passed"
    assert start_budget.judge(starting(evidence(), 3.0, 2.0, 3.1, 3.2)).status == "failed"


def test_a_start_past_its_budget_names_the_costliest_imports(evidence: MakeEvidence) -> None:
    verdict = start_budget.judge(starting(evidence(), 3.0, 3.5, 3.5, 3.5, files=4))

    assert verdict.detail.splitlines() == [
        "3.50 CPU seconds until slow.py is imported, the costliest of 4 DAG files, 0.50 s past the budget of 3 s",
        "the costliest imports: slow-package 1.50 s, DAG file team/slow.py 0.50 s, Python's standard library 0.10 s",
    ]
    assert "start_budget" in str(verdict.mend)


def test_a_start_that_only_waits_is_a_warning(evidence: MakeEvidence) -> None:
    verdict = start_budget.judge(starting(evidence(), 3.0, 2.0, waited=1.5))

    assert verdict.status == "warned"
    assert "within the budget of 3 s, and 1.50 s of waiting" in verdict.detail


def test_a_start_without_dags_says_so(evidence: MakeEvidence) -> None:
    verdict = start_budget.judge(starting(evidence(), 3.0, 2.0, dag=None, files=0))

    assert "which the image does not hold" in verdict.detail


def test_an_emulated_start_is_not_judged(evidence: MakeEvidence) -> None:
    emulated = replace(evidence(architecture="arm64"), expectations=Expectations(start_budget=1.0))

    assert start_budget.judge(emulated).status == "skipped"


def test_a_probe_that_was_stopped_is_not_proven(evidence: MakeEvidence) -> None:
    broken = replace(
        evidence(),
        expectations=Expectations(start_budget=1.0),
        start=Answer(
            (), {"start_cost": {"seconds": 1.0, "error": "RuntimeError: No module named 'airflow'"}}
        ),
    )

    with pytest.raises(NotProven, match="Airflow does not import"):
        start_budget.judge(broken)


BURN = "import time\nend = time.process_time() + {}\nwhile time.process_time() < end: pass\n"


def test_the_tally_counts_each_file_for_itself(tmp_path: Path) -> None:
    (tmp_path / "outer.py").write_text("import inner\n" + BURN.format(0.05), encoding="utf-8")
    (tmp_path / "inner.py").write_text(BURN.format(0.2), encoding="utf-8")
    (tmp_path / "dag.py").write_text("import json\n" + BURN.format(0.1), encoding="utf-8")
    script = (
        probe_source("worker_start").partition("if __name__")[0]
        + "tally = Tally()\ntally.watch()\nsys.path.insert(0, sys.argv[1])\nimport outer\n"
        + "loader = importlib.machinery.SourceFileLoader('a_dag', sys.argv[1] + '/dag.py')\n"
        + "loader.exec_module(types.ModuleType('a_dag'))\n"
        + "print(json.dumps(tally.seconds))\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, check=True, text=True
    )

    seconds = json.loads(done.stdout)
    order = sorted((path for path in seconds if path.startswith(str(tmp_path))), key=seconds.__getitem__)
    assert [Path(path).name for path in order] == ["outer.py", "dag.py", "inner.py"]
