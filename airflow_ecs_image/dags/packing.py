"""From the DAG folder of the working directory to one archive: what `build` would copy into an image."""

from __future__ import annotations

import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from airflow_ecs_image.console import Console
from airflow_ecs_image.context import DagFiles, collect_dag_files
from airflow_ecs_image.dags.archive import Archive, PackedFile, pack
from airflow_ecs_image.dags.sizes import spoken_bytes
from airflow_ecs_image.errors import DagFolderError
from airflow_ecs_image.spec import ImageSpec
from airflow_ecs_image.versions import load_versions

# What a container unpacks unless DAG_FETCH_MAX_FILES and DAG_FETCH_MAX_BYTES say otherwise.
MOST_FILES, MOST_BYTES = 100_000, 1 << 30


@dataclass(frozen=True)
class Packed:
    """An archive, and how many files of the folder are not in it."""

    archive: Archive
    left_out: int

    def as_json(self) -> dict[str, object]:
        """What every command says of it."""
        return {
            "name": self.archive.name,
            "sha256": self.archive.sha256,
            "bytes": len(self.archive.content),
            "unpacked_bytes": self.archive.unpacked_bytes,
            "files": self.archive.files,
            "left_out": self.left_out,
        }


def pack_dag_folder(spec: ImageSpec, directory: Path, console: Console) -> Packed:
    """The archive of the DAG folder that the spec names. Raises DagFolderError."""
    major = load_versions().release(spec.airflow_version).major
    found = collect_dag_files(directory, spec.host_dag_path, airflow_major=major)
    left_out = f", {found.left_out} left out" if found.left_out else ""
    console.text(f"DAG files: {len(found.files)} from {spec.host_dag_path}{left_out}")
    with console.step("Pack") as step:
        files = _read(found)
        archive = pack(files, lambda done: step.update(spoken_bytes(done)))
    if archive.files > MOST_FILES or archive.unpacked_bytes > MOST_BYTES:
        console.warning(
            f"{archive.files} files of {spoken_bytes(archive.unpacked_bytes)}: a container takes up to {MOST_FILES} "
            f"files and {spoken_bytes(MOST_BYTES)} unless DAG_FETCH_MAX_FILES and DAG_FETCH_MAX_BYTES say otherwise"
        )
    return Packed(archive, found.left_out)


def write_archive(archive: Archive, directory: Path, output: str | None, dag_folder: Path) -> Path:
    """Write an archive as the file `output`, or into that folder, which is one if it exists or ends in a slash.

    Returns the path. Raises DagFolderError.
    """
    path = directory / (output or archive.name)
    if path.is_dir() or (output or "").endswith("/"):
        path /= archive.name
    if path.resolve().is_relative_to(dag_folder.resolve()):
        raise DagFolderError(
            f"{path} lies in the DAG folder: the next archive would hold this one",
            mend="name another place with --output",
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    # Whoever reads the file sees all of it or none. Another name than the target's would get another mode.
    with tempfile.TemporaryDirectory(prefix=f".{path.name[:32]}-", dir=path.parent) as folder:
        written = Path(folder) / "archive"
        written.write_bytes(archive.content)
        written.replace(path)
    return path


def _read(found: DagFiles) -> list[PackedFile]:
    """The files with their contents. Of the modes only the owner's executable bit counts, as in git."""
    files = []
    for path in found.files:
        try:
            with (found.folder / path).open("rb") as file:
                executable = bool(os.fstat(file.fileno()).st_mode & stat.S_IXUSR)
                files.append(PackedFile(path, file.read(), executable))
        except OSError as error:
            raise DagFolderError(
                f"{found.folder / path} cannot be read: {error.strerror}",
                mend="make it readable, or remove it",
            ) from None
    return files
