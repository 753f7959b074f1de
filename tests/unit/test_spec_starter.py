"""The image.toml that `init` writes: complete, commented, and without its comment signs still the default."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import jsonschema
import pytest

from airflow_ecs_image.spec import EcsSpec, ImageSpec, load_ecs_spec, load_spec
from airflow_ecs_image.spec.schema import image_schema
from airflow_ecs_image.spec.starter import starter_text

KEY = re.compile(r"^#(\w+) = (.*)$", flags=re.MULTILINE)


def test_as_it_is_it_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "image.toml").write_text(starter_text(), encoding="utf-8")
    assert load_spec({}, {}, tmp_path) == ImageSpec()
    assert load_ecs_spec({}, {}, tmp_path) == EcsSpec()


def test_every_key_is_there_once() -> None:
    keys = [match[0] for match in KEY.findall(starter_text())]
    assert sorted(keys) == sorted([*ImageSpec.model_fields, *EcsSpec.model_fields])


@pytest.mark.parametrize("name", [*ImageSpec.model_fields, *EcsSpec.model_fields])
def test_each_key_uncommented_means_its_default(tmp_path: Path, name: str) -> None:
    text = re.sub(rf"^#({name} = )", r"\1", starter_text(), flags=re.MULTILINE)
    assert text != starter_text()
    (tmp_path / "image.toml").write_text(text, encoding="utf-8")
    assert load_spec({}, {}, tmp_path) == ImageSpec()
    assert load_ecs_spec({}, {}, tmp_path) == EcsSpec()


def test_all_keys_uncommented_mean_the_default(tmp_path: Path) -> None:
    text = KEY.sub(r"\1 = \2", starter_text())
    (tmp_path / "image.toml").write_text(text, encoding="utf-8")
    assert load_spec({}, {}, tmp_path) == ImageSpec()
    assert load_ecs_spec({}, {}, tmp_path) == EcsSpec()


def test_each_key_stands_below_its_description() -> None:
    for name, field in [*ImageSpec.model_fields.items(), *EcsSpec.model_fields.items()]:
        above = starter_text().partition(f"\n#{name} = ")[0].rpartition("\n\n")[2]
        words = " ".join(line.removeprefix("# ") for line in above.splitlines())
        assert words.startswith(field.description or "?"), name


def test_every_example_is_right_toml() -> None:
    image, _, ecs = starter_text().partition("\n[ecs]\n")
    for line in re.findall(r"^# Example: (.*)$", image, flags=re.MULTILINE):
        jsonschema.validate(tomllib.loads(line), image_schema())
    for line in re.findall(r"^# Example: (.*)$", ecs, flags=re.MULTILINE):
        jsonschema.validate({"ecs": tomllib.loads(line)}, image_schema())


def test_no_line_is_long() -> None:
    assert max(len(line) for line in starter_text().splitlines()) <= 110
