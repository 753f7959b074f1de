"""An official base: found in a registry or here, pinned, and believed by what it says about itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import pytest

from airflow_ecs_image.bases import official
from airflow_ecs_image.bases.official import resolve_official
from airflow_ecs_image.engine import images
from airflow_ecs_image.engine.remote import RemoteImage
from airflow_ecs_image.errors import BaseMismatch, BaseUnavailable, ImageNotFound, PlatformUnavailable
from airflow_ecs_image.spec import ImageSpec

DIGEST = f"sha256:{'a' * 64}"
SPEC = ImageSpec()
LABELS = {
    "org.apache.airflow.version": SPEC.airflow_version,
    "org.apache.airflow.python.version": f"{SPEC.python_version}.5",
}
REMOTE = RemoteImage(
    reference="registry.example.com/airflow:1",
    digest=DIGEST,
    platforms=("linux/amd64",),
    labels=LABELS,
    environment={},
    user="50000",
    diff_ids=(),
)
Answer = Callable[[str, str], RemoteImage]


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Callable[[RemoteImage | Exception], None]:
    """Decide what the registry answers; this engine has no image."""
    monkeypatch.setattr(images, "exists", lambda _reference: False)

    def answers(answer: RemoteImage | Exception) -> None:
        def remote(_reference: str, _platform: str) -> RemoteImage:
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr(official, "remote", remote)

    return answers


Registry = Callable[[RemoteImage | Exception], None]


def test_it_is_pinned_by_the_digest_of_the_registry(registry: Registry) -> None:
    registry(REMOTE)
    base = resolve_official("registry.example.com/airflow:1", SPEC, "linux/amd64")
    assert base.kind == "official"
    assert base.reference == f"registry.example.com/airflow:1@{DIGEST}"
    assert base.name == "registry.example.com/airflow:1"
    assert base.digest == DIGEST
    assert not base.fallback


def test_a_reference_with_a_digest_stays_as_it_is(registry: Registry) -> None:
    registry(REMOTE)
    assert resolve_official(f"a@{DIGEST}", SPEC, "linux/amd64").reference == f"a@{DIGEST}"


@pytest.mark.parametrize("answer", [BaseUnavailable("no answer"), ImageNotFound("no such image")])
def test_without_the_registry_an_image_of_this_engine_is_taken(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, answer: Exception
) -> None:
    registry(answer)
    with pytest.raises(type(answer)):
        resolve_official("a:1", SPEC, "linux/amd64")
    local = SimpleNamespace(platform="linux/amd64", labels=LABELS, environment={})
    monkeypatch.setattr(images, "exists", lambda _reference: True)
    monkeypatch.setattr(images, "inspect", lambda _reference: local)
    base = resolve_official("a:1", SPEC, "linux/amd64")
    assert (base.reference, base.digest) == ("a:1", None)
    with pytest.raises(
        PlatformUnavailable, match="made for linux/amd64 here, the image spec asks for linux/arm64"
    ):
        resolve_official("a:1", SPEC, "linux/arm64")


def test_the_environment_counts_where_labels_are_missing(registry: Registry) -> None:
    environment = {"AIRFLOW_VERSION": SPEC.airflow_version, "AIRFLOW_PYTHON_VERSION": SPEC.python_version}
    registry(replace(REMOTE, labels={}, environment=environment))
    assert resolve_official("a:1", SPEC, "linux/amd64").digest == DIGEST


@pytest.mark.parametrize(
    ("label", "value", "field", "option"),
    [
        ("org.apache.airflow.version", "2.11.2", "airflow_version", "--airflow-version 2.11.2"),
        ("org.apache.airflow.python.version", "3.12.9", "python_version", "--python-version 3.12"),
    ],
)
def test_another_version_than_the_spec_is_refused(
    registry: Registry, label: str, value: str, field: str, option: str
) -> None:
    registry(replace(REMOTE, labels={**LABELS, label: value}))
    with pytest.raises(BaseMismatch, match=rf"^{field}: '{getattr(SPEC, field)}' is asked for") as refused:
        resolve_official("a:1", SPEC, "linux/amd64")
    assert option in str(refused.value.mend)


@pytest.mark.parametrize("labels", [{}, {"org.apache.airflow.version": SPEC.airflow_version}])
def test_an_image_that_does_not_say_what_it_is_is_refused(registry: Registry, labels: dict[str, str]) -> None:
    registry(replace(REMOTE, labels=labels))
    with pytest.raises(BaseMismatch, match="does not say which Airflow and Python it holds"):
        resolve_official("a:1", SPEC, "linux/amd64")
