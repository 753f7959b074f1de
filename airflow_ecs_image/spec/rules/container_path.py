"""Where in the image the DAGs may lie."""

from __future__ import annotations

import posixpath

from airflow_ecs_image.spec.refusal import Refused

_ALLOWED = "an absolute path of its own, such as /opt/airflow/dags or /srv/dags"

# Files of the operating system, of Airflow's environment or of the toolkit: DAGs in or above them would break the image.
_TAKEN_TREES = (
    "/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/proc", "/root", "/run", "/sbin", "/sys", "/usr",
    "/home/airflow/.local", "/opt/airflow-ecs-image", "/opt/airflow/logs",
)  # fmt: skip
_TAKEN_FOLDERS = (
    "/",
    "/entrypoint",
    "/home",
    "/home/airflow",
    "/opt",
    "/opt/airflow",
    "/tmp",
    "/var",
    "/var/lib",
)


def container_dag_path(value: str) -> str:
    """Refuse a path that is relative, not normal or taken; a closing slash is dropped."""
    if not value.startswith("/"):
        raise Refused("it is relative", _ALLOWED)
    normal = "/" + posixpath.normpath(value).strip("/")
    if normal != ("/" + value.strip("/")) or value.startswith("//"):
        raise Refused(f"it is not normal, write {normal}", _ALLOWED)
    if "$" in value:
        raise Refused("Airflow expands the $ in a DAG folder", _ALLOWED)
    if normal in _TAKEN_FOLDERS or any(
        normal == tree or normal.startswith(tree + "/") for tree in _TAKEN_TREES
    ):
        raise Refused("the image keeps other files there", _ALLOWED)
    return normal
