"""The source base: Airflow from Debian and PyPI packages, for machines without a registry and for the smallest image."""

from __future__ import annotations

from airflow_ecs_image.bases.model import ResolvedBase
from airflow_ecs_image.bases.root_filesystem import ensure_from_mirror, mirror_reference
from airflow_ecs_image.console import Console
from airflow_ecs_image.engine import Engine
from airflow_ecs_image.engine.remote import remote
from airflow_ecs_image.errors import BaseUnavailable, ImageNotFound
from airflow_ecs_image.spec import ImageSpec
from airflow_ecs_image.versions import DebianSuite, load_versions


def resolve_source(
    spec: ImageSpec, *, console: Console, prepare: bool, fallback: bool = False
) -> ResolvedBase:
    """Debian for the spec's Python: pinned by digest where a registry answers, else from the Debian mirror.

    `prepare` makes the root filesystem when it comes from the mirror and is not here yet. `fallback` says that `auto`
    came here because no registry answered, so none is asked again. Raises SpecError when there is no lock for this
    Airflow and Python, SetupFailed when the root filesystem cannot be made.
    """
    versions = load_versions()
    support = versions.release(spec.airflow_version).source_python(spec.python_version)
    if support.debian is None:
        raise AssertionError("source_python returns only what names a Debian suite")
    suite = versions.suite(support.debian)
    if not fallback and (digest := registry_digest(suite)) is not None:
        return ResolvedBase(
            kind="source",
            reference=f"{suite.reference}@{digest}",
            name=suite.reference,
            digest=digest,
            debian=suite.name,
            root_filesystem="registry",
            registry_reference=suite.reference,
        )
    if prepare:
        reference = ensure_from_mirror(suite.name, spec.debian_mirror, console)
    else:
        reference = mirror_reference(suite.name, Engine().architecture())
    return ResolvedBase(
        kind="source",
        reference=reference,
        name=f"debian:{suite.name}",
        fallback=fallback,
        debian=suite.name,
        root_filesystem="mirror",
        registry_reference=suite.reference,
    )


def registry_digest(suite: DebianSuite) -> str | None:
    """The digest of a Debian suite's image for this engine's processor; None where no registry has it in reach."""
    try:
        return suite.digest or remote(suite.reference, f"linux/{Engine().architecture()}").digest
    except (BaseUnavailable, ImageNotFound):
        return None
