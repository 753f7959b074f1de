"""The digests of base images, from the registries that answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from airflow_ecs_image.engine.remote import remote
from airflow_ecs_image.errors import BaseMismatch, BaseUnavailable, EngineUnavailable, ImageNotFound
from airflow_ecs_image.update.edits import set_value
from airflow_ecs_image.versions import AirflowRelease, DebianSuite

DigestOf = Callable[[str], str]
"""The digest that a registry gives for an image reference."""

Wanted = tuple[tuple[str, ...], str]
"""Where in versions.toml a digest belongs, and of which image reference."""


def wanted(releases: Iterable[AirflowRelease], suites: Iterable[DebianSuite]) -> Iterator[Wanted]:
    """Every digest that versions.toml can hold."""
    for suite in suites:
        yield ("debian", suite.name, "digest"), suite.reference
    for release in releases:
        for python in release.pythons.values():
            if python.official:
                yield (
                    ("airflow", release.version, "pythons", python.version, "official_digest"),
                    python.official,
                )


def digest_of(reference: str) -> str:
    """Ask the registry; the errors of `engine.remote` when it is silent or has no such image."""
    return remote(reference, "linux/amd64").digest


def refresh(document: str, digests: Iterable[Wanted], digest_of: DigestOf) -> tuple[str, list[str]]:
    """Write the digests into the text of versions.toml; also returns a line for each one that could not be had.

    A digest that was known stays when its registry is silent: it still names the same image.
    """
    problems: list[str] = []
    for path, reference in digests:
        try:
            document = set_value(document, path, digest_of(reference))
        except (BaseMismatch, ImageNotFound) as problem:
            problems.append(str(problem))
        except (BaseUnavailable, EngineUnavailable) as problem:
            # Each further question would wait for the same silence.
            return document, [*problems, f"digests left as they are: {problem}"]
    return document, problems
