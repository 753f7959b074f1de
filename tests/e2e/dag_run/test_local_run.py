"""`local run` on both lines of Airflow: what it prints, what it returns, what it leaves."""

from __future__ import annotations

import json
import signal
import subprocess
from xml.etree import ElementTree as ET

import pytest

from airflow_ecs_image.engine.labelled import labelled_containers, labelled_networks, labelled_volumes
from airflow_ecs_image.errors import DagNotFound, DagRunFailed, Interrupted
from airflow_ecs_image.spec.label_names import LOCAL
from tests.waiting import until

from .conftest import LocalRun
from .dag_texts import FAILING, SHAPES, local_dag

pytestmark = pytest.mark.slow


def test_the_example_prints_its_remote_log_and_where_the_time_went(local_run: LocalRun) -> None:
    ended = local_run("dags/fargate_dag.py", "--timeline", "timeline.svg")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    lines = ended.stdout.splitlines()
    at = next(
        number
        for number, line in enumerate(lines)
        if line.startswith("  log of exec_task: s3://airflow-logs/")
    )
    assert any(line.endswith("Task execution") for line in lines[at + 1 : at + 4])
    assert any("ECS task" in line for line in lines)
    assert any(line.startswith("✓ exec_task") for line in lines)
    assert "FARGATE-DAG: success" in lines
    picture = ET.parse(local_run.project / "timeline.svg")
    bars = [each.text or "" for each in picture.iter("{http://www.w3.org/2000/svg}title")]
    for part in (
        "RunTask to container created",
        "DAG fetch",
        "Python and imports",
        "task code",
        "log upload and exit",
    ):
        assert any(bar.startswith(part) for bar in bars), part


def test_a_failing_task_is_named_and_the_exit_code_says_so(local_run: LocalRun) -> None:
    local_run.write("failing.py", FAILING)
    code, document = local_run.document("FAILING", "--conf", '{"reason": "by intent"}')
    assert code == DagRunFailed.exit_code
    assert document["state"] == "failed"
    assert document["failed"] == ["breaks"]
    assert document["error"]["type"] == "DagRunFailed"
    assert document["error"]["message"].endswith("is failed: breaks")
    tasks = {each["task"]: each for each in document["tasks"]}
    assert tasks["below"]["state"] == "upstream_failed"
    assert tasks["below"]["log"] is None
    log = tasks["breaks"]["log"]
    assert log["source"].startswith("s3://airflow-logs/")
    assert any(line.endswith("about to fail: by intent") for line in log["lines"])
    assert any("ValueError: this is <wrong>" in line for line in log["lines"])
    (row,) = document["timeline"]["tasks"]
    # The worker's own exit code says nothing about the task.
    assert (row["task"], row["state"], row["executor"]) == ("breaks", "failed", "AwsEcsExecutor")


def test_both_executors_of_one_dag_are_in_the_timeline(local_run: LocalRun) -> None:
    code, document = local_run.document("hybrid_dag.py")
    assert code == 0
    tasks = {each["task"]: each for each in document["tasks"]}
    assert any("The sum of squares is 267" in line for line in tasks["report"]["log"]["lines"])
    rows = {each["task"]: each for each in document["timeline"]["tasks"]}
    assert {name: row["executor"] for name, row in rows.items()} == {
        "plan": "LocalExecutor",
        "compute": "AwsEcsExecutor",
        "report": "LocalExecutor",
    }
    assert rows["plan"]["ecs_task"] is None
    phases = [span["phase"] for span in rows["compute"]["spans"]]
    around = ["queued", "provisioning", "container", "entrypoint", "fetch", "imports"]
    inside = (
        ["supervisor", "runner", "dag", "preparation"] if local_run.image.major > 2 else ["dag", "supervisor"]
    )
    assert phases == [*around, *inside, "code", "exit", "stopping"]
    spans = rows["compute"]["spans"]
    assert all(span["seconds"] >= 0 and span["covers"] == [] for span in spans)
    assert rows["compute"]["exit_code"] == 0


def test_mapped_tasks_retries_and_deferral_are_followed(local_run: LocalRun) -> None:
    local_run.write("shapes.py", SHAPES)
    ended = local_run("shapes.py", "--timeline", "timeline.json")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    lines = ended.stdout.splitlines()
    for start in ("✓ square[0]", "✓ square[1]", "✗ flaky ", "✓ flaky try 2", "✓ wait"):
        assert len([line for line in lines if line.startswith(start)]) == 1, start
    assert any(line.startswith("wait: deferred") for line in lines)
    assert any(line.endswith("this is try 1") for line in lines)
    assert any(line.endswith("RuntimeError: not yet") for line in lines)
    timeline = json.loads((local_run.project / "timeline.json").read_text())
    assert sorted((row["task"], row["try"]) for row in timeline["tasks"]) == [
        *(("flaky", 1), ("flaky", 2), ("square[0]", 1), ("square[1]", 1), ("wait", 1))
    ]


def test_a_file_runs_as_it_is_now(local_run: LocalRun) -> None:
    local_run.write("edited.py", local_dag(dag_id="EDITED", task="before", code="print('first')"))
    code, document = local_run.document("edited.py")
    assert (code, [each["task"] for each in document["tasks"]]) == (0, ["before"])
    local_run.write("edited.py", local_dag(dag_id="EDITED", task="after", code="print('second')"))
    code, document = local_run.document("edited.py")
    assert (code, [each["task"] for each in document["tasks"]]) == (0, ["after"])
    local_run.write("edited.py", "import nothing_of_that_name  # no DAG of Airflow any more\n")
    code, document = local_run.document("edited.py")
    assert code == DagNotFound.exit_code
    assert "ModuleNotFoundError: No module named 'nothing_of_that_name'" in document["error"]["message"]
    assert any('edited.py", line 1' in line for line in document["error"]["details"])


def test_of_several_dags_one_has_to_be_chosen(local_run: LocalRun) -> None:
    both = [local_dag(dag_id=name, task=f"in_{name}", code="pass") for name in ("one", "two")]
    local_run.write("several.py", "\n".join(both))
    code, document = local_run.document("several.py")
    assert code == DagNotFound.exit_code
    assert document["error"]["message"] == "several.py: 2 DAGs are in it: one, two"
    code, document = local_run.document("several.py", "--dag-id", "two")
    assert (code, [each["task"] for each in document["tasks"]]) == (0, ["in_two"])


def test_ctrl_c_leaves_the_run_alone(local_run: LocalRun) -> None:
    local_run.write(
        "endless.py", local_dag(dag_id="ENDLESS", task="sleeps", code="__import__('time').sleep(600)")
    )
    process = subprocess.Popen(
        local_run.command("endless.py"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    lines = iter(process.stdout)
    until(lambda: "sleeps: running" in next(lines), "a task that runs")
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == Interrupted.exit_code
    assert "ENDLESS: no longer followed; the run manual__" in errors
    assert "goes on" in errors
    assert "Traceback" not in errors


def test_a_stack_that_is_taken_down_leaves_nothing(local_run: LocalRun) -> None:
    ended = local_run("dags/fargate_dag.py", "--down", "--no-log")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "log of" not in ended.stdout
    for found in (labelled_containers, labelled_networks, labelled_volumes):
        assert found(LOCAL, local_run.stack.name) == []
