"""Does every DAG of an archive import in an image? Asked before anything is uploaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_ecs_image.checks.archive_imports import archive_imports
from airflow_ecs_image.checks.model import NotProven, NotRunnable
from airflow_ecs_image.console import Console
from airflow_ecs_image.dags.archive import Archive
from airflow_ecs_image.errors import CheckFailed, PlatformUnavailable


def try_imports(archive: Archive, image: str, console: Console) -> Mapping[str, Any]:
    """Import every DAG file of the archive in a container of the image; the DAG ids and files that were found.

    Raises CheckFailed with one line for each file that does not import, ImageNotFound, EngineUnavailable, and
    PlatformUnavailable where this machine cannot run the image.
    """
    with console.step(f"Import the DAGs in {image}"):
        try:
            verdict = archive_imports(image, archive.content)
        except NotRunnable as reason:
            raise PlatformUnavailable(f"{image}: {reason.reason}", mend=reason.mend) from None
        except NotProven as reason:
            raise CheckFailed(
                f"{image}: the DAGs could not be tried, so nothing was uploaded: {reason.reason}",
                mend=reason.mend,
            ) from None
        summary, *problems = verdict.detail.splitlines()
        if verdict.status == "failed":
            broken = sum(1 for file in verdict.data["files"] if file["error"])
            found = f"{broken} of {len(verdict.data['files'])} DAG files fail" if broken else summary
            raise CheckFailed(
                f"{image}: {found}; nothing was uploaded",
                mend="mend the files, or build an image with what they import" if broken else verdict.mend,
                details=tuple(problems),
            )
    console.text(summary)
    for problem in problems:
        console.warning(problem)
    if problems and verdict.mend:
        console.note(verdict.mend)
    return verdict.data
