"""A requirements file that could not be installed: said by its own lines, not by the resolver's log."""

from __future__ import annotations

import re
from pathlib import Path

from airflow_ecs_image.build.install_failure import install_failure
from airflow_ecs_image.build.requirement_lines import requirement_lines
from airflow_ecs_image.build.requirements_conflict import Requirements, conflict, missing_from_index
from airflow_ecs_image.build.resolver_explanation import read_explanation
from airflow_ecs_image.engine.failures import StepFailed
from airflow_ecs_image.errors import BuildFailed, RequirementsConflict
from airflow_ecs_image.spec import ImageSpec
from airflow_ecs_image.versions import load_versions, lock_lines, locked_versions

_STAGE = re.compile(r"^\[(?:\S+ )?requirements-layer ")
# An index that refuses to answer has nothing, as far as the resolver knows.
_REFUSED = re.compile(r"\b40[137] (?:Unauthorized|Forbidden|Proxy)", re.IGNORECASE)
_INCONSISTENT = re.compile(r"^The package `[^`]+` requires .*", re.MULTILINE)


def requirements_failure(
    error: StepFailed, spec: ImageSpec, directory: Path
) -> RequirementsConflict | BuildFailed | None:
    """What a failed step says about the user's requirements, or None when it failed for another reason.

    RequirementsConflict is for what clashes with Airflow or within the file, BuildFailed for what the index or the
    build cannot provide; each names the lines.
    """
    if spec.requirements_path is None or not _STAGE.match(error.step_name):
        return None
    file = directory / spec.requirements_path
    requirements = Requirements(spec.requirements_path, requirement_lines(file), _pins(spec))
    explanation = read_explanation(error.log)
    if explanation is not None and not _REFUSED.search(error.log):
        return conflict(explanation, requirements, spec) or missing_from_index(
            explanation, requirements, spec
        )
    if inconsistent := _INCONSISTENT.findall(error.log):
        return RequirementsConflict(
            f"{spec.requirements_path} does not fit Airflow {spec.airflow_version}: "
            "what is installed does not fit together",
            mend="change the lines that bring these packages",
            details=tuple(line.replace("`", "") for line in inconsistent[:8]),
        )
    content = file.read_bytes() if file.is_file() else b""
    return install_failure(error.log, spec.requirements_path, requirements.lines, content)


def _pins(spec: ImageSpec) -> dict[str, str]:
    """The versions of the lock; none where the base is an image with constraints of its own and there is no lock."""
    lock = load_versions().release(spec.airflow_version).python(spec.python_version).lock
    return locked_versions(lock_lines(lock)) if lock else {}
