"""docs/image-spec.md is what the model says."""

from __future__ import annotations

import pytest

from airflow_ecs_image.spec import EcsSpec, ImageSpec, reference
from airflow_ecs_image.spec.option import flag, option_of

from .pages import Page


def test_the_page_is_what_the_model_says() -> None:
    assert reference.reference_path().read_text(encoding="utf-8") == reference.reference_text(), (
        "run: python -m airflow_ecs_image.spec.reference --write"
    )


def test_every_field_has_a_section_with_its_option() -> None:
    page = Page("docs/image-spec.md")
    spans = {span.split()[0] for span in page.spans()}
    for model in (ImageSpec, EcsSpec):
        assert model.model_fields.keys() <= page.anchors()
        for name, field in model.model_fields.items():
            assert {flag(name), *option_of(field).aliases} <= spans


def test_check_finds_a_drift(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path_factory.mktemp("docs") / "image-spec.md"
    monkeypatch.setattr(reference, "reference_path", lambda: path)
    assert reference.main(["--check"]) == 1
    assert "reference --write" in capsys.readouterr().err
    assert reference.main(["--write"]) == 0
    assert reference.main(["--check"]) == 0
