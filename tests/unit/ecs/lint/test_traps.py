"""Each trap is found, alone and on its line; right files have none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from airflow_ecs_image.ecs.image_facts import ImageFacts
from airflow_ecs_image.ecs.lint.linting import RULES

from . import (
    cases_of_agreement,
    cases_of_names,
    cases_of_task_definitions,
    cases_of_the_executor,
    cases_of_workers,
)
from .files import Case, findings, judge

CASES = (
    *cases_of_the_executor.CASES,
    *cases_of_names.CASES,
    *cases_of_workers.CASES,
    *cases_of_task_definitions.CASES,
    *cases_of_agreement.CASES,
)
RIGHT = (
    *((files, None) for files in cases_of_names.RIGHT),
    *((files, None) for files in cases_of_workers.RIGHT),
    *((files, None) for files in cases_of_task_definitions.RIGHT),
    *cases_of_agreement.RIGHT,
)


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{case.code}-{number}") for number, case in enumerate(CASES)]
)
def test_the_trap_is_found_on_its_line(case: Case, tmp_path: Path) -> None:
    judge(case, tmp_path)


@pytest.mark.parametrize(("files", "image"), RIGHT)
def test_what_is_right_is_not_found(
    files: Mapping[str, str], image: ImageFacts | None, tmp_path: Path
) -> None:
    assert findings(tmp_path, files, image=image) == []


def test_every_rule_has_a_case_and_a_code_of_its_own() -> None:
    codes = [rule.code for rule in RULES]
    assert sorted(set(codes)) == codes
    assert {case.code for case in CASES} == set(codes)
    assert {code for case in CASES for code in case.also} <= set(codes)
