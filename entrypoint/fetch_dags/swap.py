"""Putting the whole new folder in the place of the old one.

Three ways, the first that works: a rename onto a folder that is empty or not there; an exchange of the two names, which is
one step as well; and, where the target is a mount point or lies in a layer of the image, entry by entry, with a way back.
"""

from __future__ import annotations

import errno
import os

from .removal import remove_tree
from .staging import is_mount_point, write_failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .staging import Staging

_DEFAULT_MODE = 0o775
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
_REPLACING, _REPLACED = ".replacing-", ".replaced-"
"""Folders for the old entries: while they are moved aside, and once all are aside and the new ones move in."""
_FETCHED = ".fetching-"


def put_in_place(staging: Staging) -> None:
    """Make the target hold what the staging folder holds and nothing else; it stays as it was when that fails."""
    target = staging.target
    try:
        _keep_mode(staging.path, target)
        if not staging.within and (_rename(staging.path, target) or _exchange(staging.path, target)):
            return
        _replace_entries(staging.path, target, within=staging.within)
    except OSError as error:
        raise write_failure(error, target) from None


def recover(target: str) -> None:
    """Finish or undo what a killed container has left of a replacement entry by entry, within a mounted target.

    Old entries that are only partly aside go back; new ones that are only partly in place follow the others.
    """
    if not os.path.isdir(target) or not is_mount_point(os.path.realpath(target)):
        return
    for name in sorted(os.listdir(target)):
        path = os.path.join(target, name)
        if name.startswith(_REPLACING):
            remove_tree(_fetched_with(target, name, _REPLACING))
            _move_all(path, target)
        elif name.startswith(_REPLACED):
            fetched = _fetched_with(target, name, _REPLACED)
            if os.path.isdir(fetched):
                _move_all(fetched, target)
            remove_tree(path)


def _fetched_with(target: str, name: str, beginning: str) -> str:
    return os.path.join(target, f"{_FETCHED}{name.removeprefix(beginning)}")


def _move_all(folder: str, target: str) -> None:
    for entry in os.listdir(folder):
        os.rename(os.path.join(folder, entry), os.path.join(target, entry))
    os.rmdir(folder)


def _keep_mode(staging: str, target: str) -> None:
    """The new folder is as readable and writable as the old one."""
    try:
        mode = os.stat(target).st_mode & 0o7777
    except FileNotFoundError:
        mode = _DEFAULT_MODE
    os.chmod(staging, mode | 0o700)


def _rename(staging: str, target: str) -> bool:
    try:
        os.rename(staging, target)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.EXDEV, errno.EBUSY, errno.EINVAL):
            return False
        raise
    return True


def _exchange(staging: str, target: str) -> bool:
    """renameat2 with RENAME_EXCHANGE (Linux 3.15). Not on NFS, nor for a folder in a lower layer of an overlay."""
    import ctypes

    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    done = renameat2(_AT_FDCWD, os.fsencode(staging), _AT_FDCWD, os.fsencode(target), _RENAME_EXCHANGE)
    if done == 0:
        # The name of the staging folder is now that of the old content.
        remove_tree(staging)
        return True
    return False


def _replace_entries(staging: str, target: str, *, within: bool) -> None:
    """Move the old entries aside and the new ones in; an error moves all of them back."""
    unique = staging.rpartition(_FETCHED)[2]
    folder = target if within else os.path.dirname(target)
    aside = os.path.join(folder, f"{_REPLACING}{unique}")
    replaced = os.path.join(folder, f"{_REPLACED}{unique}")
    os.mkdir(aside)
    moves = _Moves()
    try:
        for name in os.listdir(target):
            path = os.path.join(target, name)
            if path not in (staging, aside):
                moves.move(path, os.path.join(aside, name))
        os.rename(aside, replaced)
        moves.renamed(aside, replaced)
        for name in os.listdir(staging):
            moves.move(os.path.join(staging, name), os.path.join(target, name))
    except BaseException:
        moves.undo()
        remove_tree(aside)
        raise
    os.rmdir(staging)
    remove_tree(replaced)


class _Moves:
    """Renames that can be undone."""

    def __init__(self) -> None:
        self._undo: list[tuple[str, str, str]] = []

    def move(self, source: str, destination: str) -> None:
        """Rename; a folder of a lower layer, which has no rename (EXDEV), is moved entry by entry."""
        try:
            os.rename(source, destination)
        except OSError as error:
            if error.errno != errno.EXDEV or os.path.islink(source) or not os.path.isdir(source):
                raise
            mode = os.stat(source).st_mode & 0o7777
            os.mkdir(destination, mode | 0o700)
            self._undo.append(("rmdir", destination, ""))
            for name in os.listdir(source):
                self.move(os.path.join(source, name), os.path.join(destination, name))
            os.rmdir(source)
            self._undo.append(("mkdir", source, ""))
        else:
            self.renamed(source, destination)

    def renamed(self, source: str, destination: str) -> None:
        """Note a rename that was made."""
        self._undo.append(("rename", destination, source))

    def undo(self) -> None:
        """Undo all, the last first."""
        while self._undo:
            step, path, other = self._undo.pop()
            if step == "rename":
                os.rename(path, other)
            elif step == "rmdir":
                os.rmdir(path)
            else:
                os.mkdir(path)
