"""requirements/versions.toml and its reader."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.versions import load_versions, versions_path


def test_the_default_is_supported_and_has_a_python() -> None:
    versions = load_versions()
    release = versions.release(versions.default)
    assert release.python(release.default_python).official == "apache/airflow:slim-3.3.2-python3.13"


def test_source_pythons_are_those_with_a_suite_and_a_lock() -> None:
    found = {
        (release.version, python.version, python.debian)
        for release in load_versions().airflow.values()
        for python in release.pythons.values()
        if python.buildable_from_source
    }
    assert found == {
        ("3.3.2", "3.13", "trixie"),
        ("3.3.2", "3.11", "bookworm"),
        ("2.11.2", "3.11", "bookworm"),
    }


def test_only_a_worker_of_airflow_2_gets_a_database_driver() -> None:
    assert {release.major for release in load_versions().airflow.values() if release.extra_packages} == {2}


def test_what_is_not_supported_is_answered_with_what_is() -> None:
    versions = load_versions()
    with pytest.raises(SpecError, match=r"'3\.9\.9'.*allowed: 3\.3\.2, 3\.3\.1, 3\.2\.1, 2\.11\.2"):
        versions.release("3.9.9")
    with pytest.raises(SpecError, match=r"'3\.13'.*Airflow 2\.11\.2.*allowed: 3\.11, 3\.12"):
        versions.release("2.11.2").python("3.13")
    with pytest.raises(SpecError, match=r"'3\.12'.*with base 'source': 3\.11, 3\.13"):
        versions.release("3.3.2").source_python("3.12")
    with pytest.raises(SpecError, match=r"none, use base official"):
        versions.release("3.2.1").source_python("3.12")
    with pytest.raises(SpecError, match=r"'sid'.*allowed: trixie, bookworm"):
        versions.suite("sid")


def test_a_known_digest_pins_the_reference(tmp_path: Path) -> None:
    digest = f"sha256:{'a' * 64}"
    text = versions_path().read_text(encoding="utf-8")
    reference = 'official = "apache/airflow:slim-3.3.2-python3.13"\n'
    assert reference in text
    changed = tmp_path / "versions.toml"
    changed.write_text(
        text.replace(reference, f'{reference}official_digest = "{digest}"\n'), encoding="utf-8"
    )
    python = load_versions(changed).release("3.3.2").python("3.13")
    assert python.official_pinned == f"apache/airflow:slim-3.3.2-python3.13@{digest}"
    suite = dataclasses.replace(load_versions().suite("trixie"), digest=digest)
    assert suite.pinned == f"debian:trixie-slim@{digest}"
    assert dataclasses.replace(suite, digest=None).pinned == "debian:trixie-slim"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("default = ", "cannot be read"),
        ('default = "3.3.2"\n', "a key is missing"),
        ('default = "3.3.2"\ndebian = 3\n[airflow]\n', "a key is missing or of the wrong type"),
    ],
)
def test_a_broken_file_is_one_line_with_its_name(tmp_path: Path, text: str, reason: str) -> None:
    broken = tmp_path / "versions.toml"
    broken.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError, match=rf"versions\.toml: {reason}"):
        load_versions(broken)
    with pytest.raises(SpecError, match="cannot be read"):
        load_versions(tmp_path / "missing.toml")
