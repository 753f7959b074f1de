"""Do the DAGs of an archive import in an image, when a container has fetched it? The image is run, never changed."""

from __future__ import annotations

from airflow_ecs_image.checks.dag_imports import judge_folder
from airflow_ecs_image.checks.gathering import dag_arguments
from airflow_ecs_image.checks.model import Verdict
from airflow_ecs_image.checks.probe_containers import ProbeContainers
from airflow_ecs_image.engine import images
from airflow_ecs_image.engine.client import Engine

_DEFAULT_FOLDER = "/opt/airflow/dags"


def archive_imports(image: str, archive: bytes, *, engine: Engine | None = None) -> Verdict:
    """The verdict on the files of a tar archive, plain or gzip, in the place of the image's own DAGs.

    Raises NotProven when the container cannot tell, ImageNotFound and EngineUnavailable.
    """
    engine = engine or Engine()
    details = images.inspect(image, engine=engine)
    probes = ProbeContainers(details, details.architecture != engine.architecture(), engine)
    # The order of the entrypoint, which fetches into CONTAINER_DAG_PATH.
    names = ("CONTAINER_DAG_PATH", "AIRFLOW__CORE__DAGS_FOLDER")
    folder = next((found for name in names if (found := details.environment.get(name))), _DEFAULT_FOLDER)
    answer = probes.ask({"dags": dag_arguments(probes)}, dags=(folder, archive))
    return judge_folder(answer.section("dags"))
