"""A requirements file that does not fit beside the pinned Airflow: said by its own lines, not by the resolver's log."""

from __future__ import annotations

import re
from pathlib import Path

from airflow_ecs_image.engine.failures import StepFailed
from airflow_ecs_image.errors import RequirementsConflict
from airflow_ecs_image.spec import ImageSpec

_NAME = re.compile(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
_RESOLVER = "No solution found when resolving dependencies"
# The resolver ends with the same words when an index did not give it what it needs: nothing clashes then.
_NOT_SERVED = re.compile(
    r"\b40[137] (?:Unauthorized|Forbidden|Proxy)|not found in the package registry", re.IGNORECASE
)


def requirements_conflict(error: StepFailed, spec: ImageSpec, directory: Path) -> RequirementsConflict | None:
    """The conflict behind a failed requirements step, or None when the step failed for another reason."""
    if spec.requirements_path is None or _RESOLVER not in error.log or _NOT_SERVED.search(error.log):
        return None
    explanation = _explanation(error.log)
    lines = _offending_lines(directory / spec.requirements_path, explanation)
    named = "; ".join(f"line {number}: {text}" for number, text in lines) or "see below"
    return RequirementsConflict(
        f"{spec.requirements_path} does not fit Airflow {spec.airflow_version} and its constraints ({named})",
        mend="change these lines to versions that the constraints allow, or leave the version to the constraints",
        details=tuple(_sentences(explanation)),
    )


def _explanation(log: str) -> str:
    """The resolver's reason as one line of text, without its drawing."""
    tail = log[log.index(_RESOLVER) + len(_RESOLVER) :]
    return " ".join(re.sub(r"[╰─▶│:×]+", " ", tail.split("\n\n")[0]).split())


def _sentences(explanation: str) -> list[str]:
    return [part.strip() for part in re.split(r"(?<=\.) (?=[A-Z])", explanation) if part.strip()][:8]


def _offending_lines(file: Path, explanation: str) -> list[tuple[int, str]]:
    found = []
    mentioned = {_canonical(word) for word in re.findall(r"[A-Za-z0-9][A-Za-z0-9._-]*", explanation)}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        text = line.split(" #")[0].strip()
        match = _NAME.match(text)
        if match and not text.startswith(("#", "-")) and _canonical(match.group(1)) in mentioned:
            found.append((number, text))
    return found


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
