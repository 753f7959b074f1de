"""The versions inside an image are those that were asked for, and its labels say so."""

from __future__ import annotations

import pytest

from airflow_ecs_image.spec.label_names import OWN
from airflow_ecs_image.versions import EXECUTOR_PACKAGE, load_versions, lock_lines, locked_versions

from .facts import Facts
from .worker_images import WorkerImage


def test_airflow_and_python_are_those_of_the_scheduler(image: WorkerImage, facts: Facts) -> None:
    assert facts.versions["apache-airflow"] == image.airflow
    assert facts.python == image.python
    assert facts.executable == "/home/airflow/.local/bin/python"


def test_the_executor_package_is_the_one_of_the_airflow_version(image: WorkerImage, facts: Facts) -> None:
    assert facts.versions[EXECUTOR_PACKAGE] == load_versions().release(image.airflow).executor_package


def test_every_requirement_of_every_package_is_met(facts: Facts) -> None:
    assert facts.unmet == []


def test_a_source_image_holds_the_packages_of_its_lock_and_no_others(
    image: WorkerImage, facts: Facts
) -> None:
    if image.kind != "source":
        pytest.skip("the base decides its packages")
    lock = load_versions().release(image.airflow).python(image.python).lock
    assert lock is not None
    assert facts.versions == locked_versions(lock_lines(lock))


def test_airflow_2_has_the_driver_of_its_database(image: WorkerImage, facts: Facts) -> None:
    extra = load_versions().release(image.airflow).extra_packages
    assert set(extra) <= set(facts.versions)
    assert bool(extra) == (image.major == 2)


def test_the_labels_say_what_the_image_holds(image: WorkerImage, facts: Facts) -> None:
    labels = image.details.labels

    assert labels["org.apache.airflow.version"] == labels["org.opencontainers.image.version"] == image.airflow
    assert labels["org.apache.airflow.python.version"] == image.python
    assert labels[f"{OWN}.executor-package"] == facts.versions[EXECUTOR_PACKAGE]
    assert labels[f"{OWN}.base"] == image.kind
    assert labels[f"{OWN}.dag-source"] == "local"
    assert labels[f"{OWN}.dag-path"] == facts.dag_bag["folder"]
    assert labels[f"{OWN}.dag-files"] == str(len(facts.dag_bag["files"]))
    assert len(labels[f"{OWN}.dag-hash"]) == len(labels[f"{OWN}.spec-hash"]) == 64
    assert f"{OWN}.baked-credentials" not in labels
    assert f"{OWN}.base-fallback" not in labels
