"""From the word in the image spec to the image of the first FROM."""

from __future__ import annotations

from airflow_ecs_image.bases.model import ResolvedBase
from airflow_ecs_image.bases.official import resolve_official
from airflow_ecs_image.bases.source import resolve_source
from airflow_ecs_image.console import Console
from airflow_ecs_image.errors import BaseUnavailable, SpecError
from airflow_ecs_image.spec import ImageSpec
from airflow_ecs_image.versions import load_versions


def resolve_base(spec: ImageSpec, platform: str, *, console: Console, prepare: bool = True) -> ResolvedBase:
    """The base for one platform. `prepare` also makes what a build needs and only this machine can have.

    `auto` takes the official image and falls back to the source base, announced, when its registry cannot be reached.
    Raises BaseUnavailable, BaseMismatch, ImageNotFound, SpecError and SetupFailed.
    """
    if spec.base == "source":
        return resolve_source(spec, console=console, prepare=prepare)
    if spec.base not in {"auto", "official"}:
        return resolve_official(spec.base, spec, platform)
    support = load_versions().release(spec.airflow_version).python(spec.python_version)
    if support.official_pinned is None:
        raise SpecError(
            f"there is no official image of Airflow {spec.airflow_version} on Python {spec.python_version}"
        )
    try:
        return resolve_official(support.official_pinned, spec, platform)
    except BaseUnavailable as error:
        if not support.buildable_from_source:
            raise BaseUnavailable(
                f"{error.message}, and there is no lock to build Airflow {spec.airflow_version} on Python "
                f"{spec.python_version} from source",
                mend="check the network and the proxy, or name a mirror with --base",
            ) from None
        if spec.base == "official":
            raise
        console.warning(
            f"{error.message}: falling back to the source base; --base source asks for it by name"
        )
        return resolve_source(spec, console=console, prepare=prepare, fallback=True)
