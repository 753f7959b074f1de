"""The ECS spec: where and how the image runs. It is the table [ecs] of image.toml.

Its fields are at once the options of `ecs` and its sub-verbs, the keys of that table and the AIRFLOW_ECS_IMAGE_ECS_*
variables; a field's description is the text of all of them.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo
from pydantic import field_validator as check

from airflow_ecs_image.spec import field_types as types
from airflow_ecs_image.spec.option import EcsHeading as Heading
from airflow_ecs_image.spec.option import Option
from airflow_ecs_image.spec.refusal import Refused
from airflow_ecs_image.spec.rules import ecs, fargate, text
from airflow_ecs_image.spec.rules.kwargs import json_object, refuse_decided

TABLE = "ecs"
EXECUTOR = "airflow.providers.amazon.aws.executors.ecs.ecs_executor.AwsEcsExecutor"

_Name = Annotated[str, AfterValidator(ecs.name)]
_Role = Annotated[str, AfterValidator(ecs.role)]
_Secret = Annotated[str, AfterValidator(ecs.secret_reference)]
_List = BeforeValidator(types.items)


class EcsSpec(BaseModel):
    """One deployment on ECS, decided: frozen, validated, and complete but for what only AWS knows.

    `load_ecs_spec` makes one from the command line, the environment and image.toml.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True)

    name: Annotated[str, AfterValidator(ecs.prefix), Option(Heading.PLACE, "NAME")] = Field(
        "airflow-ecs",
        description="What the names of all resources begin with; also the name of the stack.",
        examples=["team-airflow"],
    )
    region: Annotated[types.Region | None, Option(Heading.PLACE, "REGION")] = Field(
        None,
        description="The region of the cluster. Left out, it is aws_default_region of the image.",
        examples=["eu-central-1"],
    )
    account_id: Annotated[
        Annotated[str, AfterValidator(ecs.account_id)] | None, Option(Heading.PLACE, "ACCOUNT")
    ] = Field(
        None,
        description="The AWS account of the cluster, which the resources in policies are written with.",
        examples=["123456789012"],
    )
    cluster: Annotated[Annotated[str, AfterValidator(ecs.cluster)], Option(Heading.PLACE, "NAME|ARN")] = (
        Field(
            default_factory=lambda data: data["name"],
            description="The ECS cluster. Left out, it has the name of the deployment.",
            examples=["analytics"],
        )
    )
    image: Annotated[types.ImageReference | None, Option(Heading.TASK, "REFERENCE")] = Field(
        None,
        description="The image as ECS pulls it, REPOSITORY@sha256:DIGEST: the last line that `push` prints.",
    )
    family: Annotated[_Name, Option(Heading.TASK, "NAME")] = Field(
        default_factory=lambda data: data["name"],
        description="The family of the task definition. Left out, it has the name of the deployment.",
        examples=["airflow-worker"],
    )
    task_definition: Annotated[
        Annotated[str, AfterValidator(ecs.task_definition)], Option(Heading.TASK, "FAMILY[:REVISION]|ARN")
    ] = Field(
        default_factory=lambda data: data["family"],
        description="What the executor runs. With a revision, what runs changes only when this does.",
        examples=["airflow-ecs:3"],
    )
    container_name: Annotated[_Name, Option(Heading.TASK, "NAME")] = Field(
        "airflow", description="The container of the task definition that is the worker.", examples=["worker"]
    )
    cpu: Annotated[Annotated[int, AfterValidator(fargate.cpu)], Option(Heading.TASK, "UNITS")] = Field(
        1024, description="CPU units of a task; 1024 are one vCPU.", examples=[512]
    )
    memory: Annotated[int, Option(Heading.TASK, "MIB")] = Field(
        2048,
        description="Memory of a task in MiB. Fargate has some pairs of CPU and memory, and no others.",
        examples=[4096],
    )
    ephemeral_storage: Annotated[
        Annotated[int, AfterValidator(fargate.ephemeral_storage)] | None, Option(Heading.TASK, "GIB")
    ] = Field(
        None, description="Disk of a task in GiB, 21 to 200. Left out, Fargate gives 20.", examples=[50]
    )
    stop_timeout: Annotated[
        Annotated[int, AfterValidator(fargate.stop_timeout)], Option(Heading.TASK, "SECONDS")
    ] = Field(
        fargate.MOST_STOP_SECONDS,
        description="Seconds from SIGTERM to SIGKILL: a task cleans up and uploads its log in this time.",
        examples=[60],
    )
    execution_role: Annotated[_Role, Option(Heading.ROLES, "NAME|ARN")] = Field(
        default_factory=lambda data: f"{data['name']}-execution",
        description="The role by which ECS pulls the image, reads the secrets and writes the container's output.",
        examples=["ecsTaskExecutionRole"],
    )
    task_role: Annotated[_Role, Option(Heading.ROLES, "NAME|ARN")] = Field(
        default_factory=lambda data: f"{data['name']}-task",
        description="The role that the DAGs' code has in the container.",
        examples=["airflow-tasks"],
    )
    capacity_providers: Annotated[
        tuple[str, ...],
        _List,
        AfterValidator(ecs.capacity_providers),
        Option(Heading.CAPACITY, "NAME[:WEIGHT[:BASE]]"),
    ] = Field(
        (),
        description="Capacity providers in place of a launch type, each with weight and base.",
        examples=[["FARGATE_SPOT:4", "FARGATE:1"]],
    )
    launch_type: Annotated[Literal["FARGATE", "EC2", ""], Option(Heading.CAPACITY, "FARGATE|EC2")] = Field(
        default_factory=lambda data: "" if data.get("capacity_providers") else "FARGATE",
        description="Where tasks run. Left out, it is FARGATE, or nothing beside capacity_providers.",
        examples=["EC2"],
    )
    platform_version: Annotated[str, Option(Heading.CAPACITY, "VERSION")] = Field(
        "LATEST", description="The platform version of Fargate.", examples=["1.4.0"]
    )
    subnets: Annotated[
        tuple[str, ...], _List, AfterValidator(ecs.subnets), Option(Heading.NETWORK, "SUBNET")
    ] = Field(
        (), description="The subnets of the tasks, 16 at most.", examples=[["subnet-0123456789abcdef0"]]
    )
    security_groups: Annotated[
        tuple[str, ...], _List, AfterValidator(ecs.security_groups), Option(Heading.NETWORK, "GROUP")
    ] = Field(
        (), description="The security groups of the tasks, 5 at most.", examples=[["sg-0123456789abcdef0"]]
    )
    assign_public_ip: Annotated[bool, Option(Heading.NETWORK)] = Field(
        default=False,
        description="Give tasks a public address: in a public subnet without NAT they reach nothing without it.",
        examples=[True],
    )
    execution_api_server_url: Annotated[
        Annotated[str, AfterValidator(ecs.execution_api_server_url)] | None, Option(Heading.AIRFLOW, "URL")
    ] = Field(
        None,
        description="The API server of Airflow 3 as a container of ECS reaches it.",
        examples=["https://airflow.example.com/execution/"],
    )
    database_secret: Annotated[_Secret | None, Option(Heading.AIRFLOW, "ARN|NAME")] = Field(
        None,
        description="The secret that holds the connection string of Airflow's database. A worker of Airflow 2 needs it, one of "
        "Airflow 3 does not get it.",
        examples=["arn:aws:ssm:eu-central-1:123456789012:parameter/airflow/database"],
    )
    fernet_key_secret: Annotated[_Secret | None, Option(Heading.AIRFLOW, "ARN|NAME")] = Field(
        None,
        description="The secret that holds the Fernet key. A worker of Airflow 2 decrypts connections with it.",
        examples=["arn:aws:ssm:eu-central-1:123456789012:parameter/airflow/fernet"],
    )
    executors: Annotated[tuple[str, ...], _List, Option(Heading.AIRFLOW, "EXECUTOR")] = Field(
        ("LocalExecutor", EXECUTOR),
        description="Airflow's executors, the default one first: the same list on scheduler, API server and worker.",
        examples=[[EXECUTOR]],
    )
    worker_environment: Annotated[
        dict[str, str], AfterValidator(ecs.worker_environment), Option(Heading.AIRFLOW, "NAME=VALUE")
    ] = Field(
        {},
        description="Further variables of the worker's container, in plain text.",
        examples=[{"AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1"}],
    )
    secrets: Annotated[dict[str, str], AfterValidator(ecs.secrets), Option(Heading.AIRFLOW, "NAME=ARN")] = (
        Field(
            {},
            description="Further variables of the worker's container that ECS takes from Secrets Manager or SSM.",
            examples=[{"DB_PASSWORD": "arn:aws:ssm:eu-central-1:123456789012:parameter/team/db"}],
        )
    )
    remote_logs: Annotated[
        Annotated[str, AfterValidator(ecs.remote_logs)] | None,
        Option(Heading.LOGS, "s3://…|cloudwatch://ARN"),
    ] = Field(
        None,
        description="Where Airflow keeps the tasks' logs: without it they end with the container.",
        examples=[
            "s3://my-logs/airflow",
            "cloudwatch://arn:aws:logs:eu-central-1:123456789012:log-group:airflow-tasks",
        ],
    )
    log_group: Annotated[Annotated[str, AfterValidator(ecs.log_group)], Option(Heading.LOGS, "NAME")] = Field(
        default_factory=lambda data: f"/ecs/{data['name']}",
        description="The CloudWatch log group of what the containers print (awslogs).",
        examples=["/ecs/worker"],
    )
    log_stream_prefix: Annotated[_Name, Option(Heading.LOGS, "PREFIX")] = Field(
        "worker",
        description="What the log streams begin with: PREFIX/CONTAINER/TASK-ID.",
        examples=["airflow"],
    )
    conn_id: Annotated[str, Option(Heading.EXECUTOR, "CONNECTION")] = Field(
        "",
        description="The Airflow connection by which the executor calls ECS. Empty: the credentials of the scheduler itself.",
        examples=["aws_default"],
    )
    max_run_task_attempts: Annotated[int, Field(ge=1, le=100), Option(Heading.EXECUTOR, "N")] = Field(
        3, description="How often the executor starts a task that ECS could not start.", examples=[5]
    )
    check_health_on_startup: Annotated[bool, Option(Heading.EXECUTOR)] = Field(
        default=True,
        description="Let the scheduler ask ECS for the cluster before it starts.",
        examples=[False],
    )
    run_task_kwargs: Annotated[
        dict[str, object], BeforeValidator(json_object), Option(Heading.EXECUTOR, "JSON")
    ] = Field(
        {},
        description="Further arguments of RunTask, as ECS spells them. Tags and capacity providers have keys of their own.",
        examples=[{"enableExecuteCommand": True}],
    )
    tags: Annotated[dict[str, str], AfterValidator(ecs.tags), Option(Heading.EXECUTOR, "NAME=VALUE")] = Field(
        {}, description="Tags of every task and resource, for the bill.", examples=[{"team": "data"}]
    )

    @check("*", mode="before")
    @classmethod
    def _plain(cls, value: object) -> object:
        return text.plain(value)

    @check("memory")
    @classmethod
    def _memory(cls, value: int, info: ValidationInfo) -> int:
        return fargate.memory(value, info.data["cpu"]) if "cpu" in info.data else value

    @check("launch_type")
    @classmethod
    def _launch_type(cls, value: str, info: ValidationInfo) -> str:
        if value and info.data.get("capacity_providers"):
            raise Refused(
                "capacity_providers is set, and ECS takes one of the two", "no launch_type beside it"
            )
        return value

    @check("run_task_kwargs")
    @classmethod
    def _run_task_kwargs(cls, value: dict[str, object]) -> dict[str, object]:
        refuse_decided(value)
        return value
