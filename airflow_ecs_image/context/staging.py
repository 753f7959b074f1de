"""The build context: a temporary folder that holds what the Dockerfile copies and nothing else."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from airflow_ecs_image.context.dag_files import DagFiles
from airflow_ecs_image.errors import DagFolderError, DiskFull
from airflow_ecs_image.spec import ImageSpec


@contextmanager
def build_context(spec: ImageSpec, directory: Path, dag_files: DagFiles | None) -> Iterator[Path]:
    """A folder with the DAG files and the requirements under the paths that the Dockerfile names; gone afterwards.

    Raises DiskFull when there is no space for it, DagFolderError for a file that cannot be read any more.
    """
    with tempfile.TemporaryDirectory(prefix="airflow-ecs-image-context-") as name:
        context = Path(name)
        if dag_files is not None:
            for path in dag_files.files:
                _copy(dag_files.folder / path, context / spec.host_dag_path / path)
        if spec.requirements_path is not None:
            _copy(directory / spec.requirements_path, context / spec.requirements_path)
        yield context


def _copy(source: Path, target: Path) -> None:
    """Copy content and the executable bit: another mode or time would be another layer."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        target.chmod(0o755 if os.access(source, os.X_OK) else 0o644)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(
                f"{tempfile.gettempdir()}: no space left for the build context",
                mend="free space there, or set TMPDIR",
            ) from None
        raise DagFolderError(
            f"{source} cannot be copied: {error.strerror}", mend="make it readable, or remove it"
        ) from None
