"""Budgets: how they are written, and that they decide nothing of the image."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from airflow_ecs_image.bases.model import ResolvedBase
from airflow_ecs_image.build.labels import image_labels
from airflow_ecs_image.cli import run
from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.spec import ImageSpec, load_spec
from airflow_ecs_image.spec.refusal import Refused
from airflow_ecs_image.spec.rules.budgets import seconds, size_bytes
from airflow_ecs_image.spec.schema import image_schema


@pytest.mark.parametrize(
    ("written", "size"),
    [("150 MB", 150_000_000), ("150MB", 150_000_000), ("1.5 GB", 1_500_000_000), ("900 kB", 900_000)],
)
def test_a_size_is_in_the_units_of_registries(written: str, size: int) -> None:
    assert size_bytes(written) == size


@pytest.mark.parametrize(("written", "time"), [("3 s", 3.0), ("2.5s", 2.5), ("750 ms", 0.75)])
def test_a_time(written: str, time: float) -> None:
    assert seconds(written) == time


@pytest.mark.parametrize(
    "written", ["", "150", "MB", "-1 MB", "150 mb", "150 MiB", "1e3 MB", "0 MB", "١ MB", "3 s"]
)
def test_what_is_no_size_is_refused(written: str) -> None:
    with pytest.raises(Refused):
        size_bytes(written)


@pytest.mark.parametrize("written", ["", "3", "3 min", "-3 s", "0 s", "0.0 ms", "150 MB", "3 ss"])
def test_what_is_no_time_is_refused(written: str) -> None:
    with pytest.raises(Refused):
        seconds(written)


def test_a_wrong_budget_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "image.toml").write_text('size_budget = "150"\n', encoding="utf-8")

    with pytest.raises(SpecError, match=r"^size_budget: '150' \(image.toml:1\) — .*such as 150 MB$"):
        load_spec({}, {}, tmp_path)


def test_every_source_may_set_them(tmp_path: Path) -> None:
    (tmp_path / "image.toml").write_text('size_budget = "150MB"\nstart_budget = "3s"\n', encoding="utf-8")

    spec = load_spec({"size_budget": "1 GB"}, {"AIRFLOW_ECS_IMAGE_START_BUDGET": "2 s"}, tmp_path)

    assert (spec.size_budget, spec.start_budget) == ("1 GB", "2 s")


def test_labels_are_the_same_with_and_without() -> None:
    base = ResolvedBase("official", "example/airflow:1", "example/airflow:1")
    plain, limited = ImageSpec(), ImageSpec(size_budget="1 MB", start_budget="1 s")

    assert image_labels(plain, base) == image_labels(limited, base)


@pytest.mark.parametrize(
    ("option", "value", "allowed"),
    [("--size-budget", "100", "such as 150 MB"), ("--start-budget", "fast", "such as 3 s")],
)
def test_the_option_of_check_is_read_by_the_same_rule(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, option: str, value: str, allowed: str
) -> None:
    assert run(["-C", str(tmp_path), "check", "no-such-image", option, value]) == 2

    name = option[2:].replace("-", "_")
    line = capsys.readouterr().err
    assert line.startswith(f"error: {name}: '{value}' ({option}) — ")
    assert line.rstrip().endswith(allowed)


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ({"size_budget": "150 MB", "start_budget": "2.5s"}, True),
        ({"size_budget": 150}, False),
        ({"size_budget": "150 MiB"}, False),
        ({"start_budget": "3 min"}, False),
    ],
)
def test_the_schema_has_the_same_rule(text: dict[str, object], valid: bool) -> None:
    assert jsonschema.Draft202012Validator(image_schema()).is_valid(text) is valid
