"""Values that would be instructions, commands or templates elsewhere: they arrive as they are, and nothing runs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image.engine import containers

from .facts import gather_facts
from .worker_images import DEFAULT_NAME, WorkerImage, build_project, source_pairs

AIRFLOW, PYTHON = source_pairs()[DEFAULT_NAME]
VERSIONS: dict[str, Any] = {"base": "source", "airflow_version": AIRFLOW, "python_version": PYTHON}
PWNED = "/tmp/pwned"
HOSTILE = {
    "quotes": """it's "quoted" '' "" """,
    "command": f"$(touch {PWNED})",
    "backticks": f"`touch {PWNED}`",
    "variable": "${PATH} $HOME $$ ${x:-y} $",
    "expression": "{{ 7*7 }} {{ spec.tag }}",
    "statement": "{% raw %} {% include '/etc/passwd' %} {# no comment #}",
    "end_of_command": f'"; touch {PWNED}; # && touch {PWNED} || true',
    "instruction": f"x RUN touch {PWNED}",
    "backslashes": "\\ \\\\ \\n \\$x \\",
    "unicode": "été 日本 🚀 \u00a0\u200b",
    "tab": "a\tb  c ",
    "empty": "",
    "json": '["a", {"b": null}]',
}
HOST_DAG_PATH = "our $(touch pwned) `id` ${PATH} 'q' \"dags\" {{ 7 }} {% raw %} ; # é 日本"
CONTAINER_DAG_PATH = "/srv/our `id` 'q' \"dags\" {{ 7*7 }} {% raw %} ; # é 日本"
S3_URI = f"s3://bucket/$(touch${{IFS}}{PWNED})/`id`/{{{{7*7}}}}/'q'/\"d\"/;#\\é日本"


@pytest.fixture(scope="module")
def folder(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with its DAGs in a folder of a hostile name."""
    directory = tmp_path_factory.mktemp("hostile")
    shutil.copytree(project / "dags", directory / HOST_DAG_PATH)
    return directory


@pytest.fixture(scope="module")
def hostile(folder: Path) -> WorkerImage:
    """The image with all of them."""
    return build_project(
        folder,
        tag="hostile",
        environment={f"HOSTILE_{name.upper()}": value for name, value in HOSTILE.items()},
        labels={f"com.example.{name}": value for name, value in HOSTILE.items()},
        host_dag_path=HOST_DAG_PATH,
        container_dag_path=CONTAINER_DAG_PATH,
        **VERSIONS,
    )


@pytest.mark.parametrize("name", HOSTILE)
def test_a_value_arrives_as_it_is(hostile: WorkerImage, name: str) -> None:
    assert hostile.details.environment[f"HOSTILE_{name.upper()}"] == HOSTILE[name]
    assert hostile.details.labels[f"com.example.{name}"] == HOSTILE[name]


def test_values_reach_the_worker_as_they_are(hostile: WorkerImage) -> None:
    facts = gather_facts(hostile.tag, "brief")

    assert {name: facts.environment[f"HOSTILE_{name.upper()}"] for name in HOSTILE} == HOSTILE
    assert facts.dag_bag["folder"] == CONTAINER_DAG_PATH
    assert facts.dag_bag["import_errors"] == {}
    assert facts.dag_bag["dags"]["FARGATE-DAG"] == "fargate_dag.py"


def test_an_s3_uri_arrives_as_it_is_and_is_no_command(folder: Path) -> None:
    image = build_project(folder, tag="hostile-s3", s3_uri=S3_URI, **VERSIONS)
    # Nothing may be asked of the network: the endpoint does not exist.
    nowhere = {
        "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9",
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "ENTRYPOINT_LOG_FORMAT": "json",
    }
    script = f"/opt/airflow-ecs-image/entrypoint version; echo $?; ls {PWNED} 2>&1"

    completed = containers.run(
        image.tag, ["-c", script], entrypoint="bash", environment=nowhere, network="none"
    )

    assert image.details.environment["S3_URI"] == S3_URI
    assert json.loads(completed.stderr.splitlines()[0])["source"] == S3_URI
    assert completed.stdout.startswith("69\n")
    assert "No such file" in completed.stdout


def test_nothing_ran_while_the_image_was_built(hostile: WorkerImage) -> None:
    find = ["-c", "find / -xdev -name 'pwned*' -print; ls -A /tmp"]

    completed = containers.run(hostile.tag, find, entrypoint="bash", user="0")

    assert (completed.exit_code, completed.stdout) == (0, "")
