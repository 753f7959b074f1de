"""The AWS CLI: there, working, and apart from Airflow's packages; or left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from airflow_ecs_image.engine import containers
from airflow_ecs_image.spec.label_names import OWN
from airflow_ecs_image.versions import load_versions
from tests.s3.moto_server import S3Endpoint, s3_endpoint

from .bridge import bridge_address
from .facts import Facts
from .worker_images import WorkerImage, build_project

USE = """
aws --version
aws s3 cp s3://cli-test/greeting.txt -
aws s3api list-objects-v2 --bucket cli-test --query 'Contents[].Key' --output text
"""


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Endpoint]:
    with s3_endpoint(bridge_address()) as endpoint:
        endpoint.fill("cli-test", {"greeting.txt": b"hello from S3\n"})
        yield endpoint


def test_it_talks_to_s3_as_any_uid(image: WorkerImage, s3: S3Endpoint) -> None:
    completed = containers.run(
        image.tag, ["bash", "-ec", USE], environment=s3.environment, user="12345:0", timeout=300
    )

    assert completed.exit_code == 0, completed.stderr
    version, greeting, keys = completed.stdout.splitlines()
    assert version.startswith(f"aws-cli/{load_versions().tools.aws_cli} ")
    assert (greeting, keys) == ("hello from S3", "greeting.txt")
    assert image.details.labels[f"{OWN}.aws-cli"] == "true"


def test_airflows_own_packages_are_untouched_by_it(facts: Facts) -> None:
    # A CLI in Airflow's environment would bring itself, and hold docutils and botocore back.
    assert "awscli" not in facts.versions
    assert facts.unmet == []


def test_it_can_be_left_out(project: Path, default_image: WorkerImage, s3: S3Endpoint) -> None:
    built = build_project(project, tag="no-aws-cli", base="source", aws_cli=False)

    completed = containers.run(built.tag, ["bash", "-c", "type aws; ls -d /opt/aws-cli"])

    assert completed.exit_code != 0
    assert completed.stdout == ""
    assert built.details.labels[f"{OWN}.aws-cli"] == "false"
    assert built.details.size_bytes < default_image.details.size_bytes
