"""Every check passes on an image as the toolkit builds it."""

from __future__ import annotations

import json
from typing import Protocol
from xml.etree import ElementTree as ET

import pytest

from airflow_ecs_image.checks import Report
from airflow_ecs_image.checks.registry import CHECKS
from airflow_ecs_image.engine import images

from .conftest import check, found

# Without a budget there is nothing to prove; test_budgets.py sets some.
BUDGETS = ("size_budget", "start_budget")


class Named(Protocol):
    """The image under test, as the fixture `image` of the whole suite gives it."""

    @property
    def tag(self) -> str: ...


@pytest.fixture(scope="session")
def tag(image: Named) -> str:
    """The name of the image under test."""
    return image.tag


@pytest.fixture(scope="session")
def good(tag: str) -> Report:
    """All checks on the image as it was built."""
    return check(tag)


@pytest.mark.parametrize("name", [each.name for each in CHECKS])
def test_a_built_image_passes(good: Report, name: str) -> None:
    result = found(good, name)

    assert result.status == ("skipped" if name in BUDGETS else "passed"), result.detail


def test_the_report_of_a_built_image_can_be_written(good: Report) -> None:
    assert good.passed
    assert json.loads(json.dumps(good.as_json()))["passed"] is True
    suite = ET.fromstring(good.as_junit()).find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures")) == (str(len(CHECKS)), "0")


def test_the_image_is_left_as_it_was(tag: str, good: Report) -> None:
    assert good.image_id == images.inspect(tag).id


def test_versions_are_compared_with_the_scheduler(tag: str) -> None:
    report = check(
        tag, "versions", airflow_version="3.1.8", python_version="3.10", executor_package_version="9.1.0"
    )

    lines = found(report, "versions").detail.splitlines()
    assert [line.partition(" is ")[0] for line in lines] == ["Airflow", "Python", "the executor package"]
