"""docs/push.md says what `push` does."""

from __future__ import annotations

import json
import re

from airflow_ecs_image import errors
from airflow_ecs_image.registry.push import Pushed
from airflow_ecs_image.registry.repository import Repository, repository_and_tag
from airflow_ecs_image.registry.retries import ATTEMPTS
from airflow_ecs_image.registry.risks import BAKED, FALLBACK, UNCHECKED

from .pages import ROOT, Page

PAGE = Page("docs/push.md")


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_the_risks_are_those_that_are_refused() -> None:
    rows = PAGE.table("reason", "mend", "pushed all the same by")
    assert [names(row[2])[0] for row in rows] == [UNCHECKED, FALLBACK, BAKED]


def test_the_exit_codes_are_those_of_the_errors_with_these_words() -> None:
    rows = PAGE.table("exit code", "what it says", "mend")
    kinds = {kind.exit_code: kind.__name__ for kind in errors.ToolkitError.__subclasses__()}
    sources = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("aws", "registry", "engine")
        for path in (ROOT / "airflow_ecs_image" / folder).glob("*.py")
    )
    assert rows
    for code, said, _ in rows:
        assert int(code) in kinds
        for words in names(said):
            # Up to the first value that is put in.
            start = re.split(r" in REGION|, \d times|…", words)[0].removesuffix("ecr:")
            assert start.strip() in sources, words


def test_the_number_of_attempts() -> None:
    spoken = {5: "five"}
    assert f"After {spoken[ATTEMPTS]} attempts" in PAGE.text


def test_the_hosts_are_known_as_such() -> None:
    shown = [names(row[0])[0] for row in PAGE.table("REPOSITORY", "login", "`--create`")]
    kinds = [
        repository_and_tag(
            form.replace("ACCOUNT", "123456789012")
            .replace("REGION", "eu-central-1")
            .replace("HOST[:PORT]", "registry.example.com")
            .replace("ALIAS", "alias")
            .replace("NAME", "name")
        )[0].kind
        for form in shown
        if "/" in form
    ]
    assert kinds == ["ecr", "ecr-public", "other"]
    assert repository_and_tag("123456789012.dkr-ecr.eu-central-1.on.aws/name")[0].dual_stack


def test_the_document_is_that_of_the_command() -> None:
    (block,) = (block for block in PAGE.blocks() if block.startswith("{"))
    shown = json.loads(block.replace("[ … ]", "[]"))
    place = Repository("127.0.0.1:5000", "team/airflow-worker")
    made = Pushed(place, "1", shown["digest"], pushed=True, compression="gzip", images=()).as_json()
    assert shown.keys() == made.keys()
    assert (shown["reference"], shown["repository"]) == (made["reference"], made["repository"])
