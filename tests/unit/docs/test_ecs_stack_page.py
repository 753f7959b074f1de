"""The tables of the page about the stack are those of its template."""

from __future__ import annotations

import re

import pytest

from airflow_ecs_image.ecs.stack_outputs import FIELDS
from airflow_ecs_image.spec.ecs_model import EcsSpec
from tests.unit.ecs.deployments import FERNET
from tests.unit.ecs.stack_text import made

from .pages import Page

PAGE = Page("docs/ecs-stack.md")
TEMPLATES = [
    made(EcsSpec(), 3, database=True),
    made(EcsSpec(capacity_providers=("FARGATE",)), 3),
    made(EcsSpec(fernet_key_secret=FERNET), 2, database=True),
]


def names_below(heading: str) -> set[str]:
    """What the table with this first column names as code."""
    table = PAGE.text.split(f"| {heading} | |\n", 1)[1].split("\n\n", 1)[0]
    rows = [row.split("|", 2)[2] for row in table.splitlines()[1:]]
    return set(re.findall(r"`(\w+)`", "\n".join(rows)))


@pytest.mark.parametrize(("heading", "section"), [("parameters", "Parameters"), ("outputs", "Outputs")])
def test_the_table_is_complete(heading: str, section: str) -> None:
    assert names_below(heading) == {name for template in TEMPLATES for name in template[section]}


def test_every_parameter_that_a_command_gives_exists() -> None:
    given = {
        word.partition("=")[0]
        for line in PAGE.code()
        if " --parameter-overrides " in line
        for word in line.split(" --parameter-overrides ")[1].split()
    }
    assert given
    assert given <= {name for template in TEMPLATES for name in template["Parameters"]}


def test_the_outputs_for_ecs_env_are_those_that_it_reads() -> None:
    (row,) = re.findall(r"^\| for `ecs env` \|(.*)\|$", PAGE.text, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", row)) == set(FIELDS)


def test_what_stays_is_what_the_template_keeps() -> None:
    table = PAGE.text.split("| when the stack is deleted |\n", 1)[1].split("\n\n", 1)[0]
    stays = [
        row.split("|")[1].strip()
        for row in table.splitlines()
        if row.startswith("| ") and re.search(r"\| [^|]*\bstays?\b[^|]*\|$", row)
    ]
    assert stays == ["ECR repository", "DAG bucket, log bucket", "PostgreSQL, its secrets"]
    resources = TEMPLATES[0]["Resources"]
    kept = {name for name, each in resources.items() if each.get("DeletionPolicy", "Delete") != "Delete"}
    assert kept == {"Repository", "DagBucket", "LogBucket", "Database", "DatabasePassword"}
