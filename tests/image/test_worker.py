"""From the entrypoint to the worker: dispatch, arguments, signals, exit codes."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from airflow_ecs_image.engine import containers
from airflow_ecs_image.engine.containers import Completed, Volume
from tests.waiting import until

from .facts import Facts
from .worker_images import WorkerImage

# All that a shell would change, in the shape of a workload.
WORKLOAD = json.dumps(
    {
        "token": "a  b\tc ",
        "dag_rel_path": 'folder with space/d\'été "日本" 🚀.py',
        "ti": {"task_id": "$HOME ${PATH} $(id) `id` \\n \\\\ * ? [a-z] {x,y} ~ # !! ; && || < > %s ''"},
        "type": "ExecuteTask",
    },
    ensure_ascii=False,
)
WORKER_COMMANDS = {
    "Airflow 3": (
        *("python", "-m", "airflow.sdk.execution_time.execute_workload"),
        *("--json-string", WORKLOAD),
    ),
    "Airflow 2": (
        *("airflow", "tasks", "run", "FARGATE-DAG", "a task 'with' \"quotes\"", "manual__$(id) *"),
        *("--local", "--subdir", "DAGS_FOLDER/folder with space/été.py", "--map-index", "3"),
    ),
    "an empty argument": ("python", "-c", "", "", " "),
}
# Python runs it at its start, before the worker's module: what it sees is what the kernel gave this process.
WITNESS = """
import json, os, sys
print("process", json.dumps([os.getpid(), sys.orig_argv]), flush=True)
os._exit(7)
"""
WORKER = """
import signal, sys, time
def stop(number, frame):
    print("cleaned up", flush=True)
    sys.exit(42)
signal.signal(signal.SIGTERM, stop)
print("ready", flush=True)
while True:
    signal.pause()
"""
DISPATCHED = {
    "version": ("version",),
    "airflow version": ("airflow", "version"),
    "python": ("python", "--version"),
    "bash": ("bash", "-c", 'echo "$0 $#"', "zero", "one", "two words"),
    "unknown word": ("sh", "-c", "echo started"),
    "exit code 0": ("python", "-c", "raise SystemExit(0)"),
    "exit code 7": ("python", "-c", "raise SystemExit(7)"),
}


@pytest.fixture(scope="session")
def dispatched(image: WorkerImage) -> dict[str, Completed]:
    """How each of the commands above ends; they run side by side."""
    with ThreadPoolExecutor(max_workers=3) as pool:
        running = {name: pool.submit(containers.run, image.tag, words) for name, words in DISPATCHED.items()}
        return {name: run.result() for name, run in running.items()}


@pytest.mark.parametrize("command", ["version", "airflow version"])
def test_airflow_says_its_version(image: WorkerImage, dispatched: dict[str, Completed], command: str) -> None:
    assert dispatched[command].exit_code == 0
    assert dispatched[command].stdout.split()[-1] == image.airflow


def test_python_is_dispatched(image: WorkerImage, dispatched: dict[str, Completed]) -> None:
    assert dispatched["python"].stdout.startswith(f"Python {image.python}.")


def test_bash_is_dispatched(dispatched: dict[str, Completed]) -> None:
    assert dispatched["bash"].stdout == "zero 2\n"


def test_an_unknown_word_is_a_command_of_airflow(dispatched: dict[str, Completed]) -> None:
    completed = dispatched["unknown word"]

    assert completed.exit_code == 2
    assert "invalid choice: 'sh'" in completed.stderr
    assert "started" not in completed.stdout


@pytest.mark.parametrize("code", [0, 7])
def test_the_exit_code_is_the_workers(dispatched: dict[str, Completed], code: int) -> None:
    assert dispatched[f"exit code {code}"].exit_code == code


@pytest.mark.parametrize("name", WORKER_COMMANDS)
def test_a_worker_command_arrives_byte_for_byte(image: WorkerImage, name: str, tmp_path: Path) -> None:
    words = WORKER_COMMANDS[name]
    tmp_path.chmod(0o755)
    (tmp_path / "sitecustomize.py").write_text(WITNESS, encoding="utf-8")

    completed = containers.run(
        image.tag,
        words,
        volumes=(Volume(tmp_path, "/witness"),),
        environment={"PYTHONPATH": "/witness"},
    )

    process, arrived = json.loads(completed.stdout.removeprefix("process "))
    assert tuple(arrived[-len(words) + 1 :]) == words[1:]
    assert Path(arrived[-len(words)]).name == words[0]
    assert completed.exit_code == 7
    assert process != 1


def test_dumb_init_is_the_first_process_and_nothing_stands_between(facts: Facts) -> None:
    assert facts.first_process[:2] == ["/usr/bin/dumb-init", "--"]
    assert facts.parent == 1


def test_sigterm_reaches_the_worker_which_may_clean_up(image: WorkerImage) -> None:
    with containers.start(image.tag, ["python", "-c", WORKER]) as container:
        until(lambda: "ready" in container.logs().stdout, "the worker is ready")
        container.kill("TERM")

        assert container.wait() == 42
        assert container.logs().stdout == "ready\ncleaned up\n"
