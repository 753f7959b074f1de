"""What an image lacks by the levers that are off by default, and what works in it all the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image.engine import containers

from .worker_images import DEFAULT_NAME, build_project, source_pairs

AIRFLOW, PYTHON = source_pairs()[DEFAULT_NAME]
WITNESS = """
import datetime, importlib, json, pkgutil
import boto3
from airflow.providers.amazon.aws import hooks
from airflow.providers.amazon.aws.hooks.base_aws import AwsGenericHook
from babel import dates, localedata

region = {"region_name": "eu-north-1", "aws_access_key_id": "none", "aws_secret_access_key": "none"}
asked = set()
for module in pkgutil.iter_modules(hooks.__path__):
    try:
        found = vars(importlib.import_module(f"{hooks.__name__}.{module.name}")).values()
    except Exception:  # what needs a package beside boto3 speaks with no service here
        continue
    for hook in found:
        if isinstance(hook, type) and issubclass(hook, AwsGenericHook) and hook is not AwsGenericHook:
            try:
                made = hook(aws_conn_id=None)
            except Exception:
                continue
            if name := made.client_type or made.resource_type:
                asked.add(name)
unknown = []
for name in sorted(asked | {"sts", "sso", "sso-oidc", "logs", "ecs", "s3"}):
    try:
        boto3.client(name, **region)
    except Exception as problem:
        unknown.append(f"{name}: {problem!r}")
try:
    boto3.client("mediaconvert", **region)
    said = ""
except Exception as problem:
    said = str(problem)
print(json.dumps({
    "asked": len(asked),
    "unknown": unknown,
    "said": said,
    "day": dates.format_date(datetime.date(2026, 1, 2), locale="en_GB"),
    "languages": sorted({name.partition("_")[0] for name in localedata.locale_identifiers()}),
}))
"""


@pytest.fixture(scope="module")
def left_out(project: Path) -> dict[str, Any]:
    image = build_project(
        project,
        tag="left-out",
        base="source",
        airflow_version=AIRFLOW,
        python_version=PYTHON,
        levers={"leave-out-locales": True, "leave-out-service-models": True},
    )
    ended = containers.run(image.tag, ["python", "-"], stdin=WITNESS)
    assert ended.exit_code == 0, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return found


def test_every_service_that_a_hook_of_the_executor_package_speaks_with_is_known(
    left_out: dict[str, Any],
) -> None:
    assert left_out["asked"] > 40
    assert left_out["unknown"] == []


def test_another_service_is_refused_by_its_name(left_out: dict[str, Any]) -> None:
    assert "Unknown service: 'mediaconvert'" in left_out["said"]


def test_english_is_left(left_out: dict[str, Any]) -> None:
    assert left_out["day"] == "2 Jan 2026"
    assert left_out["languages"] == ["en"]
