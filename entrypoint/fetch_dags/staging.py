"""The folder in which the new DAGs come together, out of Airflow's sight until it is whole."""

from __future__ import annotations

import errno
import os
import time

from .failures import CONTENT_REFUSED, DISK_FULL, NOT_WRITABLE, UNEXPECTED, Failure
from .removal import remove_tree

_MARK = ".fetching-"
_ABANDONED_SECONDS = 2 * 3600
"""After so long a staging folder is one that a killed container has left; DAG_FETCH_TIMEOUT is at most an hour."""


class Staging:
    """A folder beside the target, or within it where the target is a mount point or its parent cannot be written."""

    def __init__(self, target: str) -> None:
        self.target = os.path.realpath(target)
        self.within = False
        self._folders = {""}
        self._abandoned = False
        if os.path.lexists(self.target) and not os.path.isdir(self.target):
            raise Failure(
                NOT_WRITABLE, f"the DAG folder {self.target} is a file", "set CONTAINER_DAG_PATH to a folder"
            )
        try:
            self.path = self._make()
        except OSError as error:
            raise write_failure(error, self.target) from None

    def _make(self) -> str:
        parent, name = os.path.split(self.target)
        unique = f"{os.getpid()}-{os.urandom(4).hex()}"
        if not is_mount_point(self.target):
            path = os.path.join(parent, f".{name}{_MARK}{unique}")
            try:
                os.makedirs(parent, exist_ok=True)
                _remove_abandoned(parent, f".{name}{_MARK}")
                os.mkdir(path)
                return path
            except OSError as error:
                if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS) or not os.path.isdir(
                    self.target
                ):
                    raise
        _remove_abandoned(self.target, _MARK)
        self.within = True
        path = os.path.join(self.target, f"{_MARK}{unique}")
        os.mkdir(path)
        return path

    def open(self, path: str, *, executable: bool = False) -> int:
        """A new file, by its path below the folder, as a file descriptor; folders above it are made."""
        if self._abandoned:
            raise Failure(UNEXPECTED, "the fetch has ended already", "start the task again")
        folder = path.rpartition("/")[0]
        try:
            self.make_folder(folder)
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            return os.open(f"{self.path}/{path}", flags, 0o775 if executable else 0o664)
        except OSError as error:
            raise write_failure(error, self.target, path) from None

    def make_folder(self, path: str) -> None:
        """Make a folder and those above it, unless they are there."""
        if path in self._folders:
            return
        self.make_folder(path.rpartition("/")[0])
        try:
            os.mkdir(f"{self.path}/{path}", 0o775)
        except FileExistsError:
            if not os.path.isdir(f"{self.path}/{path}"):
                raise
        self._folders.add(path)

    def write(self, descriptor: int, content: bytes) -> None:
        """Write all of it."""
        try:
            written = os.write(descriptor, content)
            while written < len(content):
                written += os.write(descriptor, content[written:])
        except OSError as error:
            raise write_failure(error, self.target) from None

    def clear(self) -> None:
        """Remove what is in the folder, to begin again."""
        remove_tree(self.path, keep_top=True)
        self._folders = {""}

    def abandon(self) -> None:
        """Remove the folder; threads that still write into it find it gone."""
        self._abandoned = True
        ends = time.monotonic() + 0.5
        while os.path.lexists(self.path) and time.monotonic() < ends:
            remove_tree(self.path)


def is_mount_point(path: str) -> bool:
    """Whether something is mounted there; a bind mount of the same file system too, which os.path.ismount misses."""
    try:
        with open("/proc/self/mountinfo", "rb") as file:
            lines = file.read().splitlines()
    except OSError:
        return os.path.ismount(path)
    # Fifth field; a space in it is written as \040 (man proc_pid_mountinfo).
    return any(_unescaped(line.split(b" ", 5)[4]) == os.fsencode(path) for line in lines)


def write_failure(error: OSError, target: str, path: str = "") -> Failure:
    """The failure for an error of the file system."""
    reason = error.strerror or str(error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Failure(
            DISK_FULL,
            f"no space is left for the DAG folder {target}: {reason}",
            "raise the ephemeral storage of the task, or the size of the volume: old and new DAGs are there at once",
        )
    if error.errno in (errno.ENAMETOOLONG, errno.EEXIST, errno.ENOTDIR, errno.EILSEQ) and path:
        return Failure(
            CONTENT_REFUSED,
            f"{path!r} cannot be a file beside the others in {target}: {reason}",
            "rename it in the bucket",
        )
    return Failure(
        NOT_WRITABLE,
        f"cannot write the DAG folder {target}: {reason}",
        "mount a writable volume there, set CONTAINER_DAG_PATH to a writable folder, or run the container with group 0",
    )


def _remove_abandoned(folder: str, beginning: str) -> None:
    for name in os.listdir(folder):
        if name.startswith(beginning):
            path = os.path.join(folder, name)
            try:
                if time.time() - os.lstat(path).st_mtime > _ABANDONED_SECONDS:
                    remove_tree(path)
            except FileNotFoundError:
                pass


def _unescaped(field: bytes) -> bytes:
    if b"\\" not in field:
        return field
    for code, character in ((b"\\040", b" "), (b"\\011", b"\t"), (b"\\012", b"\n"), (b"\\134", b"\\")):
        field = field.replace(code, character)
    return field
