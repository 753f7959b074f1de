"""Removing a tree. `shutil.rmtree` would do, and takes as long to import as fetching twenty files."""

from __future__ import annotations

import os


def remove_tree(path: str, *, keep_top: bool = False) -> None:
    """Remove a file or a folder with all that is in it, as far as it can be removed; links are not followed."""
    try:
        entries = list(os.scandir(path))
    except NotADirectoryError:
        entries = []
        _quietly(os.unlink, path)
        return
    except OSError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            remove_tree(entry.path)
        else:
            _quietly(os.unlink, entry.path)
    if not keep_top:
        _quietly(os.rmdir, path)


def _quietly(remove: object, path: str) -> None:
    try:
        remove(path)  # type: ignore[operator]
    except OSError:
        pass
