"""What a file is that belongs to no distribution, by its path."""

from __future__ import annotations

import re

from airflow_ecs_image.size_report.model import Kind

_ENTRYPOINT = re.compile(
    r"/opt/airflow-ecs-image/|/(entrypoint|clean-logs)$|.*/site-packages/airflow_ecs_image_start/"
)
_PYTHON = re.compile(
    r"/usr/(local/)?lib/(python3(\.\d+)?/(?!(site|dist)-packages/)|(\w+-linux-gnu/)?libpython3)"
    r"|/usr/(local/)?bin/python3?(\.\d+)?$|/usr/python/"
)
_SYSTEM = re.compile(r"/(bin|boot|etc|lib\w*|sbin|usr|var)/")
_ENVIRONMENT = re.compile(r"(?P<root>/.*?)/lib(64)?/python3\.\d+/(site|dist)-packages")


def kind_of(path: str, dag_folder: str) -> Kind:
    """The kind of a file; `dag_folder` is the image's own."""
    if path.startswith(dag_folder.rstrip("/") + "/"):
        return "DAGs"
    if _ENTRYPOINT.match(path):
        return "entrypoint"
    if _PYTHON.match(path):
        return "Python"
    return "operating system" if _SYSTEM.match(path) else "other files"


def environment_of(site: str) -> str:
    """The environment that a folder of packages belongs to: `/opt/aws-cli`."""
    found = _ENVIRONMENT.fullmatch(site)
    return found["root"] if found else site
