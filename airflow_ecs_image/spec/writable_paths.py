"""What stays writable in an image whose root filesystem is read-only."""

from __future__ import annotations

from airflow_ecs_image.spec.model import ImageSpec

LOGS = "/opt/airflow/logs"
TEMPORARY = "/tmp"


def writable_paths(spec: ImageSpec) -> tuple[str, ...]:
    """The volumes of the image, sorted; none without `read_only_root_filesystem`.

    Airflow writes a task's log before it is uploaded, Python and DAG bundles use /tmp, and a fetch fills the DAG folder.
    """
    if not spec.read_only_root_filesystem:
        return ()
    fetched = (spec.container_dag_path,) if spec.dag_source in ("s3", "archive") else ()
    return tuple(sorted({LOGS, TEMPORARY, *fetched}))
