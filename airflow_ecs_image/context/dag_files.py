"""The DAG files of an image: which they are, and one hash for all of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from airflow_ecs_image.context.airflowignore import airflowignore
from airflow_ecs_image.context.dockerignore import dockerignore
from airflow_ecs_image.context.folder_walk import files_below
from airflow_ecs_image.context.imports import imported_files
from airflow_ecs_image.errors import DagFolderError

_DAG_SUFFIXES = (".py", ".zip")


@dataclass(frozen=True)
class DagFiles:
    """Files relative to `folder`, sorted; `left_out` counts the others, but none in a folder such as .git.

    `content_hash` is a sha256 of names and contents: modes, times and the order on disk do not change it.
    """

    folder: Path
    files: tuple[PurePosixPath, ...]
    left_out: int
    content_hash: str


def collect_dag_files(directory: Path, host_dag_path: str, *, airflow_major: int) -> DagFiles:
    """The files of the DAG folder that belong into the image.

    Left out are version control, caches and secrets, what .dockerignore names, and the Python and zip files that
    .airflowignore names and no DAG file imports. Raises DagFolderError for a folder that is missing, cannot be read or
    has no file left, and for a symbolic link that leaves it.
    """
    folder = directory / host_dag_path
    if not folder.is_dir():
        reason = "is a file, not a folder," if folder.exists() else "is no folder"
        raise DagFolderError(
            f"host_dag_path: '{host_dag_path}' {reason} in {directory}",
            mend="name the DAG folder with --host-dag-path, or `init` makes one with an example",
        )
    prefix = PurePosixPath(host_dag_path)
    by_docker = dockerignore(directory)
    found = files_below(folder, left_out=lambda path: by_docker(prefix / path))
    by_airflow = airflowignore(folder, found.files, airflow_major)
    ignored = {path for path in found.files if path.suffix in _DAG_SUFFIXES and by_airflow(path)}
    kept = [path for path in found.files if path not in ignored]
    importers = [path for path in kept if path.suffix == ".py"]
    files = tuple(sorted({*kept, *imported_files(folder, importers, ignored)}))
    left_out = found.left_out + len(found.files) - len(files)
    if not files:
        raise DagFolderError(
            f"host_dag_path: '{host_dag_path}' holds no file for the image ({left_out} left out)",
            mend="put DAG files there, or name another folder with --host-dag-path",
        )
    return DagFiles(folder, files, left_out, _hash(folder, files))


def _hash(folder: Path, files: tuple[PurePosixPath, ...]) -> str:
    total = hashlib.sha256()
    for path in files:
        try:
            with (folder / path).open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise DagFolderError(
                f"{folder / path} cannot be read: {error.strerror}", mend="make it readable, or remove it"
            ) from None
        total.update(f"{path}\0{content}\n".encode())
    return total.hexdigest()
