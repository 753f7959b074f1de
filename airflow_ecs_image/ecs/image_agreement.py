"""Whether the image is the one that the image spec describes."""

from __future__ import annotations

from collections.abc import Collection

from airflow_ecs_image.ecs.image_facts import ImageFacts
from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.spec import ImageSpec


def agree(image: ImageSpec, facts: ImageFacts, said: Collection[str]) -> None:
    """Raise SpecError where the image's labels contradict the spec in what somebody `said` (names of its fields)."""
    found = {
        "airflow_version": facts.airflow_version,
        "python_version": facts.python_version,
    }
    for name, version in found.items():
        if name in said and version is not None and version != getattr(image, name):
            raise SpecError(
                f"{name}: '{getattr(image, name)}' is asked for, but {facts.reference} holds {version}",
                mend=f"--{name.replace('_', '-')} {version}, or build and push the image anew",
            )
    if "read_only_root_filesystem" in said and image.read_only_root_filesystem != bool(facts.writable_paths):
        declares = "declares volumes for it" if facts.writable_paths else "declares no volumes for it"
        raise SpecError(
            f"read_only_root_filesystem: {str(image.read_only_root_filesystem).lower()} is asked for, but "
            f"{facts.reference} {declares}",
            mend="build and push the image anew, or correct image.toml",
        )


def versions_of(facts: ImageFacts, said: Collection[str]) -> dict[str, str]:
    """Values of the image spec that the image itself gives for what nobody said."""
    if "airflow_version" in said or facts.airflow_version is None:
        return {}
    values = {"airflow_version": facts.airflow_version}
    if "python_version" not in said and facts.python_version is not None:
        values["python_version"] = facts.python_version
    return values
