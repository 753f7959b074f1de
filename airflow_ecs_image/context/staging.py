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
from airflow_ecs_image.context.dag_layer import write_dag_layer
from airflow_ecs_image.errors import DagFolderError, DiskFull
from airflow_ecs_image.spec import ImageSpec
from airflow_ecs_image.spec.levers import all_levers
from airflow_ecs_image.versions import load_versions


@contextmanager
def build_context(spec: ImageSpec, directory: Path, dag_files: DagFiles | None) -> Iterator[Path]:
    """A folder with the DAG files and the requirements under the paths that the Dockerfile names; gone afterwards.

    The DAG files are an archive (DAG_LAYER), or a folder where `has_dag_layer` says so. Raises DiskFull when there is no
    space for it, DagFolderError for a file that cannot be read any more.
    """
    with tempfile.TemporaryDirectory(prefix="airflow-ecs-image-context-") as name:
        context = Path(name)
        if dag_files is not None and has_dag_layer(spec):
            with _explained(dag_files.folder):
                write_dag_layer(
                    dag_files,
                    spec.container_dag_path,
                    context,
                    time=load_versions().source_date_epoch,
                    split=all_levers(spec.levers)["split-dag-layer"],
                )
        elif dag_files is not None:
            for path in dag_files.files:
                _copy(dag_files.folder / path, context / spec.host_dag_path / path)
        if spec.requirements_path is not None:
            _copy(directory / spec.requirements_path, context / spec.requirements_path)
        yield context


def has_dag_layer(spec: ImageSpec) -> bool:
    """Whether the context has the DAG files as an archive: a template of the user's may copy the folder instead."""
    return spec.dag_source == "local" and spec.template is None


def _copy(source: Path, target: Path) -> None:
    """Copy content and the executable bit: another mode or time would be another layer."""
    with _explained(source):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        target.chmod(0o755 if os.access(source, os.X_OK) else 0o644)


@contextmanager
def _explained(source: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(
                f"{tempfile.gettempdir()}: no space left for the build context",
                mend="free space there, or set TMPDIR",
            ) from None
        raise DagFolderError(
            f"{error.filename or source} cannot be copied: {error.strerror}",
            mend="make it readable, or remove it",
        ) from None
