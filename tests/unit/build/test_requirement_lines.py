"""The lines of a requirements file."""

from __future__ import annotations

from pathlib import Path

import pytest

from airflow_ecs_image.build.requirement_lines import normal_specifier, requirement_lines


def test_lines_have_their_numbers_and_comments_do_not_count(tmp_path: Path) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text("\ufeff# DAGs\n\nRequests>=2 # why\n   \n  my.Package_x ==1  \n#end", encoding="utf-8")
    assert [(line.number, line.text, line.name) for line in requirement_lines(file)] == [
        (3, "Requests>=2", "requests"),
        (5, "my.Package_x ==1", "my-package-x"),
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("requests", "requests"),
        ("requests[socks,x] >= 2", "requests"),
        ("requests; python_version > '3'", "requests"),
        ("requests (>=2)", "requests"),
        ("mine @ https://host/x.whl#sha256=0", "mine"),
        ("git+https://host/x", None),
        ("https://host/x.whl", None),
        ("./x", None),
        ("-r other.txt", None),
        ("--index-url https://host", None),
    ],
)
def test_the_name_is_that_of_the_package(tmp_path: Path, text: str, name: str | None) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text(text)
    (line,) = requirement_lines(file)
    assert line.name == name
    assert line.text == text


def test_hashes_and_their_lines_are_left_out(tmp_path: Path) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text("a==1 \\\n    --hash=sha256:0 \\\n    --hash=sha256:1\nb==2 --hash=sha256:0 # c\n")
    assert [str(line) for line in requirement_lines(file)] == ["line 1: a==1", "line 4: b==2"]


def test_credentials_are_masked_and_long_lines_cut(tmp_path: Path) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text("--extra-index-url https://someone:canary@host/simple\nmine @ https://t@h/" + "x" * 200)
    first, second = requirement_lines(file)
    assert first.text == "--extra-index-url https://***@host/simple"
    assert second.text.startswith("mine @ https://***@h/xxx")
    assert second.text.endswith("…")
    assert len(second.text) == 80


@pytest.mark.parametrize(
    ("text", "is_local"),
    [
        ("./x", True), ("../x", True), ("/x", True), ("~/x", True), ("file:///x", True), ("-e .", True), ("-e x", True),
        ("--editable=x", True), ("mine @ file:///x", True), ("mine", False), ("-e git+https://h/x", False),
        ("mine @ https://h/x", False), ("-r x", False),
    ],
)  # fmt: skip
def test_a_path_of_this_machine_is_known_as_such(tmp_path: Path, text: str, is_local: bool) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text(text)
    (line,) = requirement_lines(file)
    assert line.is_local is is_local


@pytest.mark.parametrize(
    ("text", "specifier"),
    [
        ("a", ""),
        ("a >= 1, <2", "<2,>=1"),
        ("a[x]<2,>=1; python_version < '3'", "<2,>=1"),
        ("a (==1)", "==1"),
        ("a==1 --config-settings x=y", "==1"),
        ("a @ https://h/x==1", "==1"),
    ],
)
def test_the_specifier_is_the_same_text_for_the_same_meaning(
    tmp_path: Path, text: str, specifier: str
) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text(text)
    (line,) = requirement_lines(file)
    assert line.specifier == specifier
    assert normal_specifier("<2, >=1") == normal_specifier(">=1,<2")


def test_a_file_that_cannot_be_read_has_no_lines(tmp_path: Path) -> None:
    assert requirement_lines(tmp_path / "missing.txt") == ()
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9==1\nb")
    assert [line.number for line in requirement_lines(tmp_path / "latin.txt")] == [1, 2]
