"""The files below a folder, symbolic links followed as far as they stay in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from airflow_ecs_image.context.left_out import always_left_out
from airflow_ecs_image.errors import DagFolderError

LeftOut = Callable[[PurePosixPath], bool]


@dataclass(frozen=True)
class FoundFiles:
    """Files relative to the folder, sorted; `left_out` counts the others, but none in a folder that never goes in."""

    files: tuple[PurePosixPath, ...]
    left_out: int


def files_below(folder: Path, *, left_out: LeftOut) -> FoundFiles:
    """The regular files below `folder` that neither `left_out` nor our own rules name.

    Raises DagFolderError for a symbolic link that leaves the folder or leads back to where it comes from, for a name
    that is not UTF-8, and for a folder that cannot be read. A link without a target is passed over, as Airflow does.
    """
    root = _real(folder)
    kept, others = [], 0
    for path in _walk(folder, PurePosixPath(), (root,), left_out):
        target = _real(folder / path)
        if always_left_out(path) or left_out(path):
            others += 1
            continue
        _refuse_link(folder / path, target, root)
        if target.is_file():
            _refuse_name(folder / path)
            kept.append(path)
    return FoundFiles(tuple(sorted(kept)), others)


def _walk(
    folder: Path, place: PurePosixPath, ancestors: tuple[Path, ...], left_out: LeftOut
) -> Iterator[PurePosixPath]:
    """Everything below `folder / place` that is not a folder; `ancestors` are the real paths of the folders above."""
    try:
        entries = list(os.scandir(folder / place))
    except OSError as error:
        raise DagFolderError(
            f"{folder / place} cannot be read: {error.strerror}", mend="make it readable, or remove it"
        ) from None
    for entry in entries:
        path = place / entry.name
        if not _is_folder(entry):
            yield path
        elif not always_left_out(path, is_folder=True) and not (entry.is_symlink() and left_out(path)):
            real = _real(Path(entry.path))
            _refuse_link(Path(entry.path), real, ancestors[0])
            if real in ancestors:
                raise DagFolderError(
                    f"{entry.path} is a symbolic link to a folder that it lies in",
                    mend="remove the link: Airflow would follow it without an end",
                )
            yield from _walk(folder, path, (*ancestors, real), left_out)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _real(path: Path) -> Path:
    """The path without symbolic links; one that leads to itself stays as it is."""
    return Path(os.path.realpath(path))


def _refuse_link(path: Path, target: Path, root: Path) -> None:
    if not target.is_relative_to(root):
        raise DagFolderError(
            f"{path} is a symbolic link to {target}, outside the DAG folder",
            mend="copy it there: an image cannot follow the link",
        )
    if always_left_out(PurePosixPath(target.relative_to(root)), is_folder=target.is_dir()):
        raise DagFolderError(
            f"{path} is a symbolic link to {target}, which never goes into an image", mend="remove the link"
        )


def _refuse_name(path: Path) -> None:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        shown = str(path).encode(errors="backslashreplace").decode()
        raise DagFolderError(f"{shown}: the name is not UTF-8", mend="rename the file") from None
