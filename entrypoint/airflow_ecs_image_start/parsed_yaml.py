"""Reads the YAML files that every worker reads as Python objects that were made of them when the image was built.

They are the description of Airflow's options, which Airflow 3 reads twice, and its list of metrics. A file has to be as it
was then, by size and time; else it is parsed as ever, as is all other YAML. Without anything to parse PyYAML is not imported.

The file `parsed`, made by `parse-yaml`, is a table: path below the folder of the packages → size and modification time
(whole seconds) of the YAML file, and its content by marshal.
"""

from __future__ import annotations

import marshal
import os
import sys

from airflow_ecs_image_start.stand_in import when_called
from airflow_ecs_image_start.worker_command import is_worker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

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

    def load(self, usual: Callable[..., Any], stream: Any, Loader: Any) -> Any:  # noqa: N803
        """For whoever asks PyYAML."""
        import yaml

        safe = Loader in (yaml.SafeLoader, getattr(yaml, "CSafeLoader", None))
        content = self.content(stream) if safe else None
        return usual(stream, Loader) if content is None else content

    def safe_load(self, usual: Callable[[Any], Any], stream: Any) -> Any:
        """For Airflow's modules, which import PyYAML when they parse."""
        content = self.content(stream)
        return usual(stream) if content is None else content

    def read_metrics_yaml(self, usual: Callable[[str], Any], yaml_path: str) -> Any:
        """For Airflow 3's function that reads its list of metrics."""
        try:
            with open(yaml_path) as file:
                content = self.content(file)
        except OSError:
            content = None
        return usual(yaml_path) if content is None else content["metrics"]


def _install() -> None:
    try:
        with open(FILE, "rb") as file:
            parsed = _Parsed(marshal.load(file))  # noqa: S302
    except (OSError, ValueError, EOFError, TypeError):
        return
    when_called("yaml", "load", parsed.load)
    for name in ("airflow.utils.yaml", "airflow.sdk.yaml"):
        when_called(name, "safe_load", parsed.safe_load)
    for name in ("airflow._shared", "airflow.sdk._shared"):
        registry = f"{name}.observability.metrics.metrics_registry"
        when_called(registry, "read_metrics_yaml", parsed.read_metrics_yaml)


if is_worker(sys.orig_argv):
    _install()
