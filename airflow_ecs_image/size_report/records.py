"""Which files a distribution installed, by its RECORD, and which distribution a file belongs to."""

from __future__ import annotations

import csv
import posixpath
import re

from airflow_ecs_image.size_report.model import Distribution, LayerFiles

_RECORD = re.compile(r"(?P<site>.*)/(?P<name>[^/]+)-(?P<version>[^/-]+)\.dist-info/RECORD")
_BYTECODE = re.compile(r"(?P<folder>.*)/__pycache__/(?P<module>[^/]+)\.cpython-\d+(\.opt-\d)?\.pyc")


def is_record(path: str) -> bool:
    """Whether it is the list of an installed distribution's files (PyPA, "Recording installed projects")."""
    return _RECORD.fullmatch(path) is not None


def distribution(path: str, record: str) -> Distribution:
    """The distribution whose RECORD, with that text, stands at `path`. Raises ValueError where it is none."""
    found = _RECORD.fullmatch(path)
    if found is None:
        raise ValueError(path)
    files = tuple(
        posixpath.normpath(posixpath.join(found["site"], row[0]))
        for row in csv.reader(record.splitlines())
        if row and row[0]
    )
    # PEP 503: what the index compares, and what requirements are written with.
    name = re.sub(r"[-_.]+", "-", found["name"]).lower()
    return Distribution(name, found["version"], found["site"], files)


def source_of(path: str) -> str:
    """The module that a bytecode file was made from; any other path as it is. RECORD seldom names bytecode."""
    found = _BYTECODE.fullmatch(path)
    return f"{found['folder']}/{found['module']}.py" if found else path


class Owners:
    """Finds the distribution of a file. Layers are added from the lowest up; a later one may bring a newer version."""

    def __init__(self) -> None:
        self._files: dict[str, Distribution] = {}
        self._folders: dict[str, Distribution | None] = {}

    def add(self, layer: LayerFiles) -> None:
        """Take in the distributions of the next layer."""
        for each in layer.distributions:
            self._files.update(dict.fromkeys(each.files, each))
            below = each.site + "/"
            for folder in {posixpath.dirname(path) for path in each.files if path.startswith(below)}:
                before = self._folders.setdefault(folder, each)
                if before is None or before.name != each.name:
                    self._folders[folder] = None
                else:
                    self._folders[folder] = each

    def of(self, path: str) -> Distribution | None:
        """The distribution of a file, of its source, or of the folder that is one distribution's alone.

        None where several share the folder, or none has it.
        """
        owner = self._files.get(path) or self._files.get(source_of(path))
        return owner or self._folders.get(posixpath.dirname(path))
