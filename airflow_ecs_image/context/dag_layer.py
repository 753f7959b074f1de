"""The DAG files as the layer that they become: a tar archive that BuildKit unpacks, so that no step has to prepare them."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from airflow_ecs_image.context.dag_files import DagFiles

DAG_LAYER = "dag-layer.tar"
"""Its name in the build context, and the value of the Dockerfile's argument `dag_layer`."""

_LAYERS = 8
_AIRFLOW_UID = 50000
# Airflow's own folders are as the official image has them, whose user any uid of group 0 may take the place of.
_OPEN_FOLDERS = ("opt/airflow", "home/airflow")


def write_dag_layer(
    dag_files: DagFiles, container_dag_path: str, context: Path, *, time: int, split: bool
) -> None:
    """Write the archive: the DAG files below `container_dag_path`, for every uid of group 0, whatever the checkout has.

    Everything has the time `time`, in seconds since the epoch, so that the same files are the same layer: the one that
    the stage `dag-files` of the Dockerfile makes of the folder. `split` spreads them over several archives by their
    paths alone: another file changes no other archive. Raises OSError for a file that cannot be read.
    """
    suffixes = dag_layer_suffixes(split=split)
    for place, suffix in enumerate(suffixes):
        files = [path for path in dag_files.files if _place(path, len(suffixes)) == place]
        _write(dag_files.folder, files, container_dag_path, context / f"{DAG_LAYER}{suffix}", time)


def dag_layer_suffixes(*, split: bool) -> tuple[str, ...]:
    """What follows DAG_LAYER in the name of each archive: nothing, or `.1` to `.8` where there are several."""
    return tuple(f".{number}" for number in range(1, _LAYERS + 1)) if split else ("",)


def _place(path: PurePosixPath, places: int) -> int:
    return hashlib.sha256(str(path).encode()).digest()[0] % places


def _write(
    source_folder: Path, files: Sequence[PurePosixPath], container_dag_path: str, target: Path, time: int
) -> None:
    below = PurePosixPath(container_dag_path.lstrip("/"))
    folders = {str(below), *_OPEN_FOLDERS}
    folders |= {str(below / parent) for path in files for parent in path.parents if parent.name}
    closed = {str(parent) for folder in folders for parent in PurePosixPath(folder).parents if parent.name}
    with tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as archive:
        for folder in sorted(closed | folders):
            archive.addfile(_folder(folder, is_open=folder in folders, time=time))
        for path in files:
            source = source_folder / path
            content = source.read_bytes()
            entry = _entry(str(below / path), time, is_open=True)
            entry.mode = 0o775 if os.access(source, os.X_OK) else 0o664
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))


def _folder(name: str, *, is_open: bool, time: int) -> tarfile.TarInfo:
    entry = _entry(name, time, is_open=is_open)
    entry.type = tarfile.DIRTYPE
    entry.mode = 0o775 if is_open else 0o755
    return entry


def _entry(name: str, time: int, *, is_open: bool) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.mtime = time
    entry.uid = _AIRFLOW_UID if is_open else 0
    return entry
