"""Replacing entry by entry, where one rename cannot do it: an error undoes it, and the next start mends a kill."""

from __future__ import annotations

import errno
import multiprocessing
import os
from pathlib import Path
from typing import Any

import pytest

from .fetcher import Tree, tree_of
from .modules import module

OLD: Tree = {"old/a.py": b"old", "same.py": b"old", ".hidden": b"old", "top.py": b"old"}
NEW: Tree = {"new/b.py": b"new", "same.py": b"new", "new/sub/c.py": b"new"}


def fill(folder: Path, tree: Tree) -> None:
    for name, content in tree.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that passes for a mount point: to mount something takes more rights than a test may have."""
    target = tmp_path / "dags"
    fill(target, OLD)
    for name in ("staging", "swap"):
        monkeypatch.setattr(module(name), "is_mount_point", lambda path: path == str(target))
    return target


def staged(target: Path) -> Any:
    staging = module("staging").Staging(str(target))
    assert staging.within
    fill(Path(staging.path), NEW)
    return staging


class StopAfter:
    """`os.rename` that does something else after so many times."""

    def __init__(self, renames: int, then: BaseException | int) -> None:
        self._left = renames
        self._then = then
        self._rename = os.rename

    def __call__(self, source: str, destination: str) -> None:
        if self._left == 0:
            self._left = -1
            if isinstance(self._then, int):
                os._exit(self._then)
            raise self._then
        self._left -= 1
        self._rename(source, destination)


def test_the_new_takes_the_place_of_the_old(target: Path) -> None:
    module("swap").put_in_place(staged(target))

    assert tree_of(target) == NEW


@pytest.mark.parametrize("renames", range(7))
def test_an_error_half_way_brings_the_old_back(
    target: Path, monkeypatch: pytest.MonkeyPatch, renames: int
) -> None:
    staging = staged(target)
    monkeypatch.setattr(os, "rename", StopAfter(renames, OSError(errno.ENOSPC, "No space left on device")))

    with pytest.raises(module("failures").Failure) as failure:
        module("swap").put_in_place(staging)

    assert failure.value.kind.code == 74
    staging.abandon()
    assert tree_of(target) == OLD


def killed_after(renames: int, target: Path) -> None:
    setattr(os, "rename", StopAfter(renames, 9))  # noqa: B010 - it is another type
    module("swap").put_in_place(staged(target))


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.parametrize("renames", range(7))
def test_the_next_start_mends_what_a_kill_has_left(target: Path, renames: int) -> None:
    # A fork, so that the child sees the mount point that is none.
    child = multiprocessing.get_context("fork").Process(target=killed_after, args=(renames, target))
    child.start()
    child.join()
    assert child.exitcode == 9

    module("swap").recover(str(target))

    assert tree_of(target) == (NEW if renames > len({name.split("/")[0] for name in OLD}) else OLD)


def test_a_folder_of_an_image_layer_is_moved_entry_by_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Overlay file systems refuse to rename a folder of a lower layer; tests/image has a real one."""
    target = tmp_path / "dags"
    fill(target, {**OLD, "old/deep/er.py": b"old"})
    rename = os.rename

    def refuse_lower(source: str, destination: str) -> None:
        if Path(source).is_dir() and source.startswith(str(target)):
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        rename(source, destination)

    monkeypatch.setattr(os, "rename", refuse_lower)
    monkeypatch.setattr(module("swap"), "_exchange", lambda *_: False)
    staging = module("staging").Staging(str(target))
    fill(Path(staging.path), NEW)

    module("swap").put_in_place(staging)

    assert tree_of(target) == NEW
    assert [path.name for path in tmp_path.iterdir()] == ["dags"]
