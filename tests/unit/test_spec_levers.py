"""The levers: named, on or off, and switched step by step."""

from __future__ import annotations

from pathlib import Path

import pytest

from airflow_ecs_image.bases import ResolvedBase
from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.render import render
from airflow_ecs_image.resources import resource_directory
from airflow_ecs_image.spec import load_spec
from airflow_ecs_image.spec.levers import LEVERS, Lever, all_levers

from .render.inputs import OFFICIAL, SOURCE, inputs


def test_defaults() -> None:
    assert all_levers({}) == {lever.name: lever.default for lever in LEVERS}
    assert {name for name, on in all_levers({}).items() if not on} == {
        "leave-out-locales",
        "leave-out-service-models",
        "split-dag-layer",
    }


@pytest.mark.parametrize("word", ["off", "OFF", "false"])
def test_off(tmp_path: Path, word: str) -> None:
    spec = load_spec({"levers": (f"strip-libraries={word}",)}, {}, tmp_path)
    assert all_levers(spec.levers) == {**all_levers({}), "strip-libraries": False}


def test_every_source_adds_up(tmp_path: Path) -> None:
    (tmp_path / "image.toml").write_text(
        '[levers]\nbytecode = false\nshort-bytecode = "off"\n', encoding="utf-8"
    )
    spec = load_spec(
        {"levers": ("bytecode=on",)}, {"AIRFLOW_ECS_IMAGE_LEVERS": "leave-out-locales=on"}, tmp_path
    )
    assert spec.levers == {"bytecode": True, "short-bytecode": False, "leave-out-locales": True}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("strip=on", ("strip", "there is no such lever", "strip-libraries")),
        ("strip-libraries=maybe", ("strip-libraries", "a lever is on or off", "on, off")),
    ],
)
def test_wrong(tmp_path: Path, given: str, expected: tuple[str, ...]) -> None:
    with pytest.raises(SpecError) as raised:
        load_spec({"levers": (given,)}, {}, tmp_path)
    text = raised.value.message + "".join(raised.value.details)
    for part in expected:
        assert part in text


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.name)
@pytest.mark.parametrize("base", [OFFICIAL, SOURCE], ids=["official", "source"])
def test_each_lever_is_a_step_of_its_own(base: ResolvedBase, lever: Lever) -> None:
    """Switching one changes the Dockerfile, but on an official base those that say so."""
    texts = {
        render(
            inputs({"levers": {lever.name: on}}, base=base),
            template_directory=resource_directory(),
        )
        for on in (True, False)
    }
    assert len(texts) == (1 if lever.source_only and base is OFFICIAL else 2)
