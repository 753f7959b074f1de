"""What holds the checkout together: the wheel, the pins, the door and the scripts that run before Python packages exist."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
TRAVELLING = (
    "Dockerfile.j2",
    "dags_example",
    "entrypoint",
    "requirements/locks",
    "requirements/versions.toml",
)


def files_of(name: str) -> Iterator[str]:
    path = ROOT / name
    for file in [path] if path.is_file() else path.rglob("*"):
        if file.is_file() and "__pycache__" not in file.parts:
            yield file.relative_to(ROOT).as_posix()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # Not `python -m build`: in a checkout that is build.py.
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_what_is_not_python(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        resources = {name for name in archive.namelist() if "/resources/" in name}
    expected = {f"airflow_ecs_image/resources/{file}" for name in TRAVELLING for file in files_of(name)}
    assert resources == expected


def test_the_wheel_holds_the_package_and_its_command_and_nothing_of_the_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
        assert "License-Expression: Apache-2.0" in archive.read(metadata).decode()
        commands = archive.read(metadata.replace("METADATA", "entry_points.txt")).decode()
    assert set(files_of("airflow_ecs_image")) <= names
    assert "airflow-ecs-image = airflow_ecs_image.cli:main" in commands
    assert {name.split("/")[0].split("-")[0] for name in names} == {"airflow_ecs_image"}


def test_a_program_in_the_wheel_stays_executable(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for name in files_of("entrypoint"):
            mode = archive.getinfo(f"airflow_ecs_image/resources/{name}").external_attr >> 16
            assert bool(mode & 0o100) == os.access(ROOT / name, os.X_OK), name


def test_the_pinned_tools_are_within_the_ranges_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = dict(
        re.findall(
            r"^([A-Za-z0-9_.-]+)==(\S+)",
            (ROOT / "requirements/dev.txt").read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    )
    for line in project["dependencies"]:
        requirement = Requirement(line)
        assert requirement.specifier.contains(pins[requirement.name]), line


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose environment is complete and whose package only tells how it was called."""
    for name in ("build.py", "pyproject.toml", "requirements/dev.txt", "setup/environment"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / ".venv"], check=True)
    made_from = ("requirements/dev.txt", "pyproject.toml", "setup/environment")
    stamp = subprocess.run(["sha256sum", *made_from], cwd=tmp_path, check=True, capture_output=True).stdout
    (tmp_path / ".venv/airflow-ecs-image.stamp").write_bytes(stamp)
    (tmp_path / "airflow_ecs_image").mkdir()
    (tmp_path / "airflow_ecs_image/__init__.py").touch()
    (tmp_path / "airflow_ecs_image/cli.py").write_text(
        "import sys\ndef main(): print(sys.prefix, *sys.argv[1:], sep='|')\n"
    )
    return tmp_path


def test_a_complete_environment_is_left_alone(checkout: Path) -> None:
    done = subprocess.run([checkout / "setup/environment"], check=True, capture_output=True, text=True)
    assert done.stdout + done.stderr == ""
    assert not (checkout / ".venv/bin/uv").exists()


def test_the_door_leads_into_the_environment_with_its_arguments(checkout: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, checkout / "build.py", "render", "--tag", "a b", "$x"],
        cwd="/",
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == f"{checkout / '.venv'}|render|--tag|a b|$x"


def test_the_door_makes_the_environment_and_stops_where_that_fails(checkout: Path) -> None:
    (checkout / ".venv/airflow-ecs-image.stamp").unlink()
    (checkout / "setup/environment").write_text("#!/bin/sh\necho making; exit 13\n")
    done = subprocess.run(
        [sys.executable, checkout / "build.py"], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (13, "", "making\n")


def test_a_command_reaches_the_engine_with_its_arguments_as_they_are() -> None:
    done = subprocess.run(
        [ROOT / "setup/with-engine", "printf", "%s|", "a b", "$x", "'"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "a b|$x|'|"


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_image_asks_set_up_only_for_what_decides_it() -> None:
    options = "--airflow-version 2.11.2 --environment X='a b' --platform linux/arm64 --base=source"
    done = subprocess.run(
        ["make", "--dry-run", "image", f"ARGS={options}"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    setup, build = (line.partition("build.py ")[2] for line in done.stdout.splitlines() if "build.py" in line)
    assert setup == "setup --platform linux/arm64 --base=source"
    assert build == f"build {options}"


def test_no_name_of_a_test_holds_the_time() -> None:
    """gzip writes it into its header; two processes that collect the tests a second apart then find different ones."""
    timed = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in (ROOT / "tests").rglob("*.py")
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef)
        for decorator in function.decorator_list
        for call in ast.walk(decorator)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "gzip.compress"
        if "mtime" not in {keyword.arg for keyword in call.keywords}
    ]
    assert timed == []
