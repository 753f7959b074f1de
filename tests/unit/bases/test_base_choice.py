"""From the word in the spec to a base: official, source, and what auto does without a registry."""

from __future__ import annotations

import io
from typing import Any

import pytest

from airflow_ecs_image.bases import ResolvedBase, resolve_base
from airflow_ecs_image.bases import resolve as resolve_module
from airflow_ecs_image.console import Console
from airflow_ecs_image.errors import BaseMismatch, BaseUnavailable, ImageNotFound, SpecError, ToolkitError
from airflow_ecs_image.spec import ImageSpec
from airflow_ecs_image.versions import load_versions

SOURCE_ONLY = ResolvedBase(kind="source", reference="r", name="debian:trixie")


class Bases:
    """Takes the place of the two ways to resolve a base and notes how they were called."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self.answer: ToolkitError | None = None
        self.said = io.StringIO()
        monkeypatch.setattr(resolve_module, "resolve_official", self.official)
        monkeypatch.setattr(resolve_module, "resolve_source", self.source)

    def official(self, reference: str, _spec: ImageSpec, _platform: str) -> ResolvedBase:
        self.asked.append(reference)
        if self.answer is not None:
            raise self.answer
        return ResolvedBase(kind="official", reference=reference, name=reference)

    def source(self, _spec: ImageSpec, *, fallback: bool = False, **_more: Any) -> ResolvedBase:
        self.asked.append("source, as fallback" if fallback else "source")
        return SOURCE_ONLY

    def resolve(self, **fields: str) -> ResolvedBase:
        spec = ImageSpec.model_validate(fields)
        return resolve_base(spec, "linux/amd64", console=Console(stream=self.said))


@pytest.fixture
def bases(monkeypatch: pytest.MonkeyPatch) -> Bases:
    return Bases(monkeypatch)


def official_of(spec: ImageSpec) -> str:
    return str(load_versions().release(spec.airflow_version).python(spec.python_version).official_pinned)


@pytest.mark.parametrize("word", ["auto", "official"])
def test_the_official_image_of_these_versions_is_taken(bases: Bases, word: str) -> None:
    spec = ImageSpec()
    assert bases.resolve(base=word).reference == official_of(spec)
    assert bases.asked == [official_of(spec)]


def test_any_reference_is_taken_as_an_official_image(bases: Bases) -> None:
    assert bases.resolve(base="mirror.example.com/airflow:1").reference == "mirror.example.com/airflow:1"
    bases.answer = BaseUnavailable("mirror.example.com: no answer")
    with pytest.raises(BaseUnavailable):
        bases.resolve(base="mirror.example.com/airflow:1")


def test_source_asks_for_no_official_image(bases: Bases) -> None:
    assert bases.resolve(base="source") is SOURCE_ONLY
    assert bases.asked == ["source"]


def test_auto_falls_back_to_source_and_says_so(bases: Bases) -> None:
    bases.answer = BaseUnavailable("registry-1.docker.io: no answer")
    assert bases.resolve() is SOURCE_ONLY
    assert bases.asked[-1] == "source, as fallback"
    said = bases.said.getvalue()
    assert "registry-1.docker.io: no answer" in said
    assert "falling back to the source base" in said


def test_official_does_not_fall_back(bases: Bases) -> None:
    bases.answer = BaseUnavailable("no answer")
    with pytest.raises(BaseUnavailable):
        bases.resolve(base="official")


def test_auto_does_not_fall_back_where_there_is_no_lock(bases: Bases) -> None:
    bases.answer = BaseUnavailable("no answer")
    with pytest.raises(BaseUnavailable):
        bases.resolve(python_version="3.14")


@pytest.mark.parametrize("answer", [BaseMismatch("another Airflow"), ImageNotFound("no such image")])
def test_auto_falls_back_for_no_other_reason(bases: Bases, answer: ToolkitError) -> None:
    bases.answer = answer
    with pytest.raises(type(answer)):
        bases.resolve()
    assert "source" not in " ".join(bases.asked)


def test_source_without_a_lock_is_refused_before_anything_is_made() -> None:
    spec = ImageSpec().model_copy(update={"base": "source", "python_version": "3.14"})
    with pytest.raises(SpecError, match="there is no lock to build Airflow"):
        resolve_base(spec, "linux/amd64", console=Console(stream=io.StringIO()))
