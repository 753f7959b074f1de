"""Reads the YAML files that every worker reads as Python objects that were made of them when the image was built.

They are the description of Airflow's options, which Airflow 3 reads twice, and its list of metrics. A file has to be as it
was then, by size and time; else it is parsed as ever, as is all other YAML. Without anything to parse PyYAML is not imported.

The file `parsed`, made by `parse-yaml`, is a table: path below the folder of the packages → size and modification time
(whole seconds) of the YAML file, and its content by marshal.
"""

from __future__ import annotations

import functools
import marshal
import os
import sys

from airflow_ecs_image_start.stand_in import when_executed
from airflow_ecs_image_start.worker_command import is_airflow_2, is_airflow_3

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types
    from collections.abc import Callable
    from typing import Any

    Execute = Callable[[types.ModuleType], None]

FILE = os.path.join(os.path.dirname(__file__), "parsed")


class _Parsed:
    """The files, where the readers of YAML ask for them before they import a parser."""

    def __init__(self, table: dict[str, tuple[int, int, bytes]]) -> None:
        self._table = table
        self._packages = os.path.dirname(os.path.dirname(FILE)) + "/"

    def content(self, stream: Any) -> Any:
        """The content of an open file that nobody has read from; None where it has to be parsed."""
        path = getattr(stream, "name", None)
        if type(path) is str and path.startswith(self._packages):
            size, time, content = self._table.get(path[len(self._packages) :], (None, None, b""))
            if size is not None and stream.tell() == 0:
                status = os.fstat(stream.fileno())
                if (status.st_size, int(status.st_mtime)) == (size, time):
                    return marshal.loads(content)  # noqa: S302
        return None

    def in_the_parser(self, yaml: types.ModuleType, usual: Execute) -> None:
        """For whoever asks PyYAML."""
        usual(yaml)
        loaders = [yaml.SafeLoader, getattr(yaml, "CSafeLoader", None)]
        parse = yaml.load

        @functools.wraps(parse)
        def load(stream: Any, Loader: Any) -> Any:  # noqa: N803
            content = self.content(stream) if Loader in loaders else None
            return parse(stream, Loader) if content is None else content

        vars(yaml)["load"] = load

    def in_airflow(self, module: types.ModuleType, usual: Execute) -> None:
        """For Airflow's modules, which import PyYAML when they parse."""
        usual(module)
        safe_load = getattr(module, "safe_load", None)
        if safe_load is None:
            return

        @functools.wraps(safe_load)
        def load(stream: Any) -> Any:
            content = self.content(stream)
            return safe_load(stream) if content is None else content

        vars(module)["safe_load"] = load

    def in_the_list_of_metrics(self, registry: types.ModuleType, usual: Execute) -> None:
        """For Airflow 3's function that reads its list of metrics."""
        usual(registry)
        read = getattr(registry, "read_metrics_yaml", None)
        if read is None:
            return

        @functools.wraps(read)
        def read_metrics_yaml(yaml_path: str) -> Any:
            try:
                with open(yaml_path) as file:
                    content = self.content(file)
            except OSError:
                content = None
            return read(yaml_path) if content is None else content["metrics"]

        vars(registry)["read_metrics_yaml"] = read_metrics_yaml


def _install() -> None:
    try:
        with open(FILE, "rb") as file:
            parsed = _Parsed(marshal.load(file))  # noqa: S302
    except (OSError, ValueError, EOFError, TypeError):
        return
    when_executed("yaml", parsed.in_the_parser)
    for name in ("airflow.utils.yaml", "airflow.sdk.yaml"):
        when_executed(name, parsed.in_airflow)
    for name in ("airflow._shared", "airflow.sdk._shared"):
        when_executed(f"{name}.observability.metrics.metrics_registry", parsed.in_the_list_of_metrics)


if is_airflow_3(sys.orig_argv) or is_airflow_2(sys.orig_argv):
    _install()
