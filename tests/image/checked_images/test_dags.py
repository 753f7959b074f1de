"""DAG files, good and bad, imported inside the image."""

from __future__ import annotations

import pytest

from airflow_ecs_image.checks import CheckResult

from .conftest import Derive, check, found

GOOD_DAG = """
from datetime import datetime
try:
    from airflow.sdk import DAG
except ImportError:
    from airflow import DAG
print("a DAG file may print")
with DAG("{0}", start_date=datetime(2026, 1, 1), schedule=None):
    pass
"""


@pytest.fixture(scope="module")
def dags(derive: Derive) -> CheckResult:
    """The check of a folder with good and bad DAG files."""
    files = {
        "dags/good.py": GOOD_DAG.format("good"),
        "dags/folder with space/été.py": "from helper import x\n" + GOOD_DAG.format("second"),
        "dags/helper.py": "x = 1\n",
        "dags/missing.py": "import airflow  # a DAG\n\nimport no_such_module\n",
        "dags/syntax.py": "import airflow  # a DAG\ndef (:\n",
        "dags/leaves.py": "import airflow, os  # a DAG\nos._exit(7)\n",
        "dags/ignored.py": "import airflow  # a DAG\n1 / 0\n",
        "dags/.airflowignore": "ignored.py\n",
    }
    tag = derive("COPY --chown=50000:0 dags /srv/dags\nENV AIRFLOW__CORE__DAGS_FOLDER=/srv/dags", files)
    # The label of the base names the base's own folder, which is no mistake of this test.
    relabelled = derive(f"FROM {tag}\nLABEL io.airflow-ecs-image.dag-path=/srv/dags")
    return found(check(relabelled, "dag_imports"), "dag_imports")


def test_bad_dag_files_fail_the_check(dags: CheckResult) -> None:
    assert dags.status == "failed"
    assert dags.detail.startswith("2 DAGs in 5 files of /srv/dags")
    assert dags.mend


@pytest.mark.parametrize(
    ("path", "dag_ids", "error"),
    [
        ("good.py", ["good"], None),
        ("folder with space/été.py", ["second"], None),
        ("missing.py", [], "line 3: ModuleNotFoundError: No module named 'no_such_module'"),
        ("syntax.py", [], "line 2: SyntaxError: invalid syntax"),
        ("leaves.py", [], "the import ended the process with exit code 7"),
    ],
)
def test_each_dag_file_is_reported(
    dags: CheckResult, path: str, dag_ids: list[str], error: str | None
) -> None:
    (file,) = (file for file in dags.data["files"] if file["path"] == path)

    assert (file["dag_ids"], file["error"]) == (dag_ids, error)
    assert (file["milliseconds"] is None) == (path == "leaves.py")


def test_an_image_of_local_dags_without_one_fails(derive: Derive) -> None:
    tag = derive(
        "ENV AIRFLOW__CORE__DAGS_FOLDER=/opt/airflow/logs\n"
        "LABEL io.airflow-ecs-image.dag-source=local io.airflow-ecs-image.dag-path=/opt/airflow/logs"
    )

    assert found(check(tag, "dag_imports"), "dag_imports").status == "failed"


def test_an_image_that_fetches_its_dags_is_checked_without_fetching(derive: Derive) -> None:
    tag = derive("ENV S3_URI=s3://no-such-bucket/dags\nLABEL io.airflow-ecs-image.dag-source=s3")

    report = check(tag, "dag_imports", "user", "signals")

    assert [found(report, name).status for name in ("dag_imports", "user", "signals")] == [
        "skipped",
        "passed",
        "passed",
    ]


def test_a_dag_file_that_the_worker_cannot_read_fails(derive: Derive) -> None:
    tag = derive(
        "COPY --chown=0:0 --chmod=600 dag.py /opt/airflow/dags/closed.py\n"
        "LABEL io.airflow-ecs-image.dag-source=local",
        {"dag.py": GOOD_DAG.format("closed")},
    )

    assert "cannot read closed.py" in found(check(tag, "dag_imports"), "dag_imports").detail
