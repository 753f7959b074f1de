"""The task definition of `ecs task-definition`, with parameters and resources of the stack where that has values."""

from __future__ import annotations

from typing import Any

from airflow_ecs_image.ecs.image_facts import ImageFacts
from airflow_ecs_image.ecs.stack_names import PLACE, execution_role, remote_folder, sub, task_role
from airflow_ecs_image.ecs.stack_values import StackValues
from airflow_ecs_image.ecs.stack_yaml import Intrinsic, properties
from airflow_ecs_image.ecs.task_definition import task_definition
from airflow_ecs_image.spec import ImageSpec

_REGION = Intrinsic("!Ref AWS::Region")


def task_properties(image: ImageSpec, values: StackValues) -> dict[str, Any]:
    """The properties of AWS::ECS::TaskDefinition. SpecError as `task_definition` raises it."""
    facts = ImageFacts.of_spec(Intrinsic("!Ref Image"), image.platform[0], image)
    logs = remote_folder(values)
    definition = task_definition(image, _for_the_stack(values, logs), facts, PLACE)
    decided_by_parameters = {
        "family": Intrinsic("!Ref Family"),
        "cpu": Intrinsic("!Ref Cpu"),
        "memory": Intrinsic("!Ref Memory"),
        "executionRoleArn": Intrinsic(execution_role(values)),
        "taskRoleArn": Intrinsic(task_role(values)),
    }
    definition |= decided_by_parameters
    definition["runtimePlatform"]["cpuArchitecture"] = Intrinsic("!Ref CpuArchitecture")
    (container,) = definition["containerDefinitions"]
    container["logConfiguration"]["options"]["awslogs-region"] = _REGION
    for variable in container["environment"]:
        if variable["value"] == logs:
            variable["value"] = Intrinsic(sub(logs))
    made: dict[str, Any] = properties(definition)
    return made


def _for_the_stack(values: StackValues, logs: str) -> Any:
    update: dict[str, Any] = {
        "region": _REGION,
        "log_group": Intrinsic("!Ref LogGroup"),
        "remote_logs": logs,
        "execution_api_server_url": Intrinsic("!Ref ExecutionApiServerUrl"),
    }
    if values.database:
        update["database_secret"] = Intrinsic(
            "!If [NewDatabase, !Ref DatabaseConnection, !Ref DatabaseSecretArn]"
        )
    elif values.database_secret is not None:
        update["database_secret"] = values.database_secret.value_from
    if values.fernet_key_secret is not None:
        update["fernet_key_secret"] = values.fernet_key_secret.value_from
    return values.ecs.model_copy(update=update)
