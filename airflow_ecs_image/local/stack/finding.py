"""A stack that runs, known by the labels of its containers."""

from __future__ import annotations

import json

from airflow_ecs_image.engine import Engine
from airflow_ecs_image.engine.labelled import LabelledContainer, labelled_containers
from airflow_ecs_image.errors import LocalNotRunning
from airflow_ecs_image.local.model import Stack
from airflow_ecs_image.local.stack import names, stack_secrets
from airflow_ecs_image.local.stack.services import FACTS
from airflow_ecs_image.spec.label_names import LOCAL, LOCAL_SERVICE


def service_containers(stack: str, engine: Engine | None = None) -> dict[str, LabelledContainer]:
    """The containers of the services of a stack by the names of the services, also those that have ended."""
    return {
        each.labels[LOCAL_SERVICE]: each
        for each in labelled_containers(LOCAL, stack, engine)
        if LOCAL_SERVICE in each.labels
    }


def find(name: str) -> Stack:
    """The stack of that name. LocalNotRunning when there is none, or a service of it does not run."""
    found = service_containers(names.checked(name))
    if names.ECS not in found:
        raise LocalNotRunning(f"{name}: there is no local stack of that name", mend=names.command("up", name))
    facts = json.loads(found[names.ECS].labels[FACTS])
    major = int(facts["airflow_version"].partition(".")[0])
    ended = [each for each in names.services(major) if each not in found or not found[each].running]
    secrets = stack_secrets.read(name)
    if ended or secrets is None:
        what = (
            f"{', '.join(ended)} {'does' if len(ended) == 1 else 'do'} not run"
            if ended
            else "the file with its keys is gone"
        )
        raise LocalNotRunning(f"{name}: {what}", mend=names.command("up", name))
    airflow, s3, ecs = found[names.front(major)], found[names.S3], found[names.ECS]
    return Stack(
        name=name,
        network=name,
        airflow_version=facts["airflow_version"],
        image=facts["image"],
        dag_source=facts["dag_source"],
        airflow_url=airflow.url(names.AIRFLOW_PORT) or "",
        ecs_url=ecs.url(names.ECS_PORT) or "",
        s3_url=s3.url(names.S3_PORT) or "",
        keys=secrets.keys,
        region=facts["region"],
        cluster=facts["cluster"],
        container_name=facts["container_name"],
        dag_folder=facts["dag_folder"],
    )
