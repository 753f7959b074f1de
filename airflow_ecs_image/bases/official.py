"""The official Airflow image, or any image that keeps its contract: found, pinned by digest, and believed by its labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from airflow_ecs_image.bases.model import ResolvedBase
from airflow_ecs_image.engine import images
from airflow_ecs_image.engine.remote import remote
from airflow_ecs_image.errors import BaseMismatch, BaseUnavailable, ImageNotFound, PlatformUnavailable
from airflow_ecs_image.spec import ImageSpec
from airflow_ecs_image.spec.label_names import AIRFLOW_VERSION, PYTHON_VERSION


@dataclass(frozen=True)
class _Found:
    labels: Mapping[str, str]
    environment: Mapping[str, str]
    digest: str | None


def resolve_official(reference: str, spec: ImageSpec, platform: str) -> ResolvedBase:
    """The base for a reference; an image that only this machine has is taken as it is.

    Raises BaseUnavailable when the registry does not answer and the image is not here, ImageNotFound when the registry
    has no such image, BaseMismatch when its own labels name another Airflow or Python than the spec.
    """
    found = _find(reference, platform)
    _refuse_mismatch(reference, found, spec)
    pinned = reference if found.digest is None or "@" in reference else f"{reference}@{found.digest}"
    return ResolvedBase(kind="official", reference=pinned, name=reference, digest=found.digest)


def _find(reference: str, platform: str) -> _Found:
    try:
        image = remote(reference, platform)
    except (BaseUnavailable, ImageNotFound):
        if not images.exists(reference):
            raise
        local = images.inspect(reference)
        if local.platform != platform:
            raise PlatformUnavailable(
                f"base {reference} is made for {local.platform} here, the image spec asks for {platform}",
                mend=f"docker pull --platform {platform} {reference}, or --platform {local.platform}",
            ) from None
        return _Found(local.labels, local.environment, None)
    return _Found(image.labels, image.environment, image.digest)


def _refuse_mismatch(reference: str, found: _Found, spec: ImageSpec) -> None:
    airflow = found.labels.get(AIRFLOW_VERSION) or found.environment.get("AIRFLOW_VERSION")
    python = found.labels.get(PYTHON_VERSION) or found.environment.get("AIRFLOW_PYTHON_VERSION")
    if airflow is None or python is None:
        raise BaseMismatch(
            f"base {reference} does not say which Airflow and Python it holds (labels {AIRFLOW_VERSION}, {PYTHON_VERSION})",
            mend="take an official Airflow image, a mirror of one, or --base source",
        )
    minor = ".".join(python.split(".")[:2])
    for field, held, asked in (
        ("airflow_version", airflow, spec.airflow_version),
        ("python_version", minor, spec.python_version),
    ):
        if held != asked:
            raise BaseMismatch(
                f"{field}: '{asked}' is asked for, but the base {reference} holds {held}",
                mend=f"--{field.replace('_', '-')} {held}, or another base",
            )
