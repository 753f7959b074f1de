"""`local ps`: the services of a stack, and its tasks."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from airflow_ecs_image.cli.help_page import VerbCommand
from airflow_ecs_image.cli.invocation import Invocation
from airflow_ecs_image.cli.local_options import name_option

if TYPE_CHECKING:
    from airflow_ecs_image.local.stack.listing import ServiceState, TaskState

_SHOWN_OF_ID = 12
_SHOWN_TASKS = 40


@click.command(
    "ps",
    cls=VerbCommand,
    short_help="List the services and the tasks of the stack.",
    params=[name_option()],
)
@click.pass_obj
def ps(invocation: Invocation, /, *, directory: Path, stack_name: str) -> None:  # noqa: ARG001
    """List the services of the stack and where they answer, then its ECS tasks, newest last, each with the task instance
    that it was started for. A task's exit code says nothing about its task instance: Airflow's worker ends with 0 when it has
    reported a failure.
    """
    console = invocation.console()
    from airflow_ecs_image.local.stack.listing import list_stack

    state = list_stack(stack_name)
    now = time.time()
    console.table(
        f"Services of {state.name}",
        ("service", "status", "age", "address"),
        [(each.name, _status(each), _age(now - each.created), each.address or "") for each in state.services],
    )
    if state.tasks:
        shown = state.tasks[-_SHOWN_TASKS:]
        console.table(
            "Tasks",
            ("task", "started for", "status", "exit code", "age"),
            [
                (each.id[:_SHOWN_OF_ID], _instance(each), each.status, _code(each), _age(now - each.asked))
                for each in shown
            ],
        )
        if len(shown) < len(state.tasks):
            console.text(f"{len(state.tasks) - len(shown)} older ones are left out; --json has all")
    else:
        console.text("")
        console.text("no task was started, or they are forgotten: an hour after they have ended")
    if not state.tasks_known:
        console.warning(
            "the ECS endpoint does not answer: these are the tasks whose containers are left, by Docker's word"
        )
    console.document(
        {
            "name": state.name,
            "services": [each.as_json() for each in state.services],
            "tasks": [each.as_json() for each in state.tasks],
            "tasks_known": state.tasks_known,
        }
    )


def _status(service: ServiceState) -> str:
    return service.status if service.exit_code is None else f"{service.status} ({service.exit_code})"


def _instance(task: TaskState) -> str:
    return "" if task.identity is None else f"{task.identity.dag_id} · {task.identity.name}"


def _code(task: TaskState) -> str:
    return "" if task.exit_code is None else str(task.exit_code)


def _age(seconds: float) -> str:
    """In the largest unit of which there is one: `12 s`, `3 min`, `2 h`, `4 d`."""
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{int(seconds / length)} {unit}"
    return f"{max(0, int(seconds))} s"
