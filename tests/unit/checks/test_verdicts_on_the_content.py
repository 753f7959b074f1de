"""What the checks of what an image holds conclude: versions, dependencies, DAGs, credentials."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_ecs_image.checks import Status
from airflow_ecs_image.checks.credentials import judge as credentials
from airflow_ecs_image.checks.dag_imports import judge as dag_imports
from airflow_ecs_image.checks.dependencies import judge as dependencies
from airflow_ecs_image.checks.layers import LayerContent
from airflow_ecs_image.checks.versions import judge as versions

from .conftest import SECTIONS, MakeEvidence

KEY = "AKIA" + "Z7QWERTYUIOPASDF"
FILE: dict[str, Any] = SECTIONS["dags"]["files"][0]
LOCAL = {"dag-source": "local"}


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"expected": {"airflow_version": "3.2.1"}}, "Airflow is 3.3.2, expected 3.2.1"),
        ({"expected": {"python_version": "3.12.4"}}, "Python is 3.13, expected 3.12"),
        (
            {"labels": {"org.apache.airflow.version": "3.3.1"}},
            "Airflow is 3.3.2, but the image's label says 3.3.1",
        ),
        (
            {"labels": {"org.apache.airflow.python.version": "3.11"}},
            "Python is 3.13, but the image's label says 3.11",
        ),
        (
            {"expected": {"executor_package_version": "9.39.0"}},
            "the executor package is 9.34.0, expected 9.39.0",
        ),
        (
            {"labels": {"executor-package": "apache-airflow-providers-amazon==9.30.0"}},
            "the executor package is 9.34.0, but the image's label says 9.30.0",
        ),
        ({"versions": {"apache-airflow-core": "3.3.1"}}, "apache-airflow-core is 3.3.1"),
        ({"versions": {"apache-airflow-providers-amazon": None}}, "is not installed"),
        ({"versions": {"apache-airflow-providers-amazon": "9.6.1"}}, "needs at least"),
        ({"versions": dict.fromkeys(SECTIONS["versions"])}, "Airflow is not installed"),
        (
            {"commands": {"version": {"exit_code": 2}}},
            "the command `version` does not reach Python: exit code 2",
        ),
    ],
)
def test_versions_that_do_not_fit(evidence: MakeEvidence, changes: dict[str, Any], detail: str) -> None:
    found = versions(evidence(**changes))

    assert found.status == "failed"
    assert detail in found.detail
    assert found.mend


def test_versions_of_the_scheduler_win_over_labels(evidence: MakeEvidence) -> None:
    found = versions(
        evidence(labels={"org.apache.airflow.version": "1"}, expected={"airflow_version": "3.3.2"})
    )

    assert found.status == "passed"


def test_the_mend_of_versions_names_the_expected_ones(evidence: MakeEvidence) -> None:
    found = versions(evidence(expected={"airflow_version": "2.11.2", "python_version": "3.11"}))

    assert str(found.mend).endswith("python build.py --airflow-version 2.11.2 --python-version 3.11")


def test_dependencies_show_the_first_problems(evidence: MakeEvidence) -> None:
    problems = [f"a requires b{number}" for number in range(5)]

    found = dependencies(evidence(dependencies={"problems": problems}))

    assert found.status == "failed"
    assert found.detail.splitlines() == ["a requires b0", "a requires b1", "a requires b2", "and 2 more"]


@pytest.mark.parametrize("source", ["s3", "archive", "none"])
def test_dags_that_come_later_are_not_looked_for(evidence: MakeEvidence, source: str) -> None:
    assert dag_imports(evidence(labels={"dag-source": source})).status == "skipped"


@pytest.mark.parametrize(
    ("bundles", "detail"),
    [
        ('[{"name": "team", "classpath": "C", "kwargs": {}}]', "from bundle team: the scheduler's names"),
        ('[{"name": "one"}, {"name": "two"}]', "from bundle one, bundle two: the scheduler's names"),
        ("[", "a DAG bundle or a volume brings them"),
        ("[]", "a DAG bundle or a volume brings them"),
        ('{"name": "team"}', "a DAG bundle or a volume brings them"),
    ],
)
def test_the_bundles_of_an_image_are_named(evidence: MakeEvidence, bundles: str, detail: str) -> None:
    environment = {"AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": bundles}

    found = dag_imports(evidence(labels={"dag-source": "none"}, environment=environment))

    assert found.status == "skipped"
    assert detail in found.detail


@pytest.mark.parametrize(
    ("labels", "dags", "status", "detail"),
    [
        (LOCAL, {}, "passed", "1 DAG in 1 file of /opt/airflow/dags"),
        (LOCAL, {"files": []}, "failed", "none of the 1 Python files in /opt/airflow/dags defines a DAG"),
        (LOCAL, {"files": [], "python_files": 0}, "failed", "/opt/airflow/dags holds no Python file"),
        (LOCAL, {"files": [], "exists": False}, "failed", "there is no folder /opt/airflow/dags"),
        (LOCAL, {"files": [], "readable": False}, "failed", "cannot read /opt/airflow/dags"),
        (LOCAL, {"files": [{**FILE, "dag_ids": []}]}, "failed", "defines a DAG"),
        (LOCAL, {"unreadable": ["b.py"]}, "failed", "cannot read b.py in /opt/airflow/dags"),
        (LOCAL, {"private": ["a.py"]}, "warned", "another uid of group 0 cannot read a.py"),
        ({}, {"files": []}, "skipped", "no DAG in /opt/airflow/dags"),
        (
            LOCAL,
            {"files": [{**FILE, "dag_ids": [], "error": "ImportError: no x", "reason": "import"}]},
            "failed",
            "a.py: ImportError: no x",
        ),
        (LOCAL, {"files": [{**FILE, "error": "KeyError: 'V'", "reason": "service"}]}, "warned", "'V'"),
        (
            LOCAL,
            {"files": [{**FILE, "error": "no e. Make sure it is listed", "reason": "executor"}]},
            "warned",
            "a.py: no e",
        ),
        (
            LOCAL,
            {"files": [FILE, {**FILE, "path": "b.py"}]},
            "warned",
            "DAG id a is defined more than once: a.py, b.py",
        ),
        (
            {**LOCAL, "dag-path": "/srv/dags"},
            {},
            "failed",
            "Airflow looks for DAGs in /opt/airflow/dags, the image holds them in /srv/dags",
        ),
    ],
)
def test_dags(
    evidence: MakeEvidence, labels: dict[str, str], dags: dict[str, Any], status: Status, detail: str
) -> None:
    found = dag_imports(evidence(labels=labels, dags=dags))

    assert found.status == status
    assert found.detail.splitlines()[-1].endswith(detail) or detail in found.detail
    assert (found.mend is None) == (status in {"passed", "skipped"})


def test_an_image_that_fetches_its_dags_says_so(evidence: MakeEvidence) -> None:
    found = dag_imports(evidence(environment={"S3_URI": "s3://bucket"}, dags={"files": []}))

    assert found.status == "skipped"
    assert "fetched at start" in found.detail


def test_a_credential_in_the_error_of_a_dag_is_not_shown(evidence: MakeEvidence) -> None:
    error = f"ValueError: cannot reach postgresql://me:pa55word@db/x with {KEY}"

    found = dag_imports(evidence(dags={"files": [{**FILE, "error": error, "reason": "import"}]}))

    assert "pa55word" not in repr(found)
    assert KEY not in repr(found)


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"environment": {"AWS_ACCESS_KEY_ID": KEY}}, "AWS_ACCESS_KEY_ID: an AWS credential"),
        ({"environment": {"AWS_SESSION_TOKEN": ""}}, "AWS_SESSION_TOKEN: empty"),
        ({"environment": {"AWS_DEFAULT_REGION": ""}}, "AWS_DEFAULT_REGION: empty"),
        ({"environment": {"AIRFLOW__CORE__FERNET_KEY": "x"}}, "FERNET_KEY: a secret by its name"),
        ({"environment": {"DATABASE": "postgresql://a:b@c/d"}}, "DATABASE: a URL with a password"),
        ({"labels": {"some.note": KEY}}, "label some.note: an AWS access key id"),
        ({"history": ("last", f"RUN |1 x={KEY} /bin/sh", "first")}, "step 2 of the image's history"),
    ],
)
def test_credentials_are_named_and_not_shown(
    evidence: MakeEvidence, changes: dict[str, Any], detail: str
) -> None:
    found = credentials(evidence(**changes))

    assert found.status == "failed"
    assert detail in found.detail
    assert KEY not in repr(found)


@pytest.mark.parametrize(
    "environment", [{"AWS_DEFAULT_REGION": "eu-west-1"}, {"AIRFLOW__CORE__FERNET_KEY": ""}]
)
def test_what_is_no_credential(evidence: MakeEvidence, environment: dict[str, str]) -> None:
    assert credentials(evidence(environment=environment)).status == "passed"


def test_credentials_in_a_deleted_file_are_told_with_their_layers(evidence: MakeEvidence) -> None:
    layers = [LayerContent(found=(("/x", "a private key"),)), LayerContent(whiteouts=("/x",))]

    found = credentials(evidence(layers=layers))

    assert found.detail == "/x in layer 1, deleted in layer 2 but still in the image: a private key"


BAKED: dict[str, Any] = {
    "labels": {"baked-credentials": "true"},
    "environment": {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": "s"},
    "history": (f"ENV AWS_ACCESS_KEY_ID={KEY}",),
}


def test_credentials_baked_by_order_are_a_warning_by_name(evidence: MakeEvidence) -> None:
    found = credentials(evidence(**BAKED))

    assert found.status == "warned"
    assert "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY" in found.detail
    assert KEY not in repr(found)


def test_baked_credentials_excuse_no_other_finding(evidence: MakeEvidence) -> None:
    layers = [LayerContent(found=(("/x", "a private key"),))]

    assert credentials(evidence(**BAKED, layers=layers)).status == "failed"


def test_a_layer_that_could_not_be_read_is_told(evidence: MakeEvidence) -> None:
    found = credentials(evidence(layers=[LayerContent(), LayerContent(readable=False)]))

    assert found.status == "warned"
    assert found.detail.startswith("layer 2 of 2")
