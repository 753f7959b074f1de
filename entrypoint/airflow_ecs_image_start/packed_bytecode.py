"""Finds the bytecode of the installed packages in one file instead of a thousand.

A worker imports more than 1,000 modules. For each, Python lists folders, asks for several files, opens one and reads it; here
it asks for one, the source. That has to be as it was when the file was made, by size and time, as Python itself compares it with
bytecode: else the module is found and compiled as ever, and so is every module that the file does not have, all that a
later layer adds. Only modules in packages are in it: the first name of an import is looked up along sys.path as ever.

Layout, made by `pack-bytecode`: the magic number of the bytecode (4 bytes), the length of the table (8 bytes, little
endian), the table by marshal, the code objects by marshal. Table: path without the suffix, below the folder of the packages →
whether it is a package, where its code object begins and ends, counted from the first one, size and modification time
(whole seconds) of the source.
"""

from __future__ import annotations

import marshal
import os
import sys
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType
    from typing import Any

    Table = dict[str, tuple[bool, int, int, int, int]]

FILE = os.path.join(os.path.dirname(__file__), "bytecode")


class _Loader(SourceFileLoader):
    """The usual loader of a source file, with its bytecode at hand."""

    def __init__(self, name: str, path: str, bytecode: memoryview) -> None:
        super().__init__(name, path)
        self._bytecode = bytecode

    def get_code(self, _: str) -> CodeType:
        code: CodeType = marshal.loads(self._bytecode)  # noqa: S302
        return code


def _finder(packed: memoryview, table: Table, packages: str) -> Any:
    length = len(packages)

    class Finder:
        @staticmethod
        def find_spec(name: str, path: Sequence[str] | None = None, _: object = None) -> ModuleSpec | None:
            if not path:
                return None
            folder = path[0]
            if not folder.startswith(packages):
                return None
            without_suffix = f"{folder}/{name.rpartition('.')[2]}"
            entry = table.get(without_suffix[length:])
            if entry is None:
                return None
            is_package, begin, end, size, time = entry
            source = without_suffix + ("/__init__.py" if is_package else ".py")
            try:
                status = os.stat(source)
            except OSError:
                return None
            if status.st_size != size or int(status.st_mtime) != time:
                return None
            loader = _Loader(name, source, packed[begin:end])
            spec = ModuleSpec(name, loader, origin=source, is_package=is_package)
            spec.has_location = True
            if is_package:
                spec.submodule_search_locations = [without_suffix]
            return spec

    return Finder


def _install() -> None:
    import mmap
    from importlib.util import MAGIC_NUMBER

    try:
        with open(FILE, "rb") as file:
            packed = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError):
        return
    if packed[:4] != MAGIC_NUMBER or PathFinder not in sys.meta_path:
        return
    head = 12 + int.from_bytes(packed[4:12], "little")
    table = marshal.loads(packed[12:head])  # noqa: S302
    packages = os.path.dirname(os.path.dirname(FILE)) + "/"
    sys.meta_path.insert(sys.meta_path.index(PathFinder), _finder(packed[head:], table, packages))


_install()
