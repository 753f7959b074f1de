"""`make update`, on a copy of requirements/ and with an index that is a folder of small wheels."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import zipfile
from pathlib import Path

import pytest
import tomlkit
from click.testing import CliRunner

from airflow_ecs_image.console import Console
from airflow_ecs_image.errors import BaseUnavailable, ImageNotFound, RequirementsConflict, SpecError
from airflow_ecs_image.resources import resource
from airflow_ecs_image.update import constraints
from airflow_ecs_image.update.command import main
from airflow_ecs_image.update.digests import refresh, wanted
from airflow_ecs_image.update.edits import add_release, set_value
from airflow_ecs_image.update.files import write_if_changed
from airflow_ecs_image.update.resolve import resolve
from airflow_ecs_image.update.update import Update
from airflow_ecs_image.versions import load_versions, lock_lines, locked_versions, versions_path

CONSTRAINTS = """\
# https://raw.githubusercontent.com/apache/airflow/constraints-3.3.3/constraints-3.12.txt
apache-airflow==3.3.3.dev0
apache-airflow-core==3.3.3.dev0
apache-airflow-providers-amazon==9.35.0
driver==2.0
"""


def wheel(folder: Path, name: str, version: str, tag: str, requires: tuple[str, ...] = ()) -> None:
    file_name = name.replace("-", "_")
    information = f"{file_name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    metadata += "".join(f"Requires-Dist: {each}\n" for each in requires)
    with zipfile.ZipFile(folder / f"{file_name}-{version}-{tag}.whl", "w") as archive:
        archive.writestr(f"{information}/METADATA", metadata)
        archive.writestr(f"{information}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n")
        archive.writestr(f"{information}/RECORD", "")


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels that uv takes for the whole of PyPI."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_FIND_LINKS", str(folder))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    return folder


@pytest.fixture
def requirements(tmp_path: Path) -> Path:
    """A copy of requirements/ whose registry refuses every connection at once."""
    folder = tmp_path / "requirements"
    shutil.copytree(resource("requirements"), folder)
    path = folder / "versions.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('"apache/', '"127.0.0.1:9/apache/'), encoding="utf-8"
    )
    return folder


def test_resolving_merges_the_hashes_of_both_machines(index: Path) -> None:
    wheel(index, "alpha", "1.0", "py3-none-any", ("beta<3",))
    for version in ("1.0", "2.0", "3.0"):
        for machine in ("x86_64", "aarch64"):
            wheel(index, "beta", version, f"cp313-cp313-manylinux_2_28_{machine}")
    alpha, beta = resolve(["alpha==1.0"], ["3.13"])
    assert (alpha.name, len(alpha.hashes)) == ("alpha", 1)
    assert (beta.name, beta.version, len(beta.hashes)) == ("beta", "2.0", 2)
    assert str(alpha) == f"alpha==1.0 --hash=sha256:{alpha.hashes[0]}"
    assert resolve(["alpha==1.0"], ["3.13"], ["beta==1.0"])[1].version == "1.0"


def test_what_cannot_be_locked_says_why(index: Path) -> None:
    with pytest.raises(RequirementsConflict, match="no set of versions that fits") as caught:
        resolve(["absent==1.0"], ["3.13"])
    assert any("absent" in line for line in caught.value.details)
    wheel(index, "alpha", "1.0", "py3-none-any", ("beta; platform_machine == 'x86_64'",))
    wheel(index, "beta", "1.0", "py3-none-any")
    with pytest.raises(RequirementsConflict, match=r"on one of x86_64, aarch64 only: beta"):
        resolve(["alpha"], ["3.13"])
    wheel(index, "gamma", "1.0", "cp313-cp313-manylinux_2_28_x86_64")
    wheel(index, "gamma", "0.9", "py3-none-any")
    with pytest.raises(
        RequirementsConflict, match=r"gamma: 1\.0 on one machine or Python and 0\.9 on another"
    ):
        resolve(["gamma"], ["3.13"])


def test_a_constraint_set_gives_all_but_airflow_itself() -> None:
    parsed = constraints.parse(CONSTRAINTS, "somewhere")
    assert parsed.name == "Airflow 3.3.3, Python 3.12"
    assert parsed.pins == ("apache-airflow-providers-amazon==9.35.0", "driver==2.0")
    assert parsed.executor_package == "9.35.0"


def test_a_page_that_is_no_constraint_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="no line of the form"):
        constraints.parse("<html>sign in</html>", "https://example.org")
    with pytest.raises(SpecError, match="cannot be read"):
        constraints.read(tmp_path / "missing.txt")


def test_digests_are_written_and_comments_stay() -> None:
    before = versions_path().read_text(encoding="utf-8")
    places = list(wanted(load_versions().airflow.values(), load_versions().debian.values()))
    after, silences = refresh(before, places, lambda reference: f"sha256:{len(reference):064x}")
    assert silences == []
    assert set(before.splitlines()) <= set(after.splitlines())
    assert len(after.splitlines()) == len(before.splitlines()) + len(places)
    digest = tomlkit.parse(after).unwrap()["airflow"]["2.11.2"]["pythons"]["3.12"]["official_digest"]
    assert digest == f"sha256:{len('apache/airflow:slim-2.11.2-python3.12'):064x}"
    assert refresh(after, places, lambda reference: f"sha256:{len(reference):064x}") == (after, [])


def test_a_silent_registry_is_asked_once_and_changes_nothing() -> None:
    before = versions_path().read_text(encoding="utf-8")
    asked: list[str] = []

    def silent(reference: str) -> str:
        asked.append(reference)
        raise BaseUnavailable("no answer")

    after, silences = refresh(before, wanted(load_versions().airflow.values(), ()), silent)
    assert (after, len(asked), silences) == (before, 1, ["digests left as they are: no answer"])


def test_a_tag_that_does_not_exist_does_not_stop_the_others() -> None:
    def only_one(reference: str) -> str:
        if reference != "debian:trixie-slim":
            raise ImageNotFound(f"{reference}: not found")
        return f"sha256:{'b' * 64}"

    before = set_value(versions_path().read_text(encoding="utf-8"), ("debian", "bookworm", "digest"), "known")
    after, silences = refresh(before, wanted((), load_versions().debian.values()), only_one)
    assert silences == ["debian:bookworm-slim: not found"]
    assert 'digest = "known"' in after
    assert f'digest = "sha256:{"b" * 64}"' in after


def test_a_new_release_is_a_copy_of_its_minor_version() -> None:
    before = set_value(
        versions_path().read_text(encoding="utf-8"),
        ("airflow", "3.3.2", "pythons", "3.13", "official_digest"),
        f"sha256:{'c' * 64}",
    )
    after = add_release(before, "3.3.10", load_versions().airflow)
    added = tomlkit.parse(after).unwrap()["airflow"]["3.3.10"]
    assert added["pythons"]["3.13"] == {
        "official": "apache/airflow:slim-3.3.10-python3.13",
        "debian": "trixie",
        "lock": "airflow-3.3.10-python3.13.txt",
    }
    assert (
        after.replace(after[after.index('[airflow."3.3.10"]') : after.index('[airflow."3.3.2"]')], "")
        == before
    )


@pytest.mark.parametrize("version", ["3.9.0", "latest", "3.3", "3.3.2rc1"])
def test_a_release_without_a_relative_is_refused(version: str) -> None:
    with pytest.raises(SpecError, match=f"'{version}'"):
        add_release(versions_path().read_text(encoding="utf-8"), version, load_versions().airflow)


def test_writing_the_same_text_is_no_change(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "file.txt"
    assert write_if_changed(path, "text\n")
    assert not write_if_changed(path, "text\n")
    assert [each.name for each in path.parent.iterdir()] == ["file.txt"]


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, arguments)
    return result.exit_code, result.output


def test_a_new_release_gets_its_locks_and_its_executor_package(index: Path, requirements: Path) -> None:
    wheel(index, "apache-airflow", "3.3.3", "py3-none-any", ("driver>=1",))
    wheel(index, "apache-airflow-providers-amazon", "9.35.0", "py3-none-any")
    wheel(index, "driver", "2.0", "py3-none-any")
    wheel(index, "driver", "3.0", "py3-none-any")
    file = requirements.parent / "constraints.txt"
    file.write_text(CONSTRAINTS, encoding="utf-8")
    command = ("--airflow", "3.3.3", "--constraints", str(file), "--requirements", str(requirements))
    code, output = run(*command)
    assert code == 0, output
    assert "airflow-3.3.3-python3.13.txt" in output
    assert "executor package 9.34.0 → 9.35.0" in output
    assert "127.0.0.1:9 cannot be reached" in output or "digests left as they are" in output
    assert locked_versions(lock_lines("airflow-3.3.3-python3.11.txt", requirements)) == {
        "apache-airflow": "3.3.3",
        "apache-airflow-providers-amazon": "9.35.0",
        "driver": "2.0",
    }
    assert load_versions(requirements / "versions.toml").release("3.3.3").executor_package == "9.35.0"
    assert run("--check", "--requirements", str(requirements)) == (0, "")
    assert "nothing changed" in run(*command)[1]


def test_a_change_is_dated_and_none_is_not(requirements: Path, tmp_path: Path) -> None:
    path = requirements / "versions.toml"
    before = path.read_text(encoding="utf-8")
    update = Update(Console(stream=io.StringIO()), requirements, today=dt.date(2031, 2, 3))

    update._report([])
    assert path.read_text(encoding="utf-8") == before

    update._report(["uv.txt"])
    assert load_versions(path).date == dt.date(2031, 2, 3)
    added = set(path.read_text(encoding="utf-8").splitlines()) - set(before.splitlines())
    assert added == {"date = 2031-02-03"}


def test_a_failed_update_offers_no_half_release(index: Path, requirements: Path) -> None:
    before = (requirements / "versions.toml").read_bytes()
    file = requirements.parent / "constraints.txt"
    file.write_text(CONSTRAINTS, encoding="utf-8")
    code, output = run("--airflow", "3.3.3", "--constraints", str(file), "--requirements", str(requirements))
    assert code == RequirementsConflict.exit_code
    assert "no set of versions that fits" in output
    assert (requirements / "versions.toml").read_bytes() == before


def test_check_lists_what_disagrees(requirements: Path) -> None:
    (requirements / "locks" / "uv.txt").unlink()
    code, output = run("--check", "--requirements", str(requirements))
    assert code == 8
    assert "uv.txt" in output
    assert "make update" in output


def test_one_constraint_file_serves_one_airflow(tmp_path: Path) -> None:
    code, output = run("--constraints", str(tmp_path / "any.txt"))
    assert code == 2
    assert "add --airflow" in output
