"""The rendered text is the golden text, and Docker's and hadolint's rules hold for it."""

from __future__ import annotations

import difflib
import itertools
import subprocess
import sys
from pathlib import Path

import pytest

from .combinations import COMBINATIONS
from .dockerfile import directives, parse
from .golden import FOLDER, REGENERATE, elided, golden_path

NAMES = list(COMBINATIONS)
HADOLINT = Path(sys.executable).parent / "hadolint"
MOST_DIFF_LINES = 60


@pytest.fixture(scope="module")
def rendered() -> dict[str, str]:
    return {name: combination.render() for name, combination in COMBINATIONS.items()}


@pytest.mark.parametrize("name", NAMES)
def test_the_rendered_text_is_the_golden_text(name: str, rendered: dict[str, str]) -> None:
    path = golden_path(name)
    golden = path.read_text(encoding="utf-8") if path.exists() else ""
    difference = list(
        difflib.unified_diff(
            golden.splitlines(), elided(rendered[name]).splitlines(), str(path), "rendered now", lineterm=""
        )
    )
    if difference:
        shown = "\n".join(difference[:MOST_DIFF_LINES])
        pytest.fail(f"{shown}\n\nIf this is meant: {REGENERATE}", pytrace=False)


def test_there_is_no_golden_file_without_a_combination() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(NAMES)


def test_any_two_choices_meet_in_a_golden_file() -> None:
    choices = {
        "base": ("official", "source"),
        "airflow": ("3", "2"),
        "dags": ("local", "s3", "archive", "none"),
        "requirements": (True, False),
        "baked": (True, False),
    }
    shown = [
        {name: getattr(each, name) for name in choices} | {"base": each.base.replace("mirror", "source")}
        for each in COMBINATIONS.values()
    ]
    for one, other in itertools.combinations(choices, 2):
        for pair in itertools.product(choices[one], choices[other]):
            assert any((each[one], each[other]) == pair for each in shown), (one, other, pair)


def test_hadolint_finds_nothing(rendered: dict[str, str], tmp_path: Path) -> None:
    for name, text in rendered.items():
        (tmp_path / f"{name}.Dockerfile").write_text(text, encoding="utf-8")
    # In an empty folder, so that no configuration file of the user is read.
    done = subprocess.run(
        [HADOLINT, "--no-color", *sorted(path.name for path in tmp_path.glob("*.Dockerfile"))],
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


@pytest.mark.parametrize("name", NAMES)
def test_every_ignored_rule_has_its_reason_on_the_line_above(name: str, rendered: dict[str, str]) -> None:
    lines = rendered[name].split("\n")
    for number, line in enumerate(lines):
        if line.startswith("# hadolint "):
            assert "," not in line, "one rule a line"
            assert lines[number - 1].startswith("# "), line
            assert "hadolint" not in lines[number - 1], line


@pytest.mark.parametrize("name", NAMES)
def test_an_ignored_rule_is_one_that_hadolint_would_report(
    name: str, rendered: dict[str, str], tmp_path: Path
) -> None:
    lines = rendered[name].split("\n")
    ignored = {line.partition("ignore=")[2] for line in lines if line.startswith("# hadolint ")}
    bare = "\n".join(line for line in lines if not line.startswith("# hadolint "))
    done = subprocess.run(
        [HADOLINT, "--no-color", "-"],
        input=bare,
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert {line.split()[1] for line in done.stdout.splitlines()} == ignored


@pytest.mark.parametrize("name", NAMES)
def test_no_comment_is_a_parser_directive(name: str, rendered: dict[str, str]) -> None:
    assert directives(rendered[name]) == {}


@pytest.mark.parametrize("name", NAMES)
def test_no_credential_reaches_the_text(name: str, rendered: dict[str, str]) -> None:
    assert "canary" not in rendered[name]


@pytest.mark.parametrize("name", NAMES)
def test_the_text_is_what_a_careful_person_writes(name: str, rendered: dict[str, str]) -> None:
    text = rendered[name]
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    inside = {
        number
        for instruction in parse(text)
        for heredoc in instruction.heredocs
        for number in range(heredoc.first_line, heredoc.first_line + heredoc.body.count("\n") + 1)
    }
    outside = [(number, line) for number, line in enumerate(text.split("\n")[:-1]) if number not in inside]
    for (_, above), (number, line) in itertools.pairwise(outside):
        assert line == line.rstrip(), f"line {number + 1} ends in spaces"
        assert above or line, f"line {number + 1} is a second blank line"
