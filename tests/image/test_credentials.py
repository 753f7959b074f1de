"""Credentials in an image: none, unless they were ordered, and then nobody is left in doubt."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image.engine import images
from airflow_ecs_image.errors import CredentialsRefused
from airflow_ecs_image.spec.label_names import BAKED_CREDENTIALS

from .worker_images import REPOSITORY, build_project

KEYS: dict[str, Any] = {
    "aws_access_key_id": "AKIAIOSFODNN7EXAMPLE",
    "aws_secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
}
TOKEN = {"aws_session_token": "token-of-nobody/with+signs=="}


def aws_variables(environment: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in environment.items() if name.startswith("AWS_")}


def test_credentials_without_the_order_build_nothing(project: Path) -> None:
    with pytest.raises(CredentialsRefused, match="aws_access_key_id") as raised:
        build_project(project, tag="refused", base="source", **KEYS)

    assert not any(value in str(raised.value) for value in KEYS.values())
    assert not images.exists(f"{REPOSITORY}:refused")


@pytest.mark.parametrize("token", [{}, TOKEN], ids=["keys", "keys and token"])
def test_ordered_credentials_are_stored_labelled_and_announced(project: Path, token: dict[str, str]) -> None:
    shown = io.StringIO()
    given = {**KEYS, **token}

    details = build_project(
        project, tag="baked", base="source", bake_credentials=True, shown=shown, **given
    ).details

    assert aws_variables(details.environment) == given
    assert details.labels[BAKED_CREDENTIALS] == "true"
    assert "whoever can pull it can read them" in " ".join(shown.getvalue().split())
    assert not any(value in shown.getvalue() for value in given.values())


def test_a_region_is_no_credential(project: Path) -> None:
    details = build_project(project, tag="region", base="source", aws_default_region="eu-west-1").details

    assert aws_variables(details.environment) == {"aws_default_region": "eu-west-1"}
    assert BAKED_CREDENTIALS not in details.labels
