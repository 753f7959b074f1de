"""Which paths a DAG folder may be made of: each inside it, none twice, none a file and a folder at once."""

from __future__ import annotations

from .failures import CONTENT_REFUSED, Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .settings import Settings

_LONGEST_NAME = 255
"""Bytes; NAME_MAX of Linux file systems."""
_LONGEST_PATH = 3072
"""Bytes, which leaves room for the folder before PATH_MAX."""


class Tree:
    """The paths so far, with the limits on their number and size. `where` is what a refused path is called."""

    def __init__(self, settings: Settings, where: str) -> None:
        self.bytes = 0
        self._files: set[str] = set()
        self._folders: set[str] = set()
        self._settings = settings
        self._where = where

    def __len__(self) -> int:
        return len(self._files)

    def add(self, path: str, size: int) -> str:
        """Take a file in, relative to the folder; returns the folder it lies in, empty for the top one."""
        refusal = _refusal(path)
        if refusal:
            raise self.refused(path, refusal)
        folder = path.rpartition("/")[0]
        self.add_folder(folder)
        if path in self._folders:
            raise self.refused(path, "is a file and a folder at once")
        if path in self._files:
            raise self.refused(path, "is there twice")
        self._files.add(path)
        self.grow(size)
        return folder

    def add_folder(self, path: str) -> None:
        """Take a folder in, and those above it."""
        while path and path not in self._folders:
            if path in self._files:
                raise self.refused(path, "is a file and a folder at once")
            self._folders.add(path)
            path = path.rpartition("/")[0]
        self.grow(0)

    def grow(self, size: int) -> None:
        """Count bytes, and refuse more than the limits allow; folders count as files."""
        self.bytes += size
        most = self._settings
        if len(self._files) + len(self._folders) > most.max_files or self.bytes > most.max_bytes:
            limit = "DAG_FETCH_MAX_BYTES" if self.bytes > most.max_bytes else "DAG_FETCH_MAX_FILES"
            number = most.max_bytes if self.bytes > most.max_bytes else most.max_files
            raise Failure(
                CONTENT_REFUSED,
                f"the DAGs are more than {limit} allows ({number})",
                f"take out what is no DAG, or raise {limit}",
            )

    def refused(self, path: str, reason: str) -> Failure:
        """The failure that names a path."""
        return Failure(
            CONTENT_REFUSED, f"the {self._where} {path!r} {reason}", f"rename or remove that {self._where}"
        )


def _refusal(path: str) -> str:
    parts = path.split("/")
    if "\0" in path:
        return "holds a NUL character, which no file name may"
    if path.startswith("/") or ".." in parts:
        return "would leave the DAG folder"
    if "." in parts or "" in parts:
        return "has an empty part or a dot for a part, which no file name keeps"
    if max(len(part.encode(errors="surrogateescape")) for part in parts) > _LONGEST_NAME:
        return f"has a part of more than {_LONGEST_NAME} bytes"
    if len(path.encode(errors="surrogateescape")) > _LONGEST_PATH:
        return f"is longer than {_LONGEST_PATH} bytes"
    return ""
