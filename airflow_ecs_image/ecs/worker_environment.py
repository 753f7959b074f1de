"""What the worker's container is told, beyond what its image holds: each line of Airflow what it needs and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field

from airflow_ecs_image.ecs.place import region_of
from airflow_ecs_image.ecs.remote_logging import remote_logging
from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.spec import EcsSpec, ImageSpec
from airflow_ecs_image.versions import load_versions

EXECUTION_API = "AIRFLOW__CORE__EXECUTION_API_SERVER_URL"
DATABASE = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
FERNET_KEY = "AIRFLOW__CORE__FERNET_KEY"
EXECUTOR = "AIRFLOW__CORE__EXECUTOR"


@dataclass(frozen=True)
class WorkerEnvironment:
    """`variables` in plain text; `secrets` by the ARN or the name that ECS finds their values under."""

    variables: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)


def worker_environment(image: ImageSpec, ecs: EcsSpec) -> WorkerEnvironment:
    """The variables and secrets of the worker. SpecError when what its Airflow cannot do without is not set.

    Airflow 3 speaks to the API server alone, and gets no connection string: with one its driver would have to be there.
    Airflow 2 speaks to the database, and decrypts connections by itself.
    """
    variables = {"AWS_DEFAULT_REGION": region_of(image, ecs), EXECUTOR: ",".join(ecs.executors)}
    secrets: dict[str, str] = {}
    if load_versions().release(image.airflow_version).major > 2:
        if ecs.execution_api_server_url is None:
            raise SpecError(
                f"ecs.execution_api_server_url: a worker of Airflow {image.airflow_version} needs it, and it is not set",
                mend="--execution-api-server-url https://HOST/execution/, the API server as the container reaches it",
            )
        variables[EXECUTION_API] = ecs.execution_api_server_url
    else:
        if ecs.database_secret is None:
            raise SpecError(
                f"ecs.database_secret: a worker of Airflow {image.airflow_version} needs it, and it is not set",
                mend="--database-secret ARN, the secret with the connection string of Airflow's database",
            )
        secrets[DATABASE] = ecs.database_secret
        if ecs.fernet_key_secret is not None:
            secrets[FERNET_KEY] = ecs.fernet_key_secret
    return WorkerEnvironment(
        {**variables, **remote_logging(ecs), **ecs.worker_environment}, {**secrets, **ecs.secrets}
    )
