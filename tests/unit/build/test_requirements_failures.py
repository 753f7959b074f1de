"""What uv really printed for wrong requirements (tests/unit/data/requirements), and what people are told."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image.build.requirements_failure import requirements_failure
from airflow_ecs_image.engine.failures import StepFailed
from airflow_ecs_image.errors import BuildFailed, RequirementsConflict, ToolkitError
from airflow_ecs_image.spec import ImageSpec
from airflow_ecs_image.versions import EXECUTOR_PACKAGE

DATA = Path(__file__).resolve().parents[1] / "data/requirements"
RECORDED = sorted(path.stem for path in DATA.glob("*.txt"))
EXPECTED: dict[str, dict[str, dict[str, Any]]] = tomllib.loads(
    (DATA / "expected.toml").read_text(encoding="utf-8")
)
STEP = "[requirements-layer 2/2] RUN <<'STEP' (# Install the requirements...)"
AIRFLOW = "3.3.2"
PROVIDER = "9.34.0"
# What the constraints were when the output was recorded.
PINS = {
    "sqlalchemy": "2.0.51", "apache-airflow": AIRFLOW, "pydantic": "2.13.4", "tenacity": "9.1.4", "botocore": "1.43.56",
    "aiohttp": "3.14.3", "cffi": "2.1.1", "typing-extensions": "4.16.0", "sqlparse": "0.5.5", "click": "8.4.2",
    EXECUTOR_PACKAGE: PROVIDER,
}  # fmt: skip


@pytest.fixture(autouse=True, params=[PINS, {}], ids=["known-lock", "official-base"])
def pins(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock of the base, as it was then; the constraints of an official base are not known."""
    monkeypatch.setattr("airflow_ecs_image.build.requirements_failure._pins", lambda _spec: request.param)


def told(
    folder: Path, name: str, *, step: str = STEP, requirements_path: str | None = "requirements.txt"
) -> ToolkitError | None:
    """What people are told about one of the recorded failures."""
    requirements, _, log = (DATA / f"{name}.txt").read_text(encoding="utf-8").partition("\n----\n")
    (folder / "requirements.txt").write_text(f"{requirements}\n", encoding="utf-8")
    spec = ImageSpec(
        airflow_version="2.11.2" if name == "needs-a-newer-python" else AIRFLOW,
        requirements_path=requirements_path,
    )
    error = StepFailed("failed", mend=None, details=(), step_name=step, log=log)
    return requirements_failure(error, spec, folder)


@pytest.mark.parametrize("name", EXPECTED["clashes-with-airflow"])
def test_a_clash_with_airflow_names_the_line_and_what_stands(tmp_path: Path, name: str) -> None:
    expected = EXPECTED["clashes-with-airflow"][name]
    error = told(tmp_path, name)
    assert isinstance(error, RequirementsConflict)
    subject = f"requirements.txt does not fit Airflow {AIRFLOW} and its constraints"
    assert error.message == f"{subject} ({expected['lines']})"
    assert list(error.details) == expected["details"]
    assert error.mend


@pytest.mark.parametrize("name", EXPECTED["clashes-within-the-file"])
def test_lines_that_clash_with_one_another_are_named(tmp_path: Path, name: str) -> None:
    expected = EXPECTED["clashes-within-the-file"][name]
    error = told(tmp_path, name)
    assert isinstance(error, RequirementsConflict)
    assert error.message == f"requirements.txt cannot be installed as a whole ({expected['lines']})"
    assert list(error.details) == expected["details"]


@pytest.mark.parametrize("name", EXPECTED["no-conflict"])
def test_what_is_no_conflict_is_not_called_one(tmp_path: Path, name: str) -> None:
    expected = EXPECTED["no-conflict"][name]
    error = told(tmp_path, name)
    assert isinstance(error, BuildFailed)
    assert not isinstance(error, RequirementsConflict)
    assert error.message == f"requirements.txt {expected['line']} — {expected['reason']}"
    assert expected["mend"] in str(error.mend)


def test_of_a_failed_build_of_a_package_the_telling_lines_stay(tmp_path: Path) -> None:
    error = told(tmp_path, "cannot-be-built")
    assert error is not None
    assert error.details == (
        "/bin/sh: 1: pkg-config: not found",
        "Exception: Can not find valid pkg-config name.",
    )


def test_every_recorded_failure_has_its_expectation() -> None:
    expected = {name for group in EXPECTED.values() for name in group}
    assert set(RECORDED) == {*expected, "an-index-that-is-not-there"}


def test_an_index_that_does_not_answer_is_left_to_the_engine(tmp_path: Path) -> None:
    assert told(tmp_path, "an-index-that-is-not-there") is None


@pytest.mark.parametrize("answer", ["401 Unauthorized", "403 Forbidden", "407 Proxy Authentication Required"])
def test_an_index_that_refuses_is_left_to_the_engine(tmp_path: Path, answer: str) -> None:
    (tmp_path / "requirements.txt").write_text("kept\n")
    log = (DATA / "unknown-package.txt").read_text(encoding="utf-8").partition("----\n")[2]
    hint = f"\nhint: An index URL (https://x/) could not be queried due to a lack of valid credentials ({answer})."
    error = StepFailed("failed", mend=None, details=(), step_name=STEP, log=log + hint)
    assert requirements_failure(error, ImageSpec(requirements_path="requirements.txt"), tmp_path) is None


@pytest.mark.parametrize(
    "step",
    [
        "[packages 3/3] RUN <<'STEP' (# Install the executor package...)",
        "[aws-cli 2/2] RUN x",
        "[stage-1 2/2] RUN requirements-layer ",
        "",
    ],
)
def test_a_failure_of_another_step_is_not_about_the_requirements(tmp_path: Path, step: str) -> None:
    assert told(tmp_path, "a-pinned-package", step=step) is None


def test_a_step_for_another_platform_is_the_same_step(tmp_path: Path) -> None:
    step = "[linux/arm64 requirements-layer 2/2] RUN x"
    assert isinstance(told(tmp_path, "a-pinned-package", step=step), RequirementsConflict)


def test_without_requirements_no_failure_is_about_them(tmp_path: Path) -> None:
    assert told(tmp_path, "a-pinned-package", requirements_path=None) is None


def test_a_file_that_is_gone_leaves_the_reason(tmp_path: Path) -> None:
    spec = ImageSpec(requirements_path="gone.txt")
    log = (DATA / "a-pinned-package.txt").read_text(encoding="utf-8").partition("----\n")[2]
    error = requirements_failure(
        StepFailed("failed", mend=None, details=(), step_name=STEP, log=log), spec, tmp_path
    )
    assert isinstance(error, RequirementsConflict)
    assert "(see below)" in error.message
    assert error.details == (
        "a line asks for sqlalchemy<1, but Airflow's constraints pin sqlalchemy==2.0.51",
    )


@pytest.mark.parametrize("name", RECORDED)
def test_what_people_read_is_short_and_free_of_credentials(tmp_path: Path, name: str) -> None:
    error = told(tmp_path, name)
    if error is not None:
        assert "\n" not in error.message
        assert len(error.message) < 250
        assert len(error.details) <= 8
        assert all(len(line) <= 160 for line in error.details)
        assert "canary" not in f"{error} {error.details} {error.mend}"


def test_what_pip_check_finds_is_a_conflict(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("urllib3==1.20\n")
    # `uv pip check --quiet` of uv 0.13.9.
    log = "Found 1 incompatibility\nThe package `requests` requires `urllib3>=1.26,<3`, but `1.20` is installed\n"
    error = requirements_failure(
        StepFailed("failed", mend=None, details=(), step_name=STEP, log=log),
        ImageSpec(requirements_path="requirements.txt"),
        tmp_path,
    )
    assert isinstance(error, RequirementsConflict)
    assert error.details == ("The package requests requires urllib3>=1.26,<3, but 1.20 is installed",)
