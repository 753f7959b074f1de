"""Removing a tree. `shutil.rmtree` would do, and takes as long to import as fetching twenty files."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def remove_tree(path: str, *, keep_top: bool = False) -> None:
    """Remove a file or a folder with all that is in it, as far as it can be removed; links are not followed."""
    try:
        entries = list(os.scandir(path))
    except NotADirectoryError:
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


def _quietly(remove: Callable[[str], None], path: str) -> None:
    try:
        remove(path)
    except OSError:
        pass
