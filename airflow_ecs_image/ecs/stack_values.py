"""What the specs decide of the stack: defaults of its parameters, and which parts it has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from airflow_ecs_image.ecs.executor_options import capacity_provider_strategy
from airflow_ecs_image.ecs.stack_secrets import Secret
from airflow_ecs_image.ecs.task_definition import cpu_architecture
from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.spec import EcsSpec, ImageSpec
from airflow_ecs_image.spec.rules.ecs import is_arn
from airflow_ecs_image.versions import load_versions

_DAGS, _LOGS = "dags", "logs"
_PORTS = {"http": 80, "https": 443}
_ECR = re.compile(r"\d{12}\.dkr[.-]ecr[^/]*/(.+)")
_DIGEST = re.compile(r"\S+@sha256:[0-9a-f]{64}")
_ON_FARGATE = ("FARGATE", "FARGATE_SPOT")


@dataclass(frozen=True)
class Bucket:
    """`name` of a bucket, empty where CloudFormation may choose it, and the `path` in it, without `/` around it."""

    name: str = ""
    path: str = ""

    @classmethod
    def of(cls, uri: str | None, *, default_path: str) -> Self:
        """That of an `s3://` address."""
        if uri is None:
            return cls(path=default_path)
        name, _, path = uri.removeprefix("s3://").partition("/")
        return cls(name, path.strip("/"))


@dataclass(frozen=True)
class StackValues:
    """All that the templates ask for beside the worker's container. Names are those of the resources that are made."""

    ecs: EcsSpec
    airflow_version: str
    is_airflow_3: bool
    database: bool
    architecture: str
    dags: Bucket
    logs: Bucket
    log_group_arn: str
    database_secret: Secret | None
    fernet_key_secret: Secret | None
    is_bundle: bool

    @classmethod
    def of(cls, image: ImageSpec, ecs: EcsSpec, *, database: bool) -> Self:
        """Decide. SpecError where the specs contradict each other or the stack."""
        if database and ecs.database_secret is not None:
            raise SpecError(
                "ecs.database_secret: it names a database, and --database makes another one",
                mend="leave one of the two out",
            )
        if ecs.image is not None and not _DIGEST.fullmatch(ecs.image):
            raise SpecError(
                f"ecs.image: {ecs.image} has no digest, so that a deployment would not notice another image",
                mend="REPOSITORY@sha256:…, the last line that `push` prints",
            )
        fetched = ecs.worker_environment.get("S3_URI") or image.s3_uri
        group = (ecs.remote_logs or "").partition("cloudwatch://")[2]
        is_airflow_3 = load_versions().release(image.airflow_version).major > 2
        asks_for_database = database or not is_airflow_3
        return cls(
            ecs=ecs,
            airflow_version=image.airflow_version,
            is_airflow_3=is_airflow_3,
            database=database,
            architecture=cpu_architecture(image.platform[0]),
            dags=Bucket.of(fetched or image.dag_bundle, default_path=_DAGS),
            is_bundle=not fetched and image.dag_bundle is not None,
            logs=Bucket() if group else Bucket.of(ecs.remote_logs, default_path=_LOGS),
            log_group_arn=group,
            database_secret=Secret("DatabaseSecretArn", ecs.database_secret or "")
            if asks_for_database
            else None,
            fernet_key_secret=Secret("FernetKeySecretArn", ecs.fernet_key_secret)
            if ecs.fernet_key_secret and not is_airflow_3
            else None,
        )

    @property
    def existing_cluster(self) -> str:
        """The cluster's name where the spec gives an ARN, which only an existing one has."""
        return self.ecs.cluster.rpartition("/")[2] if is_arn(self.ecs.cluster) else ""

    @property
    def cluster_name(self) -> str:
        """The name of the cluster that is made."""
        return self.ecs.name if self.existing_cluster else self.ecs.cluster

    @property
    def execution_role_arn(self) -> str:
        """The ARN of an existing execution role, empty where one is made."""
        return self.ecs.execution_role if is_arn(self.ecs.execution_role) else ""

    @property
    def task_role_arn(self) -> str:
        """The ARN of an existing task role, empty where one is made."""
        return self.ecs.task_role if is_arn(self.ecs.task_role) else ""

    @property
    def repository_name(self) -> str:
        """The repository of the image where it is one of ECR, else the name of the deployment."""
        match = _ECR.fullmatch((self.ecs.image or "").partition("@")[0])
        return match[1].partition(":")[0] if match else self.ecs.name.lower()

    @property
    def capacity_providers(self) -> tuple[str, ...]:
        """Those of the cluster: both of Fargate, and what else the spec names."""
        named = [each.partition(":")[0] for each in self.ecs.capacity_providers]
        return tuple(dict.fromkeys([*_ON_FARGATE, *named]))

    @property
    def strategy(self) -> list[dict[str, object]]:
        """The default strategy of the cluster, as RunTask spells it; empty without capacity providers."""
        return capacity_provider_strategy(self.ecs)

    @property
    def api_server_port(self) -> int:
        """The port that the worker of Airflow 3 calls."""
        url = urlsplit(self.ecs.execution_api_server_url or "http://api:8080/execution/")
        return url.port or _PORTS[url.scheme]

    @property
    def database_is_parameter(self) -> bool:
        """Whether the connection string is known no earlier than the stack is deployed."""
        return self.database_secret is not None and self.database_secret.is_parameter

    @property
    def secret_services(self) -> list[str]:
        """The services that the secrets of the worker lie in."""
        worker = [] if self.is_airflow_3 else [self.database_secret, self.fernet_key_secret]
        secrets = [*(Secret("", value) for value in self.ecs.secrets.values()), *filter(None, worker)]
        return sorted({secret.action.partition(":")[0] for secret in secrets})

    @property
    def runs_commands(self) -> bool:
        """Whether ECS Exec is switched on."""
        return self.ecs.run_task_kwargs.get("enableExecuteCommand") is True
