"""Reads the YAML files that every worker reads as Python objects that were made of them when the image was built.

They are the description of Airflow's options, which Airflow 3 reads twice, and its list of metrics. A file has to be as it
was then, by size and time; else it is parsed as ever, as is all other YAML.

The file `parsed`, made by `parse-yaml`, is a table: path below the folder of the packages → size and modification time
(whole seconds) of the YAML file, and its content by marshal.
"""

from __future__ import annotations

import marshal
import os
import sys

from airflow_ecs_image_start.worker_command import is_airflow_2, is_airflow_3

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FILE = os.path.join(os.path.dirname(__file__), "parsed")


def _install() -> None:
    try:
        with open(FILE, "rb") as file:
            table = marshal.load(file)  # noqa: S302
    except (OSError, ValueError, EOFError, TypeError):
        return
    import yaml

    packages = os.path.dirname(os.path.dirname(FILE)) + "/"
    loaders = [yaml.SafeLoader, getattr(yaml, "CSafeLoader", None)]
    usual = yaml.load

    def load(stream: Any, Loader: Any) -> Any:  # noqa: N803
        path = getattr(stream, "name", None)
        if type(path) is str and path.startswith(packages) and Loader in loaders:
            size, time, content = table.get(path[len(packages) :], (None, None, b""))
            if size is not None and stream.tell() == 0:
                status = os.fstat(stream.fileno())
                if (status.st_size, int(status.st_mtime)) == (size, time):
                    return marshal.loads(content)  # noqa: S302
        return usual(stream, Loader)

    load.__doc__ = usual.__doc__
    yaml.load = load


if is_airflow_3(sys.orig_argv) or is_airflow_2(sys.orig_argv):
    _install()
